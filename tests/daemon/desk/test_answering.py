from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

import pytest

from daemon.desk.desk import Desk
from daemon.desk.refusals import (
    CandidateUnknown,
    ChoiceNeeded,
    FileChanged,
    NoCandidate,
    NotAnswerable,
)
from daemon.desk.views import Answered
from daemon.journey.bell import Bell
from rules.candidate import Unknown
from rules.errors import ConflictError, DoormanError
from rules.journey import FileState
from rules.listing import Sighting
from rules.plan import Field, Origin
from store import answers, files, outbox, sightings, works
from store.database import Connection
from store.outbox import Errand
from store.works import StoredField
from tests.daemon.desk.shelf import Shelf, labels, offer, remote, short, standing

A, B, C = offer("a"), offer("b", source="second"), offer("c")
HARBOUR_A = '"Harbour A" (Northlight, 2024-05-17)'
ON_THE_WAY = (FileState.SEEN, FileState.SETTLED, FileState.READY, FileState.ANSWERED)
ACCEPTED = (FileState.ACCEPTED, FileState.DONE)
ANSWERABLE = (
    FileState.REVIEW,
    FileState.NO_MATCH,
    FileState.DEFERRED,
    FileState.IGNORED,
    FileState.DISMISSED,
)
WAIT = "wait until its sources were asked"
ANSWERS: dict[str, Callable[[Desk, str], Awaitable[Answered]]] = {
    "accepted": lambda desk, file: desk.accept(file),
    "rejected": lambda desk, file: desk.reject(file),
    "dismissed": lambda desk, file: desk.dismiss(file),
}


async def put(shelf: Shelf, state: FileState) -> int:
    """Put a file with one candidate into a state, the way files come into it."""
    if state in ACCEPTED:
        return await shelf.put_accepted(A, state=state)

    is_examined = state not in {FileState.SEEN, FileState.SETTLED, FileState.FAILED}
    return await shelf.put(state=state, offers=(A,) if is_examined else (), is_examined=is_examined)


@pytest.mark.parametrize("state", ANSWERABLE)
async def test_accept_makes_the_file_a_copy_of_the_candidates_work(
    shelf: Shelf, state: FileState
) -> None:
    number = await put(shelf, state)

    answered = await shelf.desk.accept(str(number))

    assert short(answered) == (FileState.ACCEPTED, True, f"accepted as {HARBOUR_A}")
    view = await shelf.show(number)
    assert view.line.state is FileState.ACCEPTED
    assert view.work == "Harbour A (Northlight, 2024-05-17)"
    assert [candidate.is_accepted for candidate in view.candidates] == [True]
    assert standing(view) == ["accepted"]
    assert view.decisions[-1].decided_by == "person"
    owed = await shelf.read(partial(outbox.owed_for, file_id=number, errand=Errand.SIDECAR))
    assert len(owed) == 1


@pytest.mark.parametrize("state", ANSWERABLE)
async def test_reject_keeps_the_candidate_away_and_decides_anew(
    shelf: Shelf, state: FileState
) -> None:
    number = await put(shelf, state)

    answered = await shelf.desk.reject(str(number))

    again = f"{HARBOUR_A} will not be offered again for this file"
    assert short(answered) == (FileState.ANSWERED, True, again)
    view = await shelf.show(number)
    assert view.line.state is FileState.ANSWERED
    assert view.candidates == ()
    assert standing(view) == ["rejected"]


@pytest.mark.parametrize("state", [*ANSWERABLE[:-1], FileState.FAILED])
async def test_dismiss_leaves_the_file_alone(shelf: Shelf, state: FileState) -> None:
    number = await put(shelf, state)

    answered = await shelf.desk.dismiss(str(number))

    done = "dismissed: doorman leaves it alone"
    assert short(answered) == (FileState.DISMISSED, True, done)
    assert (await shelf.file(number)).state is FileState.DISMISSED
    assert (await shelf.file(number)).due_at_s is None


