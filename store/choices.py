"""What a person may choose among belongs to a content, so its copies share it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from store.database import Connection
from store.rows import Row, many, run


@contextmanager
def watched(connection: Connection, content_id: int) -> Iterator[None]:
    """Count every file of a content as changed if the block changes what may be chosen for it.

    A number that a person gives means what was shown to them. Without this, an answer about one
    copy would change what the numbers of the other mean, and nobody would notice.
    """
    before = _choices(connection, content_id)
    yield
    if _choices(connection, content_id) != before:
        run(
            connection,
            "UPDATE file SET revision = revision + 1 WHERE content_id = $1",
            [content_id],
        )


def _choices(connection: Connection, content_id: int) -> list[Row]:
    """Return the names of what may be chosen, in the order of their numbers."""
    return many(
        connection,
        """
        SELECT c.source, c.remote_id
        FROM candidate c LEFT JOIN rejection r ON r.content_id = c.content_id
            AND r.source = c.source AND r.remote_id = c.remote_id
        WHERE c.content_id = $1 AND c.withdrawn_at_s IS NULL AND r.remote_id IS NULL
        ORDER BY c.position, c.id
        """,
        [content_id],
    )
