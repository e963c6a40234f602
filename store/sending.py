"""The way of votes to their sources: which may leave now, and what came of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from rules.submission import Consent, Terms
from store.database import Connection
from store.rows import many, number, one, run, seconds_or_none, text_or_none
from store.submissions import COLUMNS, SubmissionRecord, SubmissionState, record_of

_IS_OPEN = """(
    CASE s.vote
        WHEN 'VALID' THEN list_contains(
            CASE d.decided_by WHEN 'person' THEN $1::VARCHAR[] ELSE $2::VARCHAR[] END, s.endpoint)
        WHEN 'INVALID' THEN list_contains($3::VARCHAR[], s.endpoint)
        ELSE list_contains($4::VARCHAR[], s.endpoint)
    END
    AND NOT (list_contains($5::VARCHAR[], f.library) AND list_contains($6::VARCHAR[], s.endpoint))
)"""
"""Whether the terms, as `_gate` puts them, let a vote go: they may have changed since."""
_WITH_TERMS = """
    FROM submission s JOIN file f ON f.id = s.file_id JOIN decision d ON d.id = s.decision_id
"""


def _gate(terms: Terms) -> list[object]:
    """Return the parameters of `_IS_OPEN`."""
    recipients = terms.recipients
    withheld = terms.discretion.nsfw_sources
    return [
        [each.endpoint for each in recipients if each.consent is not Consent.NEVER],
        [each.endpoint for each in recipients if each.consent is Consent.EXACT],
        [each.endpoint for each in recipients if each.hears_reports],
        [each.endpoint for each in recipients],
        sorted(terms.discretion.sfw_libraries),
        [each.endpoint for each in recipients if each.source in withheld],
    ]


def listed(
    connection: Connection,
    terms: Terms,
    *,
    states: Collection[SubmissionState],
    limit: int,
    content_id: int | None = None,
) -> list[SubmissionRecord]:
    """Return votes in these states, in the order they came to be owed; of one content, or all."""
    rows = many(
        connection,
        f"SELECT {COLUMNS}, {_IS_OPEN} {_WITH_TERMS} "  # constants
        "WHERE list_contains($7::VARCHAR[], s.state) "
        "AND ($8::BIGINT IS NULL OR s.content_id = $8) ORDER BY s.id LIMIT $9",
        [*_gate(terms), [state.value for state in states], content_id, limit],
    )
    return [record_of(row) for row in rows]


def is_any(connection: Connection, content_id: int) -> bool:
    """Tell whether there is any vote for a content, whatever its state."""
    statement = "SELECT 1 FROM submission WHERE content_id = $1 LIMIT 1"
    return one(connection, statement, [content_id]) is not None


def due(
    connection: Connection,
    terms: Terms,
    *,
    now_s: float,
    limit: int,
    without: Collection[int] = (),
) -> list[SubmissionRecord]:
    """Return what may be sent now to the source that has waited longest.

    In the order it came to be owed, but what failed oftener goes behind what failed less.
    """
    rows = many(
        connection,
        f"WITH ready AS (SELECT {COLUMNS} {_WITH_TERMS} "  # noqa: S608  # constants
        f"WHERE s.state = 'due' AND s.due_at_s <= $7 AND {_IS_OPEN} "
        "AND NOT list_contains($8::BIGINT[], s.id)) "
        "SELECT * FROM ready WHERE endpoint = (SELECT arg_min(endpoint, id) FROM ready) "
        "ORDER BY attempts, id LIMIT $9",
        [*_gate(terms), now_s, sorted(without), limit],
    )
    return [record_of(row) for row in rows]


def next_due_s(connection: Connection, terms: Terms) -> float | None:
    """Return when the next vote may be sent, or None if none is owed."""
    row = one(
        connection,
        f"SELECT min(s.due_at_s) {_WITH_TERMS} WHERE s.state = 'due' AND {_IS_OPEN}",
        _gate(terms),
    )
    return seconds_or_none(row[0]) if row else None


def begin(
    connection: Connection, records: Sequence[SubmissionRecord], *, at_s: float
) -> list[SubmissionRecord]:
    """Note that these leave now; return those that are still owed as they were."""
    rows = many(
        connection,
        f"SELECT {COLUMNS} FROM submission s "  # noqa: S608  # a constant
        "WHERE list_contains($1::BIGINT[], s.id) AND s.state = 'due' ORDER BY s.id",
        [[record.id for record in records]],
    )
    votes = {record.id: record.vote for record in records}
    found = [record for record in map(record_of, rows) if votes[record.id] is record.vote]
    run(
        connection,
        "UPDATE submission SET attempts = attempts + 1, tried_at_s = $2 "
        "WHERE list_contains($1::BIGINT[], id)",
        [[record.id for record in found], at_s],
    )
    return found


def mark_taken(connection: Connection, record: SubmissionRecord, *, at_s: float) -> None:
    """Note that the source took this vote; another one that is wanted by now is due."""
    run(
        connection,
        "UPDATE submission SET told = $2, sent_at_s = $3, error = NULL, "
        "state = CASE WHEN vote = $2 THEN 'sent' ELSE 'due' END WHERE id = $1",
        [record.id, record.vote, at_s],
    )


def mark(
    connection: Connection,
    record: SubmissionRecord,
    state: SubmissionState,
    *,
    error: str,
    due_at_s: float,
) -> None:
    """Note why this vote was not taken; nothing of another one that is wanted by now."""
    run(
        connection,
        "UPDATE submission SET state = $3, error = $4, due_at_s = $5 "
        "WHERE id = $1 AND vote = $2 AND state = 'due'",
        [record.id, record.vote, state, error, due_at_s],
    )


def refuse_all(connection: Connection, endpoint: str, *, error: str) -> None:
    """Let all that is owed to a source that refuses us wait for a person."""
    run(
        connection,
        "UPDATE submission SET state = 'refused', error = $2 WHERE endpoint = $1 AND state = 'due'",
        [endpoint, error],
    )


def renew(connection: Connection, states: Collection[SubmissionState], *, at_s: float) -> int:
    """Let what was not taken be due now; return how many that are."""
    row = one(
        connection,
        "WITH renewed AS (SELECT id FROM submission WHERE list_contains($1::VARCHAR[], state)) "
        "SELECT count(*) FROM renewed",
        [[state.value for state in states]],
    )
    run(
        connection,
        "UPDATE submission SET state = 'due', due_at_s = $2, attempts = 0 "
        "WHERE list_contains($1::VARCHAR[], state)",
        [[state.value for state in states], at_s],
    )
    return number(row[0]) if row else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many votes have come how far."""

    due: int = 0
    held: int = 0
    """Owed, and kept here by what the configuration says now."""
    sent: int = 0
    failed: int = 0
    refused: int = 0
    next_at_s: float | None = None
    """When the next one may be sent."""
    last_error: str | None = None
    """Of those that were not taken, the latest."""


