from __future__ import annotations

import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import anyio
import pytest

from daemon.app import HOLDABLE, Manner, NotHoldable, run_daemon, states_to_hold
from daemon.desk.views import StatusView
from daemon.opening import opened_store
from daemon.remote import Remote, over_socket
from daemon.settings import Settings, load_settings
from daemon.web.server import SocketUnusable
from rules.errors import DoormanError
from rules.journey import FileState
from store.errors import StoreHeld

PATIENCE_S = 30
LOOK_EVERY_S = 0.02
LOOKS_AT_A_HELD_FILE = 50
"""A second or two; where nothing holds it, the file is through in less than half of one."""
QUIETLY = Manner(environment={})
ONCE = replace(QUIETLY, is_watching=False)
HELD = replace(QUIETLY, held=(FileState.SETTLED,))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings with one empty library, whose files settle at once."""
    films = tmp_path / "films"
    films.mkdir()
    config = tmp_path / "doorman.toml"
    config.write_text(
        f'[[library]]\npath = "{films}"\nsettle = "100ms"\n'
        f'[store]\npath = "{tmp_path}/state/doorman.duckdb"\n'
        f'[server]\nsocket = "{tmp_path}/doorman.sock"\nlisten = "off"\n'
        "[fingerprint]\nattempts = 1\n"
    )
    return load_settings(config, {})


def put_broken_video(settings: Settings) -> None:
    path = settings.libraries[0].path / "Harbour at Dawn.mkv"
    path.write_bytes(b"no video" * 20_000)


@dataclass(kw_only=True)
class Life:
    """A daemon's life in this process."""

    settings: Settings
    has_done_all: bool | None = None
    """None until it ended by itself."""
    ended: anyio.Event = field(default_factory=anyio.Event)

    async def ask(self, question: Callable[[Remote], Awaitable[StatusView]]) -> StatusView | None:
        """Return what it answers; None while it does not listen."""
        async with over_socket(self.settings.server.socket) as remote:
            return await question(remote) if remote is not None else None

    async def until(self, is_so: Callable[[StatusView], bool]) -> StatusView:
        """Return how everything stands once it is so."""
        with anyio.fail_after(PATIENCE_S):
            while True:
                status = await self.ask(lambda remote: remote.status())
                if status is not None and is_so(status):
                    return status
                await anyio.sleep(LOOK_EVERY_S)


@asynccontextmanager
async def living(settings: Settings, manner: Manner = QUIETLY) -> AsyncIterator[Life]:
    """Run the daemon while the block runs; then cancel it, unless it has ended."""
    life = Life(settings=settings)

    async def live() -> None:
        life.has_done_all = await run_daemon(settings, manner)
        life.ended.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(live)
        yield life
        tasks.cancel_scope.cancel()


async def is_let_go(settings: Settings) -> bool:
    """Tell whether nothing holds the store or the socket any more."""
    async with opened_store(settings), over_socket(settings.server.socket) as remote:
        return remote is None and not await anyio.Path(settings.server.socket).exists()


@dataclass
class Watcher:
    """Remembers what it was shown."""

    shown: list[StatusView] = field(default_factory=list)

    def show(self, status: StatusView) -> None:
        self.shown.append(status)


async def test_without_watching_it_ends_when_nothing_is_left_to_do(settings: Settings) -> None:
    watcher = Watcher()

    with anyio.fail_after(PATIENCE_S):
        assert await run_daemon(settings, replace(ONCE, progress=watcher))

    assert await is_let_go(settings)
    last = watcher.shown[-1]
    assert last.is_idle
    assert last.libraries[0].listed_at_s is not None


async def test_without_watching_everything_that_is_there_is_worked_off(settings: Settings) -> None:
    put_broken_video(settings)
    watcher = Watcher()

    with anyio.fail_after(PATIENCE_S):
        assert await run_daemon(settings, replace(ONCE, progress=watcher))

    assert watcher.shown[-1].states[FileState.FAILED] == 1


async def test_library_that_a_person_confirmed_is_believed(settings: Settings) -> None:
    put_broken_video(settings)
    await run_daemon(settings, ONCE)
    (settings.libraries[0].path / "Harbour at Dawn.mkv").unlink()
    watcher = Watcher()

    with anyio.fail_after(PATIENCE_S):
        await run_daemon(settings, replace(ONCE, progress=watcher, confirmed=["films"]))

    assert watcher.shown[-1].missing == 1


