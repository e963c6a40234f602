"""Rows of the database as values: the few shapes that every table module needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from pydantic import TypeAdapter

from store.database import Connection

Value = TypeVar("Value")
Row = tuple[object, ...]


def to_json(adapter: TypeAdapter[Value], value: Value) -> str:
    """Return `value` as the JSON text a column holds."""
    return adapter.dump_json(value).decode()


def from_json(adapter: TypeAdapter[Value], text: object) -> Value:
    """Return the value that `to_json` wrote."""
    return adapter.validate_json(str(text))


def one(connection: Connection, statement: str, parameters: Sequence[object] = ()) -> Row | None:
    """Return the first row, or None."""
    return connection.execute(statement, list(parameters)).fetchone()


def many(connection: Connection, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
    """Return all rows."""
    return connection.execute(statement, list(parameters)).fetchall()


def number(value: object) -> int:
    """Return an integer column's value; NULL is a bug here."""
    if not isinstance(value, int):
        raise TypeError(f"expected a whole number from the database, got {value!r}")

    return value


def number_or_none(value: object) -> int | None:
    """Return an integer column's value, None for NULL."""
    return None if value is None else number(value)


def seconds_or_none(value: object) -> float | None:
    """Return a time column's value, None for NULL."""
    return None if value is None else seconds(value)


def seconds(value: object) -> float:
    """Return a time column's value; NULL is a bug here."""
    if not isinstance(value, int | float):
        raise TypeError(f"expected seconds from the database, got {value!r}")

    return float(value)


def text_or_none(value: object) -> str | None:
    """Return a text column's value, None for NULL."""
    return None if value is None else str(value)


def inserted_id(connection: Connection, statement: str, parameters: Sequence[object]) -> int:
    """Run an `INSERT … RETURNING id` and return the id."""
    row = one(connection, statement, parameters)
    if row is None:
        raise TypeError("an INSERT … RETURNING gave no row back")

    return number(row[0])
