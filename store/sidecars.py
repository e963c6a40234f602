"""What lay beside files when that was last looked at: an NFO of each, and what it says."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from pydantic import TypeAdapter

from rules.media import path_from_text, path_to_text
from rules.sidecar_says import SidecarSays
from store.database import Connection
from store.rows import Row, from_json, many, number, run, text_or_none, to_json

_SAYS = TypeAdapter(SidecarSays)


@dataclass(frozen=True, slots=True, kw_only=True)
class SidecarRecord:
    """An NFO beside a file."""

    path: PurePath
    size_bytes: int
    mtime_ns: int
    sha256: str | None = None
    """None when it could not be read."""
    is_own: bool = False
    """Whether doorman once wrote just these bytes, for this file or another."""
    says: SidecarSays | None = None
    """None when nothing in it can be read."""
    trouble: str | None = None
    """Why it could not be read, in words that end with what to do."""

    @property
    def speaks(self) -> bool:
        """Tell whether somebody else says something by it."""
        return self.says is not None and not self.is_own


def of_file(connection: Connection, file_id: int) -> SidecarRecord | None:
    """Return the NFO that lay beside a file, or None."""
    return of_files(connection, [file_id]).get(file_id)


def of_files(connection: Connection, file_ids: Collection[int]) -> dict[int, SidecarRecord]:
    """Return the NFO of each of these files that has one, by the file's number."""
    rows = many(
        connection,
        "SELECT file_id, path, size_bytes, mtime_ns, sha256, is_own, says, trouble FROM sidecar "
        "WHERE file_id IN (SELECT unnest($1::BIGINT[]))",
        [list(file_ids)],
    )
    return {number(row[0]): _record(row) for row in rows}


def all_files(connection: Connection) -> frozenset[int]:
    """Return the numbers of all files beside which an NFO was seen."""
    return frozenset(number(row[0]) for row in many(connection, "SELECT file_id FROM sidecar"))


def save(connection: Connection, seen: Mapping[int, SidecarRecord | None], *, at_s: float) -> None:
    """Remember what lies beside files now, by the file's number; None is nothing any more."""
    for file_id, record in seen.items():
        if record is not None:
            _save_one(connection, file_id, record, at_s=at_s)
    forget(connection, [file_id for file_id, record in seen.items() if record is None])


def forget(connection: Connection, file_ids: Collection[int]) -> None:
    """Remember nothing beside these files."""
    if file_ids:
        run(
            connection,
            "DELETE FROM sidecar WHERE file_id IN (SELECT unnest($1::BIGINT[]))",
            [list(file_ids)],
        )


def forget_all(connection: Connection) -> None:
    """Remember nothing beside any file: its owner wants none to be read."""
    run(connection, "DELETE FROM sidecar", [])


def written_by_us(connection: Connection, digests: Collection[str]) -> frozenset[str]:
    """Return those SHA-256 that are of something doorman wrote once, wherever.

    One pass over all changes, however many digests: ask for many files at once.
    """
    if not digests:
        return frozenset()

    rows = many(
        connection,
        "SELECT DISTINCT after_sha256 FROM change "
        "WHERE after_sha256 IN (SELECT unnest($1::VARCHAR[]))",
        [sorted(digests)],
    )
    return frozenset(str(sha256) for (sha256,) in rows)


def _save_one(connection: Connection, file_id: int, record: SidecarRecord, *, at_s: float) -> None:
    run(
        connection,
        "INSERT INTO sidecar VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
        "ON CONFLICT (file_id) DO UPDATE SET path = excluded.path, "
        "size_bytes = excluded.size_bytes, mtime_ns = excluded.mtime_ns, "
        "sha256 = excluded.sha256, is_own = excluded.is_own, says = excluded.says, "
        "trouble = excluded.trouble, read_at_s = excluded.read_at_s",
        [
            file_id,
            path_to_text(record.path),
            record.size_bytes,
            record.mtime_ns,
            record.sha256,
            record.is_own,
            None if record.says is None else to_json(_SAYS, record.says),
            record.trouble,
            at_s,
        ],
    )


def _record(row: Row) -> SidecarRecord:
    return SidecarRecord(
        path=path_from_text(str(row[1])),
        size_bytes=number(row[2]),
        mtime_ns=number(row[3]),
        sha256=text_or_none(row[4]),
        is_own=bool(row[5]),
        says=None if row[6] is None else from_json(_SAYS, row[6]),
        trouble=text_or_none(row[7]),
    )