async def test_cancelled_daemon_lets_go_of_everything(settings: Settings) -> None:
    async with living(settings) as life:
        status = await life.until(lambda status: status.libraries[0].listed_at_s is not None)

    assert (status.is_running, status.pid) == (True, os.getpid())
    assert life.has_done_all is None
    assert await is_let_go(settings)


async def test_signal_ends_it_in_order(settings: Settings) -> None:
    async with living(settings, HELD) as life:
        put_broken_video(settings)
        await life.until(lambda status: status.states[FileState.SETTLED] == 1)
        os.kill(os.getpid(), signal.SIGTERM)
        with anyio.fail_after(PATIENCE_S):
            await life.ended.wait()

    assert life.has_done_all is False
    assert await is_let_go(settings)


async def test_files_are_left_in_a_held_state(settings: Settings) -> None:
    put_broken_video(settings)

    async with living(settings, HELD) as life:
        await life.until(lambda status: status.states[FileState.SETTLED] == 1)
        for _ in range(LOOKS_AT_A_HELD_FILE):
            held = await life.until(lambda _: True)
            assert (held.states[FileState.SETTLED], held.is_idle) == (1, False)
            await anyio.sleep(LOOK_EVERY_S)

    async with living(settings) as life:
        await life.until(lambda status: status.states[FileState.FAILED] == 1)


async def test_watched_library_is_told_as_such(settings: Settings) -> None:
    async with living(settings) as life:
        status = await life.until(lambda status: status.libraries[0].state == "watching")

        put_broken_video(settings)
        await life.until(lambda status: status.states[FileState.FAILED] == 1)

    assert status.libraries[0].reason is None


async def test_library_that_is_not_there_stops_nothing(settings: Settings) -> None:
    settings.libraries[0].path.rmdir()

    async with living(settings) as life:
        status = await life.until(lambda status: status.libraries[0].state == "offline")

    assert status.libraries[0].reason is not None


async def test_store_that_is_held_is_left_to_its_holder(settings: Settings) -> None:
    async with opened_store(settings):
        with pytest.raises(StoreHeld):
            await run_daemon(settings, ONCE)

    assert not settings.server.socket.exists()


async def test_socket_that_cannot_be_made_lets_go_of_the_store(settings: Settings) -> None:
    settings.server.socket.write_text("mine")

    with pytest.RaisesGroup(SocketUnusable, flatten_subgroups=True):
        await run_daemon(settings, ONCE)

    assert settings.server.socket.read_text() == "mine"
    async with opened_store(settings):
        pass


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """Return where a service manager listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(0)
        yield listening


def environment_of(manager: socket.socket) -> Mapping[str, str]:
    return {
        "NOTIFY_SOCKET": manager.getsockname(),
        "WATCHDOG_USEC": "200000",
        "WATCHDOG_PID": str(os.getpid()),
    }


async def hear(manager: socket.socket, wanted: str) -> str:
    """Return the first message that begins so."""
    with anyio.fail_after(PATIENCE_S):
        while True:
            await anyio.wait_readable(manager)
            heard = manager.recv(4096).decode()
            if heard.startswith(wanted):
                return heard


async def test_service_manager_hears_of_its_life(
    settings: Settings, manager: socket.socket
) -> None:
    async with living(settings, Manner(environment=environment_of(manager))) as life:
        opening = await hear(manager, "EXTEND")
        ready = await hear(manager, "READY=1")
        status = await hear(manager, "STATUS=")
        await hear(manager, "WATCHDOG=1")
        os.kill(os.getpid(), signal.SIGINT)
        stopping = await hear(manager, "STOPPING=1")
        with anyio.fail_after(PATIENCE_S):
            await life.ended.wait()

    assert opening == "EXTEND_TIMEOUT_USEC=1800000000\nSTATUS=opening the store"
    assert ready == "READY=1\nSTATUS=looking through the libraries"
    assert status in {"STATUS=looking through films", "STATUS=nothing to do, 0 files done"}
    assert stopping == "STOPPING=1\nSTATUS=finishing what is under way"


def test_states_are_held_by_their_names() -> None:
    assert states_to_hold([]) == ()
    assert states_to_hold([state.value for state in HOLDABLE]) == tuple(HOLDABLE)


@pytest.mark.parametrize("name", ["", "review", "SETTLED", "done"])
def test_only_states_that_a_stage_leads_out_of_can_be_held(name: str) -> None:
    with pytest.raises(NotHoldable) as caught:
        states_to_hold(["settled", name])

    assert isinstance(caught.value, DoormanError)
    assert str(caught.value) == (
        f"files cannot be held in {name!r}; hold one of: settled, ready, answered, accepted"
    )
