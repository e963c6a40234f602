"""A doorman over a seeded store, served in this process: its gate, its API and its pages."""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import structlog

from daemon.house import House, opened_house
from daemon.journey.pipeline import run_stage
from daemon.opening import opened_store
from daemon.reception import received
from daemon.settings import Settings, load_settings
from daemon.watch.library import Watching
from providers.sandbox import Sandbox
from tests.pages.seed import seed
from tests.pages.works import ENTRIES, FIRST, LIBRARIES, SECOND

PATIENCE_S = 20.0
_CONFIGURATION = """\
{libraries}
[[source]]
name = "{first}"
url = "{url}"
key = "{key}"
requests_per_minute = 6000
timeout = "5s"

[[source]]
name = "{second}"
url = "{url}"
key = "{key}"
requests_per_minute = 6000
timeout = "5s"

[store]
path = "{folder}/state/doorman.duckdb"

[server]
socket = "{folder}/doorman.sock"
listen = "127.0.0.1:{port}"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A doorman that pages can be asked of."""

    house: House
    url: str
    numbers: dict[str, int] = field(default_factory=dict)
    """Of the files, by name."""


def free_port() -> int:
    """Return a port of loopback that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def configured(folder: Path, root: Path, box: Sandbox) -> Settings:
    """Return the settings of a doorman in a folder, with its libraries below a root."""
    for name in LIBRARIES:
        (root / name).mkdir(parents=True, exist_ok=True)
    libraries = "\n".join(f'[[library]]\npath = "{root / name}"\n' for name in LIBRARIES)
    config = folder / "doorman.toml"
    config.write_text(
        _CONFIGURATION.format(
            libraries=libraries,
            first=FIRST,
            second=SECOND,
            url=box.url,
            key=box.key,
            folder=folder,
            port=free_port(),
        )
    )
    return load_settings(config, {})


async def make_seeded(settings: Settings, *, is_lively: bool = False) -> dict[str, int]:
    """Seed the store of the settings; return the numbers of its files by name."""
    async with opened_store(settings) as database, opened_house(settings, database) as house:
        return await seed(house, ENTRIES, now_s=time.time(), is_lively=is_lively)


def copy_state(seeded: Path, folder: Path) -> None:
    """Put a copy of a seeded store, which is closed, into a folder."""
    shutil.copytree(seeded / "state", folder / "state")


@asynccontextmanager
async def shown(settings: Settings, numbers: dict[str, int]) -> AsyncIterator[Shown]:
    """Serve a seeded store while the block runs; what is answered is decided about at once."""
    address = settings.server.address
    if address is None:
        raise AssertionError("the page is switched off")

    async with (
        opened_store(settings) as database,
        opened_house(settings, database) as house,
        received(house, is_page_wanted=True),
        anyio.create_task_group() as tasks,
    ):
        log = structlog.get_logger()
        tasks.start_soon(_run_deciding, house, log)
        with anyio.fail_after(PATIENCE_S):
            while house.page.trouble is not None:  # noqa: ASYNC110  # nobody rings
                await anyio.sleep(0.01)
        for library in house.libraries:  # no watcher runs, as there are no files to be seen
            house.library_states[library.name] = Watching()
            view = house.rounds.views[library.name]
            view.is_first_done, view.listed_at_s = True, time.time()
        yield Shown(house=house, url=address.url, numbers=numbers)
        tasks.cancel_scope.cancel()


async def _run_deciding(house: House, log: structlog.typing.FilteringBoundLogger) -> None:
    await run_stage(house.stages.deciding, log=log, beat=house.heartbeats)
