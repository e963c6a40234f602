"""The browser: Debian's own, without a window, which reaches nothing but this machine."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright

MISSING = (
    "no Chromium: the pages were not tried in a browser; install it (Debian: apt-get install"
    " chromium), which make test does by itself where it may"
)
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = (
    "--disable-gpu",
    "--disable-background-networking",  # updates, and whatever else it would ask for by itself
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def find_chromium() -> Path | None:
    """Return where a Chromium lies, None where there is none."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    return Path(found) if found else None


@asynccontextmanager
async def opened_browser(program: Path) -> AsyncIterator[Browser]:
    """Run it while the block runs."""
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=program, args=list(_OPTIONS))
        try:
            yield browser
        finally:
            await browser.close()
