from pathlib import Path

import duckdb
import pytest

from rules.errors import StoreError
from store.errors import (
    StoreBroken,
    StoreFailed,
    StoreFull,
    StoreHeld,
    StoreOnShare,
    StoreShortOfMemory,
    StoreTooNew,
    StoreUnreachable,
    StoreUnreadable,
)
from store.failures import failure, first_line, mapped_errors, opening_failure

PATH = Path("/var/lib/doorman/doorman.duckdb")
NO_SPACE = 'Could not write file "x.wal": No space left on device'
DUCKDB_ERRORS = sorted(
    (
        each
        for each in vars(duckdb).values()
        if isinstance(each, type) and issubclass(each, duckdb.Error)
    ),
    key=lambda each: each.__name__,
)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (duckdb.TransactionException(f"Failed to commit: {NO_SPACE}"), StoreFull),
        (duckdb.FatalException(f"invalidated\nOriginal error: {NO_SPACE}"), StoreFull),
        (duckdb.IOException("Could not write: Disk quota exceeded"), StoreFull),
        (duckdb.FatalException("database has been invalidated"), StoreBroken),
        (duckdb.InternalException("assertion failed"), StoreBroken),
        (duckdb.OutOfMemoryException("could not allocate block"), StoreShortOfMemory),
        (duckdb.ConstraintException("NOT NULL constraint failed"), StoreFailed),
    ],
)
def test_an_error_of_the_open_database_tells_what_to_do(
    error: duckdb.Error, expected: type[StoreError]
) -> None:
    assert type(failure(error)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Could not set lock on file: Conflicting lock is held in python (PID 42).", StoreHeld),
        ("Could not set lock on file: somebody", StoreHeld),
        (NO_SPACE, StoreFull),
        ("not a valid DuckDB database file!", StoreUnreadable),
    ],
)
def test_an_error_at_opening_tells_what_to_do(text: str, expected: type[StoreError]) -> None:
    assert type(opening_failure(duckdb.IOException(text), PATH)) is expected


@pytest.mark.parametrize(
    ("text", "pid"),
    [("Could not set lock on file (PID 42)", 42), ("Could not set lock on file", None)],
)
def test_the_holder_is_named_where_duckdb_names_it(text: str, pid: int | None) -> None:
    error = opening_failure(duckdb.IOException(text), PATH)

    assert isinstance(error, StoreHeld)
    assert error.holder_pid == pid


@pytest.mark.parametrize("error", DUCKDB_ERRORS)
def test_every_error_of_duckdb_becomes_ours(error: type[duckdb.Error]) -> None:
    with pytest.raises(StoreError) as mapped, mapped_errors("looking"):
        raise error("first\nsecond")

    assert "looking: first" in str(mapped.value)
    assert "second" not in str(mapped.value)
    assert isinstance(mapped.value.__cause__, error)


def test_other_errors_pass_as_they_are() -> None:
    with pytest.raises(KeyError), mapped_errors():
        raise KeyError("bug")


def test_an_error_without_text_is_named_by_its_class() -> None:
    assert first_line(duckdb.IOException()) == "IOException"


@pytest.mark.parametrize(
    ("error", "way_out"),
    [
        (StoreHeld(PATH, None), "stop that doorman"),
        (StoreUnreachable(PATH, OSError(13, "Permission denied")), "Permission denied; let the"),
        (StoreUnreachable(PATH, OSError("odd")), "odd; let the user"),
        (StoreUnreadable(PATH, "torn"), "put a backup"),
        (StoreTooNew(PATH, 3, 2), "install the newer doorman"),
        (StoreOnShare(PATH), "set [store] path to a local disk"),
        (StoreFull("x"), "Free some space"),
        (StoreShortOfMemory("x"), "raise [store] memory_limit"),
        (StoreBroken("x"), "start doorman again"),
        (StoreFailed("x"), "start doorman again"),
    ],
)
def test_every_message_says_what_to_do(error: StoreError, way_out: str) -> None:
    assert way_out in str(error)
