from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import anyio
import pytest
from anyio.abc import TaskGroup
from anyio.lowlevel import checkpoint

from daemon.journey.bell import Bell
from daemon.journey.pipeline import LONGEST_SLEEP_S, SHORTEST_SLEEP_S, Stage, run_stage
from daemon.service.timing import StageClock
from rules.errors import DoormanError, StoreError
from tests.daemon.doubles import Beats, Lines

pytestmark = pytest.mark.anyio


@dataclass(frozen=True, slots=True)
class Job:
    """Work as a stage takes it: it has numbers, and perhaps a name for the log."""

    number: int

    @property
    def keys(self) -> frozenset[int]:
        return frozenset({self.number})


async def do_nothing(_: Job) -> None:
    await checkpoint()


@dataclass
class Desk:
    """A store of jobs: what is on it is to be done, until somebody has done it."""

    jobs: list[int]
    act: Callable[[Job], Awaitable[None]] = do_nothing
    done: list[int] = field(default_factory=list)
    held: list[frozenset[int]] = field(default_factory=list)
    """What was said to be in hand, look by look."""
    due_in_s: float | None = None
    is_tidy: bool = True
    """Whether what is done leaves the desk."""
    on_done: Callable[[], object] = lambda: None

    async def take(self, in_hand: frozenset[int]) -> Sequence[Job]:
        self.held.append(in_hand)
        await checkpoint()
        return [Job(number) for number in self.jobs if number not in in_hand]

    async def work(self, job: Job) -> None:
        await self.act(job)
        self.done.append(job.number)
        if self.is_tidy:
            self.jobs.remove(job.number)
        self.on_done()

    async def next_due_in_s(self) -> float | None:
        await checkpoint()
        return self.due_in_s

    def stage(self, *, workers: int = 1, bell: Bell | None = None) -> Stage[Job]:
        return Stage(
            name="desk",
            take=self.take,
            work=self.work,
            next_due_in_s=self.next_due_in_s,
            workers=workers,
            bell=bell or Bell(),
        )


@asynccontextmanager
async def limited_tasks() -> AsyncIterator[TaskGroup]:
    """Yield a task group that must end soon: a stage that sleeps too long fails the test."""
    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks:
            yield tasks


def end_when(tasks: TaskGroup, is_over: Callable[[], bool]) -> Callable[[], None]:
    """Return what ends the tasks if it is over when called."""

    def look() -> None:
        if is_over():
            tasks.cancel_scope.cancel()

    return look


async def run_until_rest(stage: Stage[Job]) -> Beats:
    beats = Beats()
    async with limited_tasks() as tasks:
        beats.on_rest = tasks.cancel_scope.cancel
        await run_stage(stage, log=Lines(), beat=beats)
    return beats


async def test_everything_on_the_desk_is_done_in_order() -> None:
    desk = Desk([1, 2, 3])

    async with limited_tasks() as tasks:
        desk.on_done = end_when(tasks, lambda: not desk.jobs)
        await run_stage(desk.stage(), log=Lines(), beat=Beats())

    assert desk.done == [1, 2, 3]


async def test_known_failure_costs_one_item_and_the_stage_goes_on() -> None:
    async def refuse_two(job: Job) -> None:
        await checkpoint()
        if job.number == 2:
            desk.jobs.remove(2)
            raise DoormanError("two is not possible; leave it out")

    desk, log = Desk([1, 2, 3], act=refuse_two), Lines()
    async with limited_tasks() as tasks:
        desk.on_done = end_when(tasks, lambda: not desk.jobs)
        await run_stage(desk.stage(), log=log, beat=Beats(), pause_s=0)

    assert desk.done == [1, 3]
    facts = {"stage": "desk", "numbers": [2], "error": "two is not possible; leave it out"}
    assert log.lines == [("stage.failed", facts)]


async def test_failed_item_stays_in_hand_for_the_pause() -> None:
    failed = anyio.Event()

    async def refuse(_: Job) -> None:
        await checkpoint()
        failed.set()
        raise DoormanError("not now; try again")

    desk = Desk([1], act=refuse)
    bell = Bell()
    looked = anyio.Event()
    async with limited_tasks() as tasks:

        def say_that_it_looked() -> None:
            if failed.is_set():
                looked.set()

        beats = Beats(on_rest=say_that_it_looked)
        stage = desk.stage(bell=bell)
        tasks.start_soon(lambda: run_stage(stage, log=Lines(), beat=beats, pause_s=1000))
        await failed.wait()
        bell.ring()
        await looked.wait()
        tasks.cancel_scope.cancel()

    assert desk.held[-1] == {1}


@pytest.mark.parametrize("error", [StoreError("the disk is full; free some"), KeyError("a bug")])
async def test_failing_store_or_a_bug_ends_the_stage(error: Exception) -> None:
    async def fail(_: Job) -> None:
        await checkpoint()
        raise error

    desk, log = Desk([1, 2], act=fail), Lines()

    with anyio.fail_after(10), pytest.RaisesGroup(type(error)):
        await run_stage(desk.stage(), log=log, beat=Beats())

    assert log.lines == []


async def test_store_that_fails_while_looking_ends_the_stage() -> None:
    async def fail(_: frozenset[int]) -> Sequence[Job]:
        await checkpoint()
        raise StoreError("the disk is gone; mount it")

    stage = replace(Desk([]).stage(), take=fail)

    with anyio.fail_after(10), pytest.RaisesGroup(StoreError):
        await run_stage(stage, log=Lines(), beat=Beats())


