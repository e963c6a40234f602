"""Which contents are organized: finished, so that no rule changes them or their work any more."""

from __future__ import annotations

from store.database import Connection
from store.rows import many, number, one, run


def organize(connection: Connection, content_id: int, *, at_s: float) -> bool:
    """Count a content as organized; tell whether it was not so before."""
    if is_organized(connection, content_id):
        return False

    run(connection, "UPDATE content SET organized_at_s = $2 WHERE id = $1", [content_id, at_s])
    return True


def disorganize(connection: Connection, content_id: int) -> None:
    """Count a content as organized no longer."""
    run(connection, "UPDATE content SET organized_at_s = NULL WHERE id = $1", [content_id])


def is_organized(connection: Connection, content_id: int) -> bool:
    """Tell whether a content is organized."""
    statement = "SELECT 1 FROM content WHERE id = $1 AND organized_at_s IS NOT NULL"
    return one(connection, statement, [content_id]) is not None


def is_work_organized(connection: Connection, work_id: int) -> bool:
    """Tell whether any file that is a copy of this work is organized."""
    return (
        one(
            connection,
            "SELECT 1 FROM file f JOIN content c ON c.id = f.content_id "
            "WHERE f.work_id = $1 AND c.organized_at_s IS NOT NULL LIMIT 1",
            [work_id],
        )
        is not None
    )


def works_of(connection: Connection, content_id: int) -> tuple[int, ...]:
    """Return the works that files with this content are copies of."""
    rows = many(
        connection,
        "SELECT DISTINCT work_id FROM file WHERE content_id = $1 AND work_id IS NOT NULL "
        "ORDER BY work_id",
        [content_id],
    )
    return tuple(number(work_id) for (work_id,) in rows)
