"""Visits of a person with a browser, watched for what must not happen on any page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import TypedDict
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Page, Request, Response

_PATIENCE_MS = 20_000
_OUT_OF_ORDER = 500
_REFUSED = "Failed to load resource"
"""What Chromium says of an answer of 400 and more; which ones may be is for the tests to say."""
_SERIOUS_ONES = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations
    .filter((each) => ["serious", "critical"].includes(each.impact))
    .flatMap((each) => each.nodes.map((node) => (
      { rule: `${each.id} (${each.impact})`, html: node.html.slice(0, 200) })));
}"""


class Barrier(TypedDict):
    """What stands in somebody's way, and where."""

    rule: str
    html: str


@lru_cache(maxsize=1)
def _axe() -> str:
    """Return axe-core, which the package carries."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What somebody sits before."""

    width: int = 1280
    height: int = 900
    is_dark: bool = False
    has_script: bool = True


PHONE = Kind(width=360, height=740)


@dataclass(kw_only=True)  # without slots: the driver keeps its own on whoever listens to it
class Visit:
    """One person's page, and all that was amiss while it was looked at."""

    page: Page
    url: str
    amiss: list[str] = field(default_factory=list)

    async def go(self, address: str = "/") -> Page:
        """Open a page of doorman."""
        await self.page.goto(self.url + address)
        return self.page

    async def is_within_width(self) -> bool:
        """Tell whether nothing has to be scrolled sideways."""
        return bool(
            await self.page.evaluate(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            )
        )

    async def barriers(self) -> list[str]:
        """Return what is a serious barrier for somebody, as axe finds it."""
        await self.page.evaluate(_axe())  # by the driver, so the policy of the page stands
        found: list[Barrier] = await self.page.evaluate(_SERIOUS_ONES)
        return [f"{each['rule']}: {each['html']}" for each in found]

    def watch(self) -> None:
        """Note from now on whatever is amiss."""
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.amiss.append(f"script: {error}"))
        self.page.on("request", self._note_request)
        self.page.on("response", self._note_response)

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(_REFUSED):
            self.amiss.append(f"console: {message.text}")

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((self.url + "/", "data:", "blob:")):
            self.amiss.append(f"asked elsewhere: {request.url}")

    def _note_response(self, response: Response) -> None:
        is_lost = response.status == 404 and urlsplit(response.url).path.startswith("/static/")
        if response.status >= _OUT_OF_ORDER or is_lost:
            self.amiss.append(f"{response.status}: {response.url}")


@asynccontextmanager
async def visiting(browser: Browser, url: str, kind: Kind | None = None) -> AsyncIterator[Visit]:
    """Open a window of its own while the block runs."""
    chosen = kind or Kind()
    context = await browser.new_context(
        viewport={"width": chosen.width, "height": chosen.height},
        color_scheme="dark" if chosen.is_dark else "light",
        java_script_enabled=chosen.has_script,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="UTC",
    )
    context.set_default_timeout(_PATIENCE_MS)
    try:
        visit = Visit(page=await context.new_page(), url=url)
        visit.watch()
        yield visit
    finally:
        await context.close()
