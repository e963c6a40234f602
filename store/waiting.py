"""Files that wait in a tray: sifted, a page at a time, with how many there are of each kind.

A page begins behind a place, not after a number of rows, so nothing that stays as it is shows up
twice or is passed over while other files come and go: what changes moves to the front.

Measured (100,000 files and contents, 5,000 of them waiting, 2 cores): see `tests/bench`. Everything
here is one look over narrow columns; what was offered is read for the files of a page only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from rules.discretion import Discretion
from rules.trays import Tray
from store.database import Connection
from store.rows import Row, many, number, seconds, storable, text_or_none

FAILED: Final = "failed"
"""Why a file waits that could not be examined; so `UNDONE`, `NO_RULE`, or `BY_RULE` and a name."""
UNDONE: Final = "undone"
NO_RULE: Final = "no rule"
BY_RULE: Final = "rule "

_LIES_IN: Mapping[Tray, str] = MappingProxyType(
    {
        Tray.OPEN: "state = 'review' OR (state = 'failed' AND due_at_s IS NULL)",
        Tray.NO_MATCH: "state = 'no match'",
        Tray.DEFERRED: "state = 'deferred' OR (state = 'failed' AND due_at_s IS NOT NULL)",
        Tray.IGNORED: "state = 'ignored'",
        Tray.DISMISSED: "state = 'dismissed'",
    }
)
_SIFTED = """
WITH waiting AS MATERIALIZED (
    SELECT id, library, path, state, content_id, changed_at_s FROM file
    WHERE missing_since_s IS NULL AND ({lies_in})
), offered AS (
    SELECT w.id AS file_id, c.id, c.source, c.position, c.title
    FROM waiting w JOIN candidate c ON c.content_id = w.content_id
    LEFT JOIN rejection r ON r.content_id = c.content_id
        AND r.source = c.source AND r.remote_id = c.remote_id
    WHERE c.withdrawn_at_s IS NULL AND r.remote_id IS NULL
        AND NOT (list_contains($1::VARCHAR[], w.library) AND list_contains($2::VARCHAR[], c.source))
), best AS (
    SELECT file_id, arg_min(source, (position, id)) AS source,
        bool_or(contains(lower(title), $3::VARCHAR)) AS is_titled
    FROM offered GROUP BY file_id
), decided AS (
    SELECT d.file_id, arg_max(coalesce(d.rule, ''), d.id) AS rule,
        arg_max(d.undone_at_s IS NOT NULL, d.id) AS is_undone
    FROM decision d JOIN waiting w ON w.id = d.file_id AND w.content_id = d.content_id
    WHERE d.decided_by = 'rule' GROUP BY d.file_id
), sifted AS MATERIALIZED (
    SELECT w.id, w.changed_at_s, w.library, b.source,
        CASE WHEN w.state = 'failed' THEN 'failed' WHEN d.is_undone THEN 'undone'
            WHEN coalesce(d.rule, '') = '' THEN 'no rule' ELSE 'rule ' || d.rule END AS cause
    FROM waiting w LEFT JOIN best b ON b.file_id = w.id LEFT JOIN decided d ON d.file_id = w.id
    WHERE $3 = '' OR contains(lower(w.path), $3) OR coalesce(b.is_titled, false)
)
"""
_PAGE = """
SELECT id, changed_at_s, NULL, NULL, NULL FROM (
    SELECT id, changed_at_s FROM sifted
    WHERE ($4::VARCHAR IS NULL OR library = $4) AND ($5::VARCHAR IS NULL OR source = $5)
        AND ($6::VARCHAR IS NULL OR cause = $6)
        AND ($7::DOUBLE IS NULL OR (changed_at_s, id) < ($7, $8::BIGINT))
    ORDER BY changed_at_s DESC, id DESC LIMIT $9
)
UNION ALL SELECT count(*), NULL, library, source, cause FROM sifted GROUP BY ALL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a file stands in the order of its tray."""

    at_s: float
    """When the file came to wait there."""
    file_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """Which files of a tray are wanted; None does not sift."""

    tray: Tray = Tray.OPEN
    library: str | None = None
    source: str | None = None
    """Of what is ranked first for the file's content."""
    cause: str | None = None
    """Why it waits: `FAILED`, `UNDONE`, `NO_RULE`, or `BY_RULE` and the name of the rule."""
    text: str = ""
    """Part of the path, or of the title of anything offered, whatever the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many files of a tray have these in common, and fit the text."""

    files: int
    library: str
    source: str | None
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """A page of a tray."""

    places: tuple[Place, ...]
    """Who came last first."""
    shares: tuple[Share, ...]
    """Of the whole tray, whatever library, source and cause are wanted."""


