"""What the desk hands out of the store: answers to SQL, and what an export says of itself."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import JsonValue, TypeAdapter

from store.documented import DOCUMENTED

MOST_ROWS = 100_000
"""In one answer; more is what an export is for."""
USUAL_ROWS = 1000
LONGEST_S = 300
USUAL_S = 30
LONGEST_SQL = 20_000
"""Characters."""
MANIFEST = "doorman-export.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLine:
    """One column."""

    name: str
    type: str
    """DuckDB's word for what is in it."""
    says: str = ""
    """What it holds; nothing where the asker made it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLine:
    """A table that may be read."""

    name: str
    says: str
    columns: tuple[ColumnLine, ...]
    rows: int
    files: tuple[str, ...] = ()
    """Names of the files of an export that hold it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportView:
    """What an export holds; it lies in it as doorman-export.json."""

    version: str
    """Of doorman."""
    made_at: str
    """When, in ISO 8601, UTC."""
    tables: tuple[TableLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryView:
    """The answer to a SELECT."""

    columns: tuple[ColumnLine, ...]
    rows: tuple[tuple[JsonValue, ...], ...]
    is_cut: bool
    """Whether there are more rows than were asked for."""


EXPORT = TypeAdapter(ExportView)
QUERY = TypeAdapter(QueryView)


def readable_tables() -> tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]:
    """Return the tables that SQL may speak of: name, meaning, and the same of each column."""
    return tuple(
        (table.name, table.says, tuple((each.name, each.says) for each in table.columns))
        for table in DOCUMENTED
    )
