"""The page of one file in a browser: ticks, a person's words, searches, keys, and being late."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from daemon.desk.editing import Editing
from providers.sandbox import Sandbox
from providers.sandbox.seeds import SceneSeed, UrlSeed
from rules.journey import FileState
from tests.pages.conftest import Open
from tests.pages.house import Shown
from tests.pages.test_queue import BRIDGES, HARBOUR, WITHOUT_SCRIPT, chosen, press, state
from tests.pages.visits import PHONE, Kind

TEA = "tea <b>for<i> two & more.mkv"
ID = "7d1f5a0e-3c5b-4a86-9d51-6f3b1f0a2c11"
ADDRESS = "https://northlight.example/works/slow-ferry"
READERS = [
    pytest.param(Kind(), id="with a script"),
    pytest.param(Kind(width=360, has_script=False), id="without one"),
]


@pytest.fixture(scope="session")
def _scenes(box: Sandbox) -> None:
    for seed in (
        SceneSeed(title="The Windmill at Night", studio="Quayside Films"),
        SceneSeed(title="The Slow Ferry", urls=(UrlSeed(url=ADDRESS),)),
        SceneSeed(id=ID, title="A Lamp in the Reeds"),
    ):
        box.world.add_scene(seed)


def page_of(doorman: Shown, name: str) -> str:
    return f"/files/{doorman.numbers[name]}"


async def fields(doorman: Shown, name: str) -> dict[str, tuple[tuple[str, ...], str | None]]:
    found = await Editing(doorman.house.desk).fields(str(doorman.numbers[name]))
    return {each.field: (each.values, each.origin) for each in found}


async def accept(page: Page) -> None:
    await page.get_by_role("button", name="Accept what is ticked").click()


async def test_what_is_ticked_is_set_and_what_a_person_writes_stays(
    visit: Open, doorman: Shown
) -> None:
    page = await (await visit(WITHOUT_SCRIPT)).go(page_of(doorman, TEA))
    people = page.get_by_role("row", name="performers")
    await expect(people.get_by_text("Odile Brandt new")).to_be_visible()
    await expect(page.get_by_role("row", name="tags").get_by_text("new")).to_have_count(1)
    await page.get_by_label("details").uncheck()
    await page.get_by_label("performers").uncheck()
    await accept(page)
    kept = await fields(doorman, TEA)
    await page.get_by_text("Write the title").click()
    await page.get_by_label("title", exact=True).fill("Tea for Three")
    await page.get_by_role("button", name="Keep the title").click()

    assert kept["tags"] == (("City", "Teapots"), "harbourbox")
    assert (kept["details"], kept["performers"]) == (((), None), ((), None))
    await expect(page.locator("#work")).to_contain_text("title said by you Tea for Three")
    assert (await fields(doorman, TEA))["title"] == (("Tea for Three",), "person")
    await page.get_by_role("button", name="Undo").first.click()
    assert (await fields(doorman, TEA))["title"] == kept["title"]


@pytest.mark.usefixtures("_scenes")
@pytest.mark.parametrize("reader", READERS)
async def test_source_is_searched_by_words_address_and_id(
    visit: Open, doorman: Shown, reader: Kind
) -> None:
    page = await (await visit(reader)).go(page_of(doorman, "home video 0412.mov"))
    heading = page.locator("#chosen")

    for way, query, title in (
        ("text", "windmill", "The Windmill at Night"),
        ("url", ADDRESS, "The Slow Ferry"),
        ("id", ID, "A Lamp in the Reeds"),
    ):
        if reader.has_script:
            await press(page, "e")
            await expect(page.locator("#query")).to_be_focused()
        await page.fill("#query", query)
        await page.select_option("#way", way)
        await page.select_option("#source", "harbourbox")
        await page.get_by_role("button", name="Search").click()
        await expect(heading).to_contain_text(title)
        await expect(page.get_by_role("alert")).to_contain_text("harbourbox has 1 work for that")
    await accept(page)

    assert await chosen(doorman, "home video 0412.mov") == ID


async def test_late_answer_changes_nothing_and_shows_what_happened(
    visit: Open, doorman: Shown
) -> None:
    first = await (await visit()).go(page_of(doorman, BRIDGES))
    second = await (await visit(PHONE)).go(page_of(doorman, BRIDGES))

    await first.locator(".reach").get_by_role("button", name="Dismiss").click()
    await expect(first.get_by_text("Undo what was decided last")).to_be_visible()
    await second.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    button = second.locator(".reach").get_by_role("button", name="Accept 1")
    await expect(button).to_be_in_viewport(ratio=1)
    await button.click()

    await expect(second.get_by_role("alert")).to_contain_text("Nothing was done")
    await expect(second.get_by_role("alert")).to_contain_text("Since you looked: ")
    assert await state(doorman, BRIDGES) is FileState.DISMISSED


async def test_keys_lead_from_file_to_file(visit: Open, doorman: Shown) -> None:
    page = await (await visit()).go()
    await press(page, "j", "j", "k", "s", "Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text(BRIDGES)

    await press(page, "2")
    await expect(page.locator("#chosen")).to_contain_text("The Far Bank")
    await press(page, "a")
    await expect(page.locator("#work")).to_contain_text("The Far Bank")
    await press(page, "u")
    await expect(page.locator("#work")).to_have_count(0)
    assert await state(doorman, BRIDGES) is FileState.REVIEW
    await press(page, "k")
    await expect(page).to_have_url(f"{doorman.url}/")
    assert await state(doorman, HARBOUR) is FileState.REVIEW
