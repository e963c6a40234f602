"""The ids that sources have for works, performers, studios and tags; each names one thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from rules.work import ExternalId
from store.database import Connection
from store.rows import many, number, one, run, storable, text_or_none


class Kind(StrEnum):
    """What an external id names; the value is also its table."""

    WORK = "work"
    PERFORMER = "performer"
    STUDIO = "studio"
    TAG = "tag"


_CREATED = """
SELECT 'work', id, NULL FROM work WHERE id > $1
UNION ALL SELECT 'performer', id, name FROM performer WHERE id > $2
UNION ALL SELECT 'studio', id, name FROM studio WHERE id > $3
UNION ALL SELECT 'tag', id, name FROM tag WHERE id > $4
"""


def owner_of(connection: Connection, kind: Kind, ids: Sequence[ExternalId]) -> int | None:
    """Return who already has one of `ids`, the first of them first, or None."""
    for known in ids:
        key = _name(kind, known)
        row = one(connection, "SELECT owner_id FROM external_id WHERE name = $1", [key])
        if row is not None:
            return number(row[0])

    return None


def owners_of(
    connection: Connection, kind: Kind, ids: Sequence[ExternalId]
) -> dict[ExternalId, int]:
    """Return who has which of `ids`."""
    keys = {storable(_name(kind, known)): known for known in ids}
    if not keys:
        return {}

    rows = many(
        connection,
        "SELECT name, owner_id FROM external_id WHERE name IN (SELECT unnest($1::VARCHAR[]))",
        [list(keys)],
    )
    return {keys[str(name)]: number(owner_id) for name, owner_id in rows}


def ids_of(connection: Connection, kind: Kind, owner_id: int) -> tuple[ExternalId, ...]:
    """Return all ids of a thing, ordered by source."""
    rows = many(
        connection,
        "SELECT source, remote_id FROM external_id WHERE kind = $1 AND owner_id = $2 "
        "ORDER BY source, remote_id",
        [kind, owner_id],
    )
    return tuple(ExternalId(source=str(source), remote_id=str(name)) for source, name in rows)


def ids_by_owner(
    connection: Connection, kind: Kind, numbers: Sequence[int]
) -> dict[int, tuple[ExternalId, ...]]:
    """Return the ids of several things, each's ordered by source; who has none is not in it."""
    if not numbers:
        return {}

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


def add_ids(
    connection: Connection, kind: Kind, owner_id: int, ids: Sequence[ExternalId]
) -> list[ExternalId]:
    """Give a thing more ids; return those that were new.  An id keeps its first owner."""
    return add_all_ids(connection, kind, [(owner_id, known) for known in ids])


def add_all_ids(
    connection: Connection, kind: Kind, told: Sequence[tuple[int, ExternalId]]
) -> list[ExternalId]:
    """Give several things more ids, each by its number; return those that were new.

    An id keeps its first owner; of two that are told with it here, that is the first.
    """
    owners = owners_of(connection, kind, [known for _, known in told])
    added: dict[ExternalId, int] = {}
    for owner_id, known in told:
        if known not in owners:
            added.setdefault(known, owner_id)
    if added:
        run(
            connection,
            "INSERT INTO external_id SELECT unnest($1::VARCHAR[]), $2, unnest($3::VARCHAR[]), "
            "unnest($4::VARCHAR[]), unnest($5::BIGINT[])",
            [
                [_name(kind, known) for known in added],
                kind,
                [known.source for known in added],
                [known.remote_id for known in added],
                list(added.values()),
            ],
        )
    return list(added)


def remove_ids(
    connection: Connection, kind: Kind, owner_id: int, ids: Sequence[ExternalId]
) -> None:
    """Take ids away from their owner again; another's stay."""
    statement = "DELETE FROM external_id WHERE name = $1 AND owner_id = $2"
    for known in ids:
        run(connection, statement, [_name(kind, known), owner_id])


def _name(kind: Kind, known: ExternalId) -> str:
    """Return the key of an id; a source's name is one line of the configuration."""
    return f"{kind}\n{known.source}\n{known.remote_id}"


def latest_numbers(connection: Connection) -> dict[Kind, int]:
    """Return the highest number of each kind of thing, 0 where there is none: newer ones follow."""
    latest = ", ".join(f"(SELECT coalesce(max(id), 0) FROM {kind.value})" for kind in Kind)  # noqa: S608  # one of four tables
    row = one(connection, f"SELECT {latest}") or ()
    return {kind: number(latest) for kind, latest in zip(Kind, row, strict=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """A work, performer, studio or tag that was not there before."""

    kind: Kind
    number: int
    name: str | None
    """None of works."""


CREATED = TypeAdapter(Created)


def created_since(connection: Connection, latest: Mapping[Kind, int]) -> list[Created]:
    """Return the things with higher numbers than `latest_numbers` said, in the order of kinds."""
    rows = many(connection, _CREATED, [latest[kind] for kind in Kind])
    return [
        Created(kind=Kind(str(kind)), number=number(made), name=text_or_none(name))
        for kind, made, name in rows
    ]