@pytest.mark.parametrize("state", ON_THE_WAY)
@pytest.mark.parametrize("verb", ANSWERS)
async def test_no_answer_is_taken_before_the_question(
    shelf: Shelf, verb: str, state: FileState
) -> None:
    number = await put(shelf, state)

    with pytest.raises(NotAnswerable) as caught:
        await ANSWERS[verb](shelf.desk, str(number))

    assert str(caught.value) == f"file {number} is {state}, so it cannot be {verb}; {WAIT}"
    assert isinstance(caught.value, ConflictError)
    assert (await shelf.file(number)).state is state


@pytest.mark.parametrize("verb", ["accepted", "rejected"])
async def test_what_could_not_be_examined_has_nothing_to_answer(shelf: Shelf, verb: str) -> None:
    number = await put(shelf, FileState.FAILED)

    with pytest.raises(NotAnswerable, match=WAIT):
        await ANSWERS[verb](shelf.desk, str(number))


@pytest.mark.parametrize("state", ACCEPTED)
async def test_accept_of_what_is_accepted_changes_nothing(shelf: Shelf, state: FileState) -> None:
    number = await shelf.put_accepted(A, B, state=state)
    before = await shelf.show(number)

    for candidate in (None, 1):
        answered = await shelf.desk.accept(str(number), number=candidate)
        assert short(answered) == (state, False, "it was accepted already")

    assert await shelf.show(number) == before


@pytest.mark.parametrize("state", ACCEPTED)
async def test_accept_as_something_else_is_refused(shelf: Shelf, state: FileState) -> None:
    number = await shelf.put_accepted(A, B, state=state)

    with pytest.raises(NotAnswerable) as caught:
        await shelf.desk.accept(str(number), number=2)

    assert str(caught.value) == (
        f"file {number} is {state}, so it cannot be accepted as something else; "
        f"undo first: doorman undo {number}"
    )


@pytest.mark.parametrize("state", ACCEPTED)
async def test_dismiss_of_what_is_accepted_is_refused(shelf: Shelf, state: FileState) -> None:
    number = await put(shelf, state)

    with pytest.raises(NotAnswerable, match=f"undo that first: doorman undo {number}"):
        await shelf.desk.dismiss(str(number))


async def test_dismiss_of_what_is_dismissed_changes_nothing(shelf: Shelf) -> None:
    number = await shelf.put()
    await shelf.desk.dismiss(str(number))
    before = await shelf.show(number)

    answered = await shelf.desk.dismiss(str(number))

    assert short(answered) == (FileState.DISMISSED, False, "it was dismissed already")
    assert await shelf.show(number) == before


@pytest.mark.parametrize("state", ACCEPTED)
async def test_reject_takes_back_what_was_accepted(shelf: Shelf, state: FileState) -> None:
    number = await shelf.put_accepted(A, B, state=state)

    answered = await shelf.desk.reject(str(number))

    assert answered.state is FileState.ANSWERED
    assert answered.message.startswith(HARBOUR_A)
    view = await shelf.show(number)
    assert (view.work, labels(view), standing(view)) == (None, ["Harbour B"], ["rejected"])
    restore = await shelf.read(partial(outbox.owed_for, file_id=number, errand=Errand.RESTORE))
    sidecar = await shelf.read(partial(outbox.owed_for, file_id=number, errand=Errand.SIDECAR))
    assert (len(restore), sidecar) == (1, [])


async def test_reject_of_another_candidate_leaves_the_accepted_one(shelf: Shelf) -> None:
    number = await shelf.put_accepted(A, B)

    answered = await shelf.desk.reject(str(number), number=2)

    assert answered.state is FileState.DONE
    assert answered.message.endswith(
        "will not be offered again for this file; it stays accepted as it is"
    )
    view = await shelf.show(number)
    assert view.work == "Harbour A (Northlight, 2024-05-17)"
    assert (labels(view), standing(view)) == (["Harbour A"], ["accepted", "rejected"])
    assert view.line.state is FileState.DONE

    undone = await shelf.desk.undo(str(number))

    assert short(undone) == (FileState.DONE, True, "the rejected candidate is offered again")
    assert labels(await shelf.show(number)) == ["Harbour A", "Harbour B"]


