"""The stages of a file's journey: each takes its work from the store, where every state is.

A stage is one feeder and some workers joined by an unbuffered stream. The feeder asks the store
what is to be done, hands it on, and listens for its bell when there is nothing; what it has
handed on is in memory only, so a stage that dies leaves nothing behind but the committed state.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, Protocol, TypeVar

import anyio
from anyio.abc import ObjectReceiveStream, ObjectSendStream

from daemon.bell import Bell
from rules.errors import DoormanError, StoreError

LONGEST_SLEEP_S = 60.0
"""A stage looks into the store at least this often, whatever bells it missed."""

LONGEST_PAUSE_S = 5.0
"""A stage whose work failed unforeseen pauses this long, so that a fault cannot spin."""


class Keyed(Protocol):
    """Something that a stage works on."""

    @property
    def keys(self) -> frozenset[int]:
        """Return the numbers by which the store knows it."""


Item = TypeVar("Item", bound=Keyed)


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


async def run_stage(stage: Stage[Item], *, log: Log, beat: Beat) -> None:
    """Work until cancelled.

    A DoormanError costs one item; an error of the store, or anything unforeseen, ends the daemon.
    """
    in_hand: set[int] = set()
    feed, inbox = anyio.create_memory_object_stream[Item](0)
    async with anyio.create_task_group() as tasks:
        for _ in range(stage.workers):
            tasks.start_soon(partial(_work_off, stage, inbox.clone(), in_hand, log=log, beat=beat))
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
            await feed.send(item)
        if not items:
            await _sleep(stage, beat=beat)


async def _sleep(stage: Stage[Item], *, beat: Beat) -> None:
    due_in_s = await stage.next_due_in_s()
    nap_s = LONGEST_SLEEP_S if due_in_s is None else min(max(due_in_s, 0.05), LONGEST_SLEEP_S)
    beat.rest(stage.name, until_s=nap_s)
    await stage.bell.heard(timeout_s=nap_s)


async def _work_off(
    stage: Stage[Item],
    inbox: ObjectReceiveStream[Item],
    in_hand: set[int],
    *,
    log: Log,
    beat: Beat,
) -> None:
    async with inbox:
        async for item in inbox:
            try:
                await stage.work(item)
            except StoreError:
                raise
            except DoormanError as error:
                log.warning("stage.failed", stage=stage.name, item=repr(item), error=str(error))
                await anyio.sleep(LONGEST_PAUSE_S)
            in_hand.difference_update(item.keys)
            beat.beat(stage.name)
            stage.bell.ring()
