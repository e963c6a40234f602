"""Sidecars of somebody else that stay, though doorman would have said something else there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from rules.media import path_from_text, path_to_text
from store.database import Connection
from store.rows import Row, many, number, one, run, seconds

NFO = "nfo"
"""What is kept; of a picture it is the role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSidecar:
    """One that stays."""

    path: PurePath
    reason: str
    """In words."""
    kept_at_s: float
    """Since when for this reason."""


def keep(
    connection: Connection, file_id: int, what: str, path: PurePath, reason: str, *, at_s: float
) -> bool:
    """Remember that a sidecar stays; return whether that is new, or the reason is."""
    known = {each.path: each.reason for each in of_file(connection, file_id)}
    if known.get(path) == reason:
        return False

    run(
        connection,
        "INSERT INTO kept_sidecar VALUES ($1, $2, $3, $4, $5) "
        "ON CONFLICT (file_id, what) DO UPDATE SET path = excluded.path, "
        "reason = excluded.reason, kept_at_s = excluded.kept_at_s",
        [file_id, what, path_to_text(path), reason, at_s],
    )
    return True


def release(connection: Connection, file_id: int, what: str) -> None:
    """Remember that nothing stands in doorman's way any more."""
    run(connection, "DELETE FROM kept_sidecar WHERE file_id = $1 AND what = $2", [file_id, what])


def is_kept(connection: Connection, file_id: int, what: str) -> bool:
    """Tell whether such a sidecar stays beside a file."""
    row = one(
        connection, "SELECT 1 FROM kept_sidecar WHERE file_id = $1 AND what = $2", [file_id, what]
    )
    return row is not None


def of_file(connection: Connection, file_id: int) -> list[KeptSidecar]:
    """Return what stays beside a file."""
    rows = many(
        connection,
        "SELECT path, reason, kept_at_s FROM kept_sidecar WHERE file_id = $1 ORDER BY path",
        [file_id],
    )
    return [_record(row) for row in rows]


def lately(connection: Connection, *, most: int) -> list[KeptSidecar]:
    """Return what stays beside files that are there and have a work, the newest first."""
    rows = many(
        connection,
        "SELECT k.path, k.reason, k.kept_at_s FROM kept_sidecar k JOIN file f ON f.id = k.file_id "
        "WHERE f.missing_since_s IS NULL AND f.work_id IS NOT NULL "
        "ORDER BY k.kept_at_s DESC, k.path LIMIT $1",
        [most],
    )
    return [_record(row) for row in rows]


def count(connection: Connection) -> int:
    """Return beside how many files something stays that are there and have a work."""
    row = one(
        connection,
        "SELECT count(DISTINCT k.file_id) FROM kept_sidecar k JOIN file f ON f.id = k.file_id "
        "WHERE f.missing_since_s IS NULL AND f.work_id IS NOT NULL",
    )
    return number(row[0]) if row else 0


def _record(row: Row) -> KeptSidecar:
    return KeptSidecar(
        path=path_from_text(str(row[0])), reason=str(row[1]), kept_at_s=seconds(row[2])
    )
