"""Whether the cluster is there, and for how many files at once.

A scheduler comes and goes, and its workers do. One task keeps the connection, asks now and then who
is there, and tries again when nobody is. Each change is one line in the log.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import anyio

from daemon.media.cluster.errors import ClusterAway


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often is looked for the cluster."""

    probe_every_s: float = 5.0
    """While it is there; a scheduler that hangs is noticed within this and a probe's deadline."""
    first_retry_s: float = 5.0
    longest_retry_s: float = 300.0


class Connection(Protocol):
    """A connection to a cluster's scheduler (`daemon.media.cluster.link`)."""

    async def threads(self) -> Mapping[str, int]:
        """Return how many files each worker can take at once.  Raises: ClusterAway."""

    async def ask(self, order: str) -> str:
        """Return the reply to an order.  Raises: ClusterError."""

    async def close(self) -> None:
        """End the connection."""


class Log(Protocol):
    """What is needed of a logger."""

    def info(self, event: str, **facts: object) -> object:
        """Record that the cluster is there."""

    def warning(self, event: str, **facts: object) -> object:
        """Record that it is not, or is not believed."""


class Presence:
    """Knows whether the cluster is there, and hands it orders while it is."""

    def __init__(
        self,
        *,
        address: str,
        connect: Callable[[], Awaitable[Connection]],
        log: Log,
        rhythm: Rhythm,
    ) -> None:
        """Prepare; `run` does the rest."""
        self._address = address
        self._connect = connect
        self._log = log
        self._rhythm = rhythm
        self._connection: Connection | None = None
        self._is_away = False
        self._was_looked_for = anyio.Event()
        self._is_doubtful = anyio.Event()
        self._turns = anyio.CapacityLimiter(1)
        self._asks: set[anyio.CancelScope] = set()

    async def run(self) -> None:
        """Look for the cluster until cancelled."""
        wait_s = self._rhythm.first_retry_s
        while True:
            try:
                connection = await self._connect()
            except ClusterAway as error:
                self._leave(error)
            else:
                wait_s = self._rhythm.first_retry_s
                await self._attend(connection)

            await anyio.sleep(wait_s)
            wait_s = min(2 * wait_s, self._rhythm.longest_retry_s)

    async def ask(self, order: str, deadline_s: float) -> str | None:
        """Return the cluster's reply; None when it is not there, or leaves before it replied.

        Waiting for a free thread of the cluster takes nothing off the deadline.

        Raises:
            TimeoutError: when it is there and does not reply in time.
            ClusterError: when it cannot do what it is asked.

        """
        await self._was_looked_for.wait()
        with anyio.CancelScope() as scope:
            self._asks.add(scope)
            try:
                async with self._turns:
                    return await self._ask(order, deadline_s)
            finally:
                self._asks.discard(scope)

        return None

    async def _ask(self, order: str, deadline_s: float) -> str | None:
        if self._connection is None:
            return None

        try:
            with anyio.fail_after(deadline_s):
                return await self._connection.ask(order)
        except ClusterAway:
            self._is_doubtful.set()
            return None

    async def _attend(self, connection: Connection) -> None:
        """Follow who is there until the scheduler is not."""
        try:
            while True:
                self._is_doubtful = anyio.Event()
                self._count(connection, await connection.threads())
                with anyio.move_on_after(self._rhythm.probe_every_s):
                    await self._is_doubtful.wait()
        except ClusterAway as error:
            self._leave(error)
        finally:
            await connection.close()

    def _count(self, connection: Connection, threads: Mapping[str, int]) -> None:
        if not threads:
            self._leave(ClusterAway(self._address, "it has no workers"))
            return

        self._turns.total_tokens = sum(threads.values())
        if self._connection is None:
            self._log.info(
                "cluster.joined",
                cluster=self._address,
                workers=len(threads),
                threads=sum(threads.values()),
            )
        self._connection, self._is_away = connection, False
        self._was_looked_for.set()

    def _leave(self, error: ClusterAway) -> None:
        """Let everything that waits for the cluster go on without it."""
        if not self._is_away:
            self._log.warning("cluster.away", cluster=self._address, reason=str(error))
        self._connection, self._is_away = None, True
        for scope in self._asks:
            scope.cancel()
        self._was_looked_for.set()
