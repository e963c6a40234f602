"""A connection to the scheduler of a Dask cluster, as far as doorman needs one.

The only place of the daemon that meets Dask. Its client reconnects by itself, but cancels all that
was under way; so a connection that was lost is closed here, and its owner makes another one.

Dask reads its own configuration (`DASK_…`, ~/.config/dask): the TLS files for `tls://` are named
there. Nothing of the daemon's environment is sent.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Protocol

import anyio
import distributed

from daemon.media.cluster.errors import ClusterAway, DoormanMissing, LostWorkers
from daemon.media.cluster.resident import serve_order

_ANSWERING_S = 10
"""For a scheduler to let us in, or to tell who is there; it has nothing to compute for either."""
_CLOSING_S = 2

_LOST_WORDS = "the connection to its scheduler was lost"
_LOST = (OSError, concurrent.futures.CancelledError)
"""What Dask raises when a scheduler is not there, or no longer; its CommClosedError is an OSError,
and its FutureCancelledError that of concurrent.futures, not asyncio's."""
_UNUSABLE = (*_LOST, MemoryError, RuntimeError, TypeError, ValueError)
"""What it raises besides when its own configuration does not suit, as tls:// without TLS files; it
takes the greeting of another kind of server for the size of what follows, and asks for that much
memory."""

Errand = Callable[[str], Awaitable[str]]
"""What a Dask worker does with an order; sent by name, so the worker must know it."""


class _Future(Protocol):
    """What is used of Dask's future, which has no types of its own."""

    def exception(self) -> Awaitable[BaseException | None]:
        """Wait, and return what was raised there, None for nothing or a cancelled task."""

    def release(self) -> None:
        """Let the scheduler forget it."""


class _Client(Protocol):
    """What is used of Dask's client, which has no types of its own."""

    status: str

    def __await__(self) -> Generator[object, None, object]:
        """Connect."""

    def nthreads(self) -> Awaitable[Mapping[str, int]]:
        """Return the workers' threads."""

    def submit(
        self, func: Errand, order: str, *, workers: Sequence[str] | None, pure: bool
    ) -> _Future:
        """Send an order."""

    def gather(self, futures: _Future) -> Awaitable[str]:
        """Fetch a result."""

    def close(self, timeout: float) -> Awaitable[None]:
        """Disconnect."""


class Link:
    """A connection to a scheduler that was there a moment ago."""

    def __init__(self, client: _Client, address: str, *, errand: Errand, deadline_s: float) -> None:
        """Hold a connected client; `deadline_s` is the scheduler's own, not a file's."""
        self._client = client
        self._address = address
        self._errand = errand
        self._deadline_s = deadline_s

    async def threads(self) -> Mapping[str, int]:
        """Return how many files each worker can take at once, by the workers' addresses.

        Raises:
            ClusterAway: when the scheduler does not answer.

        """
        self._ensure_connected()
        try:
            with anyio.fail_after(self._deadline_s):
                return await self._client.nthreads()
        except _LOST as error:
            raise self._away(error) from error

    async def ask(self, order: str, worker: str | None = None) -> str:
        """Return the reply to an order; the caller sees to the deadline.

        What is under way there when the caller is cancelled goes on until its own deadline: Dask
        ends nothing that runs.

        Args:
            order: The text that goes there.
            worker: The address of the one that shall take it; None for any.

        Raises:
            ClusterAway: when the scheduler is lost meanwhile.
            LostWorkers: when each worker that took it ended.
            DoormanMissing: when it could not be run there.

        """
        self._ensure_connected()
        future = self._client.submit(
            self._errand, order, workers=[worker] if worker else None, pure=False
        )
        try:
            error = await future.exception()
            if isinstance(error, distributed.KilledWorker):
                raise LostWorkers(str(error)) from error
            if isinstance(error, Exception):
                raise DoormanMissing(worker or "", _brief(error)) from error

            return await self._fetched(future)
        except _LOST as lost:
            raise self._away(lost) from lost
        finally:
            future.release()

    async def close(self) -> None:
        """End the connection; a scheduler that hangs cannot keep it open."""
        with anyio.move_on_after(_CLOSING_S + 1, shield=True):
            try:
                await self._client.close(timeout=_CLOSING_S)
            except _LOST:
                return

    async def _fetched(self, future: _Future) -> str:
        """Return the result of a future that is done.

        Dask fetches several results at once, in one task that all wait for: cancelled by one of
        them, it would be cancelled for all. Hence the shield.
        """
        fetching = asyncio.ensure_future(self._client.gather(future))
        fetching.add_done_callback(_hear)
        return await asyncio.shield(fetching)

    def _ensure_connected(self) -> None:
        if self._client.status != "running":
            raise ClusterAway(self._address, _LOST_WORDS)

    def _away(self, error: BaseException) -> ClusterAway:
        return ClusterAway(self._address, _brief(error))


async def connect(
    address: str, errand: Errand = serve_order, deadline_s: float = _ANSWERING_S
) -> Link:
    """Return a connection to the scheduler at an address.

    Raises:
        ClusterAway: when there is none, or it does not let us in.

    """
    _hush()
    try:
        return await _connected(address, errand, deadline_s)
    except _UNUSABLE as error:
        raise ClusterAway(address, _brief(error)) from error


async def _connected(address: str, errand: Errand, deadline_s: float) -> Link:
    client: _Client = distributed.Client(  # type: ignore[no-untyped-call] # it has none
        address, asynchronous=True, set_as_default=False, timeout=deadline_s, name="doorman"
    )
    link = Link(client, address, errand=errand, deadline_s=deadline_s)
    async with AsyncExitStack() as cleanup:
        cleanup.push_async_callback(link.close)
        with anyio.fail_after(deadline_s + 1):
            await client
        cleanup.pop_all()

    return link


def _hush() -> None:
    """Keep Dask from telling at length what is said by us, once.

    It gives these loggers levels of their own when it is imported; all others inherit the first's.
    """
    for name in ("distributed", "distributed.client", "distributed.gc"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _hear(fetching: asyncio.Future[str]) -> None:
    """Look at what became of a fetch that nobody may wait for any more."""
    if not fetching.cancelled():
        fetching.exception()


def _brief(error: BaseException) -> str:
    """Return what is wrong in a line: Dask's own words, where it has any."""
    if isinstance(error, MemoryError):
        return "what answers there is no Dask scheduler"

    lines = str(error).strip().splitlines()
    if lines:
        return lines[0]

    return "it did not answer in time" if isinstance(error, TimeoutError) else _LOST_WORDS
