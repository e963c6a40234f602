"""What changes beside files that wait, on a real disk."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path

import anyio
import pytest

from daemon.journey.bell import Bell
from daemon.journey.rounds import Rounds
from daemon.journey.sidecar_news import SAYS_OTHERWISE, SidecarNews
from daemon.journey.sidecar_reading import SidecarReader
from rules.journey import FileState
from rules.sidecar import digest
from store import news, sidecars
from store.files import FileRecord
from store.news import News, NewsKind
from store.outbox import Errand
from tests.daemon.doubles import Lines
from tests.daemon.ground import FILMS, Ground

pytestmark = pytest.mark.anyio

REVIEW, NO_MATCH, READY = FileState.REVIEW, FileState.NO_MATCH, FileState.READY


class Bench:
    """Rounds that follow what changes beside files."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        reader = SidecarReader(
            territories=ground.territories, limiter=anyio.CapacityLimiter(2), patience_s=20
        )
        self.news = SidecarNews(database=ground.database, reader=reader, now=ground.clock)
        self.identify_bell = Bell()
        self.rounds = Rounds(
            database=ground.database,
            eyes=ground.eyes,
            rescan_s={FILMS: 600.0},
            door=Bell(),
            identify_bell=self.identify_bell,
            apply_bell=Bell(),
            now=ground.clock,
            log=Lines(),
            sidecars=self.news,
        )

    async def look_through(self) -> None:
        await self.rounds.look_through(FILMS)

    async def state(self, file: FileRecord) -> FileState:
        return (await self.ground.file(file.id)).state

    async def rest(self, file: FileRecord, state: FileState) -> None:
        """Let a file wait again, as if it had been asked about."""
        await self.ground.set_state(await self.ground.file(file.id), state)


@pytest.fixture
def bench(ground: Ground) -> Bench:
    return Bench(ground)


def lay_beside(file: FileRecord, title: str, *, more: str = "", at_s: int = 5) -> Path:
    nfo = Path(file.path).with_suffix(".nfo")
    nfo.write_text(f"<movie><title>{title}</title>{more}</movie>")
    os.utime(nfo, (at_s, at_s))
    return nfo


@pytest.mark.parametrize("state", [REVIEW, NO_MATCH])
async def test_nfo_that_comes_changes_or_goes_lets_a_waiting_file_be_asked_about_again(
    ground: Ground, bench: Bench, state: FileState
) -> None:
    file = await ground.add_known(state=state)
    nfo = lay_beside(file, "Harbour")
    told: list[FileState] = []

    for change in (
        lambda: None,
        lambda: lay_beside(file, "Pier", at_s=6),
        nfo.unlink,
    ):
        change()
        await bench.look_through()
        told.append(await bench.state(file))
        await bench.rest(file, state)
        await bench.look_through()
        told.append(await bench.state(file))

    assert told == [READY, state] * 3
    assert await ground.details(file.id, "ready") == [SAYS_OTHERWISE] * 3


@pytest.mark.parametrize(
    "state", [FileState.DONE, FileState.DISMISSED, FileState.DEFERRED, FileState.IGNORED]
)
async def test_file_that_does_not_wait_is_left_alone(
    ground: Ground, bench: Bench, state: FileState
) -> None:
    file = await ground.add_known(state=state)
    lay_beside(file, "Harbour")

    await bench.look_through()

    assert await bench.state(file) is state
    assert await ground.database.read(sidecars.all_files) == frozenset()


async def test_what_a_media_server_rewrites_asks_nobody_anything(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add_known(state=REVIEW)
    lay_beside(file, "Harbour")
    await bench.look_through()
    await bench.rest(file, REVIEW)

    nfo = lay_beside(file, "Harbour", more="<playcount>1</playcount>", at_s=6)
    await bench.look_through()

    assert await bench.state(file) is REVIEW
    kept = await ground.database.read(partial(sidecars.of_file, file_id=file.id))
    assert kept is not None
    assert kept.sha256 == digest(nfo.read_bytes())


async def test_question_that_is_asked_anew_owes_no_message_any_more(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add_known(state=REVIEW)
    told = News(kind=NewsKind.REVIEW, subject="dawn", detail="is it this?")
    await ground.database.write(partial(news.add, news=told, file_id=file.id, at_s=1.0))
    lay_beside(file, "Harbour")

    await bench.look_through()

    assert await ground.owed(Errand.MESSAGE) == []


async def test_whoever_asks_is_woken(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known(state=REVIEW)
    lay_beside(file, "Harbour")

    assert await bench.news.follow(FILMS, [str(Path(file.path).with_suffix(".nfo"))]) == 1
    await bench.rest(file, REVIEW)
    await bench.look_through()

    assert await bench.identify_bell.heard(timeout_s=0)


async def test_an_nfo_in_capitals_is_news_too(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known(state=REVIEW)
    lay_beside(file, "Harbour")
    usual = Path(file.path).with_suffix(".nfo")
    capitals = usual.rename(usual.with_suffix(".NFO"))

    assert await bench.news.follow(FILMS, [str(capitals)]) == 1


async def test_file_of_another_library_is_for_its_own_round(ground: Ground, bench: Bench) -> None:
    ground.add_library("other")
    file = await ground.add_known(state=REVIEW, library="other")
    lay_beside(file, "Harbour")

    assert await bench.news.follow(FILMS, [str(Path(file.path).with_suffix(".nfo"))]) == 0
    assert await bench.news.follow("other", [str(Path(file.path).with_suffix(".nfo"))]) == 1


async def test_library_without_any_nfo_costs_nothing(ground: Ground, bench: Bench) -> None:
    await ground.add_known(state=REVIEW)

    assert await bench.news.follow(FILMS, []) == 0


async def test_one_round_asks_about_so_many_and_the_next_about_the_rest(
    ground: Ground, bench: Bench
) -> None:
    few = replace(bench.news, most_a_round=2, at_once=2)
    nfos: list[str] = []
    for number in range(5):
        file = await ground.add_known(f"{number}.mkv", REVIEW, oshash=number)
        nfos.append(str(lay_beside(file, "Harbour")))

    assert [await few.follow(FILMS, nfos) for _ in range(4)] == [2, 2, 1, 0]
