"""What sources are owed to be told of hashes, each vote in one row that is never told twice.

A row is made in the transaction of the decision that it follows from, and changed by whatever
takes that back. Before a vote leaves, its row says so; afterwards it says what came of it. Whoever
is cut off between the two sends it again, which servers count once (`stash-box.md` §4).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rules.fingerprint import Algorithm
from rules.submission import Claim, Ground, Subject, Vote
from store.database import Connection
from store.rows import (
    Row,
    many,
    number,
    one,
    run,
    seconds,
    seconds_or_none,
    text_or_none,
)


class SubmissionState(StrEnum):
    """How far a vote has come."""

    DUE = "due"
    SENT = "sent"
    FAILED = "failed"
    """It was not taken, and is tried again only when a person asks."""
    REFUSED = "refused"
    """The source does not let us; tried again when doorman starts, or a person asks."""
    DROPPED = "dropped"
    """It was taken back before it left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionRecord:
    """One vote, and how far it has come."""

    id: int
    content_id: int
    file_id: int
    decision_id: int
    subject: Subject
    vote: Vote
    duration_s: int
    reason: str
    label: str
    told: Vote | None
    """What the source was told last, and took; None: nothing."""
    state: SubmissionState
    attempts: int
    due_at_s: float
    tried_at_s: float | None
    """When it last left; None: the source has never heard of it."""
    error: str | None
    sent_at_s: float | None
    is_open: bool = True
    """Whether the configuration lets it go; told where terms are given."""


COLUMNS = (
    "s.id, s.content_id, s.file_id, s.decision_id, s.endpoint, s.remote_id, s.algorithm, s.hash, "
    "s.vote, s.duration_s, s.reason, s.label, s.told, s.state, s.attempts, s.due_at_s, "
    "s.tried_at_s, s.error, s.sent_at_s"
)
"""What `record_of` reads; whether the terms let it go may follow."""
_OPEN_AT = 19


def of_content(connection: Connection, content_id: int) -> list[SubmissionRecord]:
    """Return every vote about a content, in the order they came to be owed."""
    rows = many(
        connection,
        f"SELECT {COLUMNS} FROM submission s WHERE s.content_id = $1 ORDER BY s.id",  # noqa: S608  # a constant
        [content_id],
    )
    return [record_of(row) for row in rows]


def add(
    connection: Connection, content_id: int, ground: Ground, claim: Claim, *, at_s: float
) -> None:
    """Owe a source a vote from now on."""
    subject = claim.subject
    run(
        connection,
        "INSERT INTO submission (content_id, endpoint, remote_id, algorithm, hash, file_id, "
        "decision_id, duration_s, vote, reason, label, state, due_at_s, made_at_s) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'due', $12, $12)",
        [
            content_id,
            subject.endpoint,
            subject.remote_id,
            subject.algorithm,
            subject.value,
            ground.file_id,
            ground.decision_id,
            claim.duration_s,
            claim.vote,
            claim.reason,
            claim.label,
            at_s,
        ],
    )


def follow(connection: Connection, submission_id: int, ground: Ground, claim: Claim) -> None:
    """Let a vote follow from another decision; it stays what it is."""
    run(
        connection,
        "UPDATE submission SET file_id = $2, decision_id = $3, reason = $4 WHERE id = $1",
        [submission_id, ground.file_id, ground.decision_id, claim.reason],
    )


def change(
    connection: Connection,
    record: SubmissionRecord,
    ground: Ground,
    claim: Claim,
    *,
    at_s: float,
) -> None:
    """Say something else from now on; nothing is sent where the source knows it already."""
    is_known = record.told is claim.vote and not _may_be_under_way(record)
    run(
        connection,
        "UPDATE submission SET file_id = $2, decision_id = $3, vote = $4, duration_s = $5, "
        "reason = $6, state = $7, attempts = 0, due_at_s = $8, error = NULL WHERE id = $1",
        [
            record.id,
            ground.file_id,
            ground.decision_id,
            claim.vote,
            claim.duration_s,
            claim.reason,
            SubmissionState.SENT if is_known else SubmissionState.DUE,
            at_s,
        ],
    )


def withdraw(connection: Connection, record: SubmissionRecord, reason: str, *, at_s: float) -> None:
    """Take a vote back, where the source may have heard of it; forget it where not.

    A source counts one vote of ours for a hash, however many contents have it: it stays while
    another content says the same.
    """
    if _is_said_by_another(connection, record):
        _leave_to_another(connection, record)
        return

    is_there = record.told in {Vote.VALID, Vote.INVALID}
    was_declined = record.state is SubmissionState.FAILED
    may_be_there = is_there or (_may_be_under_way(record) and not was_declined)
    run(
        connection,
        "UPDATE submission SET vote = $2, reason = $3, state = $4, attempts = 0, due_at_s = $5, "
        "error = NULL WHERE id = $1",
        [
            record.id,
            Vote.REMOVE,
            reason,
            SubmissionState.DUE if may_be_there else SubmissionState.DROPPED,
            at_s,
        ],
    )


def _is_said_by_another(connection: Connection, record: SubmissionRecord) -> bool:
    subject = record.subject
    row = one(
        connection,
        "SELECT count(*) FROM submission WHERE endpoint = $1 AND remote_id = $2 "
        "AND algorithm = $3 AND hash = $4 AND vote = $5 AND content_id <> $6 "
        "AND state IN ('due', 'sent')",
        [
            subject.endpoint,
            subject.remote_id,
            subject.algorithm,
            subject.value,
            record.vote,
            record.content_id,
        ],
    )
    return row is not None and number(row[0]) > 0


def _leave_to_another(connection: Connection, record: SubmissionRecord) -> None:
    """Say no more of it for this content; the other content's row stands for it."""
    run(
        connection,
        "UPDATE submission SET vote = $2, reason = $3, state = $4, told = NULL, "
        "tried_at_s = NULL, sent_at_s = NULL, error = NULL WHERE id = $1",
        [
            record.id,
            Vote.REMOVE,
            "another file with the same hash still says it",
            SubmissionState.DROPPED,
        ],
    )


def _may_be_under_way(record: SubmissionRecord) -> bool:
    """Tell whether something left of which nobody knows what came of it."""
    if record.tried_at_s is None:
        return False

    return record.sent_at_s is None or record.tried_at_s > record.sent_at_s


def record_of(row: Row) -> SubmissionRecord:
    """Return the vote that a row of `COLUMNS` holds."""
    return SubmissionRecord(
        id=number(row[0]),
        content_id=number(row[1]),
        file_id=number(row[2]),
        decision_id=number(row[3]),
        subject=Subject(
            endpoint=str(row[4]),
            remote_id=str(row[5]),
            algorithm=Algorithm(str(row[6])),
            value=number(row[7]),
        ),
        vote=Vote(str(row[8])),
        duration_s=number(row[9]),
        reason=str(row[10]),
        label=str(row[11]),
        told=Vote(str(row[12])) if row[12] is not None else None,
        state=SubmissionState(str(row[13])),
        attempts=number(row[14]),
        due_at_s=seconds(row[15]),
        tried_at_s=seconds_or_none(row[16]),
        error=text_or_none(row[17]),
        sent_at_s=seconds_or_none(row[18]),
        is_open=bool(row[_OPEN_AT]) if len(row) > _OPEN_AT else True,
    )
