"""Answers to many questions at once: the exact number, a preview, and no rivals among them."""

from __future__ import annotations

from playwright.async_api import expect

from rules.journey import FileState
from tests.pages.conftest import Open
from tests.pages.house import Shown
from tests.pages.test_queue import BRIDGES, FERRY, HARBOUR, row, state
from tests.pages.visits import PHONE, Kind

TEA = "tea <b>for<i> two & more.mkv"
DAWN = "港の夜明け.mkv"
DAMAGED = "Winter Garden (damaged).mp4"


async def test_all_that_fit_are_accepted_but_those_with_rivals(visit: Open, doorman: Shown) -> None:
    page = await (await visit(Kind(has_script=False))).go("/?library=films")

    await page.get_by_role("button", name="Accept all that fit").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Accept 2 files?")
    meant = page.get_by_label("Files", exact=True)
    await expect(meant.get_by_role("link")).to_have_text([FERRY, DAWN])
    kept = page.get_by_label("Files that are left out")
    await expect(kept.get_by_role("listitem")).to_have_count(4)
    await expect(kept).to_contain_text(f"{BRIDGES}: ")
    assert await state(doorman, FERRY) is FileState.REVIEW
    await page.get_by_role("button", name="Accept these 2").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("2 files accepted")
    found = {name: await state(doorman, name) for name in (FERRY, DAWN, TEA, BRIDGES, HARBOUR)}
    assert found == {
        **dict.fromkeys((FERRY, DAWN), FileState.ACCEPTED),
        **dict.fromkeys((TEA, BRIDGES, HARBOUR), FileState.REVIEW),
    }


async def test_selection_is_dismissed_after_a_look_at_it(visit: Open, doorman: Shown) -> None:
    window = await visit(PHONE)
    page = await window.go()
    for name in (BRIDGES, DAMAGED):
        await page.locator(row(doorman, name)).get_by_role("checkbox").check()

    await page.get_by_text("Many at once").click()
    await page.get_by_role("button", name="Dismiss the selected").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Dismiss 2 files?")
    assert await window.is_within_width()
    await page.get_by_role("button", name="Dismiss these 2").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("2 files dismissed")
    await page.get_by_role("link", name="Back to the queue").click()

    await expect(page.locator("#files")).to_have_text("5")
    assert await state(doorman, BRIDGES) is FileState.DISMISSED
    assert await state(doorman, DAMAGED) is FileState.DISMISSED
    assert await state(doorman, HARBOUR) is FileState.REVIEW
