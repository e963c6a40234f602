"""Rows of the database as values: the few shapes that every table module needs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

from rules.work import ExternalId
from store.database import Connection

Value = TypeVar("Value")
Row = tuple[object, ...]


_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_UNDECODABLE = range(0xDC80, 0xDD00)
"""Bytes of a file name that is no UTF-8 (PEP 383); see `rules.media.path_to_text`."""
_PRIVATE_PLANE = 0x100000


def storable(text: str) -> str:
    """Return text as the database can hold it.

    Messages about a file whose name is no UTF-8 carry halves of characters, which neither DuckDB
    nor JSON can hold; one such file must not stop the daemon. They become what
    `rules.media.path_to_text` makes of them; other halves, which no file name has, become U+FFFD.
    """
    return text if text.isascii() else _HALF_CHARACTER.sub(_whole, text)


def to_json(adapter: TypeAdapter[Value], value: Value) -> str:
    """Return `value` as the JSON text a column holds."""
    try:
        return adapter.dump_json(value).decode()
    except PydanticSerializationError:  # text with halves of characters, unless it's a bug
        plain = adapter.dump_python(value, mode="json")
        return storable(json.dumps(plain, ensure_ascii=False))


def from_json(adapter: TypeAdapter[Value], text: object) -> Value:
    """Return the value that `to_json` wrote."""
    return adapter.validate_json(str(text))


def run(connection: Connection, statement: str, parameters: Sequence[object]) -> None:
    """Run a statement that answers nothing."""
    connection.execute(statement, _storable_all(parameters))


def one(connection: Connection, statement: str, parameters: Sequence[object] = ()) -> Row | None:
    """Return the first row, or None."""
    return connection.execute(statement, _storable_all(parameters)).fetchone()


def many(connection: Connection, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
    """Return all rows."""
    return connection.execute(statement, _storable_all(parameters)).fetchall()


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


def ids_by_number(numbers: Iterable[int], rows: Iterable[Row]) -> dict[int, frozenset[ExternalId]]:
    """Return rows of (number, source, remote id) as a set for each number, also for those of none.

    Rows must be of these numbers.
    """
    found: dict[int, set[ExternalId]] = {each: set() for each in numbers}
    for owner, source, remote_id in rows:
        found[number(owner)].add(ExternalId(source=str(source), remote_id=str(remote_id)))
    return {each: frozenset(ids) for each, ids in found.items()}


def drawn_ids(connection: Connection, sequence: str, count: int) -> list[int]:
    """Return so many new numbers of a sequence, for rows that are inserted together."""
    rows = many(connection, "SELECT nextval($1) FROM range($2)", [sequence, count])
    return [number(row[0]) for row in rows]


def inserted_id(connection: Connection, statement: str, parameters: Sequence[object]) -> int:
    """Run an `INSERT … RETURNING id` and return the id."""
    row = one(connection, statement, parameters)
    if row is None:
        raise TypeError("an INSERT … RETURNING gave no row back")

    return number(row[0])


def _whole(half: re.Match[str]) -> str:
    code = ord(half[0])
    return chr(code + _PRIVATE_PLANE) if code in _UNDECODABLE else "\ufffd"


def _storable_all(parameters: Sequence[object]) -> list[object]:
    return [_storable_one(parameter) for parameter in parameters]


def _storable_one(parameter: object) -> object:
    if isinstance(parameter, str):
        return storable(parameter)

    if isinstance(parameter, list):
        return [storable(each) if isinstance(each, str) else each for each in parameter]

    return parameter
