"""Whole copies of the database, proven to hold what it holds."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from rules.errors import StoreError
from store.backup import STORAGE_VERSION
from store.database import Connection
from store.documented import READ
from store.errors import StoreTooNew, StoreUnreadable
from store.failures import first_line
from store.rows import many, number, one
from store.schema import MIGRATIONS
from store.transaction import transaction
from store.workshop import quoted

_EVERY_STORE_HAS = frozenset({"schema_version", "outbox", *READ})
_ALIAS = '"doorman copy"'
_CONFIG: dict[str, str | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "temp_directory": "",
    "threads": 2,
    "memory_limit": "256MB",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSum:
    """What is in a table, as far as it can be compared."""

    name: str
    rows: int
    digest: int
    """Of all rows in any order: the exclusive or of their hashes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a copy holds."""

    version: int
    """Of the schema."""
    tables: tuple[TableSum, ...]

    @property
    def rows(self) -> int:
        """Return how many rows there are in all."""
        return sum(each.rows for each in self.tables)

    def rows_of(self, table: str) -> int:
        """Return how many rows one table has; 0 where there is no such table."""
        return next((each.rows for each in self.tables if each.name == table), 0)


class CopyDiffers(StoreError):
    """A copy does not hold what was copied."""

    def __init__(self, tables: Sequence[str]) -> None:
        """Build the message from the tables that differ."""
        super().__init__(
            f"the copy differs from the store in {', '.join(tables)}, and was thrown away; "
            "see whether the disk is sound, then try again"
        )


def copy_whole(connection: Connection, target: Path) -> Contents:
    """Copy one committed state to the new file `target` in the workshop, and prove the copy.

    Raises:
        CopyDiffers: the copy, read back, holds something else.
        StoreUnreadable: it cannot be read back.
        duckdb.Error: it could not be made.

    """
    name = _database_name(connection)
    connection.execute(f"ATTACH {quoted(target)} AS {_ALIAS} (STORAGE_VERSION '{STORAGE_VERSION}')")
    try:
        with transaction(connection):
            held = _contents(connection)
            connection.execute(f"COPY FROM DATABASE {name} TO {_ALIAS}")
        connection.execute(f"CHECKPOINT {_ALIAS}")
    finally:
        with suppress(duckdb.Error):  # the first error is the one to tell
            connection.execute(f"DETACH {_ALIAS}")
    copied = contents_of(target)
    if copied != held:
        raise CopyDiffers(_differing(held, copied))

    return held


def contents_of(path: Path, *, called: Path | None = None) -> Contents:
    """Return what a database file holds, after reading all of it; nobody else may have it open.

    Args:
        path: Where it lies.
        called: What errors call it; `path` when left out.

    Raises:
        StoreUnreadable: it is damaged, or no store of doorman's.
        StoreTooNew: a newer doorman wrote it.

    """
    try:
        with duckdb.connect(path, read_only=True, config=_CONFIG) as connection:
            found = _contents(connection) if _is_store(connection) else None
    except duckdb.Error as error:
        raise StoreUnreadable(called or path, first_line(error)) from error

    if found is None:
        raise StoreUnreadable(called or path, "it is no store of doorman's")

    newest = MIGRATIONS[-1].version
    if found.version > newest:
        raise StoreTooNew(called or path, found.version, newest)

    return found


def _is_store(connection: Connection) -> bool:
    """Tell whether it has what every version's store has."""
    if not _EVERY_STORE_HAS.issubset(_tables(connection)):
        return False

    version = one(connection, "SELECT max(version) FROM schema_version")
    return version is not None and version[0] is not None


def _contents(connection: Connection) -> Contents:
    version = one(connection, "SELECT max(version) FROM schema_version")
    return Contents(
        version=number(version[0]) if version else 0,
        tables=tuple(_summed(connection, name) for name in _tables(connection)),
    )


def _tables(connection: Connection) -> list[str]:
    rows = many(
        connection,
        "SELECT table_name FROM duckdb_tables() "
        "WHERE database_name = current_database() AND NOT internal ORDER BY table_name",
    )
    return [str(row[0]) for row in rows]


def _summed(connection: Connection, name: str) -> TableSum:
    table = '"' + name.replace('"', '""') + '"'
    row = one(
        connection,
        f"SELECT count(*), coalesce(bit_xor(hash(each)), 0::UBIGINT) FROM {table} AS each",  # noqa: S608  # a table's own name
    )
    rows, digest = row or (0, 0)
    return TableSum(name=name, rows=number(rows), digest=number(digest))


def _differing(held: Contents, copied: Contents) -> list[str]:
    differing = set(held.tables) ^ set(copied.tables)
    return sorted({each.name for each in differing}) or ["schema_version"]


def _database_name(connection: Connection) -> str:
    row = one(connection, "SELECT current_database()")
    return '"' + str(row[0] if row else "").replace('"', '""') + '"'
