from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import pytest
from rich.console import Console

from daemon.cli.show_rules import show_foreseen
from daemon.journey.questions import Case
from daemon.rehearsal import Rehearsal
from rules.candidate import Answer, Candidate, Query, Unknown
from rules.defaults import DEFAULT_RULES
from rules.filename import NameClues
from rules.journey import FileState
from rules.library_naming import KEEPS_NAMES, LibraryNaming
from rules.naming import NameTemplate
from rules.ruleset import compile_rules
from rules.sidecar_says import SidecarSays
from store import files, sidecars
from store.files import FileRecord
from store.sidecars import SidecarRecord
from tests.daemon.ground import Ground, answer, candidate, known

pytestmark = pytest.mark.anyio

RELEASE = "Northlight.24.05.17.Harbour.At.Dawn.XXX.1080p.mkv"
WAITS = 5


@dataclass
class Asker:
    """Asks nobody, and remembers what one source would have been told."""

    told: list[Query] = field(default_factory=list)
    nfo: SidecarRecord | None = None
    """What lies beside each file."""

    async def ask(self, cases: Sequence[Case]) -> dict[int, list[Answer]]:
        self.told += [case.query_for("first") for case in cases]
        return {case.file.id: [Unknown(source="first")] for case in cases}

    async def beside(self, some: Sequence[FileRecord]) -> dict[int, SidecarRecord]:
        return {file.id: self.nfo for file in some if self.nfo is not None}


@dataclass
class Knowing(Asker):
    """Says that one source knows every file."""

    offer: Candidate = field(default_factory=candidate)

    async def ask(self, cases: Sequence[Case]) -> dict[int, list[Answer]]:
        return {case.file.id: [known(self.offer)] for case in cases}


def rehearsal_by(asker: Asker, ground: Ground) -> Rehearsal:
    return Rehearsal(
        reader=ground.database,
        asker=asker,
        rules=lambda: compile_rules(DEFAULT_RULES),
        sources=frozenset({"first"}),
        waits=WAITS,
    )


@pytest.mark.parametrize(
    ("attempts", "is_told"), [(0, True), (1, False), (4, False), (5, True), (9, True)]
)
async def test_name_is_told_as_rarely_as_by_the_daemon(
    ground: Ground, attempts: int, *, is_told: bool
) -> None:
    file = await ground.add_known(RELEASE, FileState.NO_MATCH)
    await answer(ground, file, Unknown(source="first"))
    tries = partial(files.set_tries, file_id=file.id, attempts=attempts, failures=0)
    await ground.database.write(tries)
    asker = Asker()

    (line,) = await rehearsal_by(asker, ground).foresee([await ground.file(file.id)])

    assert line.verdict == "no match"
    assert [query.clues is not None for query in asker.told] == [is_told]


async def test_what_lies_beside_a_file_is_told_and_kept_nowhere(ground: Ground) -> None:
    file = await ground.add_known("dawn.mkv", FileState.NO_MATCH)
    says = SidecarSays(title="Harbour at Dawn", studio="Northlight")
    nfo = SidecarRecord(
        path=file.path.with_suffix(".nfo"), size_bytes=1, mtime_ns=1, sha256="", says=says
    )
    asker = Asker(nfo=nfo)

    await rehearsal_by(asker, ground).foresee([file])

    (query,) = asker.told
    assert query.sidecar_clues == NameClues(title="Harbour at Dawn", studio="Northlight")
    assert await ground.database.read(partial(sidecars.of_file, file_id=file.id)) is None


async def test_the_name_of_what_would_be_accepted_is_told(ground: Ground) -> None:
    file = await ground.add_known("dawn.mkv", FileState.NO_MATCH)
    offer = candidate(title="Quiet Pier")
    naming = LibraryNaming(template=NameTemplate.parse("{title}"))
    lacking = LibraryNaming(template=NameTemplate.parse("{studio} {title}"))
    asker = Knowing(offer=offer)

    async def told(naming: LibraryNaming) -> str | None:
        rehearsal = replace(rehearsal_by(asker, ground), naming={file.library: naming})
        (line,) = await rehearsal.foresee([file])
        assert line.verdict == "accepted"
        out = io.StringIO()
        show_foreseen(line, Console(file=out, width=200))
        assert ("would be called" in out.getvalue()) is (line.name is not None)
        return line.name

    assert [await told(each) for each in (naming, lacking, KEEPS_NAMES)] == [
        "Quiet Pier.mkv",
        None,
        None,
    ]
