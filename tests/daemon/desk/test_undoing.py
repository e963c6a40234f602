from __future__ import annotations

from functools import partial

import pytest

from daemon.desk.refusals import NotAnswerable, NothingToUndo
from rules.fingerprint import Oshash
from rules.journey import FileState
from rules.plan import Field, Origin
from store import answers, contents, decisions, files, outbox, works
from store.database import Connection
from store.outbox import Errand
from store.works import StoredField
from tests.daemon.desk.shelf import NOW_S, Shelf, labels, offer, remote, short, standing

A, B = offer("a"), offer("b", source="second")
WAITED = (FileState.REVIEW, FileState.NO_MATCH, FileState.DEFERRED)


def _move(connection: Connection, *, number: int, state: FileState) -> None:
    file = files.get(connection, number)
    assert file is not None
    files.set_state(connection, file, state, at_s=9.0)


async def move(shelf: Shelf, number: int, state: FileState) -> None:
    """Let the daemon lead a file on."""
    await shelf.change(partial(_move, number=number, state=state))


@pytest.mark.parametrize("state", [FileState.ACCEPTED, FileState.DONE])
async def test_accept_of_a_rule_is_taken_back_whole(shelf: Shelf, state: FileState) -> None:
    number = await shelf.put_accepted(A, B, state=state)

    answered = await shelf.desk.undo(str(number))

    message = "no longer accepted; it waits for your answer"
    assert short(answered) == (FileState.REVIEW, True, message)
    assert answered.left == ()
    view = await shelf.show(number)
    assert (view.work, standing(view)) == (None, [])
    assert labels(view) == ["Harbour A", "Harbour B"]
    assert [candidate.is_accepted for candidate in view.candidates] == [False, False]
    assert view.decisions[0].undone_at_s == NOW_S
    owed = await shelf.read(partial(outbox.owed_for, file_id=number, errand=Errand.RESTORE))
    assert len(owed) == 1


async def test_what_was_undone_may_be_accepted_again(shelf: Shelf) -> None:
    number = await shelf.put_accepted(A)
    await shelf.desk.undo(str(number))

    await shelf.desk.accept(str(number))

    view = await shelf.show(number)
    assert view.work == "Harbour A (Northlight, 2024-05-17)"
    assert standing(view) == ["accepted"]


async def test_field_that_changed_since_is_left_and_reported(shelf: Shelf) -> None:
    number = await shelf.put_accepted(A)
    work_id = (await shelf.file(number)).work_id
    assert work_id is not None
    mine = StoredField(value='"My Harbour"', origin=Origin.PERSON, source=None)
    await shelf.change(
        partial(works.put_field, work_id=work_id, field=Field.TITLE, stored=mine, at_s=5.0)
    )

    answered = await shelf.desk.undo(str(number))

    assert answered.left == ("title was changed since and stays as it is",)
    assert (await shelf.file(number)).work_id is None


async def test_rejection_is_taken_back(shelf: Shelf) -> None:
    number = await shelf.put(offers=(A, B))
    await shelf.desk.reject(str(number), number=1)
    await move(shelf, number, FileState.NO_MATCH)

    answered = await shelf.desk.undo(str(number))

    message = "the rejected candidate is offered again"
    assert short(answered) == (FileState.REVIEW, True, message)
    view = await shelf.show(number)
    assert (labels(view), standing(view)) == (["Harbour A", "Harbour B"], [])


@pytest.mark.parametrize("state", WAITED)
async def test_dismissed_file_goes_back_to_where_it_waited(shelf: Shelf, state: FileState) -> None:
    number = await shelf.put(state=state)
    await shelf.desk.dismiss(str(number))

    answered = await shelf.desk.undo(str(number))

    assert short(answered) == (state, True, "no longer dismissed")
    file = await shelf.file(number)
    goes_on_at_s = None if state is FileState.REVIEW else NOW_S
    assert (file.state, file.due_at_s) == (state, goes_on_at_s)


async def test_ignored_file_that_was_dismissed_becomes_a_question(shelf: Shelf) -> None:
    number = await shelf.put(state=FileState.IGNORED)
    await shelf.desk.dismiss(str(number))

    assert (await shelf.desk.undo(str(number))).state is FileState.REVIEW


