"""What the daemon and the child that reads documented tables say to each other, as JSON."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, JsonValue

from store.exporting import Form


class QueryOrder(BaseModel):
    """What the child shall do; one, on its standard input."""

    model_config = ConfigDict(frozen=True)

    folder: str
    """Where what the tables are made of lies; what is exported goes there, too."""
    tables: tuple[str, ...]
    """Documented tables that are wanted."""
    processor_s: int
    """Seconds of a processor that it may take."""
    sql: str | None = None
    """A SELECT to be answered; None: the tables are to be exported."""
    most_rows: int = 0
    most_bytes: int = 0
    """Of the answer, about."""
    forms: tuple[Form, ...] = ()
    """What an export consists of."""


class QueryColumn(BaseModel):
    """One column of an answer."""

    model_config = ConfigDict(frozen=True)

    name: str
    type: str
    """DuckDB's word."""


class ExportedTable(BaseModel):
    """One table that was written."""

    model_config = ConfigDict(frozen=True)

    name: str
    rows: int
    columns: tuple[QueryColumn, ...]
    files: tuple[str, ...]
    """One for each form, in the folder."""


class QueryReport(BaseModel):
    """What came of it."""

    model_config = ConfigDict(frozen=True)

    columns: tuple[QueryColumn, ...] = ()
    rows: tuple[tuple[JsonValue, ...], ...] = ()
    is_cut: bool = False
    """Whether there is more than was asked for."""
    exported: tuple[ExportedTable, ...] = ()
    problem: str | None = None
    """Why there is no answer."""
