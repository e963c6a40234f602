"""Who is there, and for how many files at once, told by a connection that does as it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest

from daemon.media.cluster.errors import ClusterAway
from daemon.media.cluster.presence import Presence, Rhythm
from rules.fingerprint import Oshash
from tests.daemon.media.cluster.doubles import QUICK, Lines, pool_at, pool_here

ADDRESS = "tcp://scheduler.example:8786"


class Told:
    """A connection to a cluster of as many threads as the test says."""

    def __init__(self, threads: int) -> None:
        self.count = threads
        self.under_way = 0
        self.most_at_once = 0
        self.go_on = anyio.Event()
        self.is_closed = False

    async def threads(self) -> Mapping[str, int]:
        return {"tcp://one.example:1": self.count} if self.count else {}

    async def ask(self, order: str) -> str:
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            await self.go_on.wait()
        finally:
            self.under_way -= 1
        return f"done: {order}"

    async def close(self) -> None:
        self.is_closed = True


@asynccontextmanager
async def present(told: Told, log: Lines, rhythm: Rhythm = QUICK) -> AsyncIterator[Presence]:
    async def connect() -> Told:
        return told

    presence = Presence(address=ADDRESS, connect=connect, log=log, rhythm=rhythm)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(presence.run)
        yield presence
        tasks.cancel_scope.cancel()


async def test_as_many_files_are_under_way_as_the_cluster_has_threads() -> None:
    told, replies = Told(3), set()

    async def ask(name: str) -> None:
        replies.add(await presence.ask(name, 60))

    async with present(told, Lines()) as presence, anyio.create_task_group() as tasks:
        for name in "abcdefgh":
            tasks.start_soon(ask, name)
        await anyio.wait_all_tasks_blocked()
        assert told.most_at_once == 3

        told.count = 5
        with anyio.fail_after(60):
            while told.most_at_once < 5:  # noqa: ASYNC110 - the next probe tells
                await anyio.sleep(0.01)
        told.go_on.set()

    assert told.most_at_once == 5
    assert replies == {f"done: {name}" for name in "abcdefgh"}
    assert told.is_closed


async def test_workers_that_all_leave_keep_nobody_waiting() -> None:
    told, log = Told(1), Lines()
    replies: list[str | None] = []

    async def ask() -> None:
        replies.append(await presence.ask("order", 60))

    async with present(told, log) as presence:
        async with anyio.create_task_group() as tasks:
            for _ in range(3):
                tasks.start_soon(ask)
            await anyio.wait_all_tasks_blocked()
            told.count = 0
        assert replies == [None, None, None]

        told.count = 1
        told.go_on.set()
        await log.said("cluster.joined", times=2)
        assert await presence.ask("order", 60) == "done: order"

    assert log.events == ["cluster.joined", "cluster.away", "cluster.joined"]


async def test_reply_that_does_not_come_is_an_error_after_the_deadline() -> None:
    async with present(Told(1), Lines()) as presence:
        with pytest.raises(TimeoutError):
            await presence.ask("order", 0.01)


async def test_waiting_for_a_thread_takes_nothing_off_the_deadline() -> None:
    told = Told(1)
    replies: list[str | None] = []

    async def ask(deadline_s: float) -> None:
        replies.append(await presence.ask("order", deadline_s))

    async with present(told, Lines()) as presence, anyio.create_task_group() as tasks:
        tasks.start_soon(ask, 60)
        await anyio.wait_all_tasks_blocked()
        tasks.start_soon(ask, 0.05)
        await anyio.sleep(0.1)  # longer than the second may take once it has the thread
        told.go_on.set()

    assert replies == ["done: order", "done: order"]


async def test_wait_between_tries_doubles_to_its_limit() -> None:
    tries_s: list[float] = []
    enough = anyio.Event()

    async def connect() -> Told:
        tries_s.append(anyio.current_time())
        if len(tries_s) == 5:
            enough.set()
        raise ClusterAway(ADDRESS, "nobody")

    rhythm = Rhythm(first_retry_s=0.05, longest_retry_s=0.1)
    presence = Presence(address=ADDRESS, connect=connect, log=Lines(), rhythm=rhythm)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(presence.run)
        await enough.wait()
        tasks.cancel_scope.cancel()

    waits_s = [after - before for before, after in pairwise(tries_s)]
    assert all(
        wait_s >= least_s for wait_s, least_s in zip(waits_s, (0.05, 0.1, 0.1), strict=False)
    )


async def test_file_whose_reply_does_not_come_is_examined_here(videos: Path) -> None:
    class Late(Told):
        async def ask(self, order: str) -> str:
            raise TimeoutError(order)

    async def attempt() -> Told:
        return Late(1)

    log = Lines()
    async with pool_at(ADDRESS, log, here=pool_here(), attempt=attempt) as pool:
        assert await pool.oshash(videos / "short_1s.mp4") == Oshash(0x14A34B1FC832510C)

    assert log.lines[-1][0] == "cluster.doubted"
    assert "did not answer about" in log.lines[-1][1]
