"""What the overview, the history and the rules do in a browser, beyond being there."""

from __future__ import annotations

from playwright.async_api import expect

from rules.journey import FileState
from tests.pages.conftest import Open
from tests.pages.house import Shown
from tests.pages.visits import PHONE, Kind

RENEWED = "() => document.dispatchEvent(new Event('visibilitychange'))"
WRONG = '[[rule]]\nname = "mine"\nwhen = "oshas and rivals == 0"\nthen = "accept"\n'
ALWAYS = (
    '[identify]\ndefault_rules = false\n[[rule]]\nname = "all"\nwhen = "true"\nthen = "review"\n'
)


async def test_selection_is_undone_without_a_script(visit: Open) -> None:
    window = await visit(Kind(has_script=False))
    page = await window.go("/history?outcome=accepted")
    names = [await page.locator(".decision h2 a").nth(n).inner_text() for n in range(2)]
    for each in range(2):
        await page.locator("input[name=pick][type=checkbox]").nth(each).check()

    await page.get_by_role("button", name="Undo…").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Undo 2 decisions?")
    await page.get_by_role("button", name="Undo 2 decisions").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("2 decisions undone")
    await page.get_by_role("link", name="Back to the history").click()
    assert page.url.endswith("/history?outcome=accepted")
    for name in names:
        line = page.locator(".decision", has_text=name).first
        await expect(line.get_by_text("undone")).to_be_visible()


async def test_history_is_sifted_and_one_decision_taken_back(visit: Open, doorman: Shown) -> None:
    name = "Orchard Road (preview).mkv"
    page = await (await visit()).go("/history")
    await page.get_by_label("Decision", exact=True).select_option("dismissed")
    await page.get_by_label("Decided by").select_option("person")

    await page.get_by_role("button", name="Filter").click()
    await expect(page.locator(".decision h2")).to_have_text([name])
    await page.get_by_role("button", name=f"Undo for {name}").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("1 decision undone")
    view = await doorman.house.desk.show(str(doorman.numbers[name]))
    assert view.line.state is FileState.REVIEW


async def test_overview_renews_itself_around_whoever_is_in_it(visit: Open) -> None:
    window = await visit()
    page = await window.go("/overview")
    await page.evaluate("document.querySelector('#way dl').textContent = 'old way'")
    await page.evaluate("document.querySelector('#pace table').textContent = 'old pace'")
    await page.locator("#pace").evaluate("(each) => { each.tabIndex = 0; each.focus(); }")

    await page.evaluate(RENEWED)

    await expect(page.locator("#way")).not_to_contain_text("old way")
    await expect(page.locator("#pace")).to_be_focused()
    await expect(page.locator("#pace")).to_contain_text("old pace")


async def test_overview_tells_by_itself_what_became_otherwise(visit: Open, doorman: Shown) -> None:
    page = await (await visit()).go("/overview")
    dismissed = page.locator("#way .counts div", has=page.get_by_text("dismissed", exact=True))
    before = int(await dismissed.locator("dd").inner_text())

    await doorman.house.desk.dismiss(str(doorman.numbers["Two Bridges.mov"]))

    await expect(dismissed.locator("dd")).to_have_text(str(before + 1))


async def test_button_of_the_overview_says_what_it_did(visit: Open) -> None:
    window = await visit()
    page = await window.go("/overview")

    await page.get_by_role("button", name="Scan films").click()

    await expect(page.locator(".notice[role=status]")).to_contain_text("looks through it now")


async def test_wrong_rule_is_found_at_its_place(visit: Open) -> None:
    window = await visit()
    page = await window.go("/rules")
    await page.get_by_label("Rules (TOML)").fill(WRONG)
    await page.get_by_role("button", name="Try").click()

    await page.get_by_role("link", name="Line 3, column 9").click()

    await expect(page.get_by_label("Rules (TOML)")).to_be_focused()
    assert await page.evaluate("document.activeElement.selectionStart") == WRONG.index("oshas")


async def test_trial_says_what_would_change(visit: Open) -> None:
    window = await visit(Kind(width=PHONE.width, has_script=False))
    page = await window.go("/rules")
    await page.get_by_label("Rules (TOML)").fill(ALWAYS)

    await page.get_by_role("button", name="Try").click()

    found = page.get_by_role("region", name="would be decided otherwise")
    await expect(found).to_contain_text("Nothing was saved")
    assert await window.is_within_width()
