"""What lies beside files, on a real disk, from before they are asked about to the decision."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import anyio
import pytest

from daemon.journey.bell import Bell
from daemon.journey.deciding import Deciding
from daemon.journey.identify import Identify
from daemon.journey.resolving import Schedule
from daemon.journey.sidecar_reading import NO_TEXT, SidecarReader
from rules.candidate import Answer, Candidate, Known, Query, Unknown, Way
from rules.decision import DecisionInput
from rules.defaults import DEFAULT_RULES
from rules.filename import NameClues
from rules.journey import FileState
from rules.premises import Premises
from rules.ruleset import compile_rules
from rules.sidecar import digest
from rules.sidecar_ids import SourceNames
from rules.work import ExternalId
from store import answers, decisions, files, journal, sidecars
from store.database import Connection
from store.decisions import DecisionRecord
from store.files import FileRecord
from store.journal import ChangeKind
from store.sidecars import SidecarRecord
from tests.daemon.doubles import Lines
from tests.daemon.ground import NAME, Ground, answer, candidate

pytestmark = pytest.mark.anyio

ONE = "5a1e0f3c-0000-4000-8000-00000000000a"
TWO = "5a1e0f3c-0000-4000-8000-00000000000b"
PAGE = "https://harbour.example/dawn"
NFO = f"""<movie><title>Harbour, by hand</title><studio>Northlight</studio>
<uniqueid type="first">{ONE}</uniqueid></movie>
{PAGE}
"""
SAID = NameClues(title="Harbour, by hand", studio="Northlight")
FIRST = SourceNames(source="first", dialect="stashbox", addresses=("https://first.example",))
QUIET = SourceNames(source="second", dialect="stashbox", is_told_names=False)
PREMISES = Premises(sources=(FIRST, QUIET))
SCHEDULE = Schedule(no_match_s=(3600.0,), first_deferral_s=300.0)


@dataclass
class Box:
    """A source that knows works by id, and one file by its oshash."""

    name: str
    by_id: Mapping[str, Candidate] = field(default_factory=dict)
    by_oshash: Mapping[int, Candidate] = field(default_factory=dict)
    queries: list[Query] = field(default_factory=list)

    async def ask(self, queries: Sequence[Query]) -> list[Answer]:
        self.queries += queries
        return [self._answer(query) for query in queries]

    async def check(self) -> str:
        return "a box"

    def _answer(self, query: Query) -> Answer:
        own = [each.remote_id for each in query.ids if each.source == self.name]
        found = [replace(self.by_id[each], found_by=Way.ID) for each in own if each in self.by_id]
        oshash = query.fingerprints.oshash.value
        found += [self.by_oshash[oshash]] if oshash in self.by_oshash else []
        unique = {each.remote_id: each for each in reversed(found)}
        return (
            Known(source=self.name, candidates=tuple(unique.values()))
            if found
            else Unknown(source=self.name)
        )


class Bench:
    """Asking and deciding, with two sources and a disk."""

    def __init__(
        self, ground: Ground, *, reads: bool = True, premises: Premises = PREMISES
    ) -> None:
        self.ground = ground
        self.first, self.second = Box("first"), Box("second")
        reader = SidecarReader(
            territories=ground.territories, limiter=anyio.CapacityLimiter(2), patience_s=20
        )
        self.identify = Identify(
            database=ground.database,
            sources=(self.first, self.second),
            now=ground.clock,
            gather_s=0,
            onward=Bell(),
            waits=5,
            premises=premises,
            sidecars=reader if reads else None,
        )
        self.deciding = Deciding(
            database=ground.database,
            rules=compile_rules(DEFAULT_RULES),
            sources=frozenset({"first", "second"}),
            schedule=SCHEDULE,
            now=ground.clock,
            jitter=lambda: 0.5,
            apply_bell=Bell(),
            tell_bell=Bell(),
            identify_bell=Bell(),
            log=Lines(),
            premises=premises,
        )

    async def ask(self) -> None:
        for batch in await self.identify.take(frozenset()):
            await self.identify.work(batch)

    async def lead_on(self) -> None:
        await self.ask()
        for batch in await self.deciding.take(frozenset()):
            await self.deciding.work(batch)

    async def beside(self, file: FileRecord) -> SidecarRecord | None:
        return await self.ground.database.read(partial(sidecars.of_file, file_id=file.id))

    async def again(self, file: FileRecord) -> None:
        """Let a file be asked about anew."""
        await self.ground.set_state(await self.ground.file(file.id), FileState.READY)
        self.first.queries.clear()
        self.second.queries.clear()

    async def decided(self, file: FileRecord) -> tuple[DecisionRecord, DecisionInput]:
        """Return the latest decision with what it was made from."""
        made = await self.ground.database.read(partial(decisions.of_file, file_id=file.id))
        given = await self.ground.database.read(partial(decisions.given, decision_id=made[-1].id))
        assert given is not None
        return made[-1], given


@pytest.fixture
def bench(ground: Ground) -> Bench:
    return Bench(ground)


def lay_beside(file: FileRecord, content: str = NFO) -> Path:
    nfo = Path(file.path).with_suffix(".nfo")
    nfo.write_text(content)
    return nfo


async def test_ids_addresses_and_words_beside_a_file_are_told(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known()
    nfo = lay_beside(file)

    await bench.ask()

    (query,) = bench.first.queries
    assert query.ids == (ExternalId(source="first", remote_id=ONE),)
    assert query.urls == (PAGE,)
    assert query.sidecar_clues == SAID
    assert query.clues is not None
    kept = await bench.beside(file)
    assert kept is not None
    assert (kept.path, kept.sha256) == (nfo, digest(NFO.encode()))
    assert kept.mtime_ns == nfo.stat().st_mtime_ns


async def test_source_that_is_told_no_names_is_told_no_addresses_either(
    ground: Ground, bench: Bench
) -> None:
    lay_beside(await ground.add_known())

    await bench.ask()

    (query,) = bench.second.queries
    assert query.urls == ()
    assert query.ids == (ExternalId(source="first", remote_id=ONE),)


async def test_words_and_addresses_travel_as_rarely_as_names(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known(state=FileState.NO_MATCH)
    await answer(ground, file, Unknown(source="first"), Unknown(source="second"))
    await ground.set_state(file, FileState.NO_MATCH, due_at_s=0)
    tries = partial(files.set_tries, file_id=file.id, attempts=1, failures=0)
    await ground.database.write(tries)
    lay_beside(file)

    await bench.ask()

    (query,) = bench.first.queries
    assert query.texts == ()
    assert query.urls == ()
    assert query.ids == (ExternalId(source="first", remote_id=ONE),)


async def test_id_that_a_person_rejected_is_not_asked_by(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known()
    lay_beside(file)
    rejected = ExternalId(source="first", remote_id=ONE)
    assert file.content_id is not None
    await ground.database.write(
        partial(answers.reject, content_id=file.content_id, rejected=rejected, at_s=1.0)
    )

    await bench.ask()

    (query,) = bench.first.queries
    assert query.ids == ()


async def test_change_is_read_again_and_what_is_gone_is_forgotten(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add_known()
    nfo = lay_beside(file)
    await bench.ask()

    nfo.write_text(NFO.replace(ONE, TWO))
    os.utime(nfo, (5, 5))
    await bench.again(file)
    await bench.ask()

    assert [query.ids for query in bench.first.queries] == [
        (ExternalId(source="first", remote_id=TWO),)
    ]

    nfo.unlink()
    await bench.again(file)
    await bench.ask()

    assert [query.ids for query in bench.first.queries] == [()]
    assert await bench.beside(file) is None


def _written(connection: Connection, *, file: FileRecord, content: bytes) -> None:
    plan_id = journal.open_plan(connection, file.id, None, at_s=1.0)
    journal.intend_file(
        connection,
        plan_id,
        ChangeKind.WRITE_SIDECAR,
        Path("/elsewhere/dawn.nfo"),
        before_bytes=None,
        after_sha256=digest(content),
        at_s=1.0,
    )


async def test_what_doorman_wrote_itself_is_no_source(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known()
    lay_beside(file)
    await ground.database.write(partial(_written, file=file, content=NFO.encode()))

    await bench.lead_on()

    (query,) = bench.first.queries
    assert (query.ids, query.urls, query.sidecar_clues) == ((), (), None)
    kept = await bench.beside(file)
    assert kept is not None
    assert kept.is_own
    assert (await bench.decided(file))[1].sidecar is None


async def test_what_is_no_text_says_nothing_but_why(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known()
    Path(file.path).with_suffix(".nfo").write_bytes(b"MZ\0\0\0")

    await bench.lead_on()

    kept = await bench.beside(file)
    assert kept is not None
    assert (kept.says, kept.trouble) == (None, NO_TEXT)
    assert (await bench.decided(file))[1].sidecar is None


async def test_folder_that_cannot_be_looked_into_keeps_no_file_from_being_asked_about(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add_known("deep/dawn.mkv")
    lay_beside(file)
    await bench.ask()
    Path(file.path).parent.rename(ground.root / "away")
    await bench.again(file)

    await bench.ask()

    assert len(bench.first.queries) == 1
    assert bench.first.queries[0].ids == (ExternalId(source="first", remote_id=ONE),)


async def test_disk_that_does_not_answer_in_time_changes_nothing(ground: Ground) -> None:
    some = []
    for number in range(3):
        file = await ground.add_known(f"{number}/dawn.mkv", oshash=number)
        lay_beside(file)
        some.append(file)
    impatient = SidecarReader(
        territories=ground.territories, limiter=anyio.CapacityLimiter(1), patience_s=0
    )
    gone = await ground.add_known("gone.mkv", oshash=9)

    seen = await impatient.news(ground.database, [gone, *some])

    assert seen == {}


async def test_library_that_is_not_configured_is_not_looked_into(
    ground: Ground, bench: Bench
) -> None:
    lay_beside(await ground.add_known())
    ground.territories.clear()

    await bench.ask()

    assert [query.ids for query in bench.first.queries] == [()]


async def test_nothing_is_read_where_that_is_not_wanted(ground: Ground) -> None:
    file = await ground.add_known()
    lay_beside(file)
    await Bench(ground).ask()
    off = Bench(ground, reads=False, premises=replace(PREMISES, reads_sidecars=False))
    await off.again(file)

    await off.lead_on()

    assert [query.ids for query in off.first.queries] == [()]
    assert await off.beside(file) is None
    assert (await off.decided(file))[1].sidecar is None


async def test_id_alone_is_a_question_with_its_reason(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known()
    lay_beside(file)
    bench.first.by_id = {ONE: candidate(ONE, oshash=None)}

    await bench.lead_on()

    assert (await ground.file(file.id)).state is FileState.REVIEW
    made, given = await bench.decided(file)
    assert "the NFO beside the file names this work's id" in made.reasons or any(
        "linked is false" in reason for reason in made.reasons
    )
    assert given.sidecar is not None
    assert given.sidecar.name == f"{Path(NAME).stem}.nfo"
    assert given.sidecar.ids == {ExternalId(source="first", remote_id=ONE)}


async def test_id_of_the_very_same_file_is_accepted_for_its_fingerprint(
    ground: Ground, bench: Bench
) -> None:
    """A store that was lost finds its works again by the ids in what doorman wrote."""
    file = await ground.add_known()
    lay_beside(file)
    bench.first.by_id = {ONE: candidate(ONE)}

    await bench.lead_on()

    assert (await ground.file(file.id)).state is FileState.ACCEPTED
    assert (await bench.decided(file))[0].chosen == ExternalId(source="first", remote_id=ONE)


@pytest.mark.parametrize("is_offered", [True, False], ids=["offered", "not offered"])
async def test_id_of_another_work_than_the_same_files_is_a_question(
    ground: Ground, bench: Bench, *, is_offered: bool
) -> None:
    file = await ground.add_known()
    lay_beside(file)
    bench.first.by_oshash = {0xFEED: candidate(TWO)}
    if is_offered:
        bench.first.by_id = {ONE: candidate(ONE, oshash=None, title="Dusk")}

    await bench.lead_on()

    assert (await ground.file(file.id)).state is FileState.REVIEW
    made, _ = await bench.decided(file)
    assert any("sidecar_id_differs" in reason or "rivals" in reason for reason in made.reasons)


async def test_title_alone_is_no_question(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known()
    lay_beside(file, f"<movie><title>{Path(NAME).stem}</title></movie>")

    await bench.lead_on()

    assert (await ground.file(file.id)).state is FileState.NO_MATCH
    assert (await bench.decided(file))[0].reasons
    _, given = await bench.decided(file)
    assert given.sidecar is not None
    assert given.sidecar.says.title is None


async def test_what_one_copys_nfo_found_stays_when_another_copy_is_asked_about(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add_known("dawn.mkv")
    lay_beside(file)
    bench.first.by_id = {ONE: candidate(ONE, oshash=None)}
    await bench.ask()
    await ground.add_known("copy.mkv")

    await bench.ask()

    assert file.content_id is not None
    offered = await ground.database.read(partial(answers.offered, content_id=file.content_id))
    assert [each.candidate.remote_id for each in offered] == [ONE]


async def test_what_lies_beside_can_be_looked_at_without_keeping_it(
    ground: Ground, bench: Bench
) -> None:
    for number in range(5):
        lay_beside(await ground.add_known(f"{number}.mkv", oshash=number))

    seen = await bench.identify.beside(await ground.present())

    assert {each.says.title for each in seen.values() if each.says} == {"Harbour, by hand"}
    assert len(seen) == 5
    assert await ground.database.read(partial(sidecars.of_files, file_ids=list(seen))) == {}
