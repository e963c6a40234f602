"""Performers, studios and tags: one row each, found again by a source's id or by exact name.

A name alone joins only what no source tells apart: a performer who already has another id at the
same source is somebody else, whatever the name, and where several go by a name, one more of that
name is none of them. Tags are their names. What is known of people and studios only grows: it
belongs to no work, so taking back an acceptance takes nothing from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from pydantic import TypeAdapter

from rules.work import ExternalId, Gender, Performer, Picture, Studio, Tag
from store.database import Connection
from store.rows import (
    Row,
    from_json,
    inserted_id,
    many,
    number,
    number_or_none,
    one,
    run,
    text_or_none,
    to_json,
)

_ALIASES = TypeAdapter(tuple[str, ...])
_PICTURES = TypeAdapter(tuple[Picture, ...])
Thing = TypeVar("Thing", Performer, Tag)


class Kind(StrEnum):
    """What an external id names; the value is also its table."""

    WORK = "work"
    PERFORMER = "performer"
    STUDIO = "studio"
    TAG = "tag"


def owner_of(connection: Connection, kind: Kind, ids: Sequence[ExternalId]) -> int | None:
    """Return who already has one of `ids`, the first of them first, or None."""
    for known in ids:
        key = _name(kind, known)
        row = one(connection, "SELECT owner_id FROM external_id WHERE name = $1", [key])
        if row is not None:
            return number(row[0])

    return None


def ids_of(connection: Connection, kind: Kind, owner_id: int) -> tuple[ExternalId, ...]:
    """Return all ids of a thing, ordered by source."""
    rows = many(
        connection,
        "SELECT source, remote_id FROM external_id WHERE kind = $1 AND owner_id = $2 "
        "ORDER BY source, remote_id",
        [kind, owner_id],
    )
    return tuple(ExternalId(source=str(source), remote_id=str(name)) for source, name in rows)


def add_ids(
    connection: Connection, kind: Kind, owner_id: int, ids: Sequence[ExternalId]
) -> list[ExternalId]:
    """Give a thing more ids; return those that were new.  An id keeps its first owner."""
    added: list[ExternalId] = []
    for wanted in dict.fromkeys(ids):
        if owner_of(connection, kind, [wanted]) is None:
            run(
                connection,
                "INSERT INTO external_id VALUES ($1, $2, $3, $4, $5)",
                [_name(kind, wanted), kind, wanted.source, wanted.remote_id, owner_id],
            )
            added.append(wanted)
    return added


def remove_ids(
    connection: Connection, kind: Kind, owner_id: int, ids: Sequence[ExternalId]
) -> None:
    """Take ids away from their owner again; another's stay."""
    statement = "DELETE FROM external_id WHERE name = $1 AND owner_id = $2"
    for known in ids:
        run(connection, statement, [_name(kind, known), owner_id])


def ensure_performer(connection: Connection, performer: Performer, *, at_s: float) -> int:
    """Return the number of this performer, made if new; what was unknown so far is filled in."""
    owner_id = owner_of(connection, Kind.PERFORMER, performer.ids)
    if owner_id is None:
        rows = many(
            connection,
            "SELECT id FROM performer WHERE lower(name) = lower($1) "
            "AND lower(coalesce(disambiguation, '')) = lower(coalesce($2, '')) ORDER BY id",
            [performer.name, performer.disambiguation],
        )
        owner_id = _namesake(connection, Kind.PERFORMER, rows, performer.ids)
    if owner_id is None:
        owner_id = _add_performer(connection, performer, at_s=at_s)
    else:
        _complete_performer(connection, owner_id, performer)
    add_ids(connection, Kind.PERFORMER, owner_id, performer.ids)
    return owner_id


def ensure_studio(connection: Connection, studio: Studio, *, at_s: float) -> int:
    """Return the number of this studio, made if new; so is its parent, if it had none."""
    owner_id = owner_of(connection, Kind.STUDIO, studio.ids)
    if owner_id is None:
        rows = many(
            connection,
            "SELECT id FROM studio WHERE lower(name) = lower($1) ORDER BY id",
            [studio.name],
        )
        owner_id = _namesake(connection, Kind.STUDIO, rows, studio.ids)
    if owner_id is None:
        owner_id = inserted_id(
            connection,
            "INSERT INTO studio (name, made_at_s) VALUES ($1, $2) RETURNING id",
            [studio.name, at_s],
        )
    add_ids(connection, Kind.STUDIO, owner_id, studio.ids)
    if studio.parent is not None and _parent_of(connection, owner_id) is None:
        _set_parent(connection, owner_id, studio.parent, at_s=at_s)
    return owner_id


def ensure_tag(connection: Connection, tag: Tag, *, at_s: float) -> int:
    """Return the number of this tag, made if new."""
    owner_id = owner_of(connection, Kind.TAG, tag.ids)
    if owner_id is None:
        row = one(
            connection,
            "SELECT id FROM tag WHERE lower(name) = lower($1) ORDER BY id LIMIT 1",
            [tag.name],
        )
        owner_id = number(row[0]) if row else None
    if owner_id is None:
        owner_id = inserted_id(
            connection,
            "INSERT INTO tag (name, made_at_s) VALUES ($1, $2) RETURNING id",
            [tag.name, at_s],
        )
    add_ids(connection, Kind.TAG, owner_id, tag.ids)
    return owner_id


