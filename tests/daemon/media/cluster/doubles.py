"""A log that remembers, a pool that nobody should ask, and pools of a cluster for tests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

import anyio

from daemon.media.cluster.link import Errand, connect
from daemon.media.cluster.pool import ClusterPool, Site
from daemon.media.cluster.presence import Connection, Rhythm
from daemon.media.cluster.resident import serve_order
from daemon.media.errors import WorkerMissing
from daemon.media.pool import WorkerPool
from daemon.media.wire import Answer, Request
from daemon.settings.machines import MappedFolder

ENOUGH_BYTES = 1 << 30
QUICK = Rhythm(probe_every_s=0.2, first_retry_s=0.2, longest_retry_s=0.4)


class Lines:
    """Remembers what was logged."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []
        self._more = anyio.Event()

    def info(self, event: str, **facts: object) -> None:
        self._keep(event, facts)

    def warning(self, event: str, **facts: object) -> None:
        self._keep(event, facts)

    @property
    def events(self) -> list[str]:
        return [event for event, _ in self.lines]

    async def said(self, event: str, times: int = 1) -> None:
        """Return when something was logged so often."""
        with anyio.fail_after(60):
            while self.events.count(event) < times:
                await self._more.wait()

    def _keep(self, event: str, facts: dict[str, object]) -> None:
        self.lines.append((event, str(facts.get("reason", ""))))
        self._more.set()
        self._more = anyio.Event()


class NobodyHere(WorkerPool):
    """A pool that refuses whatever it is asked."""

    def __init__(self) -> None:
        super().__init__(workers=0, timeout_s=1, memory_limit_bytes=ENOUGH_BYTES)

    async def _ask(self, request: Request) -> Answer:
        raise WorkerMissing(request.path, OSError(0, "this machine was not to be asked"))


def pool_here(timeout_s: float = 60) -> WorkerPool:
    return WorkerPool(workers=1, timeout_s=timeout_s, memory_limit_bytes=ENOUGH_BYTES)


def pool_at(
    address: str,
    log: Lines,
    *,
    here: WorkerPool | None = None,
    errand: Errand = serve_order,
    folders: Sequence[tuple[Path, Path]] = (),
    timeout_s: float = 60,
    memory_limit_bytes: int = ENOUGH_BYTES,
    attempt: Callable[[], Awaitable[Connection]] | None = None,
) -> ClusterPool:
    """Return a pool of the cluster; `here` is nobody unless it is given."""
    site = Site(
        address=address,
        folders=[MappedFolder(here=one, there=two) for one, two in folders],
        timeout_s=timeout_s,
        memory_limit_bytes=memory_limit_bytes,
        rhythm=QUICK,
    )
    return ClusterPool(
        site,
        here=here or NobodyHere(),
        connect=attempt or partial(connect, address, errand, 2),
        log=log,
    )


async def until(holds: Callable[[], bool]) -> None:
    """Return when something holds that another process brings about."""
    with anyio.fail_after(60):
        while not holds():  # noqa: ASYNC110 - no event of ours tells of it
            await anyio.sleep(0.01)