async def test_item_in_hand_is_not_taken_twice() -> None:
    begun, may_end = anyio.Event(), anyio.Event()

    async def wait(_: Job) -> None:
        begun.set()
        await may_end.wait()

    desk = Desk([7], act=wait)
    bell = Bell()
    async with limited_tasks() as tasks:
        beats = Beats(on_rest=may_end.set)
        desk.on_done = tasks.cancel_scope.cancel
        stage = desk.stage(workers=3, bell=bell)
        tasks.start_soon(lambda: run_stage(stage, log=Lines(), beat=beats))
        await begun.wait()
        bell.ring()

    assert desk.done == [7]
    assert frozenset({7}) in desk.held


async def test_item_that_is_still_to_be_done_is_taken_again_as_soon_as_it_is_out_of_hand() -> None:
    desk = Desk([7], due_in_s=-1, is_tidy=False)
    async with limited_tasks() as tasks:
        desk.on_done = end_when(tasks, lambda: desk.done == [7, 7, 7])
        await run_stage(desk.stage(), log=Lines(), beat=Beats())

    assert desk.done == [7, 7, 7]


async def test_ring_between_the_look_and_the_sleep_is_not_lost() -> None:
    desk = Desk([])
    bell = Bell()

    async def arrive_late() -> float | None:
        if not desk.jobs and not desk.done:
            desk.jobs.append(1)  # right after the look that found nothing
            bell.ring()
        await checkpoint()
        return None

    stage = replace(desk.stage(bell=bell), next_due_in_s=arrive_late)
    async with limited_tasks() as tasks:
        desk.on_done = tasks.cancel_scope.cancel
        await run_stage(stage, log=Lines(), beat=Beats())

    assert desk.done == [1]


async def test_as_many_items_are_in_work_at_once_as_there_are_workers() -> None:
    at_once: list[int] = []
    in_work: set[int] = set()
    all_busy, may_end = anyio.Event(), anyio.Event()

    async def count(job: Job) -> None:
        in_work.add(job.number)
        at_once.append(len(in_work))
        if len(in_work) == 3:
            all_busy.set()
        await may_end.wait()
        in_work.discard(job.number)

    desk = Desk([1, 2, 3, 4, 5], act=count)
    async with limited_tasks() as tasks:
        desk.on_done = end_when(tasks, lambda: not desk.jobs)
        tasks.start_soon(lambda: run_stage(desk.stage(workers=3), log=Lines(), beat=Beats()))
        await all_busy.wait()
        may_end.set()

    assert max(at_once) == 3
    assert sorted(desk.done) == [1, 2, 3, 4, 5]


async def test_other_workers_go_on_while_one_item_takes_long() -> None:
    forever = anyio.Event()

    async def dawdle(job: Job) -> None:
        if job.number == 1:
            await forever.wait()

    desk = Desk([1, 2, 3], act=dawdle)
    async with limited_tasks() as tasks:
        desk.on_done = end_when(tasks, lambda: desk.done == [2, 3])
        await run_stage(desk.stage(workers=2), log=Lines(), beat=Beats())

    assert desk.done == [2, 3]


@pytest.mark.parametrize(
    ("due_in_s", "nap_s"),
    [
        pytest.param(None, LONGEST_SLEEP_S, id="nothing is known to be due"),
        pytest.param(1e9, LONGEST_SLEEP_S, id="due in years"),
        pytest.param(12.5, 12.5, id="due soon"),
        pytest.param(-3.0, SHORTEST_SLEEP_S, id="due now, though nothing was taken"),
    ],
)
async def test_stage_rests_until_something_is_due(due_in_s: float | None, nap_s: float) -> None:
    beats = await run_until_rest(Desk([], due_in_s=due_in_s).stage())

    assert beats.rests == [("desk", nap_s)]


async def test_what_is_due_and_in_hand_is_waited_for_without_looking_again_and_again() -> None:
    begun = anyio.Event()

    async def dawdle(_: Job) -> None:
        begun.set()
        await anyio.sleep_forever()

    desk = Desk([1], act=dawdle, due_in_s=-100)

    beats = await run_until_rest(desk.stage())

    assert begun.is_set()
    assert beats.rests == [("desk", LONGEST_SLEEP_S)]


async def test_stage_beats_with_every_look_and_every_item() -> None:
    desk, beats = Desk([1, 2]), Beats()
    async with limited_tasks() as tasks:
        beats.on_rest = end_when(tasks, lambda: not desk.jobs)
        await run_stage(desk.stage(), log=Lines(), beat=beats)

    assert set(beats.at_work) == {"desk"}
    assert len(beats.at_work) >= len(desk.done) + 1


async def test_cancelled_stage_ends_at_once_though_it_is_at_work() -> None:
    begun = anyio.Event()

    async def dawdle(_: Job) -> None:
        begun.set()
        await anyio.sleep_forever()

    desk = Desk([1, 2], act=dawdle)
    async with limited_tasks() as tasks:
        tasks.start_soon(lambda: run_stage(desk.stage(), log=Lines(), beat=Beats()))
        await begun.wait()
        tasks.cancel_scope.cancel()

    assert desk.done == []


async def test_time_of_work_is_measured_and_failures_are_counted() -> None:
    async def refuse_two(job: Job) -> None:
        await checkpoint()
        if job.number == 2:
            desk.jobs.remove(2)
            raise DoormanError("two is not possible; leave it out")

    desk, clock = Desk([1, 2, 3], act=refuse_two), StageClock()
    async with limited_tasks() as tasks:
        beats = Beats(on_rest=tasks.cancel_scope.cancel)
        stage = desk.stage()
        await run_stage(stage, log=Lines(), beat=beats, meter=clock, pause_s=0)

    (told,) = clock.times()
    assert (told.stage, told.within[-1], told.items, told.failed) == ("desk", 2, 2, 1)
    assert 0 <= told.took_s < 10
