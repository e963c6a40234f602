"""Look up who of the known is meant: whoever shares an id or a name is loaded, the rules decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from pydantic import TypeAdapter

from rules.matching import (
    Identity,
    Match,
    Thing,
    are_told_apart,
    find_by_own_id,
    find_match,
    identity_of,
    names_of,
    settle_rivals,
)
from rules.work import ExternalId
from store.database import Connection
from store.external_ids import Kind, add_ids, ids_of, owners_of
from store.name_keys import name_key
from store.rows import from_json, many, run, storable, to_json

TEXTS = TypeAdapter(tuple[str, ...])
_NUMBERS = TypeAdapter(tuple[int, ...])
Held = TypeVar("Held")

Load = Callable[[Connection, Sequence[int]], Sequence[Thing]]
"""Return the things of these numbers, in their order."""


def match(connection: Connection, kind: Kind, thing: Thing, load: Load) -> Match:
    """Return which of the known things of a kind is meant by `thing`."""
    (found,) = _match_each(connection, kind, [_storable(identity_of(thing))], load)
    return found


def match_all(
    connection: Connection, kind: Kind, things: Sequence[Thing], load: Load
) -> list[Match]:
    """Return the same for all that one work tells of; an id at its source costs nothing.

    Two whom the work names differently are not taken for one.
    """
    told = [_storable(identity_of(thing)) for thing in things]
    return list(settle_rivals(told, _match_each(connection, kind, told, load)))


def traces_of(thing: Thing) -> frozenset[str]:
    """Return what somebody must share one of to be taken for `thing`: names and ids, as kept."""
    told = _storable(identity_of(thing))
    ids = (storable(f"{known.source}\n{known.remote_id}") for known in told.ids)
    return names_of(told).union(ids)


def add_names(connection: Connection, kind: Kind, owner_id: int, thing: Thing) -> None:
    """Let a thing be found by its name and its aliases."""
    add_all_names(connection, kind, [(owner_id, thing)])


def add_all_names(connection: Connection, kind: Kind, told: Sequence[tuple[int, Thing]]) -> None:
    """Let several things be found by their names and aliases, each by its number."""
    keys = [(_keys_of(kind, _storable(identity_of(thing))), number) for number, thing in told]
    held = _owners_by_key(connection, sorted({key for own, _ in keys for key in own}))
    bearers: dict[str, tuple[int, ...]] = {}
    for own, number in keys:
        for key in own:
            known = bearers.get(key, held.get(key, ()))
            if number not in known:
                bearers[key] = (*known, number)
    _put_bearers(connection, {key: told for key, told in bearers.items() if key not in held})
    for key in bearers.keys() & held.keys():
        owners = to_json(_NUMBERS, bearers[key])
        run(connection, "UPDATE entity_name SET owners = $2 WHERE name_key = $1", [key, owners])


def drop_names(
    connection: Connection, kind: Kind, owner_id: int, former: Thing, present: Thing | None = None
) -> None:
    """Let a thing no longer be found by the names that it has lost; None: by none at all.

    A name that nobody bears keeps its row: a key that is deleted and comes back in one transaction
    is what DuckDB's log has stumbled over.
    """
    stays = names_of(_storable(identity_of(present))) if present is not None else frozenset()
    lost = names_of(_storable(identity_of(former))) - stays
    held = _owners_by_key(connection, sorted(name_key(kind, name) for name in lost))
    for key, owners in held.items():
        if owner_id in owners:
            left = to_json(_NUMBERS, tuple(each for each in owners if each != owner_id))
            run(connection, "UPDATE entity_name SET owners = $2 WHERE name_key = $1", [key, left])


def learn_ids(
    connection: Connection, kind: Kind, owner_id: int, ids: Sequence[ExternalId]
) -> tuple[ExternalId, ...]:
    """Give a known thing the ids it's told with, unless a source has it under others only.

    Whoever asks should know that then it isn't meant; two that became one are hardly ever parted.
    Returns those that were new.
    """
    owned = owners_of(connection, kind, ids)
    if all(known in owned for known in ids):
        return ()
    if are_told_apart(ids, ids_of(connection, kind, owner_id)):
        return ()

    return tuple(add_ids(connection, kind, owner_id, ids))


def in_order(kind: Kind, found: Mapping[int, Held], numbers: Sequence[int]) -> tuple[Held, ...]:
    """Return what was found, in the order of `numbers`.

    Raises:
        KeyError: something refers to one that is not there.

    """
    try:
        return tuple(found[each] for each in numbers)
    except KeyError as error:
        raise KeyError(f"a work refers to {kind} {error.args[0]}, which is not there") from None


def _match_each(
    connection: Connection, kind: Kind, told: Sequence[Identity], load: Load
) -> list[Match]:
    """Return who of the known each is, for itself; all who may be meant are loaded at once."""
    owners = owners_of(connection, kind, [name for each in told for name in each.ids])
    by_id = [find_by_own_id(each, owners) for each in told]
    unsure = [each for each, found in zip(told, by_id, strict=True) if found is None]
    keys = sorted({key for each in unsure for key in _keys_of(kind, each)})
    bearers = _owners_by_key(connection, keys)
    near = {each: _near(kind, each, owners, bearers) for each in unsure}
    numbers = sorted(frozenset().union(*near.values()))
    things = load(connection, numbers) if numbers else ()
    known = {each: identity_of(held) for each, held in zip(numbers, things, strict=True)}
    return [
        found or find_match(each, {number: known[number] for number in sorted(near[each])})
        for each, found in zip(told, by_id, strict=True)
    ]


def _near(
    kind: Kind,
    told: Identity,
    owners: Mapping[ExternalId, int],
    bearers: Mapping[str, tuple[int, ...]],
) -> frozenset[int]:
    """Return who shares an id or a name with one that is told of."""
    by_id = frozenset(owners[name] for name in told.ids if name in owners)
    return by_id.union(*(bearers.get(key, ()) for key in _keys_of(kind, told)))


def _put_bearers(connection: Connection, bearers: Mapping[str, tuple[int, ...]]) -> None:
    """Keep who bears names that nobody bore before."""
    if bearers:
        run(
            connection,
            "INSERT INTO entity_name SELECT unnest($1::VARCHAR[]), unnest($2::VARCHAR[])",
            [list(bearers), [to_json(_NUMBERS, each) for each in bearers.values()]],
        )


def _keys_of(kind: Kind, told: Identity) -> list[str]:
    return sorted(name_key(kind, name) for name in names_of(told))


def _owners_by_key(connection: Connection, keys: Sequence[str]) -> dict[str, tuple[int, ...]]:
    if not keys:
        return {}

    rows = many(
        connection,
        "SELECT name_key, owners FROM entity_name WHERE name_key IN (SELECT unnest($1::VARCHAR[]))",
        [list(keys)],
    )
    return {str(key): from_json(_NUMBERS, owners) for key, owners in rows}


def _storable(identity: Identity) -> Identity:
    """Return what is compared as the database holds it, so that it equals what comes back."""
    disambiguation = identity.disambiguation
    return replace(
        identity,
        name=storable(identity.name),
        disambiguation=None if disambiguation is None else storable(disambiguation),
        aliases=tuple(storable(alias) for alias in identity.aliases),
    )
