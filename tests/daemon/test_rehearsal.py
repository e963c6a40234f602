from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import pytest

from daemon.journey.questions import Case
from daemon.rehearsal import Rehearsal
from rules.candidate import Answer, Query, Unknown
from rules.defaults import DEFAULT_RULES
from rules.journey import FileState
from rules.ruleset import compile_rules
from store import files
from tests.daemon.ground import Ground, answer

pytestmark = pytest.mark.anyio

RELEASE = "Northlight.24.05.17.Harbour.At.Dawn.XXX.1080p.mkv"
WAITS = 5


@dataclass
class Asker:
    """Asks nobody, and remembers what one source would have been told."""

    told: list[Query] = field(default_factory=list)

    async def ask(self, cases: Sequence[Case]) -> dict[int, list[Answer]]:
        self.told += [case.query_for("first") for case in cases]
        return {case.file.id: [Unknown(source="first")] for case in cases}


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
    rehearsal = Rehearsal(
        reader=ground.database,
        asker=asker,
        rules=lambda: compile_rules(DEFAULT_RULES),
        sources=frozenset({"first"}),
        waits=WAITS,
    )

    (line,) = await rehearsal.foresee([await ground.file(file.id)])

    assert line.verdict == "no match"
    assert [query.clues is not None for query in asker.told] == [is_told]