async def test_reject_means_the_accepted_one_though_its_source_dropped_it(shelf: Shelf) -> None:
    number = await shelf.put_accepted(A, B)
    content_id = (await shelf.file(number)).content_id
    assert content_id is not None
    dropped = Unknown(source="first")
    await shelf.change(partial(answers.save, content_id=content_id, answers=[dropped], at_s=5.0))

    answered = await shelf.desk.reject(str(number))

    assert answered.message == "a from first will not be offered again for this file"
    view = await shelf.show(number)
    assert (view.work, labels(view)) == (None, ["Harbour B"])
    assert await shelf.read(partial(answers.rejected, content_id=content_id)) == {remote("a")}


@pytest.mark.parametrize("verb", ["accepted", "rejected"])
async def test_nothing_offered_is_nothing_to_choose(shelf: Shelf, verb: str) -> None:
    number = await shelf.put(state=FileState.NO_MATCH)

    with pytest.raises(NoCandidate, match=f"ask again with: doorman identify {number}"):
        await ANSWERS[verb](shelf.desk, str(number))


async def test_dismissed_file_that_was_never_examined_offers_nothing(shelf: Shelf) -> None:
    number = await put(shelf, FileState.FAILED)
    await shelf.desk.dismiss(str(number))

    with pytest.raises(NoCandidate):
        await shelf.desk.accept(str(number))


@pytest.mark.parametrize("verb", ["accept", "reject"])
async def test_of_several_candidates_one_must_be_named(shelf: Shelf, verb: str) -> None:
    number = await shelf.put(offers=(A, B))

    with pytest.raises(ChoiceNeeded) as caught:
        await getattr(shelf.desk, verb)(str(number))

    assert str(caught.value) == (
        f"file {number} has 2 candidates: 1 {HARBOUR_A}, "
        '2 "Harbour B" (Northlight, 2024-05-17); '
        f"say which, for example: doorman {verb} {number} 1"
    )


@pytest.mark.parametrize("candidate", [-1, 0, 3, 2**70])
@pytest.mark.parametrize("verb", ["accept", "reject"])
async def test_number_that_names_no_candidate_is_refused(
    shelf: Shelf, verb: str, candidate: int
) -> None:
    number = await shelf.put(offers=(A, B))

    with pytest.raises(CandidateUnknown, match=f"no candidate {candidate}, only 1, 2"):
        await getattr(shelf.desk, verb)(str(number), number=candidate)


async def test_a_number_means_the_same_candidate_for_ever(shelf: Shelf) -> None:
    number = await shelf.put(offers=(A, B, C))
    before = {each.label: each.number for each in (await shelf.show(number)).candidates}
    label_a, label_b, label_c = sorted(before)
    await shelf.desk.reject(str(number), number=before[label_a])
    await shelf.change(partial(_set_state, number=number, state=FileState.REVIEW))

    after = {each.label: each.number for each in (await shelf.show(number)).candidates}
    assert after == {label_b: before[label_b], label_c: before[label_c]}
    with pytest.raises(CandidateUnknown):
        await shelf.desk.accept(str(number), number=before[label_a])
    answered = await shelf.desk.accept(str(number), number=before[label_c])

    assert answered.message == f"accepted as {label_c}"


def _set_state(connection: Connection, *, number: int, state: FileState) -> None:
    file = files.get(connection, number)
    assert file is not None
    files.set_state(connection, file, state, at_s=9.0)


async def test_field_that_a_person_set_stays_and_is_named(shelf: Shelf) -> None:
    first = await shelf.put("One.mkv", offers=(A,))
    await shelf.desk.accept(str(first))
    work_id = (await shelf.file(first)).work_id
    assert work_id is not None
    mine = StoredField(value='"My Harbour"', origin=Origin.PERSON, source=None)
    await shelf.change(
        partial(works.put_field, work_id=work_id, field=Field.TITLE, stored=mine, at_s=5.0)
    )
    second = await shelf.put("Two.mkv", offers=(A,))

    answered = await shelf.desk.accept(str(second))

    assert answered.left == ("title stays as you set it",)
    assert (await shelf.show(second)).work == "My Harbour (Northlight, 2024-05-17)"


