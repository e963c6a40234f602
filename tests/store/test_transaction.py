from contextlib import suppress

import duckdb
import pytest

from store.database import Connection
from store.transaction import snapshot, transaction


def libraries(connection: Connection) -> list[str]:
    return [str(row[0]) for row in connection.execute("SELECT name FROM library").fetchall()]


def add(connection: Connection, name: str | None) -> None:
    connection.execute("INSERT INTO library (name, root) VALUES ($1, '/films')", [name])


def test_what_a_block_does_is_kept(connection: Connection) -> None:
    with transaction(connection):
        add(connection, "films")

    assert libraries(connection) == ["films"]


@pytest.mark.parametrize("error", [KeyError("bug"), KeyboardInterrupt(), SystemExit(1)])
def test_nothing_is_kept_of_a_block_that_raises(
    connection: Connection, error: BaseException
) -> None:
    def fail() -> None:
        with transaction(connection):
            add(connection, "films")
            raise error

    with pytest.raises(type(error)):
        fail()

    assert libraries(connection) == []


def test_a_statement_that_failed_fails_the_block_even_if_that_was_let_pass(
    connection: Connection,
) -> None:
    def let_pass() -> None:
        with transaction(connection):
            add(connection, "films")
            with suppress(duckdb.ConstraintException):
                add(connection, None)

    with pytest.raises(duckdb.TransactionException):
        let_pass()

    assert libraries(connection) == []
    with transaction(connection):
        add(connection, "after")
    assert libraries(connection) == ["after"]


def test_the_first_error_is_told_when_rolling_back_fails_too(connection: Connection) -> None:
    def fail() -> None:
        with transaction(connection):
            connection.execute("ROLLBACK")
            raise KeyError("bug")

    with pytest.raises(KeyError, match="bug"):
        fail()


def test_a_snapshot_cannot_be_written(connection: Connection) -> None:
    with pytest.raises(duckdb.TransactionException), snapshot(connection):
        add(connection, "films")

    assert libraries(connection) == []


def test_a_snapshot_leaves_nothing_open(connection: Connection) -> None:
    with snapshot(connection):
        assert libraries(connection) == []

    with transaction(connection):
        add(connection, "films")
    assert libraries(connection) == ["films"]
