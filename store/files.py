"""Files known, and where they are on their journey."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import PurePath

from rules.journey import UNEXAMINED, WAITING, FileState
from rules.media import FileStamp, path_from_text, path_to_text
from store import events
from store.database import Connection
from store.rows import (
    Row,
    many,
    number,
    number_or_none,
    one,
    run,
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
    device: int | None
    """The number of its file system when last looked at."""
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
    "id, library, path, size_bytes, mtime_ns, inode, device, state, resume_state, reason, "
    "content_id, work_id, attempts, failures, due_at_s, revision, first_seen_at_s, changed_at_s, "
    "missing_since_s"
)
_SELECT = f"SELECT {_COLUMNS} FROM file"  # noqa: S608  # columns are a constant
_NEVER_ALONE = ", ".join(f"'{state}'" for state in sorted(WAITING))
_DUE = f"coalesce(due_at_s, CASE WHEN state IN ({_NEVER_ALONE}) THEN NULL ELSE 0 END)"


def get(connection: Connection, file_id: int) -> FileRecord | None:
    """Return the file with this number, or None."""
    row = one(connection, f"{_SELECT} WHERE id = $1", [file_id])
    return _record(row) if row else None


def numbered(connection: Connection, file_ids: Collection[int]) -> dict[int, FileRecord]:
    """Return the files with these numbers, by number; without those there are not."""
    asked = f"{_SELECT} WHERE id IN (SELECT unnest($1::BIGINT[]))"
    return {file.id: file for file in _records(many(connection, asked, [list(file_ids)]))}


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


def copied(connection: Connection, content_ids: Collection[int]) -> frozenset[int]:
    """Return those of these contents that more than one file holds, or held."""
    rows = many(
        connection,
        "SELECT content_id FROM file WHERE content_id IN (SELECT unnest($1::BIGINT[])) "
        "GROUP BY content_id HAVING count(*) > 1",
        [list(content_ids)],
    )
    return frozenset(number(content_id) for (content_id,) in rows)


def of_work(connection: Connection, work_id: int) -> list[FileRecord]:
    """Return all copies of a work."""
    return _records(many(connection, f"{_SELECT} WHERE work_id = $1 ORDER BY id", [work_id]))


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
    off_devices: Collection[int] = (),
) -> list[FileRecord]:
    """Return present files in `states` whose time has come, oldest first.

    Without a due time a file that doorman leads on is due now, and one that waits is due never:
    a person has to say so.

    Args:
        connection: Of the store.
        states: Where they are on their journey.
        now_s: Files that are due later are left out.
        limit: At the most so many.
        without: Numbers of files that are being worked on already.
        off_devices: Numbers of file systems whose files are left out.

    """
    return _records(
        many(
            connection,
            f"{_SELECT} WHERE list_contains($1::VARCHAR[], state) AND missing_since_s IS NULL "
            f"AND {_DUE} <= $2 AND NOT list_contains($3::BIGINT[], id) "
            "AND (device IS NULL OR NOT list_contains($4::UBIGINT[], device)) "
            "ORDER BY changed_at_s, id LIMIT $5",
            [_texts(states), now_s, list(without), list(off_devices), limit],
        )
    )


def next_due_s(connection: Connection, states: Collection[FileState]) -> float | None:
    """Return the earliest time at which a present file in `states` is due, or None."""
    row = one(
        connection,
        f"SELECT min({_DUE}) FROM file "  # noqa: S608  # a constant
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


def counts_by_library(connection: Connection) -> dict[str, tuple[int, int]]:
    """Return how many files of each library are present and how many are missing."""
    rows = many(
        connection,
        "SELECT library, count(*) FILTER (missing_since_s IS NULL), "
        "count(*) FILTER (missing_since_s IS NOT NULL) FROM file GROUP BY library",
    )
    return {str(library): (number(present), number(gone)) for library, present, gone in rows}


def volume(connection: Connection, states: Collection[FileState]) -> tuple[int, int]:
    """Return how many present files are in `states`, and how many bytes they have."""
    row = one(
        connection,
        "SELECT count(*), coalesce(sum(size_bytes), 0) FROM file "
        "WHERE list_contains($1::VARCHAR[], state) AND missing_since_s IS NULL",
        [_texts(states)],
    )
    return (number(row[0]), number(row[1])) if row else (0, 0)


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
    """Move a file to `state` and write that into its history.

    The state to return to is forgotten once the content is known to be another; as long as the
    file could not be examined, it may still be the same, also when it was dismissed meanwhile.
    """
    is_open = state in UNEXAMINED or (state is FileState.DISMISSED and file.state in UNEXAMINED)
    run(
        connection,
        "UPDATE file SET state = $2, reason = $3, due_at_s = $4, changed_at_s = $5, "
        "resume_state = CASE WHEN $6 THEN resume_state ELSE NULL END, "
        "revision = revision + 1 WHERE id = $1",
        [file.id, state, reason, due_at_s, at_s, is_open],
    )
    events.add(connection, file.id, state.value, detail=reason, at_s=at_s)


def set_tries(connection: Connection, file_id: int, *, attempts: int, failures: int) -> None:
    """Remember how often it was tried, and how often in a row a source failed meanwhile."""
    run(
        connection,
        "UPDATE file SET attempts = $2, failures = $3 WHERE id = $1",
        [file_id, attempts, failures],
    )


def set_work(connection: Connection, file_id: int, work_id: int | None) -> None:
    """Say what the file is a copy of."""
    run(connection, "UPDATE file SET work_id = $2 WHERE id = $1", [file_id, work_id])


def set_content(connection: Connection, file_id: int, content_id: int) -> None:
    """Say which content the file holds."""
    run(connection, "UPDATE file SET content_id = $2 WHERE id = $1", [file_id, content_id])


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
        device=number_or_none(row[6]),
        state=FileState(str(row[7])),
        resume_state=FileState(str(row[8])) if row[8] is not None else None,
        reason=text_or_none(row[9]),
        content_id=number_or_none(row[10]),
        work_id=number_or_none(row[11]),
        attempts=number(row[12]),
        failures=number(row[13]),
        due_at_s=seconds_or_none(row[14]),
        revision=number(row[15]),
        first_seen_at_s=seconds(row[16]),
        changed_at_s=seconds(row[17]),
        missing_since_s=seconds_or_none(row[18]),
    )


def _texts(states: Iterable[FileState]) -> list[str]:
    return [state.value for state in states]
