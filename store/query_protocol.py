"""What the daemon and the child that answers a person's SQL say to each other, as JSON."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, JsonValue


class QueryOrder(BaseModel):
    """What the child shall do; one, on its standard input."""

    model_config = ConfigDict(frozen=True)

    folder: str
    """Where a Parquet file lies for each table."""
    tables: tuple[str, ...]
    """What the SQL may speak of."""
    sql: str
    most_rows: int
    most_bytes: int
    """Of the answer, about."""
    processor_s: int


class QueryColumn(BaseModel):
    """One column of an answer."""

    model_config = ConfigDict(frozen=True)

    name: str
    type: str
    """DuckDB's word."""


class QueryReport(BaseModel):
    """What came of it."""

    model_config = ConfigDict(frozen=True)

    columns: tuple[QueryColumn, ...] = ()
    rows: tuple[tuple[JsonValue, ...], ...] = ()
    is_cut: bool = False
    """Whether there is more than was asked for."""
    problem: str | None = None
    """Why there is no answer."""