def sift(
    connection: Connection,
    sieve: Sieve,
    discretion: Discretion,
    *,
    after: Place | None = None,
    limit: int,
) -> Sifted:
    """Return up to `limit` files behind a place, and the shares of the whole tray."""
    rows = many(
        connection,
        _SIFTED.format(lies_in=_LIES_IN[sieve.tray]) + _PAGE,
        [
            sorted(discretion.sfw_libraries),
            sorted(discretion.nsfw_sources),
            storable(sieve.text).lower(),
            sieve.library,
            sieve.source,
            sieve.cause,
            after.at_s if after else None,
            after.file_id if after else None,
            limit,
        ],
    )
    places = [_place(row) for row in rows if row[1] is not None]
    return Sifted(
        places=tuple(sorted(places, key=lambda each: (-each.at_s, -each.file_id))),
        shares=tuple(_share(row) for row in rows if row[1] is None),
    )


def lie_in(connection: Connection, tray: Tray, file_ids: Sequence[int]) -> dict[int, int]:
    """Return the revisions of those of these files that lie in a tray, by file."""
    rows = many(
        connection,
        "SELECT id, revision FROM file WHERE id IN (SELECT unnest($1::BIGINT[])) "  # noqa: S608
        f"AND missing_since_s IS NULL AND ({_LIES_IN[tray]})",  # constants
        [list(file_ids)],
    )
    return {number(file_id): number(revision) for file_id, revision in rows}


def counts(connection: Connection) -> dict[Tray, int]:
    """Return how many files lie in each tray."""
    counted = ", ".join(f"count(*) FILTER ({_LIES_IN[tray]})" for tray in Tray)
    rows = many(connection, f"SELECT {counted} FROM file WHERE missing_since_s IS NULL")  # noqa: S608  # constants
    return {tray: number(count) for tray, count in zip(Tray, rows[0], strict=True)}


def behind(connection: Connection, tray: Tray, place: Place) -> int | None:
    """Return the file that comes after a place in its tray, the first one after the last.

    The file at the place itself is never meant; None when there is no other.
    """
    rows = many(
        connection,
        "SELECT id FROM file "  # noqa: S608  # constants
        f"WHERE missing_since_s IS NULL AND ({_LIES_IN[tray]}) AND id <> $2 "
        "ORDER BY (changed_at_s, id) < ($1, $2) DESC, changed_at_s DESC, id DESC LIMIT 1",
        [place.at_s, place.file_id],
    )
    return number(rows[0][0]) if rows else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What tells one state of a tray from the next."""

    files: int
    revisions: int
    """Summed."""
    newest_at_s: float


def look(connection: Connection, tray: Tray) -> Look:
    """Return how a tray looks now."""
    row = many(
        connection,
        "SELECT count(*), coalesce(sum(revision), 0)::BIGINT, "  # noqa: S608  # constants
        "coalesce(max(changed_at_s), 0) "
        f"FROM file WHERE missing_since_s IS NULL AND ({_LIES_IN[tray]})",
    )[0]
    return Look(files=number(row[0]), revisions=number(row[1]), newest_at_s=seconds(row[2]))


def _place(row: Row) -> Place:
    return Place(at_s=seconds(row[1]), file_id=number(row[0]))


def _share(row: Row) -> Share:
    return Share(
        files=number(row[0]),
        library=str(row[2]),
        source=text_or_none(row[3]),
        cause=str(row[4]),
    )
