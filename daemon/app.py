"""The daemon's life: start everything, keep it going, end it in order."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Collection, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import anyio
import structlog
from anyio.abc import ObjectSendStream, TaskGroup

from daemon.desk.views import StatusView
from daemon.doing import Outlook, describe
from daemon.dry_run import Tally, Tell
from daemon.house import House, opened_house
from daemon.journey.pipeline import run_stage
from daemon.libraries import watched
from daemon.opening import opened_store
from daemon.reception import received
from daemon.rehearsing import rehearse_all
from daemon.service.health import Notifier, feed, watchdog_s
from daemon.settings import LibrarySettings, Settings
from daemon.version import doorman_version
from daemon.watch.library import Hint, LibraryState, Offline, Starting
from daemon.watch.watcher import LibraryWatcher
from rules.errors import UsageError
from rules.journey import FileState

HINTS_WAITING = 1000
"""Hints that may wait; then watchers wait too, and the kernel's queue holds the rest."""
OPENING_WITHIN_S = 1800.0
"""How long the service manager waits for a store of an older version to be copied and migrated."""
STATUS_EVERY_S = 10.0
IDLE_LOOK_EVERY_S = 0.2
LOOKING_SHARE = 9
"""Looking at a store of a million files takes a while; at most a tenth of the time goes there."""

HOLDABLE: Mapping[FileState, str] = {
    FileState.SETTLED: "hashing",
    FileState.READY: "identify",
    FileState.ANSWERED: "deciding",
    FileState.ACCEPTED: "apply",
}
"""States in which files can be held, and the stage that would lead them on."""


class NotHoldable(UsageError):
    """Files cannot be held in that state."""

    def __init__(self, state: str) -> None:
        """Build the message from the state."""
        super().__init__(f"files cannot be held in {state!r}; hold one of: {', '.join(HOLDABLE)}")


def states_to_hold(names: Collection[str]) -> tuple[FileState, ...]:
    """Return the states of these names.

    Raises:
        NotHoldable: files cannot be held there.

    """
    known = {state.value: state for state in HOLDABLE}
    for name in names:
        if name not in known:
            raise NotHoldable(name)

    return tuple(known[name] for name in names)


class Progress(Protocol):
    """Who is shown how far it is."""

    def show(self, status: StatusView) -> None:
        """Show how everything stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How doorman runs this time."""

    environment: Mapping[str, str]
    is_watching: bool = True
    """False: look through the libraries once, and end when nothing is left to do."""
    confirmed: Collection[str] = ()
    """Libraries of which a person says that what lies there is all there is."""
    held: Collection[FileState] = field(default_factory=tuple)
    """States that files are left in, for whoever wants to look closely."""
    progress: Progress | None = None
    patience_s: float = 0.0
    """How long a command that holds the store is waited for."""