@pytest.mark.parametrize("verb", ["accept", "reject", "dismiss", "undo"])
async def test_answer_to_a_question_that_changed_is_refused(shelf: Shelf, verb: str) -> None:
    number = await shelf.put(offers=(A,))
    seen = (await shelf.show(number)).revision
    await shelf.change(partial(_set_state, number=number, state=FileState.NO_MATCH))

    with pytest.raises(FileChanged) as caught:
        await getattr(shelf.desk, verb)(str(number), revision=seen)

    assert str(caught.value) == (
        f"file {number} changed since you looked and is no match now; "
        f"look again with: doorman review {number}"
    )
    now = (await shelf.show(number)).revision
    assert now > seen
    await shelf.desk.accept(str(number), revision=now)


async def test_refused_answer_leaves_nothing_behind(shelf: Shelf) -> None:
    number = await shelf.put_accepted(A, B)
    before = await shelf.show(number)

    for refused in (
        partial(shelf.desk.accept, str(number), number=2),
        partial(shelf.desk.reject, str(number), number=3),
        partial(shelf.desk.dismiss, str(number)),
        partial(shelf.desk.accept, str(number), revision=99),
    ):
        with pytest.raises(DoormanError):
            await refused()

    assert await shelf.show(number) == before


@pytest.mark.parametrize("state", ANSWERABLE)
async def test_file_is_asked_about_again(shelf: Shelf, state: FileState) -> None:
    number = await put(shelf, state)

    (answered,) = await shelf.desk.identify([str(number)])

    assert short(answered) == (FileState.READY, True, "its sources are asked again now")
    assert (await shelf.file(number)).state is FileState.READY


async def test_whoever_asks_again_dismisses_no_longer(shelf: Shelf) -> None:
    number = await shelf.put(offers=(A,))
    await shelf.desk.dismiss(str(number))

    await shelf.desk.identify([str(number)])

    assert standing(await shelf.show(number)) == []


@pytest.mark.parametrize("state", ON_THE_WAY)
async def test_file_on_its_way_is_not_hurried(shelf: Shelf, state: FileState) -> None:
    number = await put(shelf, state)
    before = await shelf.file(number)

    (answered,) = await shelf.desk.identify([str(number)])

    assert short(answered) == (state, False, "it is on its way already")
    assert await shelf.file(number) == before


@pytest.mark.parametrize("state", ACCEPTED)
async def test_accepted_file_is_not_asked_about(shelf: Shelf, state: FileState) -> None:
    number = await put(shelf, state)

    (answered,) = await shelf.desk.identify([str(number)])

    done = "it is accepted already; undo that first to have it identified anew"
    assert short(answered) == (state, False, done)


@pytest.mark.parametrize("is_dismissed", [False, True])
async def test_what_could_not_be_examined_is_examined_again(
    shelf: Shelf,
    is_dismissed: bool,  # noqa: FBT001  # pytest hands parameters on by name
) -> None:
    number = await put(shelf, FileState.FAILED)
    await shelf.change(partial(files.set_tries, file_id=number, attempts=3, failures=1))
    if is_dismissed:
        await shelf.desk.dismiss(str(number))

    (answered,) = await shelf.desk.identify([str(number)])

    assert short(answered) == (FileState.SETTLED, True, "it will be examined again now")
    file = await shelf.file(number)
    assert (file.state, file.attempts, file.failures) == (FileState.SETTLED, 0, 0)


async def test_without_a_name_all_that_wait_for_an_answer_are_asked_about(shelf: Shelf) -> None:
    numbers = {
        state: await shelf.put(f"{state}.mkv", state)
        for state in FileState
        if state not in ACCEPTED
    }

    answered = await shelf.desk.identify([])

    assert [each.number for each in answered] == [
        numbers[FileState.NO_MATCH],
        numbers[FileState.DEFERRED],
    ]


