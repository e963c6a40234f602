from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePath

import anyio
import pytest

from daemon.journey.announcing import AT_ONCE, GIVE_UP_AFTER_S, Announcing
from providers.hearers.base import Heard, Hearer, NotYet, Outcome
from providers.hearers.errors import HearerAway
from rules.announcement import Announcement, Occurrence
from store import announcing, files
from store.announcing import SETTLE_S, Standing
from store.database import Database
from tests.daemon.desk.shelf import Shelf, make_shelf, offer


@dataclass(kw_only=True)
class Ear:
    """A program that keeps what it was told, and does with it what the test says."""

    name: str = "nas"
    told: list[list[Announcement]] = field(default_factory=list)
    answer: Callable[[Sequence[Announcement]], list[Outcome]] = lambda said: [Heard() for _ in said]

    async def tell(self, announcements: Sequence[Announcement]) -> list[Outcome]:
        self.told.append(list(announcements))
        return self.answer(announcements)

    async def check(self) -> str:
        return "is there"


@dataclass(kw_only=True)
class Logged:
    lines: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def info(self, event: str, **facts: object) -> None:
        self.lines.append((event, facts))

    def warning(self, event: str, **facts: object) -> None:
        self.lines.append((event, facts))


@dataclass(kw_only=True)
class Ground:
    """The stage, and what stands around it."""

    shelf: Shelf
    log: Logged
    now_s: float = 1000.0

    def stage(self, *hearers: Hearer, within_s: float = 300) -> Announcing:
        return Announcing(
            database=self.shelf.database,
            hearers=hearers,
            now=lambda: self.now_s,
            jitter=lambda: 0.5,
            log=self.log,
            within_s=within_s,
        )

    async def owe(
        self,
        number: int,
        occurrence: Occurrence = Occurrence.ACCEPTED,
        *,
        to: Sequence[str] = ("nas",),
        former: str | None = None,
    ) -> None:
        await self.shelf.change(
            partial(
                announcing.owe,
                file_id=number,
                occurrence=occurrence,
                hearers=to,
                former_path=None if former is None else PurePath(former),
                at_s=self.now_s,
            )
        )

    async def run(self, stage: Announcing) -> int:
        """Do all that is due now; return how many batches that was."""
        batches = 0
        while found := await stage.take(frozenset()):
            for news in found:
                await stage.work(news)
                batches += 1
        return batches

    async def standing(self) -> dict[str, Standing]:
        return await self.shelf.read(announcing.standing)


@pytest.fixture
def ground(database: Database) -> Ground:
    return Ground(shelf=make_shelf(database), log=Logged())


async def test_files_that_come_together_are_told_together(ground: Ground) -> None:
    numbers = [await ground.shelf.put_accepted(offer(each), name=f"{each}.mkv") for each in "abc"]
    for number in numbers:
        await ground.owe(number)
    ear = Ear()
    stage = ground.stage(ear)

    assert await ground.run(stage) == 0
    assert await stage.next_due_in_s() == SETTLE_S
    ground.now_s += SETTLE_S

    assert await ground.run(stage) == 1
    assert [each.path.name for each in ear.told[0]] == ["a.mkv", "b.mkv", "c.mkv"]
    first = ear.told[0][0]
    assert first.work is not None
    assert (first.work.title, first.duration_s, first.library) == ("Harbour A", 1800.5, "films")
    assert first.oshash is not None
    assert await stage.next_due_in_s() is None
    assert ground.log.lines == [("files.announced", {"to": "nas", "count": 3})]


async def test_what_happens_before_it_is_told_is_told_once(ground: Ground) -> None:
    number = await ground.shelf.put_accepted(offer("a"))
    await ground.owe(number, Occurrence.RENAMED, former="/films/old.mkv")
    await ground.owe(number, Occurrence.RENAMED, former="/films/between.mkv")
    await ground.owe(number, Occurrence.UNDONE)
    ground.now_s += SETTLE_S
    ear = Ear()

    await ground.run(ground.stage(ear))

    ((said,),) = ear.told
    assert (said.occurrence, said.former_path) == (Occurrence.UNDONE, PurePath("/films/old.mkv"))


async def test_what_happens_while_it_is_told_is_told_after(ground: Ground) -> None:
    number = await ground.shelf.put_accepted(offer("a"))
    await ground.owe(number)
    ground.now_s += SETTLE_S
    ear = Ear()
    stage = ground.stage(ear)
    (news,) = await stage.take(frozenset())
    await ground.owe(number, Occurrence.UNDONE)

    await stage.work(news)
    await ground.run(stage)

    assert [said.occurrence for batch in ear.told for said in batch] == [
        Occurrence.ACCEPTED,
        Occurrence.UNDONE,
    ]


