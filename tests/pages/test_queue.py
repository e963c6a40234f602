"""The queue in a browser: by keyboard alone, on a phone, without a script, by two at once."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from rules.journey import FileState
from tests.pages.conftest import Open
from tests.pages.house import Shown
from tests.pages.visits import Kind

HARBOUR, BRIDGES, FERRY = (
    "Harbour.at.Dawn.1080p.mkv",
    "Two Bridges.mov",
    "Stone Ferry - director's cut.mkv",
)
WITHOUT_SCRIPT = Kind(has_script=False)


async def state(doorman: Shown, name: str) -> FileState:
    return (await doorman.house.desk.show(str(doorman.numbers[name]))).line.state


async def chosen(doorman: Shown, name: str) -> str | None:
    view = await doorman.house.desk.show(str(doorman.numbers[name]))
    return next((each.remote_id for each in view.candidates if each.is_accepted), None)


def row(doorman: Shown, name: str) -> str:
    return f"#queue > #file-{doorman.numbers[name]}"


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def focused(page: Page) -> str:
    return str(
        await page.evaluate("document.activeElement?.querySelector('h2')?.textContent?.trim()")
    )


async def test_keyboard_alone_answers_the_queue(visit: Open, doorman: Shown) -> None:
    page = await (await visit()).go()

    await press(page, "j", "j")
    assert await focused(page) == BRIDGES
    await press(page, "2")
    cover = page.locator(row(doorman, BRIDGES)).locator("[data-cover]")
    await expect(cover).to_have_attribute("src", f"/pictures/{doorman.numbers[BRIDGES]}/2/0")
    await press(page, "a")
    await expect(page.locator("#notices")).to_contain_text(BRIDGES)
    assert await focused(page) == FERRY
    await press(page, "d")
    await expect(page.locator("#notices")).to_contain_text(FERRY)

    assert await chosen(doorman, BRIDGES) == "w-14"
    assert await state(doorman, FERRY) is FileState.DISMISSED


async def test_keyboard_undoes_what_was_answered_last(visit: Open, doorman: Shown) -> None:
    page = await (await visit()).go()

    await press(page, "j", "a")
    await expect(page.locator("#notices")).to_contain_text(HARBOUR)
    assert await state(doorman, HARBOUR) is FileState.ACCEPTED
    await press(page, "u")
    await expect(page.locator(row(doorman, HARBOUR))).to_be_visible()

    assert await state(doorman, HARBOUR) is FileState.REVIEW
    assert await focused(page) == HARBOUR


async def test_rejected_candidate_makes_room_for_the_next(visit: Open, doorman: Shown) -> None:
    page = await (await visit()).go()
    harbour = page.locator(row(doorman, HARBOUR))

    await press(page, "j", "r")
    await expect(page.locator("#notices")).to_contain_text("will not be offered again")
    await expect(harbour.locator(".choice").first).to_contain_text("Harbour at Dusk")

    view = await doorman.house.desk.show(str(doorman.numbers[HARBOUR]))
    assert "w-1" not in {each.remote_id for each in view.candidates}


async def test_keys_are_told_and_leave_typing_alone(visit: Open, doorman: Shown) -> None:
    page = await (await visit()).go()

    await press(page, "?")
    await expect(page.locator("#keys")).to_be_visible()
    await press(page, "Escape")
    await expect(page.locator("#keys")).to_be_hidden()  # what closes gives the focus back
    await press(page, "e")
    await expect(page.locator("#sieve-text")).to_be_focused()
    await page.keyboard.type("ad?")
    assert await page.input_value("#sieve-text") == "ad?"
    await page.fill("#sieve-text", "stone")
    await press(page, "Enter")
    await expect(page.locator("#queue > li")).to_have_count(1)

    assert await state(doorman, HARBOUR) is FileState.REVIEW


async def test_tab_reaches_the_content_first(visit: Open) -> None:
    page = await (await visit()).go()

    await press(page, "Tab", "Enter")

    assert await page.evaluate("document.activeElement.id") == "main"


async def test_accept_and_undo_need_no_script(visit: Open, doorman: Shown) -> None:
    page = await (await visit(WITHOUT_SCRIPT)).go()

    await page.locator(row(doorman, BRIDGES)).get_by_role("button", name="Accept").click()
    assert await chosen(doorman, BRIDGES) == "w-13"
    assert BRIDGES in await page.inner_text(".notice")
    await page.get_by_role("button", name="Undo").click()

    assert await state(doorman, BRIDGES) is FileState.REVIEW
    await expect(page.locator(row(doorman, BRIDGES))).to_be_visible()


async def test_reject_dismiss_and_search_need_no_script(visit: Open, doorman: Shown) -> None:
    page = await (await visit(WITHOUT_SCRIPT)).go()

    await page.fill("#sieve-text", "BRIDGES")
    await page.get_by_role("button", name="Filter").click()
    await expect(page.locator("#queue > li")).to_have_count(1)
    await page.locator(row(doorman, BRIDGES)).get_by_role("button", name="Reject").click()
    await page.get_by_role("link", name=re.compile("Clear")).click()
    await page.locator(row(doorman, FERRY)).get_by_role("button", name="Dismiss").click()

    assert await state(doorman, FERRY) is FileState.DISMISSED
    view = await doorman.house.desk.show(str(doorman.numbers[BRIDGES]))
    assert [each.remote_id for each in view.candidates] == ["w-14"]


async def test_stale_answer_changes_nothing_and_shows_what_did(visit: Open, doorman: Shown) -> None:
    first = await (await visit(WITHOUT_SCRIPT)).go()
    second = await (await visit(WITHOUT_SCRIPT)).go()

    await first.locator(row(doorman, BRIDGES)).get_by_role("button", name="Dismiss").click()
    await second.locator(row(doorman, BRIDGES)).get_by_role("button", name="Accept").click()

    assert "It changed meanwhile" in await second.inner_text("main")
    assert await state(doorman, BRIDGES) is FileState.DISMISSED


async def test_second_browser_sees_what_the_first_answered(visit: Open, doorman: Shown) -> None:
    first = await (await visit()).go()
    second = await (await visit()).go()
    other = second.locator(row(doorman, BRIDGES))

    await first.locator(row(doorman, BRIDGES)).get_by_role("button", name="Dismiss").click()

    await expect(other).to_contain_text("settled by now")
    await expect(other.get_by_role("button", name="Accept")).to_have_count(0)
    assert await state(doorman, BRIDGES) is FileState.DISMISSED


async def test_news_leave_typing_focus_and_choice_alone(visit: Open, doorman: Shown) -> None:
    first = await (await visit()).go()
    second = await (await visit()).go()
    await second.locator(row(doorman, BRIDGES)).get_by_text("1 more candidate").click()
    await second.locator(row(doorman, BRIDGES)).get_by_label("Far Bank").check()
    await second.locator("#sieve-text").click()
    await second.keyboard.type("half a wo")

    await first.locator(row(doorman, FERRY)).get_by_role("button", name="Dismiss").click()

    await expect(second.locator(row(doorman, FERRY))).to_contain_text("settled by now")
    assert await second.input_value("#sieve-text") == "half a wo"
    assert await second.evaluate("document.activeElement.id") == "sieve-text"
    assert await second.locator(row(doorman, BRIDGES)).get_by_label("Far Bank").is_checked()


async def test_file_that_comes_back_is_announced_and_not_pushed_in(
    visit: Open, doorman: Shown
) -> None:
    page = await (await visit()).go()
    number = str(doorman.numbers["Orchard Road (preview).mkv"])

    await doorman.house.desk.undo(number)

    await expect(page.locator("#show-new")).to_have_text("1 new")
    assert await page.locator(f"#file-{number}").count() == 0
    await page.locator("#show-new").click()
    await expect(page.locator(f"#file-{number}")).to_be_visible()
