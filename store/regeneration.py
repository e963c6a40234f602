"""Contents that a person wants examined again, and how far that is.

A row stays when its work is done, and is asked for again in place: deleting and inserting one key
in one transaction has broken logs (duckdb#22044).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from rules.fingerprint import Oshash
from rules.journey import UNEXAMINED
from rules.media import path_from_text
from store.database import Connection
from store.rows import (
    many,
    number,
    number_or_none,
    one,
    run,
    seconds,
    seconds_or_none,
    text_or_none,
)

_NOT_YET = ", ".join(f"'{state}'" for state in sorted(UNEXAMINED))
_HERE = f"missing_since_s IS NULL AND state NOT IN ({_NOT_YET})"
"""Of a file: it can be examined again; what is unexamined is examined anyway, as a new file."""
_WITHIN_REACH = f"EXISTS (SELECT 1 FROM file f WHERE f.content_id = r.content_id AND {_HERE})"  # noqa: S608  # constants
_DUE = f"""
WITH copy AS (
    SELECT id, content_id, device, row_number() OVER (PARTITION BY content_id ORDER BY id) - 1 AS
        place, count(*) OVER (PARTITION BY content_id) AS copies
    FROM file WHERE {_HERE}
), first AS (
    SELECT c.id, r.content_id, r.due_at_s
    FROM regeneration r JOIN copy c
        ON c.content_id = r.content_id AND c.place = r.attempts % c.copies
    WHERE r.due_at_s <= $1 AND NOT list_contains($2::BIGINT[], r.content_id)
    QUALIFY row_number() OVER (PARTITION BY c.device ORDER BY r.due_at_s, r.content_id) <= $3
)
SELECT first.content_id, file.path, file.device FROM first JOIN file ON file.id = first.id
ORDER BY first.due_at_s, first.content_id
"""  # noqa: S608  # constants


@dataclass(frozen=True, slots=True, kw_only=True)
class Regeneration:
    """How examining a content again stands."""

    attempts: int
    due_at_s: float | None
    """None: it is done, or failed too often."""
    reason: str | None
    """Why it failed last."""
    asked_at_s: float
    done_at_s: float | None

    @property
    def is_given_up(self) -> bool:
        """Tell whether it failed too often."""
        return self.due_at_s is None and self.done_at_s is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A content to be examined again now, and where."""

    content_id: int
    path: PurePath
    """Of the file whose turn it is: after each failure it is the next copy's."""
    device: int | None
    """The number of that file's file system when last looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How all of it stands; contents that no file holds now don't count."""

    waiting: int
    """Now or later."""
    due_at_s: float | None
    """When the first of those is due."""
    given_up: int
    reason: str | None
    """Why one of those was given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete:
    """What an examination would give today."""

    grid: str
    """The version of the montage that a phash is made from."""
    has_md5: bool
    curable: frozenset[str] = frozenset()
    """Names of the reasons for having no phash that may not stand any more."""


def held(connection: Connection, libraries: Collection[str]) -> list[int]:
    """Return the contents of files that are in these libraries and can be examined."""
    return _numbers(connection, "TRUE", libraries)


def incomplete(connection: Connection, libraries: Collection[str], complete: Complete) -> list[int]:
    """Return those of `held` that lack something, or were last examined with another grid.

    A phash that is impossible, for a reason that stands, is not lacking: but under another grid
    it may be possible.
    """
    lacks = (
        "c.facts IS NULL OR c.grid IS DISTINCT FROM $2 OR ($3 AND c.md5 IS NULL) "
        "OR list_contains($4::VARCHAR[], split_part(c.phash_missing, ':', 1))"
    )
    wanted = (complete.grid, complete.has_md5, sorted(complete.curable))
    return _numbers(connection, lacks, libraries, *wanted)


def pictured(connection: Connection, libraries: Collection[str]) -> dict[tuple[Oshash, int], int]:
    """Return the numbers of those of `held` that have a phash, by oshash and size in bytes.

    The most recently changed files come first.
    """
    rows = many(
        connection,
        "SELECT c.oshash, c.size_bytes, c.id "  # noqa: S608  # constants
        "FROM content c JOIN file f ON f.content_id = c.id "
        "WHERE c.facts IS NOT NULL AND c.phash_missing IS NULL "
        f"AND list_contains($1::VARCHAR[], f.library) AND {_HERE} "
        "GROUP BY c.oshash, c.size_bytes, c.id ORDER BY max(f.mtime_ns) DESC, c.id DESC",
        [list(libraries)],
    )
    return {(Oshash(number(row[0])), number(row[1])): number(row[2]) for row in rows}


def _numbers(
    connection: Connection, condition: str, libraries: Collection[str], *parameters: object
) -> list[int]:
    rows = many(
        connection,
        f"SELECT c.id FROM content c WHERE ({condition}) AND c.id IN (SELECT content_id FROM file "  # noqa: S608  # constants
        f"WHERE list_contains($1::VARCHAR[], library) AND {_HERE}) ORDER BY c.id",
        [list(libraries), *parameters],
    )
    return [number(row[0]) for row in rows]


def ask(connection: Connection, content_ids: Sequence[int], *, at_s: float) -> None:
    """Want these contents examined again; attempts are counted anew."""
    if not content_ids:
        return

    run(
        connection,
        "INSERT INTO regeneration (content_id, attempts, due_at_s, asked_at_s) "
        "SELECT DISTINCT unnest($1::BIGINT[]), 0, $2, $2 "
        "ON CONFLICT (content_id) DO UPDATE SET attempts = 0, due_at_s = excluded.due_at_s, "
        "reason = NULL, asked_at_s = excluded.asked_at_s, done_at_s = NULL",
        [list(content_ids), at_s],
    )


def due(
    connection: Connection, *, now_s: float, limit: int, without: Collection[int] = ()
) -> list[Due]:
    """Return contents to be examined again now, but not those in `without`, longest due first.

    At most `limit` of each file system, so that what is on others is seen behind a long queue.
    It takes a look at all files.
    """
    return [
        Due(
            content_id=number(row[0]),
            path=path_from_text(str(row[1])),
            device=number_or_none(row[2]),
        )
        for row in many(connection, _DUE, [now_s, list(without), limit])
    ]


def next_due_s(connection: Connection) -> float | None:
    """Return when the next content is to be examined again, or None."""
    row = one(
        connection,
        f"SELECT min(due_at_s) FROM regeneration r WHERE due_at_s IS NOT NULL AND {_WITHIN_REACH}",  # noqa: S608  # constants
    )
    return seconds_or_none(row[0]) if row else None


def mark_done(connection: Connection, content_id: int, *, at_s: float) -> None:
    """Note that a content was examined, if that was still wanted."""
    run(
        connection,
        "UPDATE regeneration SET due_at_s = NULL, reason = NULL, done_at_s = $2 "
        "WHERE content_id = $1 AND done_at_s IS NULL",
        [content_id, at_s],
    )


def mark_failed(
    connection: Connection, content_id: int, *, attempts: int, reason: str, due_at_s: float | None
) -> None:
    """Note how often it failed and why, and when it is tried again; None gives it up."""
    run(
        connection,
        "UPDATE regeneration SET attempts = $2, reason = $3, due_at_s = $4 "
        "WHERE content_id = $1 AND done_at_s IS NULL",
        [content_id, attempts, reason, due_at_s],
    )


def of_content(connection: Connection, content_id: int) -> Regeneration | None:
    """Return how examining a content again stands; None if nobody ever asked for it."""
    row = one(
        connection,
        "SELECT attempts, due_at_s, reason, asked_at_s, done_at_s FROM regeneration "
        "WHERE content_id = $1",
        [content_id],
    )
    if row is None:
        return None

    return Regeneration(
        attempts=number(row[0]),
        due_at_s=seconds_or_none(row[1]),
        reason=text_or_none(row[2]),
        asked_at_s=seconds(row[3]),
        done_at_s=seconds_or_none(row[4]),
    )


def standing(connection: Connection) -> Standing:
    """Return how much is still wanted, and what was given up."""
    row = one(
        connection,
        "SELECT count(*) FILTER (due_at_s IS NOT NULL), "  # noqa: S608  # constants
        "min(due_at_s), count(*) FILTER (due_at_s IS NULL), "
        "arg_max(reason, asked_at_s) FILTER (due_at_s IS NULL) "
        f"FROM regeneration r WHERE done_at_s IS NULL AND {_WITHIN_REACH}",
    )
    if row is None:
        raise TypeError("a count gave no row")

    return Standing(
        waiting=number(row[0]),
        due_at_s=seconds_or_none(row[1]),
        given_up=number(row[2]),
        reason=text_or_none(row[3]),
    )


def waiting_bytes(connection: Connection) -> int:
    """Return how many bytes the contents have that are still wanted."""
    row = one(
        connection,
        "SELECT coalesce(sum(c.size_bytes), 0) "  # noqa: S608  # constants
        "FROM regeneration r JOIN content c ON c.id = r.content_id "
        f"WHERE due_at_s IS NOT NULL AND {_WITHIN_REACH}",
    )
    return number(row[0]) if row else 0
