"""What comes up by the clock: when it was done last, and what it is about by then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rules.media import path_from_text
from store import news
from store.database import Connection
from store.news import News, NewsKind
from store.rows import (
    many,
    number,
    one,
    run,
    seconds,
    seconds_or_none,
    text_or_none,
)

MOST_REMINDED = 2000


def done_at_s(connection: Connection, name: str) -> float | None:
    """Return when a chore was done last, None for never."""
    row = one(connection, "SELECT at_s FROM chore WHERE name = $1", [name])
    return seconds(row[0]) if row else None


def note_done(connection: Connection, name: str, *, at_s: float) -> None:
    """Note that a chore is done."""
    run(
        connection,
        "INSERT INTO chore (name, at_s) VALUES ($1, $2) "
        "ON CONFLICT (name) DO UPDATE SET at_s = excluded.at_s",
        [name, at_s],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """A question that waits for long, and of which nobody was reminded."""

    file_id: int
    news: News
    """As it was told when it came up."""


def overdue(connection: Connection, *, since_s: float) -> list[Overdue]:
    """Return the questions that are older than that, whoever waits longest first."""
    rows = many(
        connection,
        """
        SELECT f.id, f.library, f.path, f.reason, m.payload
        FROM file AS f
        LEFT JOIN (
            SELECT file_id, arg_max(payload, id) AS payload FROM outbox
            WHERE kind = 'message' AND (payload->>'kind') = 'review' GROUP BY file_id
        ) AS m ON m.file_id = f.id
        LEFT JOIN reminder AS r ON r.file_id = f.id
        WHERE f.state = 'review' AND f.missing_since_s IS NULL AND f.changed_at_s <= $1
            AND (r.file_id IS NULL OR r.question IS DISTINCT FROM (m.payload->>'question'))
        ORDER BY f.changed_at_s, f.id LIMIT $2
        """,
        [since_s, MOST_REMINDED],
    )
    return [_overdue(row) for row in rows]


def note_reminded(connection: Connection, reminded: Sequence[Overdue], *, at_s: float) -> None:
    """Note that people are reminded of these, each once."""
    for each in reminded:
        run(
            connection,
            "INSERT INTO reminder (file_id, question, at_s) VALUES ($1, $2, $3) "
            "ON CONFLICT (file_id) DO UPDATE SET question = excluded.question, "
            "at_s = excluded.at_s",
            [each.file_id, each.news.question, at_s],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What happened since some time, and what is left of it."""

    accepted_by_rules: int
    accepted_by_people: int
    asked: int
    """Files about which a question was opened."""
    waiting: int
    """Files that wait for a person now."""
    failed: int
    """Files that cannot be examined, now."""


def day(connection: Connection, *, since_s: float) -> Day:
    """Return what happened since then."""
    made = {
        (str(verdict), str(decided_by)): number(count)
        for verdict, decided_by, count in many(
            connection,
            "SELECT verdict, decided_by, count(DISTINCT file_id) FROM decision "
            "WHERE decided_at_s >= $1 AND undone_at_s IS NULL GROUP BY ALL",
            [since_s],
        )
    }
    states = {
        str(state): number(count)
        for state, count in many(
            connection,
            "SELECT state, count(*) FROM file WHERE missing_since_s IS NULL "
            "AND (state = 'review' OR (state = 'failed' AND due_at_s IS NULL)) GROUP BY state",
        )
    }
    return Day(
        accepted_by_rules=made.get(("accepted", "rule"), 0),
        accepted_by_people=made.get(("accepted", "person"), 0),
        asked=made.get(("review", "rule"), 0),
        waiting=states.get("review", 0),
        failed=states.get("failed", 0),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTrouble:
    """Since when a source is out of reach, and whether people know."""

    since_s: float
    told_at_s: float | None


def troubles(connection: Connection) -> dict[str, SourceTrouble]:
    """Return the sources that are out of reach, by name."""
    rows = many(
        connection,
        "SELECT source, since_s, told_at_s FROM source_trouble WHERE since_s IS NOT NULL",
    )
    return {
        str(source): SourceTrouble(since_s=seconds(since_s), told_at_s=seconds_or_none(told_at_s))
        for source, since_s, told_at_s in rows
    }


def note_trouble(
    connection: Connection, source: str, *, since_s: float | None, told_at_s: float | None
) -> None:
    """Note how a source is: out of reach since then, or None for within reach."""
    run(
        connection,
        "INSERT INTO source_trouble (source, since_s, told_at_s) VALUES ($1, $2, $3) "
        "ON CONFLICT (source) DO UPDATE SET since_s = excluded.since_s, "
        "told_at_s = excluded.told_at_s",
        [source, since_s, told_at_s],
    )


def _overdue(row: tuple[object, ...]) -> Overdue:
    file_id, library, path, reason, payload = row
    told = (
        news.read(str(payload))
        if payload is not None
        else News(
            kind=NewsKind.REVIEW,
            subject=str(path_from_text(str(path))),
            detail=text_or_none(reason) or "",
            about=(str(library),),
        )
    )
    return Overdue(file_id=number(file_id), news=told)