def tally(connection: Connection, terms: Terms) -> Tally:
    """Return how many votes have come how far."""
    row = one(
        connection,
        f"WITH told AS (SELECT s.*, {_IS_OPEN} AS is_open {_WITH_TERMS}) "  # noqa: S608  # constants
        "SELECT count(*) FILTER (state = 'due' AND is_open), "
        "count(*) FILTER (state = 'due' AND NOT is_open), count(*) FILTER (state = 'sent'), "
        "count(*) FILTER (state = 'failed'), count(*) FILTER (state = 'refused'), "
        "min(due_at_s) FILTER (state = 'due' AND is_open), "
        "arg_max(error, id) FILTER (error IS NOT NULL) FROM told",
        _gate(terms),
    )
    if row is None:
        return Tally()

    return Tally(
        due=number(row[0]),
        held=number(row[1]),
        sent=number(row[2]),
        failed=number(row[3]),
        refused=number(row[4]),
        next_at_s=seconds_or_none(row[5]),
        last_error=text_or_none(row[6]),
    )


def paths_of(connection: Connection, records: Iterable[SubmissionRecord]) -> dict[int, str]:
    """Return the path of each file that a vote follows from, by the file's number."""
    wanted = sorted({record.file_id for record in records})
    rows = many(
        connection, "SELECT id, path FROM file WHERE list_contains($1::BIGINT[], id)", [wanted]
    )
    return {number(file_id): str(path) for file_id, path in rows}
