"""What a file wears by itself, and what its accept left out: shown, and taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from daemon.desk.refusals import NothingToUndo
from rules.candidate import Candidate
from rules.identify_options import IdentifyOptions, SourceOptions
from rules.journey import FileState
from rules.work import Appearance, Performer, Work
from store import acceptance, decisions, files
from store.database import Connection
from store.decisions import Decider, NewDecision, Outcome
from tests.daemon.desk.shelf import Shelf, offer, short

LEFT_OUT = (
    'performer "Mononym" is left out: nobody known is meant, and one word is too little to create '
    "somebody (skip_single_name_performers)"
)


def with_mononym() -> Candidate:
    mononym = Appearance(performer=Performer(name="Mononym"))
    return replace(offer("a"), work=Work(title="Harbour A", appearances=(mononym,)))


def with_options(shelf: Shelf, options: IdentifyOptions) -> Shelf:
    """Return the shelf where accepting from `first` goes by these options."""
    of_sources = SourceOptions(by_source={"first": options})
    household = replace(shelf.desk.household, options=of_sources)
    return replace(shelf, desk=replace(shelf.desk, household=household))


async def put_tagged(shelf: Shelf) -> int:
    """Put a file whose question several works of one source led to."""
    number = await shelf.put(offers=[offer("a"), offer("b")])
    await shelf.change(lambda connection: tag(connection, number))
    return number


def tag(connection: Connection, number: int) -> None:
    file = files.get(connection, number)
    assert file is not None
    asked = NewDecision(outcome=Outcome.REVIEW, decided_by=Decider.RULE)
    decision_id = decisions.add(connection, file, file.content_id or 0, asked, at_s=3.0)
    acceptance.tag(connection, file, decision_id, ["Several matches"], at_s=3.0)


async def test_what_a_file_wears_is_shown_with_its_question_and_its_story(shelf: Shelf) -> None:
    number = await put_tagged(shelf)

    view = await shelf.show(number)

    assert view.tags == ("Several matches",)
    assert not view.is_organized


async def test_a_tag_is_taken_off_for_good(shelf: Shelf) -> None:
    number = await put_tagged(shelf)
    before = await shelf.file(number)

    answered = await shelf.desk.undo(str(number))

    message = 'it no longer wears "Several matches", and doorman will not put that on it again'
    assert short(answered) == (FileState.REVIEW, True, message)
    await shelf.change(lambda connection: tag(connection, number))
    assert (await shelf.show(number)).tags == ()
    after = await shelf.file(number)
    assert (after.state, after.due_at_s) == (before.state, before.due_at_s)
    with pytest.raises(NothingToUndo):
        await shelf.desk.undo(str(number))


async def test_a_tag_of_a_question_outlives_its_answer_and_the_undoing_of_that(
    shelf: Shelf,
) -> None:
    number = await put_tagged(shelf)

    await shelf.desk.accept(str(number), number=1)
    assert (await shelf.show(number)).tags == ("Several matches",)
    await shelf.desk.undo(str(number))

    assert (await shelf.show(number)).tags == ("Several matches",)


async def test_whom_an_accept_left_out_is_said_with_the_answer_and_ever_after(
    shelf: Shelf,
) -> None:
    number = await shelf.put(offers=[with_mononym()])

    answered = await shelf.desk.accept(str(number))

    assert answered.left == (LEFT_OUT,)
    assert (await shelf.show(number)).left_out == (LEFT_OUT,)
    await shelf.desk.undo(str(number))
    assert (await shelf.show(number)).left_out == ()


async def test_a_persons_accept_goes_by_the_options_of_the_candidates_source(
    shelf: Shelf,
) -> None:
    options = IdentifyOptions(skip_single_name_performers=False, set_organized=True)
    number = await shelf.put(offers=[with_mononym()])

    answered = await with_options(shelf, options).desk.accept(str(number))

    view = await shelf.show(number)
    assert answered.left == ()
    assert view.is_organized
    await shelf.desk.undo(str(number))
    assert not (await shelf.show(number)).is_organized


async def test_trap_14_an_organized_file_is_not_identified_anew_because_it_is_named(
    shelf: Shelf,
) -> None:
    number = await shelf.put(offers=[with_mononym()])
    await with_options(shelf, IdentifyOptions(set_organized=True)).desk.accept(str(number))

    (answered,) = await shelf.desk.identify([str(number)])

    assert not answered.has_changed
    assert (await shelf.show(number)).work == "Harbour A"
