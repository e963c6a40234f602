"""Keep one library watched, whatever happens to its disk or to its watcher."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from functools import partial
from pathlib import PurePath
from typing import Protocol, assert_never

import anyio
from anyio.abc import ObjectSendStream

from daemon.looking.mounts import MountKind
from daemon.watch.feed import HintFeed
from daemon.watch.frames import Frame, Kind
from daemon.watch.library import (
    Degraded,
    Hint,
    LibraryState,
    Offline,
    Pace,
    Polling,
    Starting,
    WatchedLibrary,
    Watching,
    WatchMode,
)
from daemon.watch.mounting import mount_changes
from daemon.watch.process import attend, child_command
from daemon.watch.root import RootLook, RootProbe, RootTrouble, judge
from daemon.watch.timing import Backoff
from daemon.watch.trouble import Trouble, TroubleKind

_SHAKY = 3
"""After so many ends in a row a watcher that starts is no news until it has lived a while."""


class Log(Protocol):
    """What a watcher needs of a logger."""

    def info(self, event: str, **facts: object) -> object:
        """Record what the owner wants to know."""

    def warning(self, event: str, **facts: object) -> object:
        """Record that something is not as it should be."""


class LibraryWatcher:
    """Sends hints about one library and tells its state.

    The disk is the truth: a hint says where to look, and a hint without a path is sent whenever
    something may have been missed: at the start, after the library was offline, whenever a watcher
    starts, and on a timer.
    """

    def __init__(
        self,
        library: WatchedLibrary,
        *,
        hints: ObjectSendStream[Hint],
        on_state: Callable[[LibraryState], Awaitable[None] | None],
        log: Log,
        pace: Pace | None = None,
        on_rest: Callable[[float], object] = lambda _: None,
    ) -> None:
        """Prepare; nothing is watched until `run`.

        Args:
            library: What to watch.
            hints: Closed at the end.
            on_state: Told each new state.
            log: Told each new state in words.
            pace: How long to wait for what.
            on_rest: Told before each look at the root within how many seconds the next one
                begins; who is not told any more knows that nobody watches.

        """
        self._library = library
        self._on_state = on_state
        self._log = log
        self._on_rest = on_rest
        self._pace = pace or Pace()
        self._state: LibraryState = Starting()
        self._said: Trouble | None = None
        self._identity = library.identity
        self._probe = RootProbe(library.root, answer_s=self._pace.root_answer_s)
        self._feed = HintFeed(library.name, hints, gap_s=self._pace.rescan_gap_s)
        self._backoff = Backoff(
            first_s=self._pace.first_delay_s, longest_s=self._pace.longest_delay_s
        )
        self._ready_s: float | None = None
        self._doubt = anyio.Event()

    @property
    def state(self) -> LibraryState:
        """Return how the library is watched now."""
        return self._state

    async def run(self, command: Sequence[str] | None = None) -> None:
        """Watch until cancelled.

        Args:
            command: What to run as the watcher's process, in place of doorman's own.

        """
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._feed.run)
            tasks.start_soon(self._heed_mounts)
            await self._keep(command or child_command(self._library))

    async def _heed_mounts(self) -> None:
        async with aclosing(mount_changes()) as changes:
            async for _ in changes:
                self._doubt.set()

    async def _wait_for_doubt(self) -> None:
        """Return when the root should be looked at."""
        self._on_rest(self._pace.liveness_s)
        with anyio.move_on_after(self._pace.liveness_s):
            await self._doubt.wait()

        self._doubt = anyio.Event()

    async def _keep(self, command: Sequence[str]) -> None:
        """Watch while the root is there, wait while it is not."""
        while True:
            look = await self._probe.look()
            reason = judge(look, self._identity)
            if isinstance(look, RootLook) and reason is None:
                self._identity = look.identity
                await self._watch(look, command)
            else:
                self._feed.stop()
                await self._tell(Offline(reason=reason or ""))
                await self._wait_for_doubt()

    async def _watch(self, look: RootLook, command: Sequence[str]) -> None:
        """Watch until the root is no longer what it was."""
        is_polled = self._is_polled(look.kind)
        library = self._library
        self._feed.rescan_every(library.poll_every_s if is_polled else library.rescan_s)
        self._feed.rescan_soon(within_s=0.0 if is_polled else self._pace.first_rescan_s)
        if is_polled:
            await self._tell(Polling(every_s=library.poll_every_s))
        elif not self._is_shaky:
            await self._tell(Starting())
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._guard, look, tasks.cancel_scope)
            if library.mode is not WatchMode.POLL:
                await self._keep_child(command, is_polled=is_polled)
                tasks.cancel_scope.cancel()

    @property
    def _is_shaky(self) -> bool:
        return self._backoff.failures >= _SHAKY

    def _is_polled(self, kind: MountKind) -> bool:
        """Tell whether events do not suffice there, or are not wanted."""
        match self._library.mode:
            case WatchMode.AUTO:
                return kind is not MountKind.LOCAL
            case mode:
                return mode is WatchMode.POLL

    async def _guard(self, before: RootLook, scope: anyio.CancelScope) -> None:
        """End the watching when the root is another, is gone, or does not answer."""
        while True:
            await self._wait_for_doubt()
            now = await self._probe.look()
            if isinstance(now, RootTrouble) or now.place != before.place:
                scope.cancel()
                return

    async def _keep_child(self, command: Sequence[str], *, is_polled: bool) -> None:
        """Keep a watcher running; return when the root must be looked at first."""
        while True:
            self._ready_s = None
            receive = partial(self._receive, is_polled=is_polled)
            trouble = await attend(command, pace=self._pace, receive=receive)
            delay_s = self._backoff.fail(is_lasting=trouble.is_lasting)
            await self._suffer(trouble, is_polled=is_polled)
            await anyio.sleep(delay_s)
            if trouble.kind is TroubleKind.ROOT_LOST:
                return

    async def _suffer(self, trouble: Trouble, *, is_polled: bool) -> None:
        """Do without a watcher for a while."""
        self._doubt.set()
        self._feed.rescan_every(min(self._library.poll_every_s, self._library.rescan_s))
        if is_polled and trouble != self._said:
            self._said = trouble
            self._log.info("watcher.ended", library=self._library.name, reason=trouble.reason)
        is_news = trouble.kind is not TroubleKind.ROOT_LOST or self._is_shaky
        if is_news and not is_polled:
            await self._tell(Degraded(reason=trouble.reason, remedy=trouble.remedy))

    async def _receive(self, frame: Frame, *, is_polled: bool) -> None:
        """Act on what a watcher says."""
        match frame.kind:
            case Kind.PATH:
                self._feed.add(PurePath(frame.text))
            case Kind.RESCAN:
                self._feed.rescan_soon()
            case Kind.READY:
                self._ready_s = self._ready_s or anyio.current_time()
                if not is_polled:  # what happened before its watches were set was not reported
                    self._feed.rescan_soon()
            case _:
                pass

        await self._recover(is_polled=is_polled)

    async def _recover(self, *, is_polled: bool) -> None:
        """Call the library watched again once its watcher can be relied on."""
        if self._ready_s is None:
            return

        if anyio.current_time() - self._ready_s >= self._pace.steady_s:
            self._backoff.forget()
        if not is_polled and not self._is_shaky:
            self._feed.rescan_every(self._library.rescan_s)
            await self._tell(Watching())

    async def _tell(self, state: LibraryState) -> None:
        """Say once that the state is another."""
        if state == self._state:
            return

        self._state = state
        _log_state(self._log, self._library.name, state)
        heard = self._on_state(state)
        if heard is not None:
            await heard


def _log_state(log: Log, library: str, state: LibraryState) -> None:
    match state:
        case Starting():
            log.info("library.found", library=library)
        case Watching():
            log.info("library.watched", library=library)
        case Polling(every_s=every_s):
            log.info("library.polled", library=library, every_s=every_s)
        case Degraded(reason=reason, remedy=remedy):
            log.warning("library.degraded", library=library, reason=reason, remedy=remedy)
        case Offline(reason=reason):
            log.warning("library.lost", library=library, reason=reason)
        case _:
            assert_never(state)
