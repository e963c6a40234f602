"""The same content in two libraries, one of which is kept from adult sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import pytest

from daemon.journey.bell import Bell
from daemon.journey.deciding import Deciding
from daemon.journey.identify import Identify
from daemon.journey.resolving import Schedule
from providers.clock import Clock
from providers.guard import GuardedSource, Instruments
from providers.limits import Limiter
from providers.traffic import Traffic
from rules.candidate import Answer, NotAsked, Query
from rules.defaults import DEFAULT_RULES
from rules.discretion import KEPT_SAFE, Discretion
from rules.journey import FileState
from rules.premises import Premises
from rules.ruleset import compile_rules
from store import answers, decisions
from store.files import FileRecord
from tests.daemon.doubles import Lines
from tests.daemon.ground import Ground, candidate, known

pytestmark = pytest.mark.anyio

FAMILY = "family"
PREMISES = Premises(
    discretion=Discretion(sfw_libraries=frozenset({FAMILY}), nsfw_sources=frozenset({"first"}))
)


@dataclass
class Knower:
    """A source that knows every file."""

    name: str = "first"
    asked: list[Query] = field(default_factory=list)

    async def ask(self, queries: Sequence[Query]) -> list[Answer]:
        self.asked.extend(queries)
        return [known(candidate(source=self.name)) for _ in queries]

    async def check(self) -> str:
        return "knows everything"


class Bench:
    """Asking and deciding, with one adult source and one library that is kept from it."""

    def __init__(self, ground: Ground) -> None:
        ground.add_library(FAMILY)
        self.ground = ground
        self.source = Knower()
        clock = Clock(now_s=ground.clock, wall_s=ground.clock)
        limiter = Limiter(requests_per_minute=240, clock=clock)
        instruments = Instruments(clock=clock, limiter=limiter, traffic=Traffic())
        self.identify = Identify(
            database=ground.database,
            sources=(GuardedSource(self.source, instruments=instruments, is_nsfw=True),),
            now=ground.clock,
            gather_s=0,
            onward=Bell(),
            premises=PREMISES,
        )
        self.deciding = Deciding(
            database=ground.database,
            rules=compile_rules(DEFAULT_RULES),
            sources=frozenset({"first"}),
            schedule=Schedule(no_match_s=(3600.0,), first_deferral_s=300.0),
            now=ground.clock,
            jitter=lambda: 0.5,
            apply_bell=Bell(),
            tell_bell=Bell(),
            identify_bell=Bell(),
            log=Lines(),
            premises=PREMISES,
        )

    async def lead_on(self) -> None:
        """Ask and decide about everything that is due."""
        for batch in await self.identify.take(frozenset()):
            await self.identify.work(batch)
        for batch in await self.deciding.take(frozenset()):
            await self.deciding.work(batch)

    async def put(self, library: str) -> FileRecord:
        return await self.ground.add_known(f"Of {library}.mkv", library=library)

    async def latest(self, file: FileRecord) -> list[Answer]:
        assert file.content_id is not None
        return await self.ground.database.read(partial(answers.latest, content_id=file.content_id))

    async def reasons(self, file: FileRecord) -> tuple[str, ...]:
        made = await self.ground.database.read(partial(decisions.of_file, file_id=file.id))
        return made[-1].reasons


@pytest.fixture
def bench(ground: Ground) -> Bench:
    return Bench(ground)


@pytest.mark.parametrize("libraries", [("family", "films"), ("films", "family")])
async def test_neither_order_of_arrival_tells_of_the_kept_one_nor_harms_the_other(
    ground: Ground, bench: Bench, libraries: tuple[str, str]
) -> None:
    put: dict[str, FileRecord] = {}
    for library in libraries:
        put[library] = await bench.put(library)
        await bench.lead_on()

    kept, other = await ground.file(put["family"].id), await ground.file(put["films"].id)
    assert kept.content_id == other.content_id
    assert len(bench.source.asked) == 1
    assert "family" not in str(bench.source.asked)
    assert other.state is FileState.ACCEPTED
    assert kept.state is FileState.DEFERRED
    assert kept.work_id is None
    assert "nobody may be asked" in str(await bench.reasons(kept))
    assert await bench.latest(other) == [known(candidate())]


async def test_both_in_one_batch_are_kept_apart_too(ground: Ground, bench: Bench) -> None:
    kept, other = await bench.put("family"), await bench.put("films")
    await bench.lead_on()

    assert (await ground.file(other.id)).state is FileState.ACCEPTED
    assert (await ground.file(kept.id)).state is FileState.DEFERRED
    assert "family" not in str(bench.source.asked)


async def test_file_alone_is_not_asked_about_and_says_why(ground: Ground, bench: Bench) -> None:
    kept = await bench.put("family")
    await bench.lead_on()

    assert bench.source.asked == []
    assert await bench.latest(kept) == [NotAsked(source="first", reason=KEPT_SAFE)]
    assert (await ground.file(kept.id)).attempts == 0
