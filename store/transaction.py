"""Transactions that are kept whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb

_PROBE = "SELECT 1"
"""Fails in a transaction in which a statement failed, where COMMIT would "succeed" and discard."""


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit what the block does, or roll all of it back and raise.

    Raises:
        duckdb.Error: a statement in the block failed, even if the block let that pass.

    """
    connection.execute("BEGIN TRANSACTION")
    try:
        yield
        connection.execute(_PROBE)
        connection.execute("COMMIT")
    except BaseException:
        # A COMMIT that failed has rolled back by itself, and a database that cannot roll back
        # says so again with the next BEGIN; the first error is the one to tell.
        with suppress(duckdb.Error):
            connection.execute("ROLLBACK")
        raise


@contextmanager
def snapshot(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let all statements of the block see the same committed state, and change nothing."""
    connection.execute("BEGIN TRANSACTION READ ONLY")
    try:
        yield
    finally:
        with suppress(duckdb.Error):  # as above
            connection.execute("ROLLBACK")


@contextmanager
def rolled_back(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let the block see what it changes, and keep nothing of it.

    Raises:
        duckdb.Error: it cannot be rolled back; then nothing of it is committed either.

    """
    connection.execute("BEGIN TRANSACTION")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
