"""What a person decides about a file: one transaction each, with everything that follows."""

from __future__ import annotations

from collections.abc import Sequence

from daemon.desk.accepting import make_accepted
from daemon.desk.choosing import Offered, choosable, choose
from daemon.desk.refusals import FileChanged, NoCandidate, NotAnswerable
from daemon.desk.standing import ACCEPTED, answered, is_in_doubt, latest_of, take_back_accept
from daemon.desk.views import Answered
from rules.admission import explain_left_out
from rules.discretion import Discretion
from rules.explain import label_work
from rules.identify_options import SourceOptions
from rules.journey import FileState
from rules.ticks import Ticks
from rules.work import ExternalId
from store import choices, decisions, files, outbox, rejections
from store.changing import Applied
from store.database import Connection
from store.decisions import Decider, NewDecision, Outcome
from store.files import FileRecord
from store.outbox import Errand

_ANSWERABLE = (
    FileState.REVIEW,
    FileState.NO_MATCH,
    FileState.DEFERRED,
    FileState.IGNORED,
    FileState.DISMISSED,
)
_NEVER_AGAIN = "will not be offered again for this file"


def accept(
    connection: Connection,
    *,
    file: FileRecord,
    number: int | None,
    discretion: Discretion,
    options: SourceOptions,
    ticks: Ticks | None = None,
    at_s: float,
) -> Answered:
    """Accept a candidate, by its number; the only one when none is named.

    With `ticks` only what is ticked is set, and that against the options, too.

    Raises:
        NotAnswerable: not in this state, or accepted as something else.
        UsageError: no candidate is meant.

    """
    offered = choosable(connection, file, discretion)
    if file.state in ACCEPTED:
        return _accept_again(connection, file, offered, number)

    check_answerable(connection, file, "accepted")

    chosen = choose(file, "accept", offered, number)
    _end_dismissal(connection, file, at_s=at_s)
    applied = make_accepted(
        connection,
        file,
        _content_id(file),
        chosen,
        options=options,
        ticks=ticks,
        at_s=at_s,
    )
    return answered(
        file,
        FileState.ACCEPTED,
        f"accepted as {label_work(chosen.best.candidate)}",
        left=_stayed(applied),
    )


def reject(
    connection: Connection,
    *,
    file: FileRecord,
    number: int | None,
    discretion: Discretion,
    at_s: float,
) -> Answered:
    """Say that a candidate is not it, whoever tells of it: it never comes back for this content.

    Raises:
        NotAnswerable: not in this state.
        UsageError: no candidate is meant.

    """
    offered = choosable(connection, file, discretion)
    if file.state in ACCEPTED:
        return _reject_of_accepted(connection, file, offered, number, at_s=at_s)

    check_answerable(connection, file, "rejected")

    chosen = choose(file, "reject", offered, number)
    _end_dismissal(connection, file, at_s=at_s)
    _keep_rejection(connection, file, chosen.names, at_s=at_s)
    return _decide_anew(connection, file, label_work(chosen.best.candidate), at_s=at_s)


def dismiss(connection: Connection, *, file: FileRecord, at_s: float) -> Answered:
    """Leave a file alone until its content changes or a person asks again.

    Raises:
        NotAnswerable: not in this state.

    """
    if file.state is FileState.DISMISSED:
        return answered(file, file.state, "it was dismissed already", has_changed=False)
    if file.state in ACCEPTED:
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
    return answered(file, FileState.DISMISSED, "dismissed: doorman leaves it alone")


def ask_again(connection: Connection, *, file: FileRecord, at_s: float) -> Answered:
    """Ask the sources about a file once more, now."""
    if file.state in ACCEPTED:
        done = "it is accepted already; undo that first to have it identified anew"
        return answered(file, file.state, done, has_changed=False)

    if file.state is not FileState.FAILED and file.state not in _ANSWERABLE:
        return answered(file, file.state, "it is on its way already", has_changed=False)

    is_unexamined = file.state is FileState.FAILED or is_in_doubt(connection, file)
    _end_dismissal(connection, file, at_s=at_s)
    if is_unexamined or file.content_id is None:
        files.set_tries(connection, file.id, attempts=0, failures=0)
        files.set_state(connection, file, FileState.SETTLED, at_s=at_s)
        return answered(file, FileState.SETTLED, "it will be examined again now")

    outbox.cancel(connection, file.id, Errand.MESSAGE, at_s=at_s)
    files.set_state(connection, file, FileState.READY, at_s=at_s, reason="a person asked again")
    return answered(file, FileState.READY, "its sources are asked again now")


def check_revision(file: FileRecord, revision: int | None) -> None:
    """Refuse an answer to a question that has changed.

    Raises:
        FileChanged: always then.

    """
    if revision is not None and revision != file.revision:
        raise FileChanged(file)


