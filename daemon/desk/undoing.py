"""Take back what was decided about a file, the latest first."""

from __future__ import annotations

from daemon.desk.refusals import NotAnswerable, NothingToUndo
from daemon.desk.standing import ACCEPTED, answered, latest_of, take_back_accept
from daemon.desk.views import Answered
from rules.journey import UNEXAMINED, WAITING, FileState
from store import acceptance, choices, decisions, editing, files, journal, rejections
from store.database import Connection
from store.decisions import DecisionRecord, Outcome
from store.editing import Edit
from store.files import FileRecord

UNDOABLE = (Outcome.ACCEPTED, Outcome.REJECTED, Outcome.DISMISSED)
"""What a person can take back."""
_WAITED = (FileState.REVIEW, FileState.NO_MATCH, FileState.DEFERRED, FileState.FAILED)
"""States that a dismissed file goes back to, to be led on from there."""


def undo(
    connection: Connection, *, file: FileRecord, is_forced: bool = False, at_s: float
) -> Answered:
    """Take back the latest accept, reject or dismiss of a file, whoever decided it.

    What was decided about another content than the file's present one is history. With `is_forced`
    also what somebody changed since is put back.

    Raises:
        NotAnswerable: it is being examined.
        NothingToUndo: no decision about it stands.

    """
    if file.state in UNEXAMINED:
        raise NotAnswerable(file, "undone", "wait until it was examined")

    decision = latest_of(connection, file, UNDOABLE)
    if decision is None:
        return _undo_undecided(connection, file, at_s=at_s)

    decisions.mark_undone(connection, decision.id, at_s=at_s)
    match decision.outcome:
        case Outcome.ACCEPTED:
            return undo_accept(connection, file, decision, is_forced=is_forced, at_s=at_s)
        case Outcome.REJECTED:
            _offer_again(connection, decision)
            state = file.state if file.state in ACCEPTED else FileState.REVIEW
            message = "the rejected candidate is offered again"
            return _go_back(connection, file, state, message, at_s=at_s)
        case _:
            state = _state_before(file, decision)
            return _go_back(connection, file, state, "no longer dismissed", at_s=at_s)


def undo_accept(
    connection: Connection,
    file: FileRecord,
    decision: DecisionRecord,
    *,
    is_forced: bool = False,
    tidies: bool = True,
    at_s: float,
) -> Answered:
    """Take back an accept that stands; the file waits for an answer then.

    Who takes back many tidies up behind all of them (`store.acceptance.tidy_up`).
    """
    left = take_back_accept(
        connection, file, decision, is_forced=is_forced, tidies=tidies, at_s=at_s
    )
    message = "no longer accepted; it waits for your answer"
    return _go_back(connection, file, FileState.REVIEW, message, at_s=at_s, left=left)


def undo_latest(
    connection: Connection, *, file: FileRecord, is_forced: bool = False, at_s: float
) -> Answered:
    """Take back what a person wrote by hand since the latest decision, else that decision.

    Raises:
        NotAnswerable: it is being examined.
        NothingToUndo: no decision about it stands.

    """
    edit = _edit_since(connection, file)
    if edit is None or file.work_id is None:
        return undo(connection, file=file, is_forced=is_forced, at_s=at_s)

    fields, left = editing.take_back(connection, file, file.work_id, edit.plan_id, at_s=at_s)
    files.set_state(connection, file, file.state, at_s=at_s, reason="undone by a person")
    message = f"{', '.join(fields)} is as it was before you wrote it"
    return answered(file, file.state, message, left=tuple(left))


def _edit_since(connection: Connection, file: FileRecord) -> Edit | None:
    """Return the latest edit of an accepted file's work, unless something was decided since."""
    accept = latest_of(connection, file, {Outcome.ACCEPTED})
    latest = latest_of(connection, file, UNDOABLE)
    plan_id = journal.plan_of_decision(connection, accept.id) if accept is not None else None
    if file.state not in ACCEPTED or latest is None or plan_id is None:
        return None

    edit = editing.latest(connection, file, plan_id)
    return edit if edit is not None and edit.made_at_s >= latest.decided_at_s else None


def _undo_undecided(connection: Connection, file: FileRecord, *, at_s: float) -> Answered:
    """Take back what no decision tells of.

    That is the dismissal of what could not be examined, or the tags that doorman put on.
    """
    if file.state is not FileState.DISMISSED:
        return _take_off_tags(connection, file, at_s=at_s)

    return _go_back(connection, file, FileState.FAILED, "no longer dismissed", at_s=at_s)


def _take_off_tags(connection: Connection, file: FileRecord, *, at_s: float) -> Answered:
    taken_off = acceptance.take_off_tags(connection, file, at_s=at_s)
    if not taken_off:
        raise NothingToUndo(file)

    files.set_state(
        connection,
        file,
        file.state,
        at_s=at_s,
        reason=file.reason,
        due_at_s=file.due_at_s,
    )
    names = ", ".join(f'"{name}"' for name in taken_off)
    message = f"it no longer wears {names}, and doorman will not put that on it again"
    return answered(file, file.state, message)


def _offer_again(connection: Connection, rejection: DecisionRecord) -> None:
    with choices.watched(connection, rejection.content_id):
        rejections.lift(connection, rejection)


def _state_before(file: FileRecord, dismissal: DecisionRecord) -> FileState:
    if file.state is not FileState.DISMISSED:
        return file.state  # it went on since

    return dismissal.state_before if dismissal.state_before in _WAITED else FileState.REVIEW


def _go_back(
    connection: Connection,
    file: FileRecord,
    state: FileState,
    message: str,
    *,
    at_s: float,
    left: tuple[str, ...] = (),
) -> Answered:
    reason = "undone by a person"
    due_at_s = at_s if state in WAITING else None
    files.set_state(connection, file, state, at_s=at_s, reason=reason, due_at_s=due_at_s)
    return answered(file, state, message, left=left)
