"""Changes to the store that hints, rounds and fingerprinting make alike."""

from __future__ import annotations

from rules.filename import clues_of
from rules.journey import FileState
from rules.listing import Sighting
from store import asking, files, outbox, renames, sightings
from store.database import Connection
from store.files import FileRecord
from store.outbox import Errand

_ACCEPTED = (FileState.ACCEPTED, FileState.DONE)


def move(
    connection: Connection, *, file: FileRecord, library: str, seen: Sighting, at_s: float
) -> None:
    """Let a known file be where it was seen, and its sidecars follow.

    A file that was accepted and whose stamp changed since is still taken for what it was. One
    that nobody knew, and whose name says something else now, is asked about again. What doorman
    itself is moving is none of their business: whoever moves it says so.
    """
    if renames.is_under_way(connection, seen.path):
        return

    sightings.note_moved(connection, file, library, seen, at_s=at_s)
    if file.state is FileState.NO_MATCH and clues_of(file.path) != clues_of(seen.path):
        asking.ask_soon(connection, file.id, at_s=at_s)
    if (file.resume_state or file.state) in _ACCEPTED:
        owe_sidecar(connection, file.id, at_s=at_s)


def owe_sidecar(connection: Connection, file_id: int, *, at_s: float) -> None:
    """Owe the file its sidecars, unless that is owed already."""
    if not outbox.owed_for(connection, file_id, Errand.SIDECAR):
        outbox.add(connection, Errand.SIDECAR, file_id=file_id, payload="{}", at_s=at_s)


def note_seen(
    connection: Connection,
    *,
    library: str,
    seen: Sighting,
    origin: FileRecord | None,
    at_s: float,
) -> None:
    """Write down what a look at one path found.

    `origin` is the lost file that this is; it counts only if it still is as it was.
    """
    if renames.is_under_way(connection, seen.path):
        return

    record = files.at_path(connection, seen.path)
    is_here = record is not None and record.missing_since_s is None
    has_moved = origin is not None and origin.path != seen.path
    if origin is not None and has_moved and not is_here and is_as_it_was(connection, origin):
        move(connection, file=origin, library=library, seen=seen, at_s=at_s)
    elif record is None:
        sightings.add_seen(connection, library, [seen], at_s=at_s)
    elif record.stamp != seen.stamp:
        sightings.note_changed(connection, record, seen, at_s=at_s)
    elif not is_here:
        sightings.note_back(connection, record, at_s=at_s)


def note_gone(connection: Connection, *, file: FileRecord, at_s: float) -> bool:
    """Mark a file as missing, unless doorman itself is moving it; return whether it is."""
    if renames.is_under_way(connection, file.path):
        return False

    sightings.note_gone(connection, [file.id], at_s=at_s)
    return True


def is_as_it_was(connection: Connection, file: FileRecord) -> bool:
    """Tell whether nothing happened to a file since it was read."""
    present = files.get(connection, file.id)
    return present is not None and present.revision == file.revision
