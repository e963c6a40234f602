from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from functools import partial

import pytest

from daemon.journey.timely import LOOK_EVERY_S, REMIND_EVERY_S, SourceState, Timely
from rules.allowance import DAY_S, HOUR_S
from rules.journey import FileState
from store import news
from store.files import FileRecord
from store.news import SOURCE_IS_BACK, News, NewsKind
from store.outbox import Errand
from tests.daemon.ground import Ground, accept

pytestmark = pytest.mark.anyio

UP = SourceState(is_down=False, is_up=True, reason=None)
DOWN = SourceState(is_down=True, is_up=False, reason="no answer; see whether its site is up")
UNASKED = SourceState(is_down=False, is_up=False, reason=None)
ALL_KINDS = frozenset(kind.value for kind in NewsKind)


@dataclass
class Bench:
    ground: Ground
    states: dict[str, SourceState] = field(default_factory=lambda: {"first": UP})
    wanted: frozenset[str] = ALL_KINDS

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.timely = Timely(
            database=self.ground.database,
            wanted=self.wanted,
            sources=self._states,
            down_after_s=HOUR_S,
            remind_after_s=7 * DAY_S,
            summary_at=time(8),
            now=self.ground.clock,
            local=lambda at_s: datetime.fromtimestamp(at_s, UTC),
        )

    def _states(self) -> Mapping[str, SourceState]:
        return self.states

    async def look(self, after_s: float = LOOK_EVERY_S) -> list[News]:
        """Let time pass and look; return what is news by then."""
        self.ground.clock.pass_s(after_s)
        before = await self.ground.told()
        await self.timely.look()
        return (await self.ground.told())[len(before) :]

    async def look_until(self, hour: int) -> list[News]:
        now_s = self.ground.clock()
        return await self.look(after_s=(hour * HOUR_S - now_s) % DAY_S or DAY_S)

    async def ask(self, file: FileRecord, question: str) -> None:
        told = News(
            kind=NewsKind.REVIEW,
            subject=str(file.path),
            detail="not sure",
            candidate="Harbour at Dawn from first",
            question=question,
        )
        add = partial(news.add_for, told={file.id: told}, at_s=self.ground.clock())
        await self.ground.database.write(add)


@pytest.fixture
def bench(ground: Ground) -> Bench:
    return Bench(ground)


async def test_source_that_is_down_for_long_is_told_of_once_and_when_it_is_back(
    bench: Bench,
) -> None:
    bench.states["first"] = DOWN

    assert await bench.look() == []
    assert await bench.look(after_s=HOUR_S - 1) == []
    (told,) = await bench.look()
    assert (told.kind, told.subject, told.detail) == (
        NewsKind.SOURCE_DOWN,
        "first",
        DOWN.reason,
    )
    assert told.about == ("first",)
    later = await bench.look(after_s=9 * HOUR_S)
    assert [each for each in later if each.kind is NewsKind.SOURCE_DOWN] == []

    bench.states["first"] = UP
    (back,) = await bench.look()
    assert back.detail == SOURCE_IS_BACK
    assert await bench.look() == []


async def test_what_is_known_of_a_source_outlives_a_restart(bench: Bench) -> None:
    bench.states["first"] = DOWN
    await bench.look()
    bench.states["first"] = UNASKED  # nobody has tried yet
    bench.restart()
    assert await bench.look(after_s=2 * HOUR_S) == []

    bench.states["first"] = DOWN
    (told,) = await bench.look()
    bench.restart()
    assert await bench.look(after_s=HOUR_S) == []
    bench.states["first"] = UP
    (back,) = await bench.look()

    assert (told.detail, back.detail) == (DOWN.reason, SOURCE_IS_BACK)


async def test_source_that_is_back_soon_is_not_told_of(bench: Bench) -> None:
    bench.states["first"] = DOWN
    await bench.look()
    bench.states["first"] = UP

    assert await bench.look(after_s=2 * HOUR_S) == []
    bench.states["first"] = DOWN
    assert await bench.look() == []


async def test_source_without_a_reason_is_told_of_with_what_to_do(bench: Bench) -> None:
    bench.states["first"] = SourceState(is_down=True, is_up=False, reason=None)
    await bench.look()

    (told,) = await bench.look(after_s=HOUR_S)

    assert "see whether its site is up" in told.detail


