"""One DuckDB file: opened by one process, changed by one writer, read through cursors.

Measured facts this rests on (DuckDB 2.0): a second process cannot open the file at all; any other
open() and close() of it in this process drops DuckDB's lock, so the database file is never opened
otherwise (`store.hold`); COMMIT after a failed statement silently discards everything, so every
failure rolls back and is raised (`store.transaction`); a connection shared between threads gives
wrong results, so each read has a cursor of its own.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import anyio
import anyio.to_thread
import duckdb

from store.backup import STORAGE_VERSION
from store.errors import StoreFailed, StoreUnreadable
from store.failures import mapped_errors, opening_failure
from store.hold import take_hold
from store.migration import migrate
from store.schema import MIGRATIONS, Migration
from store.ticket import Ticket
from store.transaction import rolled_back, snapshot, transaction
from store.workshop import cleared_workshop, quoted, workshop_of

Connection = duckdb.DuckDBPyConnection
Result = TypeVar("Result")

GROUP_COMMIT = 256
"""Changes that share one commit at the most; a commit costs one fdatasync, however many."""
READERS = 2
MIGRATING_BYTES = 256 * 2**20
"""What a new schema may use, however little is allowed otherwise: a column for the titles of
200,000 candidates did not fit into 96 MiB (measured, DuckDB 2.0; 128 MiB were enough)."""


class Database:
    """The store's file.  Use `open_database`; close it to release the file."""

    def __init__(self, connection: Connection, lock_descriptor: int, path: Path) -> None:
        """Take over an open connection and the lock that guards it."""
        self._connection = connection
        self._lock_descriptor = lock_descriptor
        self._log_path = _log_path(path)
        self.workshop = workshop_of(path)
        """The one folder that `copy_out` may write to."""
        self._pending: list[Ticket[object]] = []
        self._turn = anyio.Lock()
        self._changed = anyio.Event()
        self._commits = 0
        self._in_use = threading.Lock()
        self._writer = anyio.CapacityLimiter(1)
        self._readers = anyio.CapacityLimiter(READERS)
        self._copiers = anyio.CapacityLimiter(1)

    async def write(self, change: Callable[[Connection], Result]) -> Result:
        """Run `change` in a transaction and return its result once it is on disk.

        Changes that wait at the same time share a commit.  If one of them fails, each is run
        again in a transaction of its own, so `change` must have no effect but on the database.
        A change whose caller is cancelled never happens while it waits; once its commit has
        begun, it is finished first.

        Raises:
            StoreError: the database refused it; nothing of it was kept.

        """
        ticket = Ticket(change)
        self._pending.append(ticket)  # type: ignore[arg-type]  # the list never looks at results
        try:
            with ticket.patience:
                async with self._turn:
                    if not ticket.is_settled:
                        await self._commit_waiting()
        finally:
            await self._leave(ticket)  # type: ignore[arg-type]  # as above
        return ticket.outcome()

    def next_change(self) -> anyio.Event:
        """Return what the next commit sets; take it before looking, and no change is missed."""
        return self._changed

    @property
    def commits(self) -> int:
        """Return how many commits there were since it was opened: another number, another state."""
        return self._commits

    async def rehearse(self, change: Callable[[Connection], Result]) -> Result:
        """Return what `change` would come to; nothing of it is kept, and nobody else sees it.

        It takes the writer's turn: another transaction that changes the same rows would fail.

        Raises:
            StoreError: the database refused it.

        """
        async with self._turn:
            return await anyio.to_thread.run_sync(self._rehearse, change, limiter=self._writer)

    async def read(self, question: Callable[[Connection], Result]) -> Result:
        """Return what `question` finds in one committed state; it must fetch all it needs.

        Raises:
            StoreError: the database could not answer.

        """
        return await anyio.to_thread.run_sync(self._read, question, limiter=self._readers)

    async def copy_out(self, copy: Callable[[Connection], Result]) -> Result:
        """Return what `copy` comes to, which may take long and writes to the workshop only.

        One is made at a time, and neither questions nor changes wait for it. It sees a committed
        state for each transaction that it begins itself.

        Raises:
            StoreError: the database could not do it.

        """
        return await anyio.to_thread.run_sync(self._copy_out, copy, limiter=self._copiers)

    def close(self) -> None:
        """Write the log into the main file and let go of both; a commit under way is awaited.

        Raises:
            StoreError: the log could not be written through; it stays and nothing is lost.

        """
        with self._in_use:
            try:
                with mapped_errors("checkpoint at the end"):
                    self._connection.execute("CHECKPOINT")
            finally:
                self._connection.close()
                os.close(self._lock_descriptor)

    async def _commit_waiting(self) -> None:
        """Commit what waits, in order; the caller's own ticket comes first."""
        batch, self._pending = self._pending[:GROUP_COMMIT], self._pending[GROUP_COMMIT:]
        for ticket in batch:
            ticket.patience.shield = True  # a commit once begun is finished and known
        try:
            await anyio.to_thread.run_sync(self._commit, batch, limiter=self._writer)
        except BaseException:  # no thread to be had, or the event loop itself is being torn down
            for ticket in batch:
                ticket.fail(StoreFailed("its commit was cut off"))
            raise
        finally:
            for ticket in batch:
                ticket.settle()
            self._commits += 1
            changed, self._changed = self._changed, anyio.Event()
            changed.set()

    async def _leave(self, ticket: Ticket[object]) -> None:
        """See to it that a change whose caller goes away is either done or never happens."""
        if ticket.is_settled:
            return

        if ticket in self._pending:
            self._pending.remove(ticket)
        else:  # the caller was cancelled in the very moment when its commit began
            with anyio.CancelScope(shield=True):
                await ticket.settled()

    def _commit(self, batch: Sequence[Ticket[object]]) -> None:
        with self._in_use:
            if not self._commit_together(batch):
                for ticket in batch:
                    self._commit_alone(ticket)
            _make_private(self._log_path)  # each checkpoint removes it, and it comes back

    def _commit_together(self, batch: Sequence[Ticket[object]]) -> bool:
        if len(batch) == 1:
            return False

        try:
            with transaction(self._connection):
                for ticket in batch:
                    ticket.run(self._connection)
        except BaseException:  # noqa: BLE001  # whose fault it is shows when each runs alone
            return False
        return True

    def _commit_alone(self, ticket: Ticket[object]) -> None:
        try:
            with mapped_errors(), transaction(self._connection):
                ticket.run(self._connection)
        except BaseException as error:  # noqa: BLE001  # raised again to whoever asked for it
            ticket.fail(error)

    def _rehearse(self, change: Callable[[Connection], Result]) -> Result:
        with self._in_use, mapped_errors(), rolled_back(self._connection):
            return change(self._connection)

    def _read(self, question: Callable[[Connection], Result]) -> Result:
        with mapped_errors(), self._connection.cursor() as cursor, snapshot(cursor):
            return question(cursor)

    def _copy_out(self, copy: Callable[[Connection], Result]) -> Result:
        with mapped_errors("copy"), self._connection.cursor() as cursor:
            return copy(cursor)


