"""What looking at the disk changes in the memory of files: seen, settled, changed, moved, gone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import PurePath

from rules.journey import DECIDED, FileState
from rules.listing import Sighting
from rules.media import path_to_text
from store import events
from store.database import Connection
from store.files import FileRecord, set_state
from store.rows import Row, many, number, run


def add_seen(
    connection: Connection, library: str, sightings: Sequence[Sighting], *, at_s: float
) -> None:
    """Remember newcomers; a path that is known already (and not missing) is left as it is.

    Of several sightings of one path the last counts.
    """
    if not sightings:
        return

    rows = many(
        connection,
        """
        INSERT INTO file
            (library, path, size_bytes, mtime_ns, inode, device, state, first_seen_at_s,
             changed_at_s)
        SELECT $1, n.path, n.size_bytes, n.mtime_ns, n.inode, n.device, 'seen', $7, $7
        FROM (SELECT unnest($2::VARCHAR[]) AS path, unnest($3::BIGINT[]) AS size_bytes,
                     unnest($4::BIGINT[]) AS mtime_ns, unnest($5::UBIGINT[]) AS inode,
                     unnest($6::UBIGINT[]) AS device) AS n
        WHERE NOT EXISTS (SELECT 1 FROM file f
                          WHERE f.path = n.path AND f.missing_since_s IS NULL)
        RETURNING id
        """,
        [library, *_columns(sightings), at_s],
    )
    events.add_many(connection, _numbers(rows), "seen", at_s=at_s)


def note_settled(connection: Connection, sightings: Sequence[Sighting], *, at_s: float) -> None:
    """Let files that came to rest go on, with the stamp they rest at.

    Only a file that is seen and waits for that; of several sightings of one path the last counts.
    """
    if not sightings:
        return

    columns = _columns(sightings)
    rows = many(
        connection,
        "SELECT id FROM file WHERE path IN (SELECT unnest($1::VARCHAR[])) "
        "AND missing_since_s IS NULL AND state = 'seen'",
        [columns[0]],
    )
    run(
        connection,
        """
        UPDATE file SET state = 'settled', size_bytes = n.size_bytes, mtime_ns = n.mtime_ns,
            inode = n.inode, device = n.device, reason = NULL, due_at_s = NULL,
            changed_at_s = $6, revision = revision + 1
        FROM (SELECT unnest($1::VARCHAR[]) AS path, unnest($2::BIGINT[]) AS size_bytes,
                     unnest($3::BIGINT[]) AS mtime_ns, unnest($4::UBIGINT[]) AS inode,
                     unnest($5::UBIGINT[]) AS device) AS n
        WHERE file.path = n.path AND file.missing_since_s IS NULL AND file.state = 'seen'
        """,
        [*columns, at_s],
    )
    events.add_many(connection, _numbers(rows), "settled", at_s=at_s)


def set_sighting(connection: Connection, file_id: int, sighting: Sighting) -> None:
    """Remember the stamp and the file system of the latest look."""
    stamp = sighting.stamp
    run(
        connection,
        "UPDATE file SET size_bytes = $2, mtime_ns = $3, inode = $4, device = $5 WHERE id = $1",
        [file_id, stamp.size_bytes, stamp.mtime_ns, stamp.inode, sighting.device],
    )


def note_changed(
    connection: Connection, file: FileRecord, sighting: Sighting, *, at_s: float
) -> None:
    """Send a file whose stamp changed back to the door; its decisions wait for its content.

    Tries are counted anew: what could not be examined was another content.
    """
    resume = file.state if file.state in DECIDED else file.resume_state
    set_sighting(connection, file.id, sighting)
    run(
        connection,
        "UPDATE file SET resume_state = $2, missing_since_s = NULL, attempts = 0, failures = 0, "
        "revision = revision + 1 WHERE id = $1",
        [file.id, resume],
    )
    if file.state is not FileState.SEEN:
        set_state(connection, file, FileState.SEEN, at_s=at_s, reason="the file changed")


def forget_resume(connection: Connection, file_id: int) -> None:
    """Let an unexamined file go on as a new one, though it may be what it was."""
    run(
        connection,
        "UPDATE file SET resume_state = NULL, revision = revision + 1 WHERE id = $1",
        [file_id],
    )


def note_gone(connection: Connection, file_ids: Sequence[int], *, at_s: float) -> None:
    """Mark files as missing; all that is known about them stays."""
    if not file_ids:
        return

    rows = many(
        connection,
        "SELECT id FROM file WHERE id IN (SELECT unnest($1::BIGINT[])) AND missing_since_s IS NULL",
        [list(file_ids)],
    )
    run(
        connection,
        "UPDATE file SET missing_since_s = $2, revision = revision + 1 "
        "WHERE id IN (SELECT unnest($1::BIGINT[]))",
        [_numbers(rows), at_s],
    )
    events.add_many(connection, _numbers(rows), "missing", at_s=at_s)


def note_back(connection: Connection, file: FileRecord, *, at_s: float) -> None:
    """Note that a missing file is at its place again with the stamp it had."""
    run(
        connection,
        "UPDATE file SET missing_since_s = NULL, revision = revision + 1 WHERE id = $1",
        [file.id],
    )
    events.add(connection, file.id, "back", at_s=at_s)


def note_moved(
    connection: Connection,
    file: FileRecord,
    library: str,
    sighting: Sighting,
    *,
    event: str = "moved",
    at_s: float,
) -> None:
    """Give a file its new place; everything known about it goes along.

    `event` is what its history calls that.
    """
    set_sighting(connection, file.id, sighting)
    run(
        connection,
        "UPDATE file SET library = $2, path = $3, missing_since_s = NULL, "
        "revision = revision + 1 WHERE id = $1",
        [file.id, library, path_to_text(sighting.path)],
    )
    events.add(connection, file.id, event, detail=f"from {path_to_text(file.path)}", at_s=at_s)


def adopt(
    connection: Connection,
    library: str,
    root: PurePath,
    *,
    configured: Collection[str],
    at_s: float,
) -> None:
    """Let a library have the files below its root that belong to none of the `configured` ones.

    So a library that was given another name keeps all that is known about its files.
    """
    below = f"{path_to_text(root).rstrip('/')}/"
    rows = many(
        connection,
        "SELECT id FROM file WHERE starts_with(path, $1) "
        "AND NOT list_contains($2::VARCHAR[], library)",
        [below, [library, *configured]],
    )
    if not rows:
        return

    run(
        connection,
        "UPDATE file SET library = $2, revision = revision + 1 "
        "WHERE id IN (SELECT unnest($1::BIGINT[]))",
        [_numbers(rows), library],
    )
    events.add_many(connection, _numbers(rows), f"now of library {library}", at_s=at_s)


def forget(connection: Connection, file_id: int) -> None:
    """Drop a newcomer that turned out to be a known file at a new place, and what it is owed."""
    run(connection, "DELETE FROM outbox WHERE file_id = $1 AND state = 'due'", [file_id])
    run(connection, "DELETE FROM event WHERE file_id = $1", [file_id])
    run(connection, "DELETE FROM file WHERE id = $1", [file_id])


def _numbers(rows: Sequence[Row]) -> list[int]:
    """Return the numbers that rows hold; asked for first, as UPDATE … RETURNING is slow."""
    return [number(row[0]) for row in rows]


def _columns(sightings: Sequence[Sighting]) -> tuple[list[str] | list[int], ...]:
    """Return path, size, time, inode and device as columns for `unnest`, each path once."""
    latest = {path_to_text(sighting.path): sighting for sighting in sightings}
    return (
        list(latest),
        [sighting.stamp.size_bytes for sighting in latest.values()],
        [sighting.stamp.mtime_ns for sighting in latest.values()],
        [sighting.stamp.inode for sighting in latest.values()],
        [sighting.device for sighting in latest.values()],
    )
