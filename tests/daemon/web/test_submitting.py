from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from daemon.desk.submitting import Submitting
from daemon.remote import over_app
from daemon.web.api import build_api
from rules.submission import Consent, Recipient, Terms
from tests.daemon.desk.shelf import Shelf, offer

pytestmark = pytest.mark.anyio

EAR = Recipient(source="first", endpoint="https://first.example/graphql", consent=Consent.MINE)


async def test_what_is_owed_travels_whole_and_is_sent_on_request(
    shelf: Shelf, tmp_path: Path
) -> None:
    sent: list[str] = []

    async def send() -> None:
        sent.append("all")

    household = replace(shelf.desk.household, terms=Terms(recipients=(EAR,)), submit_now=send)
    desk = replace(shelf.desk, household=household)
    number = str(await shelf.put(offers=(offer("a"), offer("b"))))
    await desk.accept(number, number=1)

    async with over_app(build_api(desk), tmp_path) as remote:
        shown = await remote.submissions()
        assert (shown, len(shown.lines), sent) == (await Submitting(desk).submissions(), 1, [])
        assert (await remote.submit(), sent) == (shown, ["all"])
        assert not remote.has_changed
