"""What a person decides about a file: one transaction each, with everything that follows."""

from __future__ import annotations

from collections.abc import Sequence

from daemon.desk.refusals import (
    CandidateUnknown,
    ChoiceNeeded,
    FileChanged,
    NoCandidate,
    NotAnswerable,
    NothingToUndo,
)
from daemon.desk.views import Answered
from rules.explain import label_work
from rules.journey import FileState
from rules.media import path_to_text
from rules.samework import own_id
from rules.work import ExternalId
from store import acceptance, answers, decisions, files, journal, outbox
from store.answers import StoredCandidate
from store.database import Connection
from store.decisions import Decider, DecisionRecord, NewDecision, Outcome
from store.files import FileRecord
from store.outbox import Errand

_ACCEPTED = (FileState.ACCEPTED, FileState.DONE)
_ANSWERABLE = (
    FileState.REVIEW,
    FileState.NO_MATCH,
    FileState.DEFERRED,
    FileState.IGNORED,
    FileState.DISMISSED,
)
_ASKED_AGAIN = (
    FileState.REVIEW,
    FileState.NO_MATCH,
    FileState.DEFERRED,
    FileState.IGNORED,
    FileState.DISMISSED,
)


def accept(
    connection: Connection, *, file: FileRecord, number: int | None, at_s: float
) -> Answered:
    """Accept a candidate, by its number; the only one when none is named."""
    offered = _choosable(connection, file)
    if file.state in _ACCEPTED:
        return _accept_again(connection, file, offered, number)

    if file.state not in _ANSWERABLE:
        raise NotAnswerable(file, "accepted", "wait until its sources were asked")

    chosen = _choose(file, "accept", offered, number).candidate
    kept = NewDecision(
        outcome=Outcome.ACCEPTED,
        decided_by=Decider.PERSON,
        reasons=("a person accepted it",),
        chosen=own_id(chosen),
    )
    decision_id = decisions.add(connection, file, _content_id(file), kept, at_s=at_s)
    left = acceptance.apply_accept(connection, file, decision_id, chosen, at_s=at_s)
    return _answered(
        file,
        FileState.ACCEPTED,
        f"accepted as {label_work(chosen)}",
        left=tuple(f"{field} stays as you set it" for field in left),
    )


def reject(
    connection: Connection, *, file: FileRecord, number: int | None, at_s: float
) -> Answered:
    """Say that a candidate is not it: it never comes back for this content."""
    offered = _choosable(connection, file)
    left: list[str] = []
    if file.state in _ACCEPTED:
        accepted = decisions.identity(connection, file.id)
        chosen = _rejectable(file, offered, number, accepted)
        if own_id(chosen.candidate) == accepted:
            left = _take_back_accept(connection, file, at_s=at_s)
    elif file.state in _ANSWERABLE:
        chosen = _choose(file, "reject", offered, number)
    else:
        raise NotAnswerable(file, "rejected", "wait until its sources were asked")

    rejected = own_id(chosen.candidate)
    answers.reject(connection, _content_id(file), rejected, at_s=at_s)
    kept = NewDecision(
        outcome=Outcome.REJECTED,
        decided_by=Decider.PERSON,
        reasons=("a person said that it is not this",),
        chosen=rejected,
    )
    decisions.add(connection, file, _content_id(file), kept, at_s=at_s)
    outbox.cancel(connection, file.id, Errand.MESSAGE, at_s=at_s)
    files.set_state(connection, file, FileState.ANSWERED, at_s=at_s, reason="decided anew")
    return _answered(
        file,
        FileState.ANSWERED,
        f"{label_work(chosen.candidate)} will not be offered again for this file",
        left=tuple(left),
    )


def dismiss(connection: Connection, *, file: FileRecord, at_s: float) -> Answered:
    """Leave a file alone until its content changes or a person asks again."""
    if file.state is FileState.DISMISSED:
        return _answered(file, file.state, "it was dismissed already", has_changed=False)
    if file.state in _ACCEPTED:
        raise NotAnswerable(file, "dismissed", f"undo that first: doorman undo {file.id}")
    if file.state not in {*_ANSWERABLE, FileState.FAILED}:
        raise NotAnswerable(file, "dismissed", "wait until its sources were asked")

    if file.content_id is not None:
        kept = NewDecision(
            outcome=Outcome.DISMISSED,
            decided_by=Decider.PERSON,
            reasons=("a person said to leave it alone",),
        )
        decisions.add(connection, file, file.content_id, kept, at_s=at_s)
    outbox.cancel(connection, file.id, Errand.MESSAGE, at_s=at_s)
    files.set_state(
        connection, file, FileState.DISMISSED, at_s=at_s, reason="a person said to leave it alone"
    )
    return _answered(file, FileState.DISMISSED, "dismissed: doorman leaves it alone")