async def run_daemon(settings: Settings, manner: Manner) -> bool:
    """Run until a signal asks to end or, when not watching, until all is done.

    Returns whether all was done, and not ended before.

    Raises:
        StoreError: the store cannot be held, or failed; what was committed stays.
        ConfigurationError: something in the settings cannot work on this machine.

    """
    notifier = Notifier(manner.environment)
    notifier.extend_start(OPENING_WITHIN_S, "opening the store")
    is_done = False
    async with (
        opened_store(settings, patience_s=manner.patience_s) as database,
        opened_house(settings, database) as house,
        received(house, is_page_wanted=manner.is_watching),
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(_end_on_signal, tasks, notifier)
        await _start(house, manner, tasks)
        tasks.start_soon(_report, house, notifier)
        interval_s = watchdog_s(manner.environment, process_id=os.getpid())
        if interval_s is not None:
            heartbeats = house.heartbeats
            log = structlog.get_logger()
            tasks.start_soon(partial(feed, notifier, heartbeats, every_s=interval_s / 2, log=log))
        notifier.ready("looking through the libraries")
        structlog.get_logger().info(
            "daemon.started",
            version=doorman_version(),
            configuration=str(settings.origin),
            libraries=[library.name for library in house.libraries],
        )
        if not manner.is_watching:
            await _until_idle(house, manner.progress)
            is_done = True
            tasks.cancel_scope.cancel()
    structlog.get_logger().info("daemon.stopped")
    return is_done


async def run_dry(settings: Settings, tell: Tell) -> Tally:
    """Look through the libraries and tell what would be done; no stage is started, none is done.

    Raises:
        StoreError: the store cannot be held, as where a daemon runs.
        ConfigurationError: something in the settings cannot work on this machine.

    """
    async with opened_store(settings) as database, opened_house(settings, database) as house:
        return await rehearse_all(house.means, tell)


async def _start(house: House, manner: Manner, tasks: TaskGroup) -> None:
    """Start every task of the house."""
    for name in manner.confirmed:
        house.rounds.request(name, is_confirmed=True)
    feeding, hints = anyio.create_memory_object_stream[Hint](HINTS_WAITING)
    tasks.start_soon(house.entrance.run, hints)
    tasks.start_soon(house.rounds.run)
    async with feeding:
        for number, library in enumerate(house.libraries if manner.is_watching else (), 1):
            watcher = await _watcher(house, library, feeding.clone(), number=number)
            tasks.start_soon(watcher.run)
    held = {HOLDABLE[state] for state in manner.held}
    for name, start in _stage_starters(house).items():
        if name not in held:
            house.stage_clock.know(name)
            tasks.start_soon(start)


def _stage_starters(house: House) -> dict[str, Callable[[], Coroutine[object, object, None]]]:
    run_one = partial(
        run_stage, log=structlog.get_logger(), beat=house.heartbeats, meter=house.stage_clock
    )
    stages = house.stages
    return {
        "hashing": partial(run_one, stages.hashing),
        "regenerating": partial(run_one, stages.regenerating),
        "identify": partial(run_one, stages.identify),
        "deciding": partial(run_one, stages.deciding),
        "apply": partial(run_one, stages.apply),
        "tell": partial(run_one, stages.tell),
        "submitting": partial(run_one, stages.submitting),
        "announcing": partial(run_one, stages.announcing),
    }


async def _watcher(
    house: House, library: LibrarySettings, hints: ObjectSendStream[Hint], *, number: int
) -> LibraryWatcher:
    def rest(until_s: float) -> None:  # by its number: who asks how we are may be anybody
        house.heartbeats.rest(f"watcher {number}", until_s=until_s)

    def keep(state: LibraryState) -> None:
        house.library_states[library.name] = state
        if isinstance(state, Offline):
            house.rounds.request(library.name)  # which finds out what is lost, and says so

    keep(Starting())
    rest(0)
    identity = await house.rounds.root_identity(library.name)
    return LibraryWatcher(
        watched(library, identity=identity),
        hints=hints,
        on_state=keep,
        log=structlog.get_logger(library=library.name),
        on_rest=rest,
    )


async def _end_on_signal(tasks: TaskGroup, notifier: Notifier) -> None:
    """End everything in order when a signal asks for it; what is committed stays."""
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        async for received in signals:
            structlog.get_logger().info("daemon.stopping", signal=signal.Signals(received).name)
            notifier.stopping("finishing what is under way")
            tasks.cancel_scope.cancel()
            return


async def _report(house: House, notifier: Notifier) -> None:
    """Tell the service manager what doorman is doing, in words."""
    outlook = Outlook(house.desk.status, partial(_signs, house))
    while notifier.is_heard:
        notifier.status(describe(await outlook.status(), house.heartbeats.stopped()))
        await anyio.sleep(STATUS_EVERY_S)


def _signs(house: House) -> tuple[object, ...]:
    """Return what is another whenever something happened, as far as memory tells."""
    return house.means.database.commits, house.desk.household.library_lines({})


async def _until_idle(house: House, progress: Progress | None) -> None:
    """Return when every library was looked through and nothing is left to do now."""
    while True:
        began_s = anyio.current_time()
        status = await house.desk.status()
        took_s = anyio.current_time() - began_s
        if progress is not None:
            progress.show(status)
        is_seen = all(view.is_first_done for view in house.rounds.views.values())
        if is_seen and status.is_idle:
            return

        await anyio.sleep(max(IDLE_LOOK_EVERY_S, LOOKING_SHARE * took_s))