async def test_dismissed_file_that_was_never_examined_is_tried_again(shelf: Shelf) -> None:
    number = await shelf.put(state=FileState.FAILED, is_examined=False)
    await shelf.desk.dismiss(str(number))

    answered = await shelf.desk.undo(str(number))

    assert short(answered) == (FileState.FAILED, True, "no longer dismissed")
    assert (await shelf.file(number)).due_at_s == NOW_S


async def test_decisions_are_undone_the_latest_first(shelf: Shelf) -> None:
    number = await shelf.put_accepted(A, B)
    await shelf.desk.reject(str(number))
    await move(shelf, number, FileState.REVIEW)
    await shelf.desk.dismiss(str(number))

    first = await shelf.desk.undo(str(number))
    second = await shelf.desk.undo(str(number))

    assert first.message == "no longer dismissed"
    assert second.message == "the rejected candidate is offered again"
    view = await shelf.show(number)
    assert (standing(view), view.line.state) == ([], FileState.REVIEW)
    with pytest.raises(NothingToUndo):
        await shelf.desk.undo(str(number))


async def test_dismissal_that_an_answer_ended_is_not_undone_later(shelf: Shelf) -> None:
    number = await shelf.put(offers=(A,))
    await shelf.desk.dismiss(str(number))
    await shelf.desk.accept(str(number))
    await shelf.desk.undo(str(number))

    with pytest.raises(NothingToUndo, match=f"see its history with: doorman why {number}"):
        await shelf.desk.undo(str(number))


async def test_dismissal_is_forgotten_where_the_file_went_on_since(shelf: Shelf) -> None:
    number = await shelf.put()
    await shelf.desk.dismiss(str(number))
    await move(shelf, number, FileState.NO_MATCH)

    answered = await shelf.desk.undo(str(number))

    assert short(answered) == (FileState.NO_MATCH, True, "no longer dismissed")


@pytest.mark.parametrize("state", [FileState.SEEN, FileState.SETTLED, FileState.FAILED])
async def test_nothing_is_undone_while_the_content_may_be_another(
    shelf: Shelf, state: FileState
) -> None:
    number = await shelf.put_accepted(A)
    await move(shelf, number, state)

    with pytest.raises(NotAnswerable) as caught:
        await shelf.desk.undo(str(number))

    assert str(caught.value) == (
        f"file {number} is {state}, so it cannot be undone; wait until it was examined"
    )
    assert standing(await shelf.show(number)) == ["accepted"]


async def test_what_was_decided_about_another_content_is_history(shelf: Shelf) -> None:
    number = await shelf.put_accepted(A)

    def overwrite(connection: Connection) -> None:
        content = contents.ensure(connection, Oshash(0xBEEF), 4711)
        files.set_content(connection, number, content.id)
        files.set_work(connection, number, None)
        _move(connection, number=number, state=FileState.REVIEW)

    await shelf.change(overwrite)

    with pytest.raises(NothingToUndo):
        await shelf.desk.undo(str(number))


async def test_undone_rejection_lets_rules_offer_it_again(shelf: Shelf) -> None:
    number = await shelf.put(offers=(A,))
    content_id = (await shelf.file(number)).content_id
    assert content_id is not None
    await shelf.desk.reject(str(number))
    assert await shelf.read(partial(answers.rejected, content_id=content_id)) == {remote("a")}

    await shelf.desk.undo(str(number))

    assert await shelf.read(partial(answers.rejected, content_id=content_id)) == frozenset()


async def test_accept_without_a_plan_is_undone_all_the_same(shelf: Shelf) -> None:
    number = await shelf.put(offers=(A,))

    def accept(connection: Connection) -> None:
        file = files.get(connection, number)
        assert file is not None
        kept = decisions.NewDecision(
            outcome=decisions.Outcome.ACCEPTED, decided_by=decisions.Decider.RULE
        )
        decisions.add(connection, file, file.content_id or 0, kept, at_s=2.0)
        _move(connection, number=number, state=FileState.DONE)

    await shelf.change(accept)

    assert (await shelf.desk.undo(str(number))).state is FileState.REVIEW