async def test_one_that_is_away_is_told_later_and_keeps_no_other_waiting(ground: Ground) -> None:
    def away(_: Sequence[Announcement]) -> list[Outcome]:
        raise HearerAway("off", "127.0.0.1:9", "refused")

    numbers = [await ground.shelf.put_accepted(offer(each), name=f"{each}.mkv") for each in "ab"]
    for number in numbers:
        await ground.owe(number, to=("off", "nas"))
    ground.now_s += SETTLE_S
    off, nas = Ear(name="off", answer=away), Ear()
    stage = ground.stage(off, nas)

    await ground.run(stage)
    standing = await ground.standing()

    assert (len(off.told), len(nas.told)) == (1, 1)
    assert standing["nas"] == Standing(due=0, told_at_s=ground.now_s)
    assert standing["off"].due == 2
    assert "127.0.0.1:9" in str(standing["off"].last_error)
    assert await stage.next_due_in_s() == 30
    await ground.owe(numbers[0], to=("off",))
    await ground.run(stage)
    assert len(off.told) == 1  # it is left alone until its time has come

    off.answer = Ear().answer
    ground.now_s += 30
    await ground.run(stage)
    assert (await ground.standing())["off"].due == 0


async def test_after_failures_less_is_told_at_once(ground: Ground) -> None:
    def away(_: Sequence[Announcement]) -> list[Outcome]:
        raise HearerAway("nas", "nas:1", "refused")

    for name in "abcd":
        await ground.owe(await ground.shelf.put_accepted(offer(name), name=f"{name}.mkv"))
    ear = Ear(answer=away)
    stage = ground.stage(ear)
    for _ in range(AT_ONCE.bit_length()):
        ground.now_s += 3600
        await ground.run(stage)

    assert len(ear.told[0]) == 4
    assert len(ear.told[-1]) == 1


async def test_what_one_cannot_take_in_yet_comes_again_alone(ground: Ground) -> None:
    def half(said: Sequence[Announcement]) -> list[Outcome]:
        return [
            NotYet(reason="no scene; look at paths") if each.path.name == "a.mkv" else Heard()
            for each in said
        ]

    for name in "ab":
        await ground.owe(await ground.shelf.put_accepted(offer(name), name=f"{name}.mkv"))
    ground.now_s += SETTLE_S
    ear = Ear(answer=half)
    stage = ground.stage(ear)

    await ground.run(stage)
    ground.now_s += 30
    await ground.run(stage)

    assert [[each.path.name for each in said] for said in ear.told] == [
        ["a.mkv", "b.mkv"],
        ["a.mkv"],
    ]
    assert (await ground.standing())["nas"].last_error == "no scene; look at paths"


async def test_what_cannot_be_told_for_a_week_is_given_up(ground: Ground) -> None:
    await ground.owe(await ground.shelf.put_accepted(offer("a")))
    ear = Ear(answer=lambda said: [NotYet(reason="no") for _ in said])
    stage = ground.stage(ear)
    ground.now_s += GIVE_UP_AFTER_S + 1

    await ground.run(stage)

    assert (await ground.standing())["nas"] == Standing(given_up=1)
    assert ground.log.lines[-1][1]["given_up"] == 1


async def test_one_that_takes_for_ever_is_cut_off(ground: Ground) -> None:
    @dataclass(kw_only=True)
    class Slow(Ear):
        async def tell(self, announcements: Sequence[Announcement]) -> list[Outcome]:
            await anyio.sleep_forever()
            return await super().tell(announcements)

    await ground.owe(await ground.shelf.put_accepted(offer("a")))
    ground.now_s += SETTLE_S

    await ground.run(ground.stage(Slow(), within_s=0.01))

    assert "took longer" in str((await ground.standing())["nas"].last_error)


async def test_a_program_in_hand_is_told_nothing_else_meanwhile(ground: Ground) -> None:
    number = await ground.shelf.put_accepted(offer("a"))
    await ground.owe(number, to=("nas", "other"))
    ground.now_s += SETTLE_S
    stage = ground.stage(Ear(), Ear(name="other"))

    found = await stage.take(frozenset({0}))

    assert [news.hearer.name for news in found] == ["other"]
    assert found[0].keys == {1}


async def test_what_is_configured_no_more_is_forgotten(ground: Ground) -> None:
    number = await ground.shelf.put_accepted(offer("a"))
    await ground.owe(number, to=("former", "nas"))

    await ground.stage(Ear()).take(frozenset())

    assert {name: each.due for name, each in (await ground.standing()).items()} == {
        "former": 0,
        "nas": 1,
    }


async def test_a_file_that_is_known_no_more_is_told_of_to_nobody(ground: Ground) -> None:
    await ground.owe(12345)
    ground.now_s += SETTLE_S
    ear = Ear()

    await ground.run(ground.stage(ear))

    assert ear.told == []
    assert (await ground.standing())["nas"].due == 0
    assert await ground.shelf.read(partial(files.get, file_id=12345)) is None
