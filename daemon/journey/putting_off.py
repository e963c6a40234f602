"""A file whose own rows stand in its way: it waits, and costs no other file anything."""

from __future__ import annotations

from typing import Final

from rules.errors import DoormanError
from rules.journey import FileState
from store import files
from store.database import Connection
from store.files import FileRecord

OF_ONE_FILE: Final = (DoormanError, LookupError, TypeError, ValueError)
"""What a row raises that says what it cannot; any other error ends the daemon."""
PUT_OFF_S: Final = 3600.0
"""As long as the longest wait for a source that fails (`daemon.journey.resolving`)."""


def put_off(connection: Connection, *, file: FileRecord, reason: str, at_s: float) -> None:
    """Let a file wait, and say why; it uses up no attempt."""
    files.set_tries(connection, file.id, attempts=file.attempts, failures=file.failures + 1)
    files.set_state(
        connection,
        file,
        FileState.DEFERRED,
        at_s=at_s,
        reason=reason,
        due_at_s=at_s + PUT_OFF_S,
    )
