"""The stages of a file's journey: each takes its work from the store, where every state is.

A stage is one feeder and some workers joined by an unbuffered stream. The feeder asks the store
what is to be done, hands it on, and listens for its bell when there is nothing; what it has
handed on is in memory only, so a stage that dies leaves nothing behind but the committed state.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

import anyio
from anyio.abc import ObjectReceiveStream, ObjectSendStream

from daemon.journey.bell import Bell
from rules.errors import DoormanError, StoreError

LONGEST_SLEEP_S = 60.0
"""A stage looks into the store at least this often, whatever bells it missed."""

SHORTEST_SLEEP_S = 0.05
"""So that rounding cannot make a stage spin shortly before something is due."""

PAUSE_S = 5.0
"""How long an item that failed is kept in hand, so that a fault cannot spin."""


class Keyed(Protocol):
    """Something that a stage works on."""

    @property
    def keys(self) -> frozenset[int]:
        """Return the numbers by which the store knows it."""


Item = TypeVar("Item", bound=Keyed)


class Meter(Protocol):
    """Where a stage says how long its work took."""

    def worked(self, stage: str, *, items: int, took_s: float) -> None:
        """Note that a piece of work with so many items was done."""

    def failed(self, stage: str) -> None:
        """Note that a piece of work came to nothing."""


class Unmeasured:
    """A meter for where nobody wants to know."""

    def worked(self, stage: str, *, items: int, took_s: float) -> None:
        """Do nothing."""

    def failed(self, stage: str) -> None:
        """Do nothing."""


class Log(Protocol):
    """What a stage needs of a logger."""

    def warning(self, event: str, **facts: object) -> object:
        """Record that one item failed and the stage went on."""


class Beat(Protocol):
    """Where a stage says that it is alive."""

    def beat(self, name: str) -> None:
        """Note that the stage is making progress."""

    def rest(self, name: str, *, until_s: float) -> None:
        """Note that the stage has nothing to do for so many seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(Generic[Item]):
    """One step of the journey.

    `take(in_hand)` returns items to be done now, without those in hand; `work(item)` does one and
    commits its result; `next_due_in_s()` tells how long nothing will be due (None: unknown).
    """

    name: str
    take: Callable[[frozenset[int]], Awaitable[Sequence[Item]]]
    work: Callable[[Item], Awaitable[None]]
    next_due_in_s: Callable[[], Awaitable[float | None]]
    workers: int = 1
    bell: Bell = field(default_factory=Bell)


_UNMEASURED = Unmeasured()


async def run_stage(
    stage: Stage[Item],
    *,
    log: Log,
    beat: Beat,
    meter: Meter = _UNMEASURED,
    pause_s: float = PAUSE_S,
) -> None:
    """Work until cancelled; an item that failed is left alone for `pause_s` seconds.

    A DoormanError costs one item; an error of the store, or anything unforeseen, ends the daemon.
    """
    in_hand: set[int] = set()
    feed, inbox = anyio.create_memory_object_stream[Item](0)
    async with anyio.create_task_group() as tasks:
        for _ in range(stage.workers):
            worker = _Worker(
                stage=stage, in_hand=in_hand, log=log, beat=beat, meter=meter, pause_s=pause_s
            )
            tasks.start_soon(worker.run, inbox.clone())
        inbox.close()
        async with feed:
            await _feed(stage, feed, in_hand, beat=beat)


async def _feed(
    stage: Stage[Item], feed: ObjectSendStream[Item], in_hand: set[int], *, beat: Beat
) -> None:
    while True:
        beat.beat(stage.name)
        items = await stage.take(frozenset(in_hand))
        for item in items:
            in_hand.update(item.keys)
            try:
                await feed.send(item)
            except anyio.BrokenResourceError:
                return  # the last worker has ended; why, its own error tells
        if not items:
            await _sleep(stage, is_at_work=bool(in_hand), beat=beat)


async def _sleep(stage: Stage[Item], *, is_at_work: bool, beat: Beat) -> None:
    due_in_s = await stage.next_due_in_s()
    if due_in_s is None or (is_at_work and due_in_s <= 0):
        nap_s = LONGEST_SLEEP_S  # what is due is in hand, and whoever has it rings
    else:
        nap_s = min(max(due_in_s, SHORTEST_SLEEP_S), LONGEST_SLEEP_S)
    beat.rest(stage.name, until_s=nap_s)
    await stage.bell.heard(timeout_s=nap_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Worker(Generic[Item]):
    """Works off what the feeder hands on."""

    stage: Stage[Item]
    in_hand: set[int]
    log: Log
    beat: Beat
    meter: Meter
    pause_s: float

    async def run(self, inbox: ObjectReceiveStream[Item]) -> None:
        async with inbox:
            async for item in inbox:
                await self._work(item)
                self.in_hand.difference_update(item.keys)
                self.beat.beat(self.stage.name)
                self.stage.bell.ring()

    async def _work(self, item: Item) -> None:
        name, began_s = self.stage.name, anyio.current_time()
        try:
            await self.stage.work(item)
        except StoreError:
            raise
        except DoormanError as error:
            numbers = sorted(item.keys)
            self.meter.failed(name)
            self.log.warning("stage.failed", stage=name, numbers=numbers, error=str(error))
            await anyio.sleep(self.pause_s)
        else:
            took_s = anyio.current_time() - began_s
            self.meter.worked(name, items=len(item.keys), took_s=took_s)
