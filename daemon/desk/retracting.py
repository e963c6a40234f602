"""Take back what a person answered last about a file, and nothing else.

A file goes on after an answer: its sidecar is written, its rules are asked again. So what is
taken back is named by the decision that was kept of it, not by the file's revision.
"""

from __future__ import annotations

from pathlib import PurePath

from daemon.desk.finding import find
from daemon.desk.queue_views import LastAnswer
from daemon.desk.standing import latest_of
from daemon.desk.undoing import undo
from daemon.desk.views import Answered
from rules.errors import ConflictError
from rules.journey import UNEXAMINED, FileState
from rules.media import path_to_text
from store.database import Connection
from store.decisions import Decider, Outcome
from store.files import FileRecord

_ANSWERS = (Outcome.ACCEPTED, Outcome.REJECTED, Outcome.DISMISSED)
_SAID = {
    Outcome.ACCEPTED: "accepted",
    Outcome.REJECTED: "a candidate was rejected",
    Outcome.DISMISSED: "dismissed",
}
_NO_DECISION = 0


class AnswerOutdated(ConflictError):
    """Something else was decided about the file since."""

    def __init__(self, file: FileRecord) -> None:
        """Build the message from the file."""
        super().__init__(
            f"file {file.id} was decided about otherwise since and is {file.state} now; "
            f"see its history with: doorman why {file.id}"
        )


def last_answer(connection: Connection, reference: str) -> LastAnswer | None:
    """Return what a person said last about a file, or None if that cannot be taken back.

    Raises:
        FileUnknown: no file fits the reference.
        FileAmbiguous: several do.

    """
    file = find(connection, reference)
    if file.state in UNEXAMINED:
        return None

    decision = latest_of(connection, file, _ANSWERS)
    if decision is None:
        return _undecided(file)
    if decision.decided_by is not Decider.PERSON:
        return None

    return _answer(file, decision.id, _SAID[decision.outcome])


def retract(
    connection: Connection, reference: str, decision: int, *, at_s: float
) -> tuple[FileRecord, Answered]:
    """Take back this answer; return the file as it was, and what came of it.

    Raises:
        AnswerOutdated: it is not what was answered last about the file, or was taken back.

    """
    file = find(connection, reference)
    last = last_answer(connection, str(file.id))
    if last is None or last.decision != decision:
        raise AnswerOutdated(file)

    return file, undo(connection, file=file, at_s=at_s)


def _undecided(file: FileRecord) -> LastAnswer | None:
    """Return the dismissal of what could not be examined: no decision tells of that."""
    if file.state is not FileState.DISMISSED:
        return None

    return _answer(file, _NO_DECISION, _SAID[Outcome.DISMISSED])


def _answer(file: FileRecord, decision: int, message: str) -> LastAnswer:
    name = path_to_text(PurePath(file.path.name))
    return LastAnswer(number=file.id, name=name, message=message, decision=decision)