def performers(connection: Connection, numbers: Sequence[int]) -> tuple[Performer, ...]:
    """Return performers in this order, with everything known."""
    rows = many(
        connection,
        "SELECT id, name, disambiguation, gender, aliases, pictures FROM performer "
        "WHERE id IN (SELECT unnest($1::BIGINT[]))",
        [list(numbers)],
    )
    ids = _ids_by_owner(connection, Kind.PERFORMER, numbers)
    found = {number(row[0]): _performer(row, ids.get(number(row[0]), ())) for row in rows}
    return _in_order(Kind.PERFORMER, found, numbers)


def tags(connection: Connection, numbers: Sequence[int]) -> tuple[Tag, ...]:
    """Return tags in this order."""
    rows = many(
        connection,
        "SELECT id, name FROM tag WHERE id IN (SELECT unnest($1::BIGINT[]))",
        [list(numbers)],
    )
    ids = _ids_by_owner(connection, Kind.TAG, numbers)
    found = {number(row[0]): Tag(name=str(row[1]), ids=ids.get(number(row[0]), ())) for row in rows}
    return _in_order(Kind.TAG, found, numbers)


def studio(connection: Connection, studio_id: int) -> Studio:
    """Return a studio and its parents."""
    row = one(connection, "SELECT name, parent_id FROM studio WHERE id = $1", [studio_id])
    if row is None:
        raise _dangling(Kind.STUDIO, studio_id)

    parent_id = number_or_none(row[1])
    return Studio(
        name=str(row[0]),
        ids=ids_of(connection, Kind.STUDIO, studio_id),
        parent=studio(connection, parent_id) if parent_id is not None else None,
    )


def _name(kind: Kind, known: ExternalId) -> str:
    """Return the key of an id; a source's name is one line of the configuration."""
    return f"{kind}\n{known.source}\n{known.remote_id}"


def _performer(row: Row, ids: tuple[ExternalId, ...]) -> Performer:
    return Performer(
        name=str(row[1]),
        disambiguation=text_or_none(row[2]),
        gender=Gender(str(row[3])) if row[3] is not None else None,
        aliases=from_json(_ALIASES, row[4]),
        pictures=from_json(_PICTURES, row[5]),
        ids=ids,
    )


def _ids_by_owner(
    connection: Connection, kind: Kind, numbers: Sequence[int]
) -> dict[int, tuple[ExternalId, ...]]:
    rows = many(
        connection,
        "SELECT owner_id, source, remote_id FROM external_id WHERE kind = $1 "
        "AND owner_id IN (SELECT unnest($2::BIGINT[])) ORDER BY source, remote_id",
        [kind, list(numbers)],
    )
    found: dict[int, tuple[ExternalId, ...]] = {}
    for owner_id, source, remote_id in rows:
        known = ExternalId(source=str(source), remote_id=str(remote_id))
        found[number(owner_id)] = (*found.get(number(owner_id), ()), known)
    return found


def _in_order(kind: Kind, found: Mapping[int, Thing], numbers: Sequence[int]) -> tuple[Thing, ...]:
    try:
        return tuple(found[each] for each in numbers)
    except KeyError as error:
        raise _dangling(kind, error.args[0]) from None


def _add_performer(connection: Connection, performer: Performer, *, at_s: float) -> int:
    return inserted_id(
        connection,
        "INSERT INTO performer (name, disambiguation, gender, aliases, pictures, made_at_s) "
        "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        [
            performer.name,
            performer.disambiguation,
            performer.gender,
            to_json(_ALIASES, performer.aliases),
            to_json(_PICTURES, performer.pictures),
            at_s,
        ],
    )


def _complete_performer(connection: Connection, performer_id: int, told: Performer) -> None:
    """Fill in what was unknown of a performer; what is known stays."""
    (held,) = performers(connection, [performer_id])
    gender = held.gender or told.gender
    aliases = held.aliases or told.aliases
    pictures = held.pictures or told.pictures
    if (gender, aliases, pictures) != (held.gender, held.aliases, held.pictures):
        run(
            connection,
            "UPDATE performer SET gender = $2, aliases = $3, pictures = $4 WHERE id = $1",
            [performer_id, gender, to_json(_ALIASES, aliases), to_json(_PICTURES, pictures)],
        )


def _parent_of(connection: Connection, studio_id: int) -> int | None:
    row = one(connection, "SELECT parent_id FROM studio WHERE id = $1", [studio_id])
    return number_or_none(row[0]) if row else None


def _set_parent(connection: Connection, studio_id: int, parent: Studio, *, at_s: float) -> None:
    """Put a studio below its parent, unless that would make it its own ancestor."""
    parent_id = ensure_studio(connection, parent, at_s=at_s)
    ancestor: int | None = parent_id
    while ancestor is not None:
        if ancestor == studio_id:
            return
        ancestor = _parent_of(connection, ancestor)
    run(connection, "UPDATE studio SET parent_id = $2 WHERE id = $1", [studio_id, parent_id])


def _namesake(
    connection: Connection, kind: Kind, rows: Sequence[Row], ids: Sequence[ExternalId]
) -> int | None:
    """Return the one of `rows`, all of one name, that a thing with `ids` may be taken for.

    None when a source of `ids` knows it under another id. Of several only one that no source has
    an id for, since sources tell the others apart.
    """
    sources = {known.source for known in ids}
    known_at = {
        number(row[0]): {known.source for known in ids_of(connection, kind, number(row[0]))}
        for row in rows
    }
    possible = [owner_id for owner_id, theirs in known_at.items() if not sources & theirs]
    if len(known_at) == 1:
        return possible[0] if possible else None

    return next((owner_id for owner_id in possible if not known_at[owner_id]), None)


def _dangling(kind: Kind, owner_id: object) -> KeyError:
    return KeyError(f"a work refers to {kind} {owner_id}, which is not there")
