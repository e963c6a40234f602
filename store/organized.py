"""Which contents are organized: finished, so that no rule changes them or their work any more."""

from __future__ import annotations

from collections.abc import Sequence

from rules.work import ExternalId
from store import entities
from store.database import Connection
from store.entities import Kind
from store.rows import many, number, number_or_none, one, run


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


def ids_of(connection: Connection, content_ids: Sequence[int]) -> dict[int, frozenset[ExternalId]]:
    """Return those of these contents that are organized, with the ids of their works."""
    rows = many(
        connection,
        "SELECT c.id, f.work_id FROM content c LEFT JOIN file f "
        "ON f.content_id = c.id AND f.work_id IS NOT NULL "
        "WHERE c.organized_at_s IS NOT NULL AND list_contains($1::BIGINT[], c.id)",
        [list(content_ids)],
    )
    found: dict[int, frozenset[ExternalId]] = {}
    for row in rows:
        content_id, work_id = number(row[0]), number_or_none(row[1])
        ids = () if work_id is None else entities.ids_of(connection, Kind.WORK, work_id)
        found[content_id] = found.get(content_id, frozenset()).union(ids)
    return found
