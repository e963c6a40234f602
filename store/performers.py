"""Performers: one row each; what is known of one only grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pydantic import TypeAdapter

from rules.matching import Match
from rules.namefold import fold_name, more_names
from rules.work import Gender, Performer, Picture
from store.database import Connection
from store.external_ids import Kind, add_all_ids, ids_by_owner
from store.growth import Growth
from store.known import (
    TEXTS,
    add_all_names,
    add_names,
    drop_names,
    in_order,
    learn_ids,
    match,
    match_all,
)
from store.rows import Row, drawn_ids, from_json, many, number, run, text_or_none, to_json

_PICTURES = TypeAdapter(tuple[Picture, ...])


def match_performer(connection: Connection, performer: Performer) -> Match:
    """Return who of the known performers this is; see `rules.matching`."""
    return match(connection, Kind.PERFORMER, performer, performers)


def match_performers(connection: Connection, told: Sequence[Performer]) -> list[Match]:
    """Return the same for several performers, in their order."""
    return match_all(connection, Kind.PERFORMER, told, performers)


def create_performer(connection: Connection, performer: Performer, *, at_s: float) -> int:
    """Return the number of a new performer; ids that somebody else has stay there."""
    (owner_id,) = create_performers(connection, [performer], at_s=at_s)
    return owner_id


def create_performers(
    connection: Connection, made: Sequence[Performer], *, at_s: float
) -> list[int]:
    """Return the numbers of several new performers, in their order."""
    numbers = drawn_ids(connection, "performer_ids", len(made))
    run(
        connection,
        "INSERT INTO performer (id, name, disambiguation, gender, aliases, pictures, made_at_s) "
        "SELECT unnest($1::BIGINT[]), unnest($2::VARCHAR[]), unnest($3::VARCHAR[]), "
        "unnest($4::VARCHAR[]), unnest($5::VARCHAR[]), unnest($6::VARCHAR[]), $7",
        [
            numbers,
            [each.name for each in made],
            [each.disambiguation for each in made],
            [each.gender for each in made],
            [to_json(TEXTS, each.aliases) for each in made],
            [to_json(_PICTURES, each.pictures) for each in made],
            at_s,
        ],
    )
    told = list(zip(numbers, made, strict=True))
    ids = [(each, known) for each, performer in told for known in performer.ids]
    add_all_ids(connection, Kind.PERFORMER, ids)
    add_all_names(connection, Kind.PERFORMER, told)
    return numbers


def adopt_performer(connection: Connection, owner_id: int, told: Performer) -> Growth:
    """Keep what is told of a known performer and was unknown, and return that.

    Another name becomes an alias. A disambiguation belongs to a name, so that only the known name's
    is taken.
    """
    ids = learn_ids(connection, Kind.PERFORMER, owner_id, told.ids)
    (held,) = _without_ids(connection, [owner_id])
    grown = _grown(held, told)
    if grown != held:
        _update(connection, owner_id, grown)
    return Growth(
        kind=Kind.PERFORMER,
        number=owner_id,
        name=held.name,
        ids=ids,
        aliases=grown.aliases[len(held.aliases) :],
        disambiguation=None if held.disambiguation else grown.disambiguation,
        gender=None if held.gender else grown.gender,
        pictures=() if held.pictures else grown.pictures,
    )


def adopt_performers(
    connection: Connection, told: Sequence[tuple[int, Performer]]
) -> tuple[Growth, ...]:
    """Keep what is told of several known performers, each by number; mostly all is known."""
    known = performers(connection, [owner_id for owner_id, _ in told])
    return tuple(
        adopt_performer(connection, owner_id, each)
        for (owner_id, each), held in zip(told, known, strict=True)
        if not set(each.ids) <= set(held.ids) or _grown(held, each) != held
    )


def shrink_performer(connection: Connection, growth: Growth) -> None:
    """Forget what a performer learnt, as far as nobody has put anything else there since."""
    (held,) = _without_ids(connection, [growth.number])
    is_of_growth = held.disambiguation == growth.disambiguation
    left = replace(
        held,
        disambiguation=None if is_of_growth else held.disambiguation,
        gender=None if held.gender == growth.gender else held.gender,
        aliases=tuple(each for each in held.aliases if each not in growth.aliases),
        pictures=() if held.pictures == growth.pictures else held.pictures,
    )
    _update(connection, growth.number, left)
    drop_names(connection, Kind.PERFORMER, growth.number, held, left)


def performers(connection: Connection, numbers: Sequence[int]) -> tuple[Performer, ...]:
    """Return performers in this order, with everything known."""
    ids = ids_by_owner(connection, Kind.PERFORMER, numbers)
    return tuple(
        replace(performer, ids=ids.get(each, ()))
        for each, performer in zip(numbers, _without_ids(connection, numbers), strict=True)
    )


def _without_ids(connection: Connection, numbers: Sequence[int]) -> tuple[Performer, ...]:
    if not numbers:
        return ()

    rows = many(
        connection,
        "SELECT id, name, disambiguation, gender, aliases, pictures FROM performer "
        "WHERE id IN (SELECT unnest($1::BIGINT[]))",
        [list(numbers)],
    )
    found = {number(row[0]): _performer(row) for row in rows}
    return in_order(Kind.PERFORMER, found, numbers)


def _grown(held: Performer, told: Performer) -> Performer:
    is_of_name = fold_name(held.name) == fold_name(told.name)
    return replace(
        held,
        disambiguation=held.disambiguation or (told.disambiguation if is_of_name else None),
        gender=held.gender or told.gender,
        aliases=more_names(held.name, held.aliases, (told.name, *told.aliases)),
        pictures=held.pictures or told.pictures,
    )


def _update(connection: Connection, owner_id: int, grown: Performer) -> None:
    run(
        connection,
        "UPDATE performer SET disambiguation = $2, gender = $3, aliases = $4, pictures = $5 "
        "WHERE id = $1",
        [
            owner_id,
            grown.disambiguation,
            grown.gender,
            to_json(TEXTS, grown.aliases),
            to_json(_PICTURES, grown.pictures),
        ],
    )
    add_names(connection, Kind.PERFORMER, owner_id, grown)


def _performer(row: Row) -> Performer:
    return Performer(
        name=str(row[1]),
        disambiguation=text_or_none(row[2]),
        gender=Gender(str(row[3])) if row[3] is not None else None,
        aliases=from_json(TEXTS, row[4]),
        pictures=from_json(_PICTURES, row[5]),
    )
