"""`python -m tests.screenshots FOLDER`: every page as a picture, light, dark and on a phone."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import anyio
import structlog
from playwright.async_api import Browser

from providers.sandbox import Sandbox
from tests.pages.chromium import MISSING, find_chromium, opened_browser
from tests.pages.house import Shown, configured, make_seeded, shown
from tests.pages.sights import sights
from tests.pages.visits import PHONE, Kind, visiting

_EVERY_IMAGE = """() => Promise.all([...document.images].map((image) => {
  image.loading = "eager";
  return image.decode().catch(() => null);
}))"""
"""Also those further down, which are otherwise loaded when somebody gets there."""
KINDS = {"light": Kind(), "dark": Kind(is_dark=True), "phone": PHONE}


async def take_all(target: Path, program: Path) -> int:
    """Take every picture; return 1 when something was amiss on a page."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    with tempfile.TemporaryDirectory() as name, Sandbox() as box:
        folder = Path(name)
        settings = configured(folder, folder / "libraries", box)
        numbers = await make_seeded(settings, is_lively=True)
        async with shown(settings, numbers) as served, opened_browser(program) as browser:
            amiss = [
                each
                for kind_name, kind in KINDS.items()
                for each in await _take(browser, served, target, kind_name, kind)
            ]
    for each in amiss:
        sys.stderr.write(f"{each}\n")
    return 1 if amiss else 0


async def _take(
    browser: Browser, served: Shown, target: Path, kind_name: str, kind: Kind
) -> list[str]:
    async with visiting(browser, served.url, kind) as window:
        for name, address in sights(served.numbers).items():
            page = await window.go(address)
            await page.evaluate(_EVERY_IMAGE)
            path = target / f"{name}-{kind_name}.png"
            await page.screenshot(path=path, full_page=True, animations="disabled")
            sys.stdout.write(f"{path}\n")
            if not await window.is_within_width():
                window.amiss.append(f"{name} is wider than {kind.width} pixels")
        return [f"{kind_name}: {each}" for each in window.amiss]


def main(arguments: Mapping[int, str]) -> int:
    """Take pictures into the folder that is named first."""
    program = find_chromium()
    if program is None:
        sys.stderr.write(f"{MISSING}\n")
        return 1

    target = Path(arguments.get(1, "screenshots"))
    target.mkdir(parents=True, exist_ok=True)
    return anyio.run(take_all, target, program)


if __name__ == "__main__":
    sys.exit(main(dict(enumerate(sys.argv))))
