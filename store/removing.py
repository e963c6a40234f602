"""Take a work, performer, studio or tag out of the store again, and make one forget something.

Whoever removes one has seen to it that nobody needs it (`store.usage`).
"""

from __future__ import annotations

from collections.abc import Sequence

from rules.matching import Thing
from store.database import Connection
from store.external_ids import Kind, ids_of, remove_ids
from store.growth import Growth
from store.known import drop_names
from store.performers import performers, shrink_performer
from store.rows import many, number, one, run
from store.studios import shrink_studio, studio
from store.tags import shrink_tag, tags

_REMOVALS = {
    Kind.WORK: ("DELETE FROM work_field WHERE work_id = $1", "DELETE FROM work WHERE id = $1"),
    Kind.PERFORMER: ("DELETE FROM performer WHERE id = $1",),
    Kind.STUDIO: ("DELETE FROM studio WHERE id = $1",),
    Kind.TAG: ("DELETE FROM file_tag WHERE tag_id = $1", "DELETE FROM tag WHERE id = $1"),
}
_PRESENCE = {
    Kind.WORK: "SELECT 1 FROM work WHERE id = $1",
    Kind.PERFORMER: "SELECT 1 FROM performer WHERE id = $1",
    Kind.STUDIO: "SELECT 1 FROM studio WHERE id = $1",
    Kind.TAG: "SELECT 1 FROM tag WHERE id = $1",
}
_ABOVE = """
WITH RECURSIVE above(id) AS (
    SELECT parent_id FROM studio WHERE list_contains($1::BIGINT[], id) AND parent_id IS NOT NULL
    UNION SELECT s.parent_id FROM studio s JOIN above a ON s.id = a.id
    WHERE s.parent_id IS NOT NULL
) SELECT id FROM above
"""


def exists(connection: Connection, kind: Kind, thing: int) -> bool:
    """Tell whether there is such a thing."""
    return one(connection, _PRESENCE[kind], [thing]) is not None


def parents_of(connection: Connection, studios: Sequence[int]) -> frozenset[int]:
    """Return the studios above these."""
    if not studios:
        return frozenset()

    return frozenset(number(row[0]) for row in many(connection, _ABOVE, [list(studios)]))


def remove(connection: Connection, kind: Kind, thing: int) -> None:
    """Remove it with its ids, its names and all that is kept of it."""
    if not exists(connection, kind, thing):
        return

    if kind is not Kind.WORK:
        drop_names(connection, kind, thing, _held(connection, kind, thing))
    remove_ids(connection, kind, thing, ids_of(connection, kind, thing))
    for statement in _REMOVALS[kind]:
        run(connection, statement, [thing])


def unlearn(connection: Connection, growth: Growth) -> None:
    """Make a performer, studio or tag forget what it learnt."""
    remove_ids(connection, growth.kind, growth.number, growth.ids)
    match growth.kind:
        case Kind.PERFORMER:
            shrink_performer(connection, growth)
        case Kind.STUDIO:
            shrink_studio(connection, growth)
        case Kind.TAG:
            shrink_tag(connection, growth)
        case _:
            raise ValueError(f"a {growth.kind} learns nothing")


def _held(connection: Connection, kind: Kind, thing: int) -> Thing:
    match kind:
        case Kind.PERFORMER:
            return performers(connection, [thing])[0]
        case Kind.STUDIO:
            return studio(connection, thing)
        case Kind.TAG:
            return tags(connection, [thing])[0]
        case _:
            raise ValueError(f"a {kind} has no name of its own")
