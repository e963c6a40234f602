"""A large store out of a small one: each file many times, with all that hangs on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import duckdb

SPACE = 1_000_000
"""Numbers of one row's copies begin at its own number times this."""

_NUMBERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "file": ("id", "content_id", "work_id"),
        "content": ("id",),
        "fingerprint": ("content_id",),
        "answer": ("id", "content_id"),
        "candidate": ("id", "content_id"),
        "decision": ("id", "file_id", "content_id"),
        "work": ("id",),
        "work_field": ("work_id",),
        "external_id": ("owner_id",),
        "plan": ("id", "file_id", "decision_id"),
        "change": ("id", "plan_id"),
        "outbox": ("id", "file_id"),
        "event": ("id", "file_id"),
    }
)
"""Columns that hold a number of something that is copied too."""
_OTHERS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "file": {
            "path": "regexp_replace(path, '(.*)[.]', '\\1 ' || i || '.')",
            "inode": "inode + 1 + i",
            "size_bytes": "size_bytes + i",
            "changed_at_s": "changed_at_s - 61 * i",
            "first_seen_at_s": "first_seen_at_s - 61 * i",
        },
        "content": {"oshash": "hash(oshash + i)", "size_bytes": "size_bytes + i"},
        "fingerprint": {"value": "hash(value + i)"},
        "decision": {"decided_at_s": "decided_at_s - 61 * i"},
        "event": {"at_s": "at_s - 61 * i"},
        "external_id": {"name": "name || ' ' || i", "remote_id": "remote_id || ' ' || i"},
    }
)
"""What else tells a copy from the original; `i` counts the copies."""
_CHOSEN: Mapping[str, str] = MappingProxyType(
    {
        "file": "id IN (SELECT id FROM chosen)",
        "content": "id IN (SELECT content_id FROM chosen)",
        "fingerprint": "content_id IN (SELECT content_id FROM chosen)",
        "answer": "content_id IN (SELECT content_id FROM chosen)",
        "candidate": "content_id IN (SELECT content_id FROM chosen)",
        "decision": "file_id IN (SELECT id FROM chosen)",
        "work": "id IN (SELECT work_id FROM chosen)",
        "work_field": "work_id IN (SELECT work_id FROM chosen)",
        "external_id": "kind = 'work' AND owner_id IN (SELECT work_id FROM chosen)",
        "plan": "file_id IN (SELECT id FROM chosen)",
        "change": "plan_id IN (SELECT id FROM plan WHERE file_id IN (SELECT id FROM chosen))",
        "outbox": "file_id IN (SELECT id FROM chosen)",
        "event": "file_id IN (SELECT id FROM chosen)",
    }
)


def multiply(store: Path, numbers: Sequence[int], times: int) -> None:
    """Put `times` copies of each of these files, which were decided about, into a closed store."""
    with duckdb.connect(store) as connection:
        connection.execute(
            "CREATE TEMP TABLE chosen AS SELECT id, content_id, work_id FROM file"
            " WHERE id IN (SELECT unnest($1::BIGINT[]))",
            [list(numbers)],
        )
        for table, columns in _NUMBERS.items():
            _copy(connection, table, columns, times)
        connection.execute("DROP TABLE chosen")
        connection.execute("CHECKPOINT")


def _copy(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], times: int
) -> None:
    changes = {each: f"{each} * {SPACE} + i" for each in columns} | dict(_OTHERS.get(table, {}))
    replaced = ", ".join(f"{value} AS {column}" for column, value in changes.items())
    connection.execute(
        f"INSERT INTO {table} SELECT original.* REPLACE ({replaced}) FROM {table} original,"  # noqa: S608  # constants
        f" range({times}) t(i) WHERE {_CHOSEN[table]}"
    )
