"""Examines media files on the machines of a cluster, and here when there is none.

An answer counts only if it came from the same doorman about the same file. Whatever is doubtful, a
wrongly mapped folder, a stale share, another version, is said once for each worker, and the file
is examined here: slower, but right.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self, assert_never

import anyio
from anyio.abc import TaskGroup
from pydantic import ValidationError

from daemon.looking.aside import NoAnswer, run_aside
from daemon.media.cluster.errors import (
    ClusterDoubt,
    LostWorkers,
    Nonsense,
    NoReply,
    OtherDoorman,
    OtherFile,
)
from daemon.media.cluster.folders import path_there
from daemon.media.cluster.presence import Connection, Log, Presence, Rhythm
from daemon.media.cluster.wire import (
    Done,
    Edition,
    GivenUp,
    Letters,
    Mismatch,
    Order,
    Reply,
    SeenStamp,
)
from daemon.media.errors import FileUnreadable, FileVanished, TookTooLong, WorkerDied
from daemon.media.examination import Examination, Wanted
from daemon.media.pool import WorkerPool
from daemon.media.wire import (
    Answer,
    Answers,
    Examined,
    Hashed,
    Refused,
    Request,
    request_to_line,
    to_error,
)
from daemon.settings.machines import MappedFolder
from rules.fingerprint import Oshash

GRACE_S = 90.0
"""What a file may take beyond its own deadline: a worker process that starts (60 s,
`daemon.media.child`), and the way there and back."""

_LOOK_S = 10
"""How long our own disk may take to tell a stamp; the file is then examined here, and the worker
that waits for the disk has its own deadline."""
_NOTHING_MORE = Wanted()
_UNSEEN = {FileUnreadable.__name__, FileVanished.__name__}
"""Refusals that speak of the worker's way to the file, not of its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A cluster, as the owner describes it."""

    address: str
    folders: Sequence[MappedFolder]
    timeout_s: float
    """Of each file, as is `memory_limit_bytes`."""
    memory_limit_bytes: int
    rhythm: Rhythm = field(default_factory=Rhythm)


