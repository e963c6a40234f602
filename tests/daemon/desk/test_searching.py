"""A person looks for a work; what is found is kept and may be chosen like anything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import anyio
import pytest

from daemon.desk.refusals import FileChanged, NotAnswerable
from daemon.desk.searching import Searching, SourceUnknown
from daemon.desk.views import SourceLine
from rules.candidate import Answer, Candidate, Failed, Known, NotAsked, Refused, Unknown, Way
from rules.discretion import KEPT_SAFE, Discretion
from rules.journey import FileState
from rules.lookup import Lookup
from store import files
from store.database import Connection, Database
from tests.daemon.desk.shelf import Shelf, labels, make_shelf, offer

WORDS = Lookup(way=Way.TEXT, text="harbour")
A, B, C = (offer(each) for each in "abc")


@dataclass
class Counter:
    """The sources, which all give the same answer."""

    answer: Answer = field(default_factory=lambda: Unknown(source="first"))
    asked: list[tuple[str, Lookup]] = field(default_factory=list)
    meanwhile: Sequence[object] = ()
    is_silent: bool = False

    async def search(self, source: str, lookup: Lookup) -> Answer:
        self.asked.append((source, lookup))
        if self.is_silent:
            await anyio.sleep_forever()
        for each in self.meanwhile:
            assert callable(each)
            await each()
        return self.answer


def found(*candidates: Candidate) -> Known:
    return Known(
        source="first", candidates=tuple(replace(each, found_by=Way.TEXT) for each in candidates)
    )


def _review(connection: Connection, number: int) -> None:
    file = files.get(connection, number)
    assert file is not None
    files.set_state(connection, file, FileState.REVIEW, at_s=9.0)


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def shelf(database: Database, counter: Counter) -> Shelf:
    shelf = make_shelf(database)
    lines = tuple(
        SourceLine(name=name, url=f"https://{name}.example/graphql") for name in ("first", "second")
    )
    household = replace(
        shelf.desk.household,
        sources=lines,
        search=counter.search,
        discretion=Discretion(
            sfw_libraries=frozenset({"films"}), nsfw_sources=frozenset({"second"})
        ),
    )
    return replace(shelf, desk=replace(shelf.desk, household=household))


async def test_what_is_found_is_offered_beside_what_was(shelf: Shelf, counter: Counter) -> None:
    number = await shelf.put(offers=(A,))
    counter.answer = found(B, C)

    view = await Searching(shelf.desk).search(str(number), "first", WORDS)

    shown = await shelf.show(number)
    assert sorted(labels(shown)) == ["Harbour A", "Harbour B", "Harbour C"]
    assert [each.number for each in shown.candidates if each.label.startswith('"Harbour A')] == [1]
    assert sorted(each.label.split('"')[1] for each in view.candidates) == [
        "Harbour B",
        "Harbour C",
    ]
    assert (view.outcome, view.message) == ("known", "first has 2 works for that")
    assert view.revision == shown.revision
    assert all(each.evidence for each in view.candidates)
    assert counter.asked == [("first", replace(WORDS, is_sfw=True))]


async def test_what_is_found_can_be_accepted(shelf: Shelf, counter: Counter) -> None:
    number = await shelf.put(state=FileState.NO_MATCH, due_at_s=50.0)
    counter.answer = found(B)
    (candidate,) = (await Searching(shelf.desk).search(str(number), "first", WORDS)).candidates
    waiting = await shelf.show(number)

    answered = await shelf.desk.accept(str(number), number=candidate.number)

    assert answered.message == 'accepted as "Harbour B" (Northlight, 2024-05-17)'
    assert (waiting.line.state, waiting.line.reason, waiting.due_at_s) == (
        FileState.REVIEW,
        "a person looked for it and something was found",
        None,
    )


async def test_what_is_offered_already_stays_as_it_was_found(
    shelf: Shelf, counter: Counter
) -> None:
    number = await shelf.put(offers=(A, B))
    counter.answer = found(A)
    before = await shelf.show(number)

    await Searching(shelf.desk).search(str(number), "first", WORDS)

    after = await shelf.show(number)
    assert [each.number for each in after.candidates] == [each.number for each in before.candidates]
    assert after.line.state is FileState.REVIEW


async def test_what_was_rejected_does_not_come_back(shelf: Shelf, counter: Counter) -> None:
    number = await shelf.put(offers=(A, B))
    await shelf.desk.reject(str(number), number=1)
    await shelf.change(lambda connection: _review(connection, number))
    counter.answer = found(A)

    view = await Searching(shelf.desk).search(str(number), "first", WORDS)

    assert view.message == (
        "first has 1 work for that, of which 1 was rejected before and stays out; undo that first"
    )
    assert view.candidates == ()
    assert labels(await shelf.show(number)) == ["Harbour B"]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            Unknown(source="first"),
            "first has nothing for that; try other words, or another source",
        ),
        (Failed(source="first", reason="it is down"), "source first failed: it is down"),
        (Refused(source="first", reason="the key is old"), "source first refused: the key is old"),
        (NotAsked(source="first", reason="no id"), "source first was not asked: no id"),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
async def test_a_search_in_vain_changes_nothing_and_says_why(
    shelf: Shelf, counter: Counter, answer: Answer, message: str
) -> None:
    number = await shelf.put(state=FileState.NO_MATCH)
    before = await shelf.show(number)
    counter.answer = answer

    view = await Searching(shelf.desk).search(str(number), "first", WORDS)

    assert (view.outcome, view.message, view.candidates) == (answer.kind, message, ())
    assert await shelf.show(number) == before


async def test_a_source_of_adult_works_is_not_told_of_a_safe_file(
    shelf: Shelf, counter: Counter
) -> None:
    number = await shelf.put()

    view = await Searching(shelf.desk).search(str(number), "second", WORDS)

    assert view.message == f"source second was not asked: {KEPT_SAFE}"
    assert counter.asked == []


async def test_a_source_that_is_silent_costs_a_person_a_while_only(
    shelf: Shelf, counter: Counter
) -> None:
    number = await shelf.put()
    counter.is_silent = True

    view = await Searching(shelf.desk, deadline_s=0.01).search(str(number), "first", WORDS)

    assert view.message == ("source first failed: it gave no answer within 0.01 s; try it again")


async def test_a_file_that_was_answered_meanwhile_is_left_alone(
    shelf: Shelf, counter: Counter
) -> None:
    number = await shelf.put(offers=(A,))
    counter.answer = found(B)
    counter.meanwhile = (lambda: shelf.desk.accept(str(number)),)

    with pytest.raises(NotAnswerable):
        await Searching(shelf.desk).search(str(number), "first", WORDS)

    assert labels(await shelf.show(number)) == ["Harbour A"]


async def test_what_cannot_be_answered_is_not_searched_for(shelf: Shelf, counter: Counter) -> None:
    accepted = await shelf.put_accepted(A)
    open_one = await shelf.put("Other.mkv", offers=(B,))

    with pytest.raises(NotAnswerable):
        await Searching(shelf.desk).search(str(accepted), "first", WORDS)
    with pytest.raises(FileChanged):
        await Searching(shelf.desk).search(str(open_one), "first", WORDS, revision=99)
    with pytest.raises(SourceUnknown, match="no source 'third'; there is first, second"):
        await Searching(shelf.desk).search(str(open_one), "third", WORDS)
    assert counter.asked == []
