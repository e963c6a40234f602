"""The way in, tried in a browser: pages of strangers, and what is shown when nothing is there."""

from __future__ import annotations

import pytest

from tests.pages.conftest import Open
from tests.pages.visits import PHONE, Kind

KINDS = [
    pytest.param(Kind(), id="light"),
    pytest.param(Kind(is_dark=True), id="dark"),
    pytest.param(PHONE, id="phone"),
]


@pytest.mark.parametrize("kind", KINDS)
async def test_page_that_is_not_there_says_so_without_barriers(visit: Open, kind: Kind) -> None:
    window = await visit(kind)

    page = await window.go("/nowhere")

    assert "There is no page /nowhere." in await page.inner_text("main")
    assert await window.is_within_width()
    assert await window.barriers() == []