class ClusterPool:
    """Examines media files on a cluster, and with the pool of this machine while it is away.

    An async context manager, like the pool it has the methods of.
    """

    def __init__(
        self,
        site: Site,
        *,
        here: WorkerPool,
        connect: Callable[[], Awaitable[Connection]],
        log: Log,
    ) -> None:
        """Prepare; `here` is entered and left together with this pool."""
        self._site = site
        self._here = here
        self._log = log
        self._presence = Presence(
            address=site.address, connect=connect, log=log, rhythm=site.rhythm
        )
        self._edition = Edition.own()
        self._letters = Letters()
        self._answers = Answers()
        self._doubted: set[tuple[type[ClusterDoubt], str]] = set()
        self._life = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Start to look for the cluster, without waiting for it."""
        async with AsyncExitStack() as life:
            await life.enter_async_context(self._here)
            tasks: TaskGroup = await life.enter_async_context(anyio.create_task_group())
            life.callback(tasks.cancel_scope.cancel)
            tasks.start_soon(self._presence.run)
            self._life = life.pop_all()

        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        """Leave the cluster, and end the workers here."""
        return await self._life.__aexit__(exc_type, exc_value, traceback)

    async def oshash(self, path: Path) -> Oshash:
        """Return a file's oshash.

        Raises:
            FileRefused: one of its kinds, when the file cannot be hashed.
            WorkerError: when the worker was given up; the file may be innocent.

        """
        answer = await self._ask(Request(task="oshash", path=path))
        return answer.oshash if isinstance(answer, Hashed) else await self._here.oshash(path)

    async def examine(self, path: Path, wanted: Wanted = _NOTHING_MORE) -> Examination:
        """Return a video file's facts and its phash, or why it has none, and what is wanted.

        Raises:
            FileRefused: one of its kinds, when the file cannot be examined.
            WorkerError: when the worker was given up; the file may be innocent.

        """
        answer = await self._ask(Request(task="examine", path=path, wanted=wanted))
        if isinstance(answer, Examined):
            return answer.examination

        return await self._here.examine(path, wanted)

    async def _ask(self, request: Request) -> Answer | None:
        """Return the cluster's answer about a file; None when there is none that counts."""
        try:
            reply = await self._believed(request)
        except ClusterDoubt as doubt:
            self._say(doubt)
            return None
        except LostWorkers as error:
            raise WorkerDied(request.path, None) from error

        if isinstance(reply, GivenUp):
            raise self._end_of_worker(request.path, reply)
        if isinstance(reply, Refused):
            raise to_error(reply, request.path)

        return reply

    async def _believed(self, request: Request) -> Answer | GivenUp | None:
        """Return an answer about the file that is here; None without a file or a cluster.

        Raises:
            ClusterDoubt: when it may not be about that file.
            LostWorkers: when nobody lived to answer.

        """
        stamp = await _stamp_of(request.path)
        if stamp is None:
            return None  # whoever opens it here finds out why, and says it

        there = path_there(request.path.absolute(), self._site.folders)
        text = await self._reply_to(request, there)
        if text is None:
            return None

        reply = self._read(text, there)
        match reply:
            case Done():
                return self._answer(reply, stamp, there)
            case GivenUp():
                return reply
            case Mismatch():
                raise OtherDoorman(reply.worker, str(reply.edition), str(self._edition))
            case _:
                assert_never(reply)

    async def _reply_to(self, request: Request, there: Path) -> str | None:
        named_there = Request(task=request.task, path=there, wanted=request.wanted)
        order = Order(
            edition=self._edition,
            request=request_to_line(named_there).decode(),
            timeout_s=self._site.timeout_s,
            memory_limit_bytes=self._site.memory_limit_bytes,
        )
        deadline_s = self._site.timeout_s + GRACE_S
        try:
            return await self._presence.ask(self._letters.order_to_text(order), deadline_s)
        except TimeoutError as error:
            raise NoReply(there, deadline_s) from error

    def _read(self, text: str, there: Path) -> Reply:
        try:
            return self._letters.reply_from_text(text)
        except ValidationError as error:
            raise Nonsense(there) from error

    def _answer(self, done: Done, stamp: SeenStamp, there: Path) -> Answer:
        try:
            answer = self._answers.from_line(done.answer.encode())
        except ValidationError as error:
            raise Nonsense(there) from error

        if isinstance(answer, Refused) and answer.reason in _UNSEEN:
            raise OtherFile(done.worker, there, answer.detail)
        if done.stamp is None or not done.stamp.is_same(stamp):
            raise OtherFile(done.worker, there, _difference(stamp, done.stamp))

        return answer

    def _end_of_worker(self, path: Path, reply: GivenUp) -> TookTooLong | WorkerDied:
        if reply.is_late:
            return TookTooLong(path, self._site.timeout_s)

        return WorkerDied(path, reply.exit_status)

    def _say(self, doubt: ClusterDoubt) -> None:
        """Say what is doubtful about a worker, once."""
        what = (type(doubt), doubt.worker)
        if what not in self._doubted:
            self._doubted.add(what)
            self._log.warning(
                "cluster.doubted",
                cluster=self._site.address,
                worker=doubt.worker,
                reason=str(doubt),
            )


async def _stamp_of(path: Path) -> SeenStamp | None:
    """Return what the file looks like from here, None when it cannot be seen."""
    try:
        return SeenStamp.of(await run_aside(path.stat, patience_s=_LOOK_S))
    except (OSError, NoAnswer):
        return None


def _difference(here: SeenStamp, there: SeenStamp | None) -> str:
    """Return what is different there, "" for nothing at all."""
    if there is None:
        return ""
    if here.size_bytes != there.size_bytes:
        return f"{there.size_bytes} bytes there, {here.size_bytes} here"

    return f"changed at {there.mtime_ns} ns there, at {here.mtime_ns} here"
