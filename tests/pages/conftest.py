"""A doorman with a seeded store for every test, and a browser for each module."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest
from playwright.async_api import Browser

from providers.sandbox import Sandbox
from tests.pages.chromium import MISSING, find_chromium, opened_browser
from tests.pages.house import Shown, configured, copy_state, make_seeded, shown
from tests.pages.visits import Kind, Visit, visiting

Open = Callable[..., Awaitable[Visit]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """A seeded store, to be copied."""

    folder: Path
    root: Path
    numbers: dict[str, int]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def chromium() -> Path:
    found = find_chromium()
    if found is None:
        pytest.skip(MISSING)
    return found


@pytest.fixture(scope="module")
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    async with opened_browser(chromium) as opened:
        yield opened


@pytest.fixture(scope="session")
def box() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory, box: Sandbox) -> Seeded:
    folder = tmp_path_factory.mktemp("seeded")
    root = folder / "libraries"
    numbers = anyio.run(make_seeded, configured(folder, root, box))
    return Seeded(folder=folder, root=root, numbers=numbers)


@pytest.fixture
async def doorman(
    chromium: Path,  # noqa: ARG001  # without one, nothing is made ready for it
    seeded: Seeded,
    tmp_path: Path,
    box: Sandbox,
) -> AsyncIterator[Shown]:
    copy_state(seeded.folder, tmp_path)
    async with shown(configured(tmp_path, seeded.root, box), seeded.numbers) as served:
        yield served


@pytest.fixture
async def visit(browser: Browser, doorman: Shown) -> AsyncIterator[Open]:
    """Return what opens a window; at the end nothing may have been amiss in any of them."""
    windows: list[Visit] = []
    async with AsyncExitStack() as stack:

        async def open_window(kind: Kind | None = None) -> Visit:
            window = await stack.enter_async_context(visiting(browser, doorman.url, kind))
            windows.append(window)
            return window

        yield open_window
        assert [each for window in windows for each in window.amiss] == []