def is_answerable(state: FileState) -> bool:
    """Tell whether a file in this state takes an answer, if nothing else is amiss."""
    return state in _ANSWERABLE


def check_answerable(connection: Connection, file: FileRecord, verb: str) -> None:
    """Refuse an answer before the question, or about a content that may be gone.

    Raises:
        NotAnswerable: always then.

    """
    if file.state not in _ANSWERABLE:
        raise NotAnswerable(file, verb, "wait until its sources were asked")
    if is_in_doubt(connection, file):
        remedy = f"have it examined first: doorman identify {file.id}"
        raise NotAnswerable(file, verb, remedy)


def _accept_again(
    connection: Connection,
    file: FileRecord,
    offered: Sequence[Offered],
    number: int | None,
) -> Answered:
    """Answer an accept of what is accepted: the same changes nothing, another is refused."""
    accepted = decisions.identity(connection, file.id)
    is_same = number is None or accepted in choose(file, "accept", offered, number).names
    if not is_same:
        raise NotAnswerable(
            file, "accepted as something else", f"undo first: doorman undo {file.id}"
        )

    return answered(file, file.state, "it was accepted already", has_changed=False)


def _reject_of_accepted(
    connection: Connection,
    file: FileRecord,
    offered: Sequence[Offered],
    number: int | None,
    *,
    at_s: float,
) -> Answered:
    """Reject a candidate of an accepted file: what was accepted, unless another is named."""
    accepted = decisions.identity(connection, file.id)
    if number is None and accepted is not None:
        names, label = _accepted_as(accepted, offered)
    else:
        chosen = choose(file, "reject", offered, number)
        names, label = chosen.names, label_work(chosen.best.candidate)

    if accepted not in names:
        _keep_rejection(connection, file, names, at_s=at_s)
        reason = f"{label} was rejected"
        files.set_state(connection, file, file.state, at_s=at_s, reason=reason)
        return answered(file, file.state, f"{label} {_NEVER_AGAIN}; it stays accepted as it is")

    standing = latest_of(connection, file, {Outcome.ACCEPTED})
    left = take_back_accept(connection, file, standing, at_s=at_s) if standing else ()
    _keep_rejection(connection, file, names, at_s=at_s)
    return _decide_anew(connection, file, label, at_s=at_s, left=left)


def _accepted_as(
    accepted: ExternalId, offered: Sequence[Offered]
) -> tuple[tuple[ExternalId, ...], str]:
    """Return all names of what was accepted, and it in words.

    The source that it was accepted from may not offer it any more.
    """
    for each in offered:
        if accepted in each.names:
            told = dict(zip(each.names, each.candidates, strict=True))
            others = (name for name in each.names if name != accepted)
            return (accepted, *others), label_work(told[accepted])

    return (accepted,), f"{accepted.remote_id} from {accepted.source}"


def _keep_rejection(
    connection: Connection, file: FileRecord, names: Sequence[ExternalId], *, at_s: float
) -> None:
    """Keep that a file is not what has these names, the first of which was meant."""
    content_id = _content_id(file)
    kept = NewDecision(
        outcome=Outcome.REJECTED,
        decided_by=Decider.PERSON,
        reasons=("a person said that it is not this",),
        chosen=names[0],
    )
    decision_id = decisions.add(connection, file, content_id, kept, at_s=at_s)
    with choices.watched(connection, content_id):
        rejections.keep(connection, content_id, decision_id, names, at_s=at_s)


def _decide_anew(
    connection: Connection, file: FileRecord, label: str, *, at_s: float, left: tuple[str, ...] = ()
) -> Answered:
    """Have the rules look at what is still offered."""
    outbox.cancel(connection, file.id, Errand.MESSAGE, at_s=at_s)
    files.set_state(connection, file, FileState.ANSWERED, at_s=at_s, reason="decided anew")
    return answered(file, FileState.ANSWERED, f"{label} {_NEVER_AGAIN}", left=left)


def _end_dismissal(connection: Connection, file: FileRecord, *, at_s: float) -> None:
    """Let a dismissal stand no longer: it is over with any other answer."""
    dismissal = latest_of(connection, file, {Outcome.DISMISSED})
    if file.state is FileState.DISMISSED and dismissal is not None:
        decisions.mark_undone(connection, dismissal.id, at_s=at_s)


def _content_id(file: FileRecord) -> int:
    if file.content_id is None:
        raise NoCandidate(file)

    return file.content_id


def _stayed(applied: Applied) -> tuple[str, ...]:
    """Return what accepting did not change, in words."""
    kept = (f"{field} stays as you set it" for field in applied.kept)
    return (*kept, *map(explain_left_out, applied.left_out))