def undo(connection: Connection, *, file: FileRecord, at_s: float) -> Answered:
    """Take back the latest accept, reject or dismiss of a file, whoever decided it."""
    decision = _undoable(connection, file)
    if decision is None:
        raise NothingToUndo(f"file {file.id}")

    match decision.outcome:
        case Outcome.ACCEPTED:
            left = _take_back_accept(connection, file, at_s=at_s)
            state, message = FileState.REVIEW, "no longer accepted; it waits for your answer"
        case Outcome.REJECTED:
            left = []
            if decision.chosen is not None:
                answers.lift_rejection(connection, decision.content_id, decision.chosen)
            state, message = FileState.REVIEW, "the rejected candidate is offered again"
        case _:
            left = []
            state, message = _state_before(decision), "no longer dismissed"
    decisions.mark_undone(connection, decision.id, at_s=at_s)
    files.set_state(connection, file, state, at_s=at_s, reason="undone by a person", due_at_s=at_s)
    return _answered(file, state, message, left=tuple(left))


def ask_again(connection: Connection, *, file: FileRecord, at_s: float) -> Answered:
    """Ask the sources about a file once more, now."""
    if file.state in _ACCEPTED:
        done = "it is accepted already; undo that first to have it identified anew"
        return _answered(file, file.state, done, has_changed=False)

    if file.state is FileState.FAILED or file.content_id is None:
        files.set_tries(connection, file.id, attempts=0, failures=0)
        files.set_state(connection, file, FileState.SETTLED, at_s=at_s)
        return _answered(file, FileState.SETTLED, "will be examined again now")

    if file.state not in _ASKED_AGAIN:
        return _answered(file, file.state, "is on its way already", has_changed=False)

    outbox.cancel(connection, file.id, Errand.MESSAGE, at_s=at_s)
    files.set_state(connection, file, FileState.READY, at_s=at_s, reason="a person asked again")
    return _answered(file, FileState.READY, "its sources are asked again now")


def check_revision(file: FileRecord, revision: int | None) -> None:
    """Refuse an answer to a question that has changed.

    Raises:
        FileChanged: always then.

    """
    if revision is not None and revision != file.revision:
        raise FileChanged(file)


def _choosable(connection: Connection, file: FileRecord) -> list[StoredCandidate]:
    """Return what a person may choose among, in the order of its numbers."""
    if file.content_id is None:
        return []

    offered = answers.offered(connection, file.content_id)
    return [each for each in offered if not each.is_rejected]


def _choose(
    file: FileRecord, verb: str, offered: Sequence[StoredCandidate], number: int | None
) -> StoredCandidate:
    if not offered:
        raise NoCandidate(file)
    if number is None and len(offered) > 1:
        raise ChoiceNeeded(file, verb, offered)

    position = 1 if number is None else number
    if not 1 <= position <= len(offered):
        raise CandidateUnknown(file, position, len(offered))
    return offered[position - 1]


def _accept_again(
    connection: Connection,
    file: FileRecord,
    offered: Sequence[StoredCandidate],
    number: int | None,
) -> Answered:
    """Answer an accept of what is accepted: the same changes nothing, another is refused."""
    accepted = decisions.identity(connection, file.id)
    is_same = number is None or (
        own_id(_choose(file, "accept", offered, number).candidate) == accepted
    )
    if not is_same:
        raise NotAnswerable(
            file, "accepted as something else", f"undo first: doorman undo {file.id}"
        )

    return _answered(file, file.state, "it was accepted already", has_changed=False)


def _rejectable(
    file: FileRecord,
    offered: Sequence[StoredCandidate],
    number: int | None,
    accepted: ExternalId | None,
) -> StoredCandidate:
    """Return what is rejected of an accepted file: what was accepted, unless another is named."""
    if number is None:
        for each in offered:
            if own_id(each.candidate) == accepted:
                return each

    return _choose(file, "reject", offered, number)


def _take_back_accept(connection: Connection, file: FileRecord, *, at_s: float) -> list[str]:
    decision = _standing_accept(connection, file)
    if decision is None:
        return []

    decisions.mark_undone(connection, decision.id, at_s=at_s)
    plan_id = journal.plan_of_decision(connection, decision.id)
    return acceptance.take_back(connection, file, plan_id, at_s=at_s) if plan_id is not None else []


def _standing_accept(connection: Connection, file: FileRecord) -> DecisionRecord | None:
    return next(
        (
            each
            for each in reversed(decisions.of_file(connection, file.id))
            if each.outcome is Outcome.ACCEPTED and each.undone_at_s is None
        ),
        None,
    )


def _undoable(connection: Connection, file: FileRecord) -> DecisionRecord | None:
    kinds = {Outcome.ACCEPTED, Outcome.REJECTED, Outcome.DISMISSED}
    return next(
        (
            each
            for each in reversed(decisions.of_file(connection, file.id))
            if each.outcome in kinds and each.undone_at_s is None
        ),
        None,
    )


def _state_before(decision: DecisionRecord) -> FileState:
    """Return where a dismissed file goes back to: where it waited, to be led on from there."""
    waited = {FileState.REVIEW, FileState.NO_MATCH, FileState.DEFERRED, FileState.FAILED}
    return decision.state_before if decision.state_before in waited else FileState.REVIEW


def _content_id(file: FileRecord) -> int:
    if file.content_id is None:
        raise NoCandidate(file)

    return file.content_id


def _answered(
    file: FileRecord,
    state: FileState,
    message: str,
    *,
    has_changed: bool = True,
    left: tuple[str, ...] = (),
) -> Answered:
    return Answered(
        number=file.id,
        path=path_to_text(file.path),
        state=state,
        message=message,
        has_changed=has_changed,
        left=left,
    )
