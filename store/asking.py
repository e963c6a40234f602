"""When files that wait are asked about before their time."""

from __future__ import annotations

from collections.abc import Collection

from rules.journey import FileState
from store.database import Connection
from store.rows import many, run


def ask_soon(connection: Connection, file_id: int, *, at_s: float) -> None:
    """Let a file that waits be due now, as if it were asked about for the first time."""
    run(
        connection,
        "UPDATE file SET attempts = 0, due_at_s = least(coalesce(due_at_s, $2), $2) WHERE id = $1",
        [file_id, at_s],
    )


def set_due_where_unasked(connection: Connection, sources: Collection[str], *, at_s: float) -> int:
    """Let files without a match be due now that one of `sources` was never asked about.

    Returns how many. How fast they are asked about is the limiter's affair.
    """
    wanted = sorted(set(sources))
    rows = many(
        connection,
        "UPDATE file SET due_at_s = $2 WHERE state = $3 AND due_at_s > $2 AND content_id NOT IN ("
        "SELECT content_id FROM answer WHERE list_contains($1::VARCHAR[], source) "
        "GROUP BY content_id HAVING count(DISTINCT source) >= $4) RETURNING id",
        [wanted, at_s, FileState.NO_MATCH, len(wanted)],
    )
    return len(rows)
