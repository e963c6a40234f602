"""Every page: for somebody who cannot see well, in light and dark, and on a phone."""

from __future__ import annotations

import pytest

from tests.pages.conftest import Open
from tests.pages.house import Shown
from tests.pages.sights import sights
from tests.pages.visits import PHONE, Kind

EYES = [pytest.param(Kind(), id="light"), pytest.param(Kind(is_dark=True), id="dark")]
A_WHILE = pytest.mark.timeout(300)  # every page in turn, which a busy machine takes minutes for
BROKEN = "<title>x</title><main><h1>x</h1><input><p style='color:#ddd;background:#fff'>pale</p>"


@A_WHILE
@pytest.mark.parametrize("kind", EYES)
async def test_no_page_has_serious_barriers(visit: Open, doorman: Shown, kind: Kind) -> None:
    window = await visit(kind)
    found: dict[str, list[str]] = {}

    for name, address in sights(doorman.numbers).items():
        await window.go(address)
        found[name] = await window.barriers()

    assert {name: barriers for name, barriers in found.items() if barriers} == {}


@A_WHILE
async def test_every_page_fits_a_phone(visit: Open, doorman: Shown) -> None:
    window = await visit(PHONE)
    too_wide: list[str] = []

    for name, address in sights(doorman.numbers).items():
        await window.go(address)
        too_wide += [] if await window.is_within_width() else [name]

    assert too_wide == []


async def test_every_page_is_there(visit: Open, doorman: Shown) -> None:
    window = await visit(Kind(has_script=False))
    found: dict[str, int] = {}

    for name, address in sights(doorman.numbers).items():
        answer = await window.page.goto(doorman.url + address)
        found[name] = answer.status if answer else 0

    assert found.pop("not-there") == 404
    assert {name: status for name, status in found.items() if status != 200} == {}


async def test_barriers_would_be_found(visit: Open) -> None:
    window = await visit()
    await window.page.set_content(BROKEN)

    rules = {each.split(" ")[0] for each in await window.barriers()}

    assert {"label", "color-contrast", "html-has-lang"} <= rules


async def test_what_is_amiss_would_be_found(visit: Open) -> None:
    window = await visit()
    page = await window.go("/nowhere")

    await page.evaluate("document.body.append(new Image())")
    await page.evaluate("document.images[0].src = 'http://elsewhere.example/x.png'")
    await page.evaluate("document.body.style.width = '4000px'")
    await page.wait_for_function("document.body.clientWidth > 3000")

    assert not await window.is_within_width()
    await page.wait_for_timeout(50)
    assert any("Content Security Policy" in each for each in window.amiss)
    window.amiss.clear()
