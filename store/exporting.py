"""The documented tables as files: Parquet, or JSON lines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from store.database import Connection
from store.documented import Documented
from store.rows import many, number, one
from store.transaction import snapshot
from store.workshop import quoted


class Form(StrEnum):
    """What kind of file."""

    PARQUET = "parquet"
    JSONL = "jsonl"


_OPTIONS = {
    Form.PARQUET: "FORMAT parquet, COMPRESSION zstd",
    Form.JSONL: "FORMAT json",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnType:
    """A column as it came out."""

    name: str
    type: str
    """DuckDB's word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """One table that was written."""

    table: Documented
    rows: int
    columns: tuple[ColumnType, ...]
    files: tuple[Path, ...]
    """One for each form."""


def export(
    connection: Connection, tables: Sequence[Documented], forms: Collection[Form], folder: Path
) -> tuple[Exported, ...]:
    """Write tables into a folder of the workshop, all of one committed state.

    Raises:
        duckdb.Error: it could not be done.

    """
    with snapshot(connection):
        return tuple(_export(connection, table, forms, folder) for table in tables)


def _export(
    connection: Connection, table: Documented, forms: Collection[Form], folder: Path
) -> Exported:
    described = many(connection, f"DESCRIBE {table.statement}")
    files: list[Path] = []
    rows = 0
    for form in forms:
        target = folder / f"{table.name}.{form.value}"
        written = one(
            connection, f"COPY ({table.statement}) TO {quoted(target)} ({_OPTIONS[form]})"
        )
        rows = number(written[0]) if written else 0
        files.append(target)
    return Exported(
        table=table,
        rows=rows,
        columns=tuple(ColumnType(name=str(row[0]), type=str(row[1])) for row in described),
        files=tuple(files),
    )
