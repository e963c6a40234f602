"""The processes in which media files are opened.

A media file is a stranger: it can make a decoder crash, hang or eat memory, and a network share
can hang any read.  In a process of its own that costs one file.

Why not `anyio.to_process`: it kills on cancellation too, but its workers inherit the whole
environment (secrets included), run the parent's main module again, take their answers as
pickles, and know neither start-up limits nor the end of a killed parent.  Why not
`concurrent.futures` or `multiprocessing`: one dead worker breaks the former's whole pool, and
neither can kill a single hung task.  Started processes, two pipes and lines of text can.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    nullcontext,
)
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

import anyio
from anyio.abc import TaskGroup
from pydantic import ValidationError

from daemon.media.child import Child, WorkerGone, start
from daemon.media.errors import OutOfMemory, TookTooLong, WorkerDied, WorkerMissing
from daemon.media.examination import Examination, Still, Wanted
from daemon.media.lanes import Lanes
from daemon.media.picture_examination import PictureExamination
from daemon.media.wire import (
    Answer,
    Answers,
    Decoded,
    Examined,
    Hashed,
    Pictured,
    Refused,
    Request,
    Stilled,
    request_to_line,
    to_error,
)
from rules.fingerprint import Oshash

WORKER_COMMAND = (sys.executable, "-P", "-m", "daemon.media.worker")
"""-P: a module is never imported from the current folder."""

_RETIREMENT_FILES = 500  # native libraries leak a little with each file
_NOTHING_MORE = Wanted()
_IDLE_S = 60  # an idle worker holds some 60 MB for what half a second brings back


class WorkerPool:
    """Examines media files in worker processes, so many at a time.

    An async context manager: it starts the workers on entering, so that they warm up while the
    daemon does other things, and none outlives the block.  Idle ones are ended after a minute
    and started again when needed.
    """

    def __init__(
        self,
        *,
        workers: int,
        timeout_s: float,
        memory_limit_bytes: int,
        command: Sequence[str] = WORKER_COMMAND,
        idle_s: float = _IDLE_S,
        lanes: Lanes | None = None,
        is_warmed_up: bool = True,
    ) -> None:
        """Prepare the pool.

        `timeout_s` and `memory_limit_bytes` are each worker's, per file; `command` gets our
        process number and the memory limit as its arguments.  With `lanes`, a file waits until
        its disks are free for it; the deadline does not run meanwhile.  One that is not
        `is_warmed_up` starts each worker when it is needed.
        """
        self._started_at_once = workers if is_warmed_up else 0
        self._timeout_s = timeout_s
        self._command = (*command, str(os.getpid()), str(memory_limit_bytes))
        self._idle_s = idle_s
        self._lanes = lanes
        self._slots = anyio.Semaphore(workers)
        self._idle: list[Child] = []
        self._tasks: TaskGroup | None = None  # only while the block runs
        self._answers = Answers()
        self._life = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Start the workers, without waiting until they are warm."""
        async with AsyncExitStack() as life:
            life.push_async_callback(self._close_idle)
            for _ in range(self._started_at_once):
                self._idle.append(await start(self._command))

            tasks: TaskGroup = await life.enter_async_context(anyio.create_task_group())
            life.callback(self._shut, tasks)
            tasks.start_soon(self._retire_idle)
            self._life = life.pop_all()

        self._tasks = tasks
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        """End all workers."""
        return await self._life.__aexit__(exc_type, exc_value, traceback)

    async def oshash(self, path: Path) -> Oshash:
        """Return a file's oshash.

        Raises:
            FileRefused: one of its kinds, when the file cannot be hashed.
            WorkerError: when the worker was given up; the file may be innocent.

        """
        answer = await self._ask(Request(task="oshash", path=path))
        if not isinstance(answer, Hashed):
            raise WorkerDied(path, None)

        return answer.oshash

    async def examine(self, path: Path, wanted: Wanted = _NOTHING_MORE) -> Examination:
        """Return a video file's facts and its phash, or why it has none, and what is wanted.

        Raises:
            FileRefused: one of its kinds, when the file cannot be examined.
            WorkerError: when the worker was given up; the file may be innocent.

        """
        answer = await self._ask(Request(task="examine", path=path, wanted=wanted))
        if not isinstance(answer, Examined):
            raise WorkerDied(path, None)

        return answer.examination

    async def picture(self, path: Path) -> PictureExamination:
        """Return a picture's facts and hashes, or why it has no phash.

        Raises:
            FileRefused: one of its kinds, when the file cannot be examined.
            WorkerError: when the worker was given up; the file may be innocent.

        """
        answer = await self._ask(Request(task="picture", path=path))
        if not isinstance(answer, Pictured):
            raise WorkerDied(path, None)

        return answer.examination

    async def picture_damage(self, path: Path) -> str | None:
        """Return why a picture cannot be shown whole, after decoding it; None when it can.

        Raises:
            FileRefused: one of its kinds, when the file cannot be decoded.
            WorkerError: when the worker was given up; the file may be innocent.

        """
        answer = await self._ask(Request(task="decode", path=path))
        if not isinstance(answer, Decoded):
            raise WorkerDied(path, None)

        return answer.damage

    async def still(self, path: Path) -> Still:
        """Return the picture of a video that shows most, or why there is none.

        Raises:
            FileRefused: one of its kinds, when the file cannot be looked at.
            WorkerError: when the worker was given up; the file may be innocent.

        """
        answer = await self._ask(Request(task="still", path=path))
        if not isinstance(answer, Stilled):
            raise WorkerDied(path, None)

        return answer.still

    async def _ask(self, request: Request) -> Answer:
        path = request.path
        async with self._disk(path), self._worker(path) as worker:
            try:
                line = await worker.ask(request_to_line(request), self._timeout_s)
                answer = self._answers.from_line(line)
            except TimeoutError as error:
                raise TookTooLong(path, self._timeout_s) from error
            except WorkerGone as error:
                raise WorkerDied(path, error.exit_status) from error
            except ValidationError as error:
                worker.retire()
                raise WorkerDied(path, None) from error

            if isinstance(answer, Refused):
                _raise_refusal(answer, path, worker)

        return answer

    def _disk(self, path: Path) -> AbstractAsyncContextManager[None]:
        """Hold the disks of a file; whoever waits for them holds no worker."""
        return nullcontext() if self._lanes is None else self._lanes.reading(path)

    @asynccontextmanager
    async def _worker(self, path: Path) -> AsyncIterator[Child]:
        """Lend a worker for a file; one that owes an answer at the end of the block is killed."""
        async with self._slots:
            worker = await self._take(path)
            try:
                yield worker
            finally:
                if self._can_be_kept(worker):
                    self._idle.append(worker)
                else:
                    await self._end(worker)

    def _can_be_kept(self, worker: Child) -> bool:
        is_open = self._tasks is not None
        return is_open and worker.is_reusable and worker.asked < _RETIREMENT_FILES

    async def _take(self, path: Path) -> Child:
        """Return a living worker; some may have died while nobody asked them anything."""
        while self._idle:
            worker = self._idle.pop()
            if worker.is_reusable:
                return worker

            await self._end(worker)

        try:
            return await start(self._command)
        except OSError as error:
            raise WorkerMissing(path, error) from error

    async def _end(self, worker: Child) -> None:
        """End a worker; one that cannot be killed yet keeps nobody waiting."""
        if not await worker.close() and self._tasks is not None:
            self._tasks.start_soon(worker.outlive)

    async def _retire_idle(self) -> None:
        """End each worker that has been idle long enough, when it has."""
        while True:
            await anyio.sleep(self._next_retirement_in_s())
            before_s = anyio.current_time() - self._idle_s
            retired = [worker for worker in self._idle if worker.idle_since_s <= before_s]
            self._idle = [worker for worker in self._idle if worker.idle_since_s > before_s]
            for worker in retired:
                await self._end(worker)

    def _next_retirement_in_s(self) -> float:
        """Return how long until the next one; none that is busy now can be due before."""
        now_s = anyio.current_time()
        since_s = min((worker.idle_since_s for worker in self._idle), default=now_s)
        return max(since_s + self._idle_s - now_s, 0)

    def _shut(self, tasks: TaskGroup) -> None:
        self._tasks = None
        tasks.cancel_scope.cancel()

    async def _close_idle(self) -> None:
        while self._idle:
            await self._idle.pop().close()


def _raise_refusal(refused: Refused, path: Path, worker: Child) -> NoReturn:
    error = to_error(refused, path)
    if isinstance(error, OutOfMemory):
        worker.retire()  # it is about to end itself

    raise error