def open_database(
    path: Path,
    *,
    memory_limit_bytes: int,
    now_s: float,
    migrations: tuple[Migration, ...] = MIGRATIONS,
) -> Database:
    """Return the database at `path`, made or migrated as needed; this process then holds it.

    Only its owner can read the file, its log and, if it was missing, its folder.

    Raises:
        StoreHeld: another process has it.
        StoreUnreachable: its folder cannot be made or written.
        StoreUnreadable: it is damaged, or something else.
        StoreTooNew: a newer doorman wrote it.
        StoreError: it could not be migrated.

    """
    real_path = Path(os.path.realpath(path))  # DuckDB would open a link a second time
    lock_descriptor = take_hold(real_path)
    try:
        connection = _connect(real_path, max(memory_limit_bytes, MIGRATING_BYTES))
        try:
            migrate(connection, real_path, now_s=now_s, migrations=migrations)
            _limit_memory(connection, memory_limit_bytes)
            _close_in(connection, cleared_workshop(real_path))
        except BaseException:
            connection.close()
            raise
    except BaseException:
        os.close(lock_descriptor)
        raise
    return Database(connection, lock_descriptor, real_path)


def _connect(path: Path, memory_limit_bytes: int) -> Connection:
    _refuse_lone_log(path)
    try:
        connection = duckdb.connect(
            path,
            config={
                "threads": 2,
                "memory_limit": f"{memory_limit_bytes}B",
                "storage_compatibility_version": STORAGE_VERSION,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "allow_community_extensions": False,
                "temp_directory": "",
            },
        )
    except duckdb.Error as error:
        raise opening_failure(error, path) from error

    _make_private(path)
    return connection


def _limit_memory(connection: Connection, memory_limit_bytes: int) -> None:
    """Allow only so much from now on; what a new schema took was given back by its checkpoint."""
    with mapped_errors("memory limit"):
        connection.execute(f"SET memory_limit = '{memory_limit_bytes}B'")


def _refuse_lone_log(path: Path) -> None:
    """Refuse a log without its database: DuckDB would start anew and delete it (measured, 2.0)."""
    if _log_path(path).exists() and not path.exists():
        raise StoreUnreadable(path, f"only its log {_log_path(path).name} is there")


def _close_in(connection: Connection, workshop: Path) -> None:
    """Keep SQL from reaching any file outside the workshop, and from changing that again."""
    with mapped_errors("settings"):
        connection.execute(f"SET allowed_directories = [{quoted(workshop)}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")


def _make_private(path: Path) -> None:
    """Let only its owner read a file; by its name, as opening it would drop DuckDB's lock."""
    with suppress(FileNotFoundError, PermissionError):  # not there now, or another user's
        path.chmod(0o600)


def _log_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")
