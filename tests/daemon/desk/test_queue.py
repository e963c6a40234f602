from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.queue import PlaceUnknown, Queue, place_from_text, place_to_text
from daemon.desk.queue_views import Facet, QueueLine
from daemon.desk.retracting import AnswerOutdated
from rules.candidate import Candidate
from rules.errors import ConflictError
from rules.journey import FileState
from rules.trays import Tray
from rules.work import ExternalId, Work
from store import contents, decisions
from store.database import Database
from store.decisions import Decider, NewDecision, Outcome
from store.waiting import Place, Sieve
from tests.daemon.desk.shelf import Shelf, make_shelf, offer

SHEET = b"RIFF" + (8).to_bytes(4, "little") + b"WEBPVP8 "
A, B = offer("a"), offer("b")
SAME = Candidate(
    source="second",
    remote_id="a2",
    work=Work(title="Harbour A", ids=(ExternalId(source="first", remote_id="a"),)),
)


@pytest.fixture
def queue(shelf: Shelf) -> Queue:
    return Queue(shelf.desk)


async def only(queue: Queue, tray: Tray = Tray.OPEN) -> QueueLine:
    (line,) = (await queue.page(Sieve(tray=tray))).lines
    return line


async def decide(
    shelf: Shelf,
    number: int,
    reasons: Sequence[str],
    rule: str | None = "anything",
    outcome: Outcome = Outcome.REVIEW,
) -> None:
    made = NewDecision(outcome=outcome, decided_by=Decider.RULE, rule=rule, reasons=reasons)
    file = await shelf.file(number)
    assert file.content_id is not None
    await shelf.change(
        partial(decisions.add, file=file, content_id=file.content_id, decision=made, at_s=1.0)
    )


@pytest.mark.parametrize(
    ("offers", "works", "rivals"),
    [((), 0, 0), ((A,), 1, 0), ((A, B), 2, 1), ((A, SAME), 1, 0), ((A, SAME, B), 2, 1)],
    ids=["nothing", "one", "two", "one of two sources", "two of two sources"],
)
async def test_works_are_counted_once_whoever_offers_them(
    shelf: Shelf, queue: Queue, offers: tuple[Candidate, ...], works: int, rivals: int
) -> None:
    await shelf.put(offers=offers)

    line = await only(queue)

    assert (line.works, line.rivals, line.is_choosable) == (works, rivals, bool(offers))
    assert len(line.choices) == works


async def test_a_work_of_several_sources_is_one_choice_and_names_them_all(
    shelf: Shelf, queue: Queue
) -> None:
    await shelf.put(offers=(A, B, SAME))

    line = await only(queue)

    assert [(each.number, each.source, each.sources) for each in line.choices] == [
        (1, "first", ("first", "second")),
        (2, "first", ("first",)),
    ]


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        (['rule "anything": so it is', "too long"], ("too long", 'rule "anything": so it is')),
        (['rule "anything" holds', "too long"], ("too long", 'rule "anything" holds')),
        (
            ['rule "anything" holds, but it was undone', "x"],
            ('rule "anything" holds, but it was undone', "x"),
        ),
        (["no rule held"], ("no rule held",)),
        ([], ()),
    ],
)
async def test_most_telling_reason_is_first(
    shelf: Shelf, queue: Queue, reasons: list[str], said: tuple[str, ...]
) -> None:
    number = await shelf.put()
    await decide(shelf, number, reasons)

    assert (await only(queue)).why == said


async def test_what_an_undone_reject_led_to_is_no_reason_to_ask(shelf: Shelf, queue: Queue) -> None:
    number = await shelf.put(offers=(A,))
    await decide(shelf, number, ["too long"])
    await shelf.desk.reject(str(number))
    await decide(shelf, number, ["what was offered had been rejected"], outcome=Outcome.NO_MATCH)

    await shelf.desk.undo(str(number))

    line = await only(queue)
    assert (line.why, line.due_at_s) == (("undone by a person",), None)


