"""What of the sidecars that doorman wrote was doorman's, topic by topic."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import TypeAdapter

from store.database import Connection
from store.rows import from_json, one, run, to_json

_MARKS = TypeAdapter(Mapping[str, str])


def note(connection: Connection, change_id: int, marks: Mapping[str, str]) -> None:
    """Remember what of the bytes that a change writes is doorman's."""
    run(
        connection,
        "UPDATE change SET after = $2 WHERE id = $1",
        [change_id, to_json(_MARKS, marks)],
    )


def of_digest(connection: Connection, sha256: str) -> Mapping[str, str] | None:
    """Return what was doorman's of the bytes that have this SHA-256, wherever they were written.

    None where that was not noted: all of it was.
    """
    row = one(
        connection,
        "SELECT after FROM change WHERE after_sha256 = $1 AND kind = 'write sidecar' "
        "AND after IS NOT NULL ORDER BY id DESC LIMIT 1",
        [sha256],
    )
    return None if row is None else from_json(_MARKS, row[0])
