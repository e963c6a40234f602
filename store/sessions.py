"""Sessions of people at the page: what outlives a restart of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from store.database import Connection
from store.rows import many, run, seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """One session; nothing in it lets anybody in."""

    sha256: str
    """Of what the browser holds."""
    epoch: str
    """Digest of what changes with the password."""
    begun_at_s: float
    at_s: float
    """When somebody was last there."""


def all_sessions(connection: Connection) -> tuple[SessionRecord, ...]:
    """Return all that were not ended."""
    rows = many(connection, "SELECT sha256, epoch, begun_at_s, at_s FROM session", [])
    return tuple(
        SessionRecord(
            sha256=str(row[0]), epoch=str(row[1]), begun_at_s=seconds(row[2]), at_s=seconds(row[3])
        )
        for row in rows
    )


def put(connection: Connection, record: SessionRecord) -> None:
    """Remember a session, or when somebody was last there."""
    run(
        connection,
        """
        INSERT INTO session (sha256, epoch, begun_at_s, at_s) VALUES ($1, $2, $3, $4)
        ON CONFLICT (sha256) DO UPDATE SET at_s = excluded.at_s
        """,
        [record.sha256, record.epoch, record.begun_at_s, record.at_s],
    )


def remove(connection: Connection, digests: Sequence[str]) -> None:
    """Forget sessions."""
    run(
        connection,
        "DELETE FROM session WHERE sha256 IN (SELECT unnest($1::VARCHAR[]))",
        [list(digests)],
    )
