"""What runs inside a Dask worker: take an order, have it done in confined processes, reply.

Media files are as hostile here as anywhere: the Dask worker opens none and looks at none. It keeps
a pool of doorman's own worker processes, which stay warm from one file to the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import distributed
from distributed import WorkerPlugin

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
from daemon.media.errors import FileRefused, TookTooLong, WorkerDied, WorkerError
from daemon.media.pool import WORKER_COMMAND, WorkerPool
from daemon.media.wire import (
    Answer,
    Answers,
    Examined,
    Hashed,
    Request,
    Stamped,
    request_from_line,
    to_refusal,
)

_ENDING_S = 5
"""For the pool of a Dask worker that ends; its processes die with it in any case."""


async def serve_order(text: str, command: Sequence[str] = WORKER_COMMAND) -> str:
    """Return the reply to an order; the Dask worker's event loop runs this.

    Args:
        text: As `Letters.order_to_text` made it, perhaps in another version of doorman.
        command: What starts a worker process, without its arguments.

    """
    letters, worker = Letters(), distributed.get_worker()
    ours = Edition.own()
    if letters.edition_of(text) != ours:
        return letters.reply_to_text(Mismatch(worker=worker.address, edition=ours))

    order = letters.order_from_text(text)
    name = f"doorman {order.timeout_s:g} {order.memory_limit_bytes} {' '.join(command)}"
    plugin = worker.plugins.get(name)
    if not isinstance(plugin, Resident):
        plugin = Resident(name, order, command)
        await worker.plugin_add(plugin, name=name)

    return letters.reply_to_text(await _reply(await plugin.pool(), order, worker.address))


class Resident(WorkerPlugin):
    """Keeps a pool of worker processes as long as the Dask worker lives."""

    def __init__(self, name: str, order: Order, command: Sequence[str]) -> None:
        """Prepare a pool with the limits of an order; `name` is what Dask keeps it under."""
        self._name = name
        self._order = order
        self._command = command
        self._pool: asyncio.Future[ResidentPool] = asyncio.get_running_loop().create_future()
        self._end = asyncio.Event()
        self._life: asyncio.Task[None] | None = None

    async def setup(self, worker: distributed.Worker) -> None:
        """Start the pool, in a task of its own: whoever opens it also has to close it."""
        self._life = asyncio.create_task(self._live(worker))

    async def pool(self) -> ResidentPool:
        """Return the pool once it is open."""
        return await asyncio.shield(self._pool)

    async def teardown(self, worker: distributed.Worker) -> None:  # noqa: ARG002 - Dask's signature
        """End the pool."""
        self._end.set()
        if self._life is not None:
            await asyncio.wait([self._life], timeout=_ENDING_S)

    async def _live(self, worker: distributed.Worker) -> None:
        pool = ResidentPool(
            workers=worker.state.nthreads,
            timeout_s=self._order.timeout_s,
            memory_limit_bytes=self._order.memory_limit_bytes,
            command=self._command,
        )
        try:
            async with pool:
                self._pool.set_result(pool)
                await self._end.wait()
        except OSError as error:  # no process could be started; the next order tries again
            worker.plugins.pop(self._name, None)
            self._pool.set_exception(error)


class ResidentPool(WorkerPool):
    """A pool whose workers also tell what they see."""

    async def stamp(self, path: Path) -> Stamped:
        """Return what a look at a file or folder shows.

        Raises:
            FileRefused: when nothing can be seen.
            WorkerError: when the worker was given up.

        """
        answer = await self._ask(Request(task="stamp", path=path))
        if not isinstance(answer, Stamped):
            raise WorkerDied(path, None)

        return answer


async def _reply(pool: ResidentPool, order: Order, worker: str) -> Reply:
    request = request_from_line(order.request.encode())
    stamp: SeenStamp | None = None
    try:
        seen = await pool.stamp(request.path)
        stamp = SeenStamp(size_bytes=seen.size_bytes, mtime_ns=seen.mtime_ns)
        answer = await _examined(pool, request) or seen
    except FileRefused as error:
        answer = to_refusal(error)
    except WorkerError as error:
        return _given_up(error, worker)

    line = Answers().to_line(answer).decode()
    return Done(worker=worker, stamp=stamp, answer=line)


async def _examined(pool: ResidentPool, request: Request) -> Answer | None:
    """Return the answer to what is asked beside the stamp; None for nothing."""
    match request.task:
        case "examine":
            return Examined(examination=await pool.examine(request.path, request.wanted))
        case "oshash":
            return Hashed(oshash=await pool.oshash(request.path))
        case _:
            return None


def _given_up(error: WorkerError, worker: str) -> GivenUp:
    is_late = isinstance(error, TookTooLong)
    exit_status = error.exit_status if isinstance(error, WorkerDied) else None
    return GivenUp(worker=worker, is_late=is_late, exit_status=exit_status)