async def test_nobody_looks_more_often_than_is_of_use(bench: Bench) -> None:
    bench.states["first"] = DOWN
    await bench.look()
    await bench.look(after_s=HOUR_S - 1)

    assert await bench.look(after_s=1) == []
    assert len(await bench.look(after_s=LOOK_EVERY_S)) == 1


async def test_what_nobody_wants_is_not_looked_for(ground: Ground) -> None:
    bench = Bench(ground, wanted=frozenset({"review"}))
    await ground.add("a.mkv", FileState.REVIEW)
    bench.states["first"] = DOWN
    await bench.look()

    assert await bench.look(after_s=9 * DAY_S) == []


async def test_old_questions_are_reminded_of_together_and_once_each(
    ground: Ground, bench: Bench
) -> None:
    files = [await ground.add(name, FileState.REVIEW) for name in ("a.mkv", "b.mkv")]
    for file in files:
        await bench.ask(file, f"question {file.id}")
    assert await bench.look(after_s=7 * DAY_S - HOUR_S) == []

    reminders = [each for each in await bench.look(after_s=HOUR_S) if each.kind == "reminder"]
    assert [each.question for each in reminders] == [f"question {file.id}" for file in files]
    assert {each.candidate for each in reminders} == {"Harbour at Dawn from first"}
    bench.restart()
    later = await bench.look(after_s=30 * DAY_S)
    assert [each for each in later if each.kind == "reminder"] == []


async def test_another_question_about_the_file_is_reminded_of_again(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add("a.mkv", FileState.REVIEW)
    await bench.ask(file, "one of two")
    await bench.look(after_s=8 * DAY_S)
    await bench.ask(file, "one of three")

    reminders = [each for each in await bench.look(after_s=REMIND_EVERY_S) if each.question]

    assert [each.question for each in reminders] == ["one of three"]


async def test_question_that_was_never_told_is_reminded_of_by_its_reason(
    ground: Ground, bench: Bench
) -> None:
    """As after an accept was undone."""
    file = await ground.add("a.mkv", FileState.REVIEW)

    told = [each for each in await bench.look(after_s=8 * DAY_S) if each.kind == "reminder"]
    again = [each for each in await bench.look(after_s=8 * DAY_S) if each.kind == "reminder"]

    assert [each.subject for each in told] == [str(file.path)]
    assert again == []


async def test_answered_questions_are_not_reminded_of(ground: Ground, bench: Bench) -> None:
    await ground.add("a.mkv", FileState.DISMISSED)
    gone = await ground.add("b.mkv", FileState.REVIEW)
    await ground.note_gone(gone)

    assert await bench.look(after_s=8 * DAY_S) == []


async def test_summary_comes_once_a_day_at_its_time(ground: Ground, bench: Bench) -> None:
    await bench.look_until(20)
    file = await ground.add_known("a.mkv")
    await accept(ground, file)
    await ground.add("b.mkv", FileState.REVIEW)
    await ground.add("c.mkv", FileState.FAILED)
    assert await bench.look_until(7) == []

    (told,) = await bench.look_until(8)
    assert told.kind is NewsKind.SUMMARY
    assert told.detail.split("\n") == [
        "Accepted: 1, of these 0 by you.",
        "Waiting for your answer: 1.",
        "Cannot be examined: 1.",
    ]
    assert await bench.look_until(9) == []


async def test_day_on_which_nothing_happened_has_no_summary(bench: Bench) -> None:
    await bench.look_until(20)

    assert await bench.look_until(8) == []


async def test_summary_of_a_day_without_doorman_comes_when_it_starts(
    ground: Ground, bench: Bench
) -> None:
    await bench.look_until(20)
    await ground.add("b.mkv", FileState.REVIEW)
    bench.restart()

    (told,) = await bench.look_until(10)

    assert told.kind is NewsKind.SUMMARY


async def test_summary_names_sources_that_do_not_answer(bench: Bench) -> None:
    await bench.look_until(20)
    bench.states["first"] = DOWN
    await bench.look()

    told = await bench.look_until(8)

    assert told[-1].detail == "first does not answer."
    assert await bench.ground.owed(Errand.SIDECAR) == []
