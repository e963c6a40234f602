"""Coming in with a password: asked for where one wanted to go, and not guessed at."""

from __future__ import annotations

from playwright.async_api import Page, expect

from daemon.web.gate.access import access_path
from daemon.web.gate.access_file import AccessFile
from daemon.web.gate.attempts import FREE
from daemon.web.gate.issuing import set_password
from tests.pages.conftest import Open
from tests.pages.house import Shown
from tests.pages.visits import PHONE

PASSWORD = "correct horse"  # noqa: S105  # of nothing but this test
MOST_TRIES = 2 * FREE


async def enter(page: Page, password: str) -> None:
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in").click()


async def test_password_leads_where_one_wanted_to_go_and_is_not_guessed(
    visit: Open, doorman: Shown
) -> None:
    settings = doorman.house.settings
    set_password(settings.server, AccessFile(access_path(settings)), PASSWORD)
    window = await visit(PHONE)
    page = await window.go("/history?outcome=accepted")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert await window.is_within_width()
    assert await window.barriers() == []

    alert = page.get_by_role("alert")
    for _ in range(MOST_TRIES):  # on a slow machine a try may take longer than the first waits
        await enter(page, "guessed")
        if "wrong too often" in await alert.inner_text():
            break
        await expect(alert).to_have_text("That is not the password.")
    await expect(alert).to_contain_text("Try again in ")
    while await page.get_by_role("heading", name="Sign in").count():
        await page.wait_for_timeout(300)
        await enter(page, PASSWORD)

    assert page.url == f"{doorman.url}/history?outcome=accepted"
    cookies = await page.context.cookies()
    assert [(each["httpOnly"], each["sameSite"]) for each in cookies] == [(True, "Strict")]
    await page.get_by_role("button", name="Sign out").click()
    await window.go("/history")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
