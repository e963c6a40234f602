"""Tags: words that describe works, each with its other words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rules.matching import Match
from rules.namefold import more_names
from rules.work import Tag
from store.database import Connection
from store.external_ids import Kind, add_all_ids, add_ids, ids_by_owner
from store.growth import Growth
from store.known import TEXTS, add_all_names, add_names, drop_names, in_order, match, match_all
from store.rows import drawn_ids, from_json, many, number, run, to_json


def match_tag(connection: Connection, tag: Tag) -> Match:
    """Return which of the known tags this is."""
    return match(connection, Kind.TAG, tag, tags)


def match_tags(connection: Connection, told: Sequence[Tag]) -> list[Match]:
    """Return the same for several tags, in their order."""
    return match_all(connection, Kind.TAG, told, tags)


def create_tag(connection: Connection, tag: Tag, *, at_s: float) -> int:
    """Return the number of a new tag."""
    (owner_id,) = create_tags(connection, [tag], at_s=at_s)
    return owner_id


def create_tags(connection: Connection, made: Sequence[Tag], *, at_s: float) -> list[int]:
    """Return the numbers of several new tags, in their order; ids that another has stay there."""
    numbers = drawn_ids(connection, "tag_ids", len(made))
    run(
        connection,
        "INSERT INTO tag (id, name, aliases, made_at_s) "
        "SELECT unnest($1::BIGINT[]), unnest($2::VARCHAR[]), unnest($3::VARCHAR[]), $4",
        [
            numbers,
            [tag.name for tag in made],
            [to_json(TEXTS, tag.aliases) for tag in made],
            at_s,
        ],
    )
    told = list(zip(numbers, made, strict=True))
    add_all_ids(connection, Kind.TAG, [(each, known) for each, tag in told for known in tag.ids])
    add_all_names(connection, Kind.TAG, told)
    return numbers


def adopt_tag(connection: Connection, owner_id: int, told: Tag) -> Growth:
    """Keep what is told of a known tag and was unknown, and return that.

    Another name becomes an alias.
    """
    ids = add_ids(connection, Kind.TAG, owner_id, told.ids)
    (held,) = _without_ids(connection, [owner_id])
    aliases = _aliases(held, told)
    if aliases != held.aliases:
        _put_aliases(connection, owner_id, aliases)
        add_names(connection, Kind.TAG, owner_id, Tag(name=held.name, aliases=aliases))
    added = aliases[len(held.aliases) :]
    return Growth(kind=Kind.TAG, number=owner_id, name=held.name, ids=tuple(ids), aliases=added)


def adopt_tags(connection: Connection, told: Sequence[tuple[int, Tag]]) -> tuple[Growth, ...]:
    """Keep what is told of several known tags, each by number; mostly all is known."""
    known = tags(connection, [owner_id for owner_id, _ in told])
    return tuple(
        adopt_tag(connection, owner_id, each)
        for (owner_id, each), held in zip(told, known, strict=True)
        if not set(each.ids) <= set(held.ids) or _aliases(held, each) != held.aliases
    )


def shrink_tag(connection: Connection, growth: Growth) -> None:
    """Forget the words that a tag learnt."""
    (held,) = _without_ids(connection, [growth.number])
    left = tuple(each for each in held.aliases if each not in growth.aliases)
    _put_aliases(connection, growth.number, left)
    present = Tag(name=held.name, aliases=left)
    drop_names(connection, Kind.TAG, growth.number, held, present)


def tags(connection: Connection, numbers: Sequence[int]) -> tuple[Tag, ...]:
    """Return tags in this order, with everything known."""
    ids = ids_by_owner(connection, Kind.TAG, numbers)
    return tuple(
        replace(tag, ids=ids.get(each, ()))
        for each, tag in zip(numbers, _without_ids(connection, numbers), strict=True)
    )


def _put_aliases(connection: Connection, owner_id: int, aliases: tuple[str, ...]) -> None:
    statement = "UPDATE tag SET aliases = $2 WHERE id = $1"
    run(connection, statement, [owner_id, to_json(TEXTS, aliases)])


def _aliases(held: Tag, told: Tag) -> tuple[str, ...]:
    return more_names(held.name, held.aliases, (told.name, *told.aliases))


def _without_ids(connection: Connection, numbers: Sequence[int]) -> tuple[Tag, ...]:
    if not numbers:
        return ()

    rows = many(
        connection,
        "SELECT id, name, aliases FROM tag WHERE id IN (SELECT unnest($1::BIGINT[]))",
        [list(numbers)],
    )
    found = {
        number(row[0]): Tag(
            name=str(row[1]), aliases=from_json(TEXTS, row[2]) if row[2] is not None else ()
        )
        for row in rows
    }
    return in_order(Kind.TAG, found, numbers)
