"""DuckDB's errors as ours; this is the one place that translates them.

What the errors look like was measured with DuckDB 2.0: a full disk is a TransactionException when
the log cannot grow (the session goes on) and a FatalException when a checkpoint cannot be written
(every later call fails until the file is opened again; what was committed is safe either way).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from rules.errors import StoreError
from store.errors import (
    StoreBroken,
    StoreFailed,
    StoreFull,
    StoreHeld,
    StoreShortOfMemory,
    StoreUnreadable,
)

_FULL = ("No space left on device", "Disk quota exceeded")
"""The operating system's words, which DuckDB hands on."""
_HELD = "Could not set lock on file"
_HOLDER_PID = re.compile(r"\(PID (\d+)\)")


@contextmanager
def mapped_errors(doing: str = "") -> Iterator[None]:
    """Turn what DuckDB raises in the block into a StoreError, with what was being done."""
    try:
        yield
    except duckdb.Error as error:
        raise failure(error, doing) from error


def failure(error: duckdb.Error, doing: str = "") -> StoreError:
    """Return the StoreError for what went wrong while the database was open."""
    detail = f"{doing}: {first_line(error)}" if doing else first_line(error)
    if any(sign in str(error) for sign in _FULL):
        return StoreFull(detail)

    if isinstance(error, duckdb.FatalException | duckdb.InternalException):
        return StoreBroken(detail)

    if isinstance(error, duckdb.OutOfMemoryException):
        return StoreShortOfMemory(detail)

    return StoreFailed(detail)


def opening_failure(error: duckdb.Error, path: Path) -> StoreError:
    """Return the StoreError for a file that could not be opened."""
    text = str(error)
    if _HELD in text:
        holder = _HOLDER_PID.search(text)
        return StoreHeld(path, int(holder[1]) if holder else None)

    if any(sign in text for sign in _FULL):
        return StoreFull(first_line(error))

    return StoreUnreadable(path, first_line(error))


def first_line(error: BaseException) -> str:
    """Return the first line of an error's text: DuckDB adds a stack or a help page below."""
    return (str(error).splitlines() or [type(error).__name__])[0]
