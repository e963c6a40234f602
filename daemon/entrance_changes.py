"""Changes to the store that both hints and rounds make."""

from __future__ import annotations

from rules.journey import FileState
from rules.listing import Sighting
from store import outbox, sightings
from store.database import Connection
from store.files import FileRecord
from store.outbox import Errand


def move(
    connection: Connection, *, file: FileRecord, library: str, seen: Sighting, at_s: float
) -> None:
    """Let a known file be where it was seen, and its sidecars follow."""
    sightings.note_moved(connection, file, library, seen, at_s=at_s)
    if file.state in {FileState.ACCEPTED, FileState.DONE}:
        outbox.add(connection, Errand.SIDECAR, file_id=file.id, payload="{}", at_s=at_s)
