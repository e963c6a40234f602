"""Which decisions about a file stand, and how an accepted one is taken back."""

from __future__ import annotations

from collections.abc import Collection

from daemon.desk.views import Answered
from rules.journey import FileState
from rules.media import path_to_text
from store import acceptance, decisions, journal
from store.database import Connection
from store.decisions import DecisionRecord, Outcome
from store.files import FileRecord

ACCEPTED = (FileState.ACCEPTED, FileState.DONE)
"""States of a file whose work was chosen."""


def latest_of(
    connection: Connection, file: FileRecord, kinds: Collection[Outcome]
) -> DecisionRecord | None:
    """Return the latest of these decisions about the file's present content that stands."""
    return next(
        (
            each
            for each in reversed(decisions.of_file(connection, file.id))
            if each.outcome in kinds
            and each.undone_at_s is None
            and each.content_id == file.content_id
        ),
        None,
    )


def is_in_doubt(connection: Connection, file: FileRecord) -> bool:
    """Tell whether a file was dismissed when it could not be examined.

    What is known of its content may be of a former one.
    """
    if file.state is not FileState.DISMISSED:
        return False

    dismissal = latest_of(connection, file, {Outcome.DISMISSED})
    return dismissal is not None and dismissal.state_before is FileState.FAILED


def take_back_accept(
    connection: Connection,
    file: FileRecord,
    decision: DecisionRecord,
    *,
    is_forced: bool = False,
    tidies: bool = True,
    at_s: float,
) -> tuple[str, ...]:
    """Undo what accepting did; return what stays because it changed since, in words.

    With `is_forced` nothing of it stays. Who takes back many tidies up behind all of them.
    """
    decisions.mark_undone(connection, decision.id, at_s=at_s)
    plan_id = journal.plan_of_decision(connection, decision.id)
    if plan_id is None:
        return ()

    left = acceptance.take_back(
        connection, file, plan_id, is_forced=is_forced, tidies=tidies, at_s=at_s
    )
    return tuple(left)


def answered(
    file: FileRecord,
    state: FileState,
    message: str,
    *,
    has_changed: bool = True,
    left: tuple[str, ...] = (),
) -> Answered:
    """Return what came of a person's answer about `file`."""
    return Answered(
        number=file.id,
        path=path_to_text(file.path),
        state=state,
        message=message,
        has_changed=has_changed,
        left=left,
    )