async def test_one_unknown_among_several_keeps_all_from_being_asked(shelf: Shelf) -> None:
    number = await shelf.put(state=FileState.NO_MATCH)

    with pytest.raises(DoormanError, match="Quiet Orchard"):
        await shelf.desk.identify([str(number), "Quiet Orchard"])

    assert (await shelf.file(number)).state is FileState.NO_MATCH


@pytest.mark.parametrize("verb", ["accept", "reject", "dismiss", "undo"])
async def test_every_answer_wakes_all_stages(shelf: Shelf, verb: str) -> None:
    number = await shelf.put(offers=(A,))
    if verb == "undo":
        await shelf.desk.dismiss(str(number))
        for bell in bells_of(shelf):
            await bell.heard(timeout_s=0)

    await getattr(shelf.desk, verb)(str(number))

    assert [await bell.heard(timeout_s=0) for bell in bells_of(shelf)] == [True] * 6


def bells_of(shelf: Shelf) -> list[Bell]:
    bells = shelf.desk.bells
    return [bells.door, bells.hashing, bells.identify, bells.deciding, bells.apply, bells.tell]


async def test_answer_about_a_copy_makes_numbers_shown_before_stale(shelf: Shelf) -> None:
    """Rejecting the first for one copy makes the second the first for the other."""
    shown = await shelf.put("one.mkv", offers=(A, C))
    copy = await shelf.put("two.mkv")
    await shelf.change(partial(_share_content, origin=shown, copy=copy))
    seen = (await shelf.show(shown)).revision

    await shelf.desk.reject(str(copy), number=1)

    with pytest.raises(FileChanged):
        await shelf.desk.accept(str(shown), number=1, revision=seen)
    seen = (await shelf.show(shown)).revision
    await shelf.desk.undo(str(copy))
    with pytest.raises(FileChanged):
        await shelf.desk.accept(str(shown), number=1, revision=seen)


def _share_content(connection: Connection, *, origin: int, copy: int) -> None:
    file = files.get(connection, origin)
    assert file is not None
    assert file.content_id is not None
    files.set_content(connection, copy, file.content_id)


async def put_refused(shelf: Shelf) -> int:
    """Put an accepted file that changed and could not be examined then."""
    number = await shelf.put_accepted(A)
    await shelf.change(partial(_touch, number=number))
    await shelf.change(partial(_set_state, number=number, state=FileState.FAILED))
    return number


def _touch(connection: Connection, *, number: int) -> None:
    file = files.get(connection, number)
    assert file is not None
    stamp = replace(file.stamp, mtime_ns=99)
    seen = Sighting(path=file.path, stamp=stamp, device=1)
    sightings.note_changed(connection, file, seen, at_s=5.0)


async def test_dismissed_file_that_could_not_be_examined_is_examined_before_it_is_asked_about(
    shelf: Shelf,
) -> None:
    """What is known of its content may be of the one before."""
    number = await put_refused(shelf)
    await shelf.desk.dismiss(str(number))

    (answered,) = await shelf.desk.identify([str(number)])

    assert answered.state is FileState.SETTLED
    file = await shelf.file(number)
    assert (file.state, file.resume_state) == (FileState.SETTLED, FileState.DONE)


@pytest.mark.parametrize("verb", ["accept", "reject"])
async def test_dismissed_file_that_could_not_be_examined_is_not_answered(
    shelf: Shelf, verb: str
) -> None:
    number = await put_refused(shelf)
    await shelf.desk.dismiss(str(number))

    with pytest.raises(NotAnswerable, match=f"examined first: doorman identify {number}"):
        await getattr(shelf.desk, verb)(str(number), number=1)


async def test_undone_dismissal_of_a_file_that_could_not_be_examined_loses_nothing(
    shelf: Shelf,
) -> None:
    number = await put_refused(shelf)
    await shelf.desk.dismiss(str(number))

    await shelf.desk.undo(str(number))

    file = await shelf.file(number)
    assert (file.state, file.resume_state) == (FileState.FAILED, FileState.DONE)
