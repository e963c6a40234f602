"""Fill the table of names from performers, studios and tags that were known before it was there."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator

import duckdb
from pydantic import TypeAdapter

from rules.matching import Identity, names_of
from store.name_keys import name_key

_ALIASES = TypeAdapter(tuple[str, ...])
_BATCH = 5000
"""Rows that are read or written at a time."""
_QUESTIONS = {
    "performer": "SELECT id, name, aliases FROM performer WHERE id > $1 ORDER BY id LIMIT $2",
    "studio": "SELECT id, name, aliases FROM studio WHERE id > $1 ORDER BY id LIMIT $2",
    "tag": "SELECT id, name, aliases FROM tag WHERE id > $1 ORDER BY id LIMIT $2",
}


def fill_names(connection: duckdb.DuckDBPyConnection) -> None:
    """Put every name and alias that is known into the empty table of names."""
    for kind in _QUESTIONS:
        _put(connection, _owners_by_key(connection, kind))


def _owners_by_key(connection: duckdb.DuckDBPyConnection, kind: str) -> dict[str, list[int]]:
    owners: defaultdict[str, list[int]] = defaultdict(list)
    for owner_id, identity in _identities(connection, kind):
        for name in names_of(identity):
            owners[name_key(kind, name)].append(owner_id)
    return owners


def _identities(connection: duckdb.DuckDBPyConnection, kind: str) -> Iterator[tuple[int, Identity]]:
    last = 0
    while True:
        rows = connection.execute(_QUESTIONS[kind], [last, _BATCH]).fetchall()
        for owner_id, name, aliases in rows:
            last = int(owner_id)
            told = _ALIASES.validate_json(str(aliases)) if aliases is not None else ()
            yield last, Identity(name=str(name), aliases=told, is_person=kind == "performer")
        if len(rows) < _BATCH:
            return


def _put(connection: duckdb.DuckDBPyConnection, owners: dict[str, list[int]]) -> None:
    pairs = sorted(owners.items())
    for start in range(0, len(pairs), _BATCH):
        batch = pairs[start : start + _BATCH]
        connection.execute(
            "INSERT INTO entity_name SELECT unnest($1::VARCHAR[]), unnest($2::VARCHAR[])",
            [[key for key, _ in batch], [json.dumps(numbers) for _, numbers in batch]],
        )
