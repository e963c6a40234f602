"""Studios and the networks above them; what is known of one only grows.

A parent is looked up like the studio itself, and one that is known is never replaced nor filled
from what is told of another (`stash.md` §7, 15).
"""

from __future__ import annotations

from collections.abc import Sequence

from rules.matching import Match, Matched, Unmatched
from rules.namefold import more_names
from rules.work import Studio
from store.database import Connection
from store.external_ids import Kind, add_ids, ids_of
from store.growth import Growth
from store.known import TEXTS, add_names, drop_names, learn_ids, match
from store.rows import from_json, inserted_id, number_or_none, one, run, to_json


def match_studio(connection: Connection, studio: Studio) -> Match:
    """Return which of the known studios this is; its parents are looked up on their own."""
    return match(connection, Kind.STUDIO, studio, studios)


def create_studio(connection: Connection, studio: Studio, *, at_s: float) -> int:
    """Return the number of a new studio below its parent, which is made too if it's new."""
    owner_id = inserted_id(
        connection,
        "INSERT INTO studio (name, aliases, made_at_s) VALUES ($1, $2, $3) RETURNING id",
        [studio.name, to_json(TEXTS, studio.aliases), at_s],
    )
    add_ids(connection, Kind.STUDIO, owner_id, studio.ids)
    add_names(connection, Kind.STUDIO, owner_id, studio)
    add_parents(connection, owner_id, studio, at_s=at_s)
    return owner_id


def adopt_studio(connection: Connection, owner_id: int, told: Studio) -> tuple[Growth, ...]:
    """Keep what is told of a known studio and was unknown; return what it and those above learnt.

    Another name becomes an alias. A studio without a parent gets the told one if that is known;
    see `add_parents` for one that is not.
    """
    ids = learn_ids(connection, Kind.STUDIO, owner_id, told.ids)
    name, held, _ = _row(connection, owner_id)
    aliases = more_names(name, held, (told.name, *told.aliases))
    if aliases != held:
        _put_aliases(connection, owner_id, aliases)
        add_names(connection, Kind.STUDIO, owner_id, Studio(name=name, aliases=aliases))
    added = aliases[len(held) :]
    own = Growth(kind=Kind.STUDIO, number=owner_id, name=name, ids=ids, aliases=added)
    above = _adopt_parent(connection, owner_id, told.parent) if told.parent is not None else ()
    return (own, *above) if own.is_any else above


def add_parents(
    connection: Connection, owner_id: int, told: Studio, *, at_s: float
) -> tuple[Growth, ...]:
    """Put a studio that has no parent below the told one, which is made if it's new.

    Where several known studios may be meant, it stays without. Returns what was learnt by that.
    """
    if told.parent is None or _parent_of(connection, owner_id) is not None:
        return ()

    grown = _adopt_parent(connection, owner_id, told.parent)
    if not isinstance(match_studio(connection, told.parent), Unmatched):
        return grown

    parent_id = create_studio(connection, told.parent, at_s=at_s)
    return (*grown, *_put_below(connection, owner_id, parent_id))


def shrink_studio(connection: Connection, growth: Growth) -> None:
    """Forget what a studio learnt, as far as it is not below another one since."""
    name, held, parent_id = _row(connection, growth.number)
    left = tuple(each for each in held if each not in growth.aliases)
    _put_aliases(connection, growth.number, left)
    former, present = Studio(name=name, aliases=held), Studio(name=name, aliases=left)
    drop_names(connection, Kind.STUDIO, growth.number, former, present)
    if growth.parent is not None and parent_id == growth.parent:
        run(connection, "UPDATE studio SET parent_id = NULL WHERE id = $1", [growth.number])


def studios(connection: Connection, numbers: Sequence[int]) -> tuple[Studio, ...]:
    """Return studios in this order, each with its parents."""
    return tuple(studio(connection, each) for each in numbers)


def studio(connection: Connection, studio_id: int) -> Studio:
    """Return a studio and its parents."""
    name, aliases, parent_id = _row(connection, studio_id)
    return Studio(
        name=name,
        ids=ids_of(connection, Kind.STUDIO, studio_id),
        parent=studio(connection, parent_id) if parent_id is not None else None,
        aliases=aliases,
    )


def _row(connection: Connection, studio_id: int) -> tuple[str, tuple[str, ...], int | None]:
    """Return a studio's name, its aliases and the number of its parent."""
    row = one(connection, "SELECT name, aliases, parent_id FROM studio WHERE id = $1", [studio_id])
    if row is None:
        raise KeyError(f"a work refers to {Kind.STUDIO} {studio_id}, which is not there")

    aliases = from_json(TEXTS, row[1]) if row[1] is not None else ()
    return str(row[0]), aliases, number_or_none(row[2])


def _put_aliases(connection: Connection, studio_id: int, aliases: tuple[str, ...]) -> None:
    statement = "UPDATE studio SET aliases = $2 WHERE id = $1"
    run(connection, statement, [studio_id, to_json(TEXTS, aliases)])


def _adopt_parent(connection: Connection, studio_id: int, told: Studio) -> tuple[Growth, ...]:
    """Put a studio below a parent that is known, and keep what is told of that one."""
    found = match_studio(connection, told)
    if not isinstance(found, Matched) or found.number == studio_id:
        return ()

    grown = adopt_studio(connection, found.number, told)
    return (*grown, *_put_below(connection, studio_id, found.number))


def _put_below(connection: Connection, studio_id: int, parent_id: int) -> tuple[Growth, ...]:
    """Give a studio a parent if it has none, unless that would make it its own ancestor."""
    if _parent_of(connection, studio_id) is not None:
        return ()

    ancestor: int | None = parent_id
    while ancestor is not None:
        if ancestor == studio_id:
            return ()
        ancestor = _parent_of(connection, ancestor)
    run(connection, "UPDATE studio SET parent_id = $2 WHERE id = $1", [studio_id, parent_id])
    name = _row(connection, studio_id)[0]
    return (Growth(kind=Kind.STUDIO, number=studio_id, name=name, parent=parent_id),)


def _parent_of(connection: Connection, studio_id: int) -> int | None:
    row = one(connection, "SELECT parent_id FROM studio WHERE id = $1", [studio_id])
    return number_or_none(row[0]) if row else None
