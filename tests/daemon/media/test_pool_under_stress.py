"""Hundreds of deaths, hangs and cancellations at once: nothing is lost, mixed up or left over."""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest

from daemon.media.errors import TookTooLong, WorkerDied
from daemon.media.pool import WorkerPool
from rules.errors import MediaError
from rules.fingerprint import Oshash

BRIEF = (sys.executable, "-I", "-S", str(Path(__file__).with_name("brief_worker.py")))
"""Without site-packages it starts in some 20 ms."""
WORKERS = 4
FILES = 200
DEEDS = ("fine", "fine", "fine", "die", "leave", "babble", "repeat", "hang")
TIMEOUT_S = 0.5
IDLE_S = 0.01
"""So short that workers are ended while others are asked for."""

POSSIBLE: dict[str, tuple[type[MediaError] | None, ...]] = {
    "fine": (None, WorkerDied),  # an earlier file's worker may have said too much
    "die": (WorkerDied,),
    "leave": (WorkerDied,),
    "babble": (WorkerDied,),
    "repeat": (None, WorkerDied),
    "hang": (WorkerDied,),
}
"""How each can end, None with its own answer, on any machine but a slow one: `TookTooLong`."""


class Storm:
    """Asks about files that misbehave, and loses patience at random."""

    def __init__(self, pool: WorkerPool, chance: random.Random) -> None:
        self._pool = pool
        self._chance = chance
        self.ends: Counter[str] = Counter()

    async def ask(self, number: int) -> None:
        deed = self._chance.choice(DEEDS)
        is_cancelled = self._chance.random() < 0.3
        patience_s = self._chance.uniform(0, 0.1) if is_cancelled else 60
        await anyio.sleep(self._chance.uniform(0, 2))
        end = "cancelled"
        with anyio.move_on_after(patience_s):
            end = await self._end_of(deed, number)
        self.ends[end] += 1

    async def _end_of(self, deed: str, number: int) -> str:
        kind: type[MediaError] | None = None
        try:
            assert await self._pool.oshash(Path(f"/{deed} {number}")) == Oshash(number)
        except MediaError as error:
            kind = type(error)

        assert kind in (*POSSIBLE[deed], TookTooLong)
        return kind.__name__ if kind else "answered"


def our_children() -> set[int]:
    """Return our child processes, zombies too."""
    return {
        int(pid)
        for task in Path("/proc/self/task").iterdir()
        for pid in (task / "children").read_text().split()
    }


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def until(holds: Callable[[], bool]) -> None:
    """Wait for what the event loop, or a thread of it, does in its own time."""
    with anyio.fail_after(10):
        while not holds():  # noqa: ASYNC110  # the kernel tells nobody
            await anyio.sleep(0.01)


@pytest.mark.parametrize("seed", [1, 2])
async def test_storm_of_deaths_and_cancellations_costs_only_those_files(seed: int) -> None:
    before = our_children()
    open_before = descriptors()

    async with WorkerPool(
        workers=WORKERS,
        timeout_s=TIMEOUT_S,
        memory_limit_bytes=1 << 30,
        command=BRIEF,
        idle_s=IDLE_S,
    ) as pool:
        storm = Storm(pool, random.Random(seed))  # noqa: S311  # repeatable, not secret
        async with anyio.create_task_group() as tasks:
            for number in range(FILES):
                tasks.start_soon(storm.ask, number)
        async with anyio.create_task_group() as tasks:  # each of them needs a slot and a worker
            for number in range(WORKERS):
                tasks.start_soon(pool.oshash, Path(f"/fine {number}"))

    assert storm.ends.total() == FILES
    assert {"answered", "cancelled", "WorkerDied", "TookTooLong"} <= set(storm.ends)
    await until(lambda: our_children() <= before)
    await until(lambda: descriptors() <= open_before)