async def test_sheet_is_there_if_it_is_kept(database: Database, tmp_path: Path) -> None:
    shelf = make_shelf(database, folder=tmp_path / "sheets")
    with_sheet, _, _ = [
        await shelf.put("with.mkv"),
        await shelf.put("without.mkv"),
        await shelf.put("unknown.mkv", FileState.FAILED, is_examined=False),
    ]
    content_id = (await shelf.file(with_sheet)).content_id
    assert content_id is not None
    content = await shelf.read(partial(contents.get, content_id=content_id))
    assert content is not None
    shelf.desk.sheets.keep(content.oshash, content.size_bytes, SHEET)

    page = await Queue(shelf.desk).page(Sieve())

    assert [line.number for line in page.lines if line.has_sheet] == [with_sheet]


async def test_pages_are_as_long_as_wanted(shelf: Shelf, queue: Queue) -> None:
    for number in range(3):
        await shelf.put(f"{number}.mkv", at_s=float(number))

    first = await queue.page(Sieve(), limit=2)
    second = await queue.page(Sieve(), after=first.next_after, limit=2)

    assert [line.name for line in (*first.lines, *second.lines)] == ["2.mkv", "1.mkv", "0.mkv"]
    assert second.next_after is None
    assert (first.files, second.files) == (3, 3)


async def test_choice_that_fits_nothing_any_more_is_still_told(shelf: Shelf, queue: Queue) -> None:
    number = await shelf.put(offers=(A,))
    await decide(shelf, number, ["x"], rule="mine")

    page = await queue.page(Sieve(library="series", source="other", cause="rule mine"))

    assert page.files == 0
    assert page.libraries == (Facet(value="series", label="series", files=0),)
    assert page.sources == (Facet(value="other", label="other", files=0),)
    assert page.causes == (Facet(value="rule mine", label='rule "mine"', files=0),)


async def test_lines_are_told_wherever_they_lie(shelf: Shelf, queue: Queue) -> None:
    done = await shelf.put("done.mkv", FileState.DONE)
    open_one = await shelf.put("open.mkv")

    lines = await queue.lines([done, 99, open_one, 2**63, -1])

    assert [line.name for line in lines] == ["done.mkv", "open.mkv"]
    assert [await queue.lies_in(Tray.OPEN, each) for each in (done, open_one)] == [False, True]


async def test_just_what_is_otherwise_is_told(shelf: Shelf, queue: Queue) -> None:
    kept, changed, gone = [await shelf.put(f"{each}.mkv", offers=(A,)) for each in range(3)]
    shown = {each: (await shelf.file(each)).revision for each in (kept, changed, gone)}
    await shelf.desk.reject(str(changed))
    await shelf.desk.undo(str(changed))
    await shelf.desk.dismiss(str(gone))
    new = await shelf.put("new.mkv")

    since = await queue.since(Sieve(), {**shown, 2**63: 1})

    assert {line.number for line in since.lines} == {changed, new}
    assert since.gone == (gone,)
    assert since.files == 3


@pytest.mark.parametrize("state", [FileState.SETTLED, FileState.REVIEW])
async def test_nothing_answered_is_nothing_to_take_back(
    shelf: Shelf, queue: Queue, state: FileState
) -> None:
    number = await shelf.put(state=state)

    assert await queue.last_answer(str(number)) is None
    with pytest.raises(AnswerOutdated, match="decided about otherwise since"):
        await queue.retract(str(number), 0)


async def test_what_a_rule_decided_is_no_answer(shelf: Shelf, queue: Queue) -> None:
    number = await shelf.put_accepted(A)

    assert await queue.last_answer(str(number)) is None


async def test_answer_is_taken_back_once(shelf: Shelf, queue: Queue) -> None:
    number = str(await shelf.put(offers=(A,)))
    await shelf.desk.accept(number)
    last = await queue.last_answer(number)
    assert last is not None

    answered = await queue.retract(number, last.decision)

    assert (last.message, answered.state) == ("accepted", FileState.REVIEW)
    with pytest.raises(ConflictError):
        await queue.retract(number, last.decision)


@given(at_s=st.floats(allow_nan=False, allow_infinity=False), number=st.integers(0, 2**63 - 1))
def test_place_comes_back_as_it_was(at_s: float, number: int) -> None:
    place = Place(at_s=at_s, file_id=number)

    assert place_from_text(place_to_text(place)) == place


@pytest.mark.parametrize(
    "text", ["", "_", "1", "1_", "_1", "x_1", "1_x", "inf_1", "1_-1", f"1_{2**63}"]
)
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(PlaceUnknown, match="begin with its first page"):
        place_from_text(text)
