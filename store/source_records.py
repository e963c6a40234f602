"""How each source has answered so far, summed up over all that it was asked."""

from __future__ import annotations

from dataclasses import dataclass

from store.database import Connection
from store.rows import many, number, seconds_or_none, text_or_none


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """How one source has answered so far."""

    source: str
    asked: int
    known: int
    failed: int
    last_asked_at_s: float | None
    last_outcome: str | None
    last_reason: str | None


def by_source(connection: Connection) -> list[SourceRecord]:
    """Return how every source that was ever asked has answered, by name."""
    rows = many(
        connection,
        "SELECT source, count(*), count(*) FILTER (outcome = 'known'), "
        "count(*) FILTER (outcome IN ('failed', 'refused')), max(asked_at_s), "
        "arg_max(outcome, id), arg_max(coalesce(reason, ''), id) "
        "FROM answer GROUP BY source ORDER BY source",
    )
    return [
        SourceRecord(
            source=str(source),
            asked=number(asked),
            known=number(known),
            failed=number(failed),
            last_asked_at_s=seconds_or_none(at_s),
            last_outcome=text_or_none(outcome),
            last_reason=text_or_none(reason) or None,
        )
        for source, asked, known, failed, at_s, outcome, reason in rows
    ]
