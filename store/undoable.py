"""Which accepts stand and can be taken back, the latest first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePath

from rules.journey import UNEXAMINED
from rules.media import path_from_text
from store.database import Connection
from store.decisions import Outcome
from store.rows import many, number, seconds, text_or_none

_QUESTION = """
SELECT d.id, f.id, f.revision, f.path, d.decided_by, d.rule, d.decided_at_s, c.title,
    count(*) OVER ()
FROM decision d JOIN file f ON f.id = d.file_id AND f.content_id = d.content_id
LEFT JOIN candidate c ON c.content_id = d.content_id
    AND c.source = d.source AND c.remote_id = d.remote_id
WHERE d.verdict = $1 AND d.undone_at_s IS NULL AND NOT list_contains($2::VARCHAR[], f.state)
    AND ($3::VARCHAR IS NULL OR d.rule = $3) AND ($4::DOUBLE IS NULL OR d.decided_at_s >= $4)
ORDER BY d.id DESC LIMIT $5
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptSieve:
    """Which accepts are meant; None does not sift."""

    last: int | None = None
    """Only so many, the latest."""
    since_s: float | None = None
    rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingAccept:
    """An accept that stands, and its file as it is now."""

    decision_id: int
    file_id: int
    revision: int
    path: PurePath
    decided_by: str
    rule: str | None
    decided_at_s: float
    title: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingAccepts:
    """Some of them, the latest first."""

    accepts: tuple[StandingAccept, ...]
    count: int
    """How many are meant in all."""


def standing_accepts(connection: Connection, sieve: AcceptSieve, *, limit: int) -> StandingAccepts:
    """Return the accepts that fit, `limit` at the most, about contents that files still hold."""
    most = limit if sieve.last is None else min(limit, sieve.last)
    rows = many(
        connection,
        _QUESTION,
        [Outcome.ACCEPTED, _texts(UNEXAMINED), sieve.rule, sieve.since_s, most],
    )
    fitting = number(rows[0][8]) if rows else 0
    return StandingAccepts(
        accepts=tuple(
            StandingAccept(
                decision_id=number(row[0]),
                file_id=number(row[1]),
                revision=number(row[2]),
                path=path_from_text(str(row[3])),
                decided_by=str(row[4]),
                rule=text_or_none(row[5]),
                decided_at_s=seconds(row[6]),
                title=text_or_none(row[7]),
            )
            for row in rows
        ),
        count=fitting if sieve.last is None else min(fitting, sieve.last),
    )


def _texts(states: Collection[str]) -> list[str]:
    return sorted(str(state) for state in states)
