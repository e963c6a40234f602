"""Look up who of the known is meant: whoever shares an id or a name is loaded, the rules decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from pydantic import TypeAdapter

from rules.matching import Identity, Match, Thing, find_by_id, find_match, identity_of, names_of
from store.database import Connection
from store.external_ids import Kind, owner_of
from store.name_keys import name_key
from store.rows import from_json, one, run, storable, to_json

TEXTS = TypeAdapter(tuple[str, ...])
_NUMBERS = TypeAdapter(tuple[int, ...])
Held = TypeVar("Held")

Load = Callable[[Connection, Sequence[int]], Sequence[Thing]]
"""Return the things of these numbers, in their order."""


def match(connection: Connection, kind: Kind, thing: Thing, load: Load) -> Match:
    """Return which of the known things of a kind is meant by `thing`.

    Names are looked up only where no id settles it: nobody found by name could change that.
    """
    told = _storable(identity_of(thing))
    owners = _owners(connection, kind, told)
    by_id = find_by_id(told, _identities(connection, load, owners))
    if by_id is not None:
        return by_id

    known = _identities(connection, load, owners | _bearers(connection, kind, told))
    return find_match(told, known)


def add_names(connection: Connection, kind: Kind, owner_id: int, thing: Thing) -> None:
    """Let a thing be found by its name and its aliases."""
    for name in sorted(names_of(_storable(identity_of(thing)))):
        _add_owner(connection, name_key(kind, name), owner_id)


def in_order(kind: Kind, found: Mapping[int, Held], numbers: Sequence[int]) -> tuple[Held, ...]:
    """Return what was found, in the order of `numbers`.

    Raises:
        KeyError: something refers to one that is not there.

    """
    try:
        return tuple(found[each] for each in numbers)
    except KeyError as error:
        raise KeyError(f"a work refers to {kind} {error.args[0]}, which is not there") from None


def _identities(connection: Connection, load: Load, numbers: frozenset[int]) -> dict[int, Identity]:
    ordered = sorted(numbers)
    if not ordered:
        return {}

    things = load(connection, ordered)
    return {each: identity_of(thing) for each, thing in zip(ordered, things, strict=True)}


def _owners(connection: Connection, kind: Kind, told: Identity) -> frozenset[int]:
    owners = (owner_of(connection, kind, [known]) for known in told.ids)
    return frozenset(owner for owner in owners if owner is not None)


def _bearers(connection: Connection, kind: Kind, told: Identity) -> frozenset[int]:
    keys = (name_key(kind, name) for name in names_of(told))
    return frozenset(owner for key in keys for owner in _owners_of_name(connection, key) or ())


def _owners_of_name(connection: Connection, key: str) -> tuple[int, ...] | None:
    row = one(connection, "SELECT owners FROM entity_name WHERE name_key = $1", [key])
    return from_json(_NUMBERS, row[0]) if row is not None else None


def _add_owner(connection: Connection, key: str, owner_id: int) -> None:
    owners = _owners_of_name(connection, key)
    if owners is None:
        told = to_json(_NUMBERS, (owner_id,))
        run(connection, "INSERT INTO entity_name VALUES ($1, $2)", [key, told])
    elif owner_id not in owners:
        told = to_json(_NUMBERS, (*owners, owner_id))
        run(connection, "UPDATE entity_name SET owners = $2 WHERE name_key = $1", [key, told])


def _storable(identity: Identity) -> Identity:
    """Return what is compared as the database holds it, so that it equals what comes back."""
    disambiguation = identity.disambiguation
    return replace(
        identity,
        name=storable(identity.name),
        disambiguation=None if disambiguation is None else storable(disambiguation),
        aliases=tuple(storable(alias) for alias in identity.aliases),
    )
