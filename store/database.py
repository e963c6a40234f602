"""One DuckDB file: opened by one process, changed by one writer, read through cursors.

Measured facts this rests on (DuckDB 2.0): a second process cannot open the file at all; any other
open() and close() of it in this process drops DuckDB's lock, so the lock file beside it is ours
and the database file is never opened otherwise; COMMIT after a failed statement silently discards
everything, so every failure rolls back and is raised; a connection shared between threads gives
wrong results, so each read has a cursor of its own.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

import anyio
import anyio.to_thread
import duckdb

from rules.errors import DoormanError
from store.errors import StoreFailed, StoreHeld, StoreUnreadable
from store.migration import migrate

Connection = duckdb.DuckDBPyConnection
Result = TypeVar("Result")

GROUP_COMMIT = 256
"""Changes that share one commit at the most; a commit costs one fdatasync, however many."""
READERS = 2


@dataclass(slots=True, eq=False)
class _Ticket(Generic[Result]):
    """One change that waits for its commit."""

    change: Callable[[Connection], Result]
    results: list[Result] = field(default_factory=list)
    error: BaseException | None = None

    @property
    def is_done(self) -> bool:
        return bool(self.results) or self.error is not None

    def run(self, connection: Connection) -> None:
        self.results = [self.change(connection)]

    def outcome(self) -> Result:
        if self.error is not None:
            raise self.error

        return self.results[0]


class Database:
    """The store's file.  Use `open_database`; close it to release the file."""

    def __init__(self, connection: Connection, lock_descriptor: int) -> None:
        """Take over an open connection and the lock that guards it."""
        self._connection = connection
        self._lock_descriptor = lock_descriptor
        self._writing = anyio.Lock()
        self._pending: list[_Ticket[object]] = []
        self._readers = anyio.CapacityLimiter(READERS)

    async def write(self, change: Callable[[Connection], Result]) -> Result:
        """Run `change` in a transaction and return its result once it is on disk.

        Changes that wait at the same time share a commit.  If one of them fails, each is run
        again in a transaction of its own, so `change` must have no effect but on the database.

        Raises:
            StoreFailed: the database refused it; nothing of it was kept.

        """
        ticket = _Ticket(change)
        self._pending.append(ticket)  # type: ignore[arg-type]  # the list never looks at results
        try:
            async with self._writing:
                if not ticket.is_done:
                    await self._commit_waiting()
        finally:
            if not ticket.is_done:  # cancelled while it waited: it must not happen later
                self._pending.remove(ticket)  # type: ignore[arg-type]  # as above
        return ticket.outcome()

    async def read(self, question: Callable[[Connection], Result]) -> Result:
        """Return what `question` finds in the committed state; it must fetch all it needs."""
        return await anyio.to_thread.run_sync(self._read, question, limiter=self._readers)

    def close(self) -> None:
        """Write the log into the main file and let go of both."""
        try:
            with _mapped_errors():
                self._connection.execute("CHECKPOINT")
        finally:
            self._connection.close()
            os.close(self._lock_descriptor)

    async def _commit_waiting(self) -> None:
        """Commit what waits, in order; the caller's own ticket is among it or done by another."""
        batch, self._pending = self._pending[:GROUP_COMMIT], self._pending[GROUP_COMMIT:]
        with anyio.CancelScope(shield=True):  # a commit once begun is finished and known
            await anyio.to_thread.run_sync(self._commit, batch)

    def _commit(self, batch: list[_Ticket[object]]) -> None:
        try:
            self._in_transaction(batch)
        except (DoormanError, duckdb.Error):
            for ticket in batch:
                self._commit_alone(ticket)

    def _commit_alone(self, ticket: _Ticket[object]) -> None:
        try:
            with _mapped_errors():
                self._in_transaction([ticket])
        except BaseException as error:  # noqa: BLE001  # raised again to whoever asked for the change
            ticket.results.clear()
            ticket.error = error

    def _in_transaction(self, batch: list[_Ticket[object]]) -> None:
        with transaction(self._connection):
            for ticket in batch:
                ticket.run(self._connection)

    def _read(self, question: Callable[[Connection], Result]) -> Result:
        with _mapped_errors(), self._connection.cursor() as cursor:
            return question(cursor)


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Commit what the block does, or roll all of it back and raise."""
    connection.execute("BEGIN TRANSACTION")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def open_database(path: Path, *, memory_limit_bytes: int, now_s: float) -> Database:
    """Return the database at `path`, made or migrated as needed; this process then holds it.

    Raises:
        StoreHeld: another process has it.
        StoreUnreadable: it is damaged, or something else.
        StoreTooNew: a newer doorman wrote it.

    """
    real_path = Path(os.path.realpath(path))  # DuckDB would open a link a second time
    real_path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock_descriptor = _lock(real_path)
    try:
        connection = _connect(real_path, memory_limit_bytes)
        migrate(connection, real_path, now_s=now_s)
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
    except BaseException:
        os.close(lock_descriptor)
        raise
    return Database(connection, lock_descriptor)


def _lock(path: Path) -> int:
    """Return a descriptor that holds our own lock, with our process id in the file."""
    lock_path = path.with_name(path.name + ".lock")
    descriptor = os.open(lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        text = os.read(descriptor, 32).decode("ascii", "replace").strip()
        os.close(descriptor)
        raise StoreHeld(path, int(text) if text.isdigit() else None) from None

    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    return descriptor


def _connect(path: Path, memory_limit_bytes: int) -> Connection:
    try:
        return duckdb.connect(
            path,
            config={
                "threads": 2,
                "memory_limit": f"{memory_limit_bytes}B",
                "storage_compatibility_version": "v1.5.0",
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "allow_community_extensions": False,
                "temp_directory": "",
            },
        )
    except duckdb.Error as error:
        raise StoreUnreadable(path, _first_line(error)) from error


@contextmanager
def _mapped_errors() -> Iterator[None]:
    """Turn DuckDB's errors into ours; this is the one place that does."""
    try:
        yield
    except duckdb.Error as error:
        raise StoreFailed(_first_line(error)) from error


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
