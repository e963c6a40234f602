"""Files known, where they are on their journey, and what happened to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from rules.journey import DECIDED, FileState
from rules.media import FileStamp, MediaFile, path_from_text, path_to_text
from store import events
from store.database import Connection
from store.rows import (
    Row,
    many,
    number,
    number_or_none,
    one,
    seconds,
    seconds_or_none,
    text_or_none,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """What the store remembers of one file."""

    id: int
    library: str
    path: PurePath
    stamp: FileStamp
    state: FileState
    resume_state: FileState | None
    reason: str | None
    content_id: int | None
    work_id: int | None
    attempts: int
    failures: int
    due_at_s: float | None
    revision: int
    first_seen_at_s: float
    changed_at_s: float
    missing_since_s: float | None


_COLUMNS = (
    "id, library, path, size_bytes, mtime_ns, inode, state, resume_state, reason, content_id, "
    "work_id, attempts, failures, due_at_s, revision, first_seen_at_s, changed_at_s, "
    "missing_since_s"
)
_SELECT = f"SELECT {_COLUMNS} FROM file"  # noqa: S608  # columns are a constant


def add_seen(connection: Connection, files: Sequence[MediaFile], *, at_s: float) -> None:
    """Remember newcomers; a path that is known already (and not missing) is left as it is."""
    if not files:
        return

    rows = many(
        connection,
        """
        INSERT INTO file
            (library, path, size_bytes, mtime_ns, inode, state, first_seen_at_s, changed_at_s)
        SELECT n.library, n.path, n.size_bytes, n.mtime_ns, n.inode, 'seen', $6, $6
        FROM (SELECT unnest($1::VARCHAR[]) AS library, unnest($2::VARCHAR[]) AS path,
                     unnest($3::BIGINT[]) AS size_bytes, unnest($4::BIGINT[]) AS mtime_ns,
                     unnest($5::UBIGINT[]) AS inode) AS n
        WHERE NOT EXISTS (SELECT 1 FROM file f
                          WHERE f.path = n.path AND f.missing_since_s IS NULL)
        RETURNING id
        """,
        [
            [file.library for file in files],
            [path_to_text(file.path) for file in files],
            [file.stamp.size_bytes for file in files],
            [file.stamp.mtime_ns for file in files],
            [file.stamp.inode for file in files],
            at_s,
        ],
    )
    events.add_many(connection, [number(row[0]) for row in rows], "seen", at_s=at_s)


def get(connection: Connection, file_id: int) -> FileRecord | None:
    """Return the file with this number, or None."""
    row = one(connection, f"{_SELECT} WHERE id = $1", [file_id])
    return _record(row) if row else None


def at_path(connection: Connection, path: PurePath) -> FileRecord | None:
    """Return the file that is at `path` now; a missing one only if no other took the place."""
    row = one(
        connection,
        f"{_SELECT} WHERE path = $1 ORDER BY missing_since_s IS NOT NULL, id DESC LIMIT 1",
        [path_to_text(path)],
    )
    return _record(row) if row else None


def of_library(connection: Connection, library: str) -> list[FileRecord]:
    """Return all files of a library, missing ones too, by number."""
    return _records(many(connection, f"{_SELECT} WHERE library = $1 ORDER BY id", [library]))


def of_stamp(connection: Connection, stamp: FileStamp) -> list[FileRecord]:
    """Return files that had exactly this stamp when last looked at."""
    return _records(
        many(
            connection,
            f"{_SELECT} WHERE inode = $1 AND size_bytes = $2 AND mtime_ns = $3 ORDER BY id",
            [stamp.inode, stamp.size_bytes, stamp.mtime_ns],
        )
    )


def of_content(connection: Connection, content_id: int) -> list[FileRecord]:
    """Return all copies of a content."""
    return _records(many(connection, f"{_SELECT} WHERE content_id = $1 ORDER BY id", [content_id]))


def in_state(
    connection: Connection, states: Collection[FileState], *, limit: int = 1_000_000
) -> list[FileRecord]:
    """Return present files in any of `states`, whoever changed first first."""
    return _records(
        many(
            connection,
            f"{_SELECT} WHERE list_contains($1::VARCHAR[], state) AND missing_since_s IS NULL "
            "ORDER BY changed_at_s, id LIMIT $2",
            [_texts(states), limit],
        )
    )


def ready_for(
    connection: Connection,
    states: Collection[FileState],
    *,
    now_s: float,
    limit: int,
    without: Collection[int] = (),
) -> list[FileRecord]:
    """Return present files in `states` whose time has come, oldest first.

    Args:
        connection: Of the store.
        states: Where they are on their journey.
        now_s: Files that are due later are left out; no due time is now.
        limit: At the most so many.
        without: Numbers of files that are being worked on already.

    """
    return _records(
        many(
            connection,
            f"{_SELECT} WHERE list_contains($1::VARCHAR[], state) AND missing_since_s IS NULL "
            "AND coalesce(due_at_s, 0) <= $2 AND NOT list_contains($3::BIGINT[], id) "
            "ORDER BY changed_at_s, id LIMIT $4",
            [_texts(states), now_s, list(without), limit],
        )
    )


def next_due_s(connection: Connection, states: Collection[FileState]) -> float | None:
    """Return the earliest time at which a present file in `states` is due, or None."""
    row = one(
        connection,
        "SELECT min(coalesce(due_at_s, 0)) FROM file "
        "WHERE list_contains($1::VARCHAR[], state) AND missing_since_s IS NULL",
        [_texts(states)],
    )
    return seconds_or_none(row[0]) if row else None


def counts(connection: Connection) -> dict[FileState, int]:
    """Return how many present files are in each state; absent states are 0."""
    rows = many(
        connection,
        "SELECT state, count(*) FROM file WHERE missing_since_s IS NULL GROUP BY state",
    )
    found = {str(state): number(count) for state, count in rows}
    return {state: found.get(state, 0) for state in FileState}


def missing_count(connection: Connection) -> int:
    """Return how many known files are not where they were."""
    row = one(connection, "SELECT count(*) FROM file WHERE missing_since_s IS NOT NULL")
    return number(row[0]) if row else 0


def set_state(
    connection: Connection,
    file: FileRecord,
    state: FileState,
    *,
    at_s: float,
    reason: str | None = None,
    due_at_s: float | None = None,
) -> None:
    """Move a file to `state` and write that into its history."""
    connection.execute(
        "UPDATE file SET state = $2, reason = $3, due_at_s = $4, changed_at_s = $5, "
        "resume_state = CASE WHEN $6 THEN resume_state ELSE NULL END, "
        "revision = revision + 1 WHERE id = $1",
        [file.id, state, reason, due_at_s, at_s, state in (FileState.SEEN, FileState.SETTLED)],
    )
    events.add(connection, file.id, state.value, detail=reason, at_s=at_s)


def set_tries(connection: Connection, file_id: int, *, attempts: int, failures: int) -> None:
    """Remember how often it was tried, and how often in a row a source failed meanwhile."""
    connection.execute(
        "UPDATE file SET attempts = $2, failures = $3 WHERE id = $1", [file_id, attempts, failures]
    )


def set_work(connection: Connection, file_id: int, work_id: int | None) -> None:
    """Say what the file is a copy of."""
    connection.execute("UPDATE file SET work_id = $2 WHERE id = $1", [file_id, work_id])


def set_content(connection: Connection, file_id: int, content_id: int) -> None:
    """Say which content the file holds."""
    connection.execute("UPDATE file SET content_id = $2 WHERE id = $1", [file_id, content_id])


def set_stamp(connection: Connection, file_id: int, stamp: FileStamp) -> None:
    """Remember the stamp of the latest look."""
    connection.execute(
        "UPDATE file SET size_bytes = $2, mtime_ns = $3, inode = $4 WHERE id = $1",
        [file_id, stamp.size_bytes, stamp.mtime_ns, stamp.inode],
    )


def note_changed(
    connection: Connection, file: FileRecord, stamp: FileStamp, *, at_s: float
) -> None:
    """Send a file whose stamp changed back to the door; its decisions wait for its content."""
    resume = file.state if file.state in DECIDED else file.resume_state
    set_stamp(connection, file.id, stamp)
    connection.execute(
        "UPDATE file SET resume_state = $2, missing_since_s = NULL WHERE id = $1", [file.id, resume]
    )
    if file.state is not FileState.SEEN:
        set_state(connection, file, FileState.SEEN, at_s=at_s, reason="the file changed")


def note_gone(connection: Connection, file_ids: Sequence[int], *, at_s: float) -> None:
    """Mark files as missing; all that is known about them stays."""
    if not file_ids:
        return

    connection.execute(
        "UPDATE file SET missing_since_s = $2, revision = revision + 1 "
        "WHERE list_contains($1::BIGINT[], id) AND missing_since_s IS NULL",
        [list(file_ids), at_s],
    )
    events.add_many(connection, file_ids, "missing", at_s=at_s)


def note_back(connection: Connection, file: FileRecord, *, at_s: float) -> None:
    """Note that a missing file is at its place again with the stamp it had."""
    connection.execute(
        "UPDATE file SET missing_since_s = NULL, revision = revision + 1 WHERE id = $1", [file.id]
    )
    events.add(connection, file.id, "back", at_s=at_s)


def note_moved(
    connection: Connection, file: FileRecord, library: str, path: PurePath, *, at_s: float
) -> None:
    """Give a file its new place; everything known about it goes along."""
    connection.execute(
        "UPDATE file SET library = $2, path = $3, missing_since_s = NULL, "
        "revision = revision + 1 WHERE id = $1",
        [file.id, library, path_to_text(path)],
    )
    events.add(connection, file.id, "moved", detail=f"from {path_to_text(file.path)}", at_s=at_s)


def forget(connection: Connection, file_id: int) -> None:
    """Drop a newcomer that turned out to be a known file at a new place."""
    connection.execute("DELETE FROM event WHERE file_id = $1", [file_id])
    connection.execute("DELETE FROM file WHERE id = $1", [file_id])


def search(connection: Connection, words: str, *, limit: int = 20) -> list[FileRecord]:
    """Return files whose path contains `words`, whatever the case; present ones first."""
    return _records(
        many(
            connection,
            f"{_SELECT} WHERE contains(lower(path), lower($1)) "
            "ORDER BY missing_since_s IS NOT NULL, id LIMIT $2",
            [path_to_text(PurePath(words)), limit],
        )
    )


def _records(rows: Iterable[Row]) -> list[FileRecord]:
    return [_record(row) for row in rows]


def _record(row: Row) -> FileRecord:
    return FileRecord(
        id=number(row[0]),
        library=str(row[1]),
        path=path_from_text(str(row[2])),
        stamp=FileStamp(size_bytes=number(row[3]), mtime_ns=number(row[4]), inode=number(row[5])),
        state=FileState(str(row[6])),
        resume_state=FileState(str(row[7])) if row[7] is not None else None,
        reason=text_or_none(row[8]),
        content_id=number_or_none(row[9]),
        work_id=number_or_none(row[10]),
        attempts=number(row[11]),
        failures=number(row[12]),
        due_at_s=seconds_or_none(row[13]),
        revision=number(row[14]),
        first_seen_at_s=seconds(row[15]),
        changed_at_s=seconds(row[16]),
        missing_since_s=seconds_or_none(row[17]),
    )


def _texts(states: Iterable[FileState]) -> list[str]:
    return [state.value for state in states]
