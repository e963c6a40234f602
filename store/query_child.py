"""The child that answers a person's SQL, and ends.

It never sees the store: it has copies of the documented tables, in a database of its own in
memory, and once these are loaded no SQL reaches any file, extension or setting. A process of its
own, because a query can take all memory and processors there are, and the daemon's are not for it.
"""

from __future__ import annotations

import math
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import duckdb
from pydantic import JsonValue

from store.documented import DOCUMENTED
from store.failures import first_line
from store.query_protocol import QueryColumn, QueryOrder, QueryReport
from store.workshop import quoted

MEMORY = "384MB"
"""What DuckDB may take for one query."""
_PROCESS_BYTES = 2 << 30
"""What the whole process may take, with what Python makes of the rows."""
_AT_ONCE = 256
"""Rows that are fetched together."""
_READING = frozenset({duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN})
_ONE_SELECT = "it is to be one SELECT; see its tables with: doorman query --tables"
_TOO_MUCH = "it takes too much memory; ask for less at once"


def main() -> None:
    """Carry out the order on standard input; report on standard output."""
    order = QueryOrder.model_validate_json(sys.stdin.buffer.read())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (order.processor_s, order.processor_s))
    resource.setrlimit(resource.RLIMIT_DATA, (_PROCESS_BYTES, _PROCESS_BYTES))
    sys.stdout.buffer.write(answer(order).model_dump_json().encode())


def answer(order: QueryOrder) -> QueryReport:
    """Return the rows that the SQL asks for, or why there are none."""
    with duckdb.connect(
        ":memory:",
        config={
            "threads": 1,
            "memory_limit": MEMORY,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "temp_directory": "",
        },
    ) as connection:
        try:
            _load(connection, order)
            return _ask(connection, order)
        except (duckdb.OutOfMemoryException, MemoryError):
            return QueryReport(problem=_TOO_MUCH)
        except duckdb.Error as error:
            return QueryReport(problem=_in_words(error))


def _load(connection: duckdb.DuckDBPyConnection, order: QueryOrder) -> None:
    """Load the tables that are named, make the others empty, and shut every door."""
    connection.execute("SET TimeZone = 'UTC'")
    for table in DOCUMENTED:
        if table.name in order.tables:
            file = quoted(Path(order.folder) / f"{table.name}.parquet")
            connection.execute(f"CREATE TABLE {table.name} AS FROM read_parquet({file})")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _ask(connection: duckdb.DuckDBPyConnection, order: QueryOrder) -> QueryReport:
    statements = connection.extract_statements(order.sql)
    if len(statements) != 1 or statements[0].type not in _READING:
        return QueryReport(problem=_ONE_SELECT)

    found = connection.execute(statements[0])
    columns = tuple(
        QueryColumn(name=str(each[0]), type=str(each[1])) for each in found.description or ()
    )
    rows: list[tuple[JsonValue, ...]] = []
    size = 0
    for row in _rows(found):
        if len(rows) == order.most_rows:
            return QueryReport(columns=columns, rows=tuple(rows), is_cut=True)
        size += sum(_size(value) for value in row)
        if size > order.most_bytes:
            return QueryReport(problem=_TOO_MUCH)
        rows.append(row)
    return QueryReport(columns=columns, rows=tuple(rows))


def _rows(found: duckdb.DuckDBPyConnection) -> Iterator[tuple[JsonValue, ...]]:
    while fetched := found.fetchmany(_AT_ONCE):
        for row in fetched:
            yield tuple(plain(value) for value in row)


def plain(value: object) -> JsonValue:
    """Return a value of any column as JSON can hold it."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case Decimal():
            return float(value)
        case datetime() | date() | time():
            return value.isoformat()
        case bytes() | bytearray():
            return value.hex()
        case list() | tuple():
            return [plain(each) for each in value]
        case dict():
            return {str(key): plain(each) for key, each in value.items()}
        case UUID() | timedelta() | _:
            return str(value)


def _size(value: JsonValue) -> int:
    match value:
        case str():
            return len(value)
        case list():
            return sum(map(_size, value)) + len(value)
        case dict():
            return sum(len(key) + _size(each) for key, each in value.items())
        case _:
            return 8


def _in_words(error: duckdb.Error) -> str:
    hint = next(
        (line for line in str(error).splitlines()[1:] if line.startswith(("Did you mean", "Cand"))),
        "",
    )
    return f"{first_line(error)} {hint}".strip()


if __name__ == "__main__":
    main()
