"""The child that makes the documented tables, exports them or answers a person's SQL, and ends.

It never sees the store, only copies of what the tables are made of, in a database of its own in
memory; once a person's SQL is run, that reaches no file, extension or setting. A process of its
own, because a query can take all memory and processors there are, and the daemon's are not for it.
"""

from __future__ import annotations

import math
import resource
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

import duckdb
from pydantic import JsonValue

from store.documented import DOCUMENTED, Documented
from store.exporting import Form, raw_file
from store.failures import first_line
from store.query_protocol import ExportedTable, QueryColumn, QueryOrder, QueryReport
from store.workshop import quoted

MEMORY = "512MB"
"""What DuckDB may take; what it needs beyond goes to the folder for a while."""
MOST_SPILLED = "8GB"
_PROCESS_BYTES = 2 << 30
"""What the whole process may take, with what Python makes of the rows."""
_AT_ONCE = 256
"""Rows that are fetched together."""
_OPTIONS: Mapping[Form, str] = MappingProxyType(
    {Form.PARQUET: "FORMAT parquet, COMPRESSION zstd", Form.JSONL: "FORMAT json"}
)
_READING = frozenset({duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN})
_ONE_SELECT = "it is to be one SELECT; see its tables with: doorman query --tables"
_NO_TABLE = "Catalog Error: Table with name"
_ZONED = "TIMESTAMP WITH TIME ZONE"
_NO_ZONES = "times with a zone are not shown; have them as UTC: now()::TIMESTAMP"
_TOO_MUCH = "it takes too much memory; ask for less at once"


def main() -> None:
    """Carry out the order on standard input; report on standard output."""
    order = QueryOrder.model_validate_json(sys.stdin.buffer.read())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (order.processor_s, order.processor_s))
    resource.setrlimit(resource.RLIMIT_DATA, (_PROCESS_BYTES, _PROCESS_BYTES))
    sys.stdout.buffer.write(answer(order).model_dump_json().encode())


def answer(order: QueryOrder) -> QueryReport:
    """Return the rows that the SQL asks for, or what was exported; or why there is nothing."""
    with duckdb.connect(
        ":memory:",
        config={
            "threads": 2,
            "preserve_insertion_order": order.sql is None,
            "memory_limit": MEMORY,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "temp_directory": str(Path(order.folder) / "spilled"),
            "max_temp_directory_size": MOST_SPILLED,
        },
    ) as connection:
        try:
            _see(connection, order)
            if order.sql is None:
                return QueryReport(exported=tuple(_export(connection, order)))
            _load(connection, order)
            return _ask(connection, order.sql, order)
        except (duckdb.OutOfMemoryException, MemoryError):
            return QueryReport(problem=_TOO_MUCH)
        except duckdb.Error as error:
            return QueryReport(problem=_in_words(error))


def _wanted(order: QueryOrder) -> list[Documented]:
    return [table for table in DOCUMENTED if table.name in order.tables]


def _see(connection: duckdb.DuckDBPyConnection, order: QueryOrder) -> None:
    """Let the tables of the store be seen, by their names, where they lie as files."""
    connection.execute("SET TimeZone = 'UTC'")
    for name in _read_by(_wanted(order)):
        file = quoted(raw_file(Path(order.folder), name))
        connection.execute(f"CREATE VIEW {name} AS FROM read_parquet({file})")


def _read_by(tables: Sequence[Documented]) -> list[str]:
    return list(dict.fromkeys(name for table in tables for name in table.reads))


def _export(connection: duckdb.DuckDBPyConnection, order: QueryOrder) -> Iterator[ExportedTable]:
    """Write the tables, and yield what each became."""
    for table in _wanted(order):
        described = connection.execute(f"DESCRIBE {table.statement}").fetchall()
        files = [f"{table.name}.{form.value}" for form in order.forms]
        rows = 0
        for form, name in zip(order.forms, files, strict=True):
            target = quoted(Path(order.folder) / name)
            written = connection.execute(
                f"COPY ({table.statement}) TO {target} ({_OPTIONS[form]})"
            ).fetchone()
            rows = int(written[0]) if written else 0
        yield ExportedTable(
            name=table.name,
            rows=rows,
            columns=tuple(QueryColumn(name=str(row[0]), type=str(row[1])) for row in described),
            files=tuple(files),
        )


def _load(connection: duckdb.DuckDBPyConnection, order: QueryOrder) -> None:
    """Make the tables that are named, forget what they were made of, and shut every door."""
    tables = _wanted(order)
    for table in tables:
        connection.execute(f"CREATE TABLE {table.name} AS {table.unordered}")
    for name in _read_by(tables):
        connection.execute(f"DROP VIEW {name}")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _ask(connection: duckdb.DuckDBPyConnection, sql: str, order: QueryOrder) -> QueryReport:
    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type not in _READING:
        return QueryReport(problem=_ONE_SELECT)

    found = connection.execute(statements[0])
    columns = tuple(
        QueryColumn(name=str(each[0]), type=str(each[1])) for each in found.description or ()
    )
    if any(_ZONED in each.type for each in columns):
        return QueryReport(problem=_NO_ZONES)  # the driver needs a package more to read them

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
    said = first_line(error)
    if said.startswith(_NO_TABLE):  # DuckDB guesses among tables of its own
        return f"{said.partition('!')[0]}; there are {', '.join(each.name for each in DOCUMENTED)}"

    hint = next(
        (line for line in str(error).splitlines()[1:] if line.startswith(("Did you mean", "Cand"))),
        "",
    )
    return f"{said} {hint}".strip()


if __name__ == "__main__":
    main()
