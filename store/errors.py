"""What can go wrong with the database, by condition.

StoreError
 ├─ StoreHeld            another process has it open
 ├─ StoreUnreachable     its folder cannot be made or written
 ├─ StoreUnreadable      the file is damaged or no database of ours
 ├─ StoreTooNew          a newer doorman wrote it
 ├─ StoreOnShare         it would lie on a network share
 ├─ StoreFull            the disk is full
 ├─ StoreShortOfMemory   a statement needs more memory than it may use
 ├─ StoreBroken          the database gave up; it has to be opened again
 └─ StoreFailed          a statement or commit failed; nothing of it was kept
"""

from __future__ import annotations

from pathlib import Path

from rules.errors import StoreError


class StoreHeld(StoreError):
    """Another process holds the database."""

    def __init__(self, path: Path, holder_pid: int | None) -> None:
        """Build the message from the path and, where known, the holder's process id."""
        holder = "another process" if holder_pid is None else f"process {holder_pid}"
        super().__init__(
            f"{path} is held by {holder}; "
            "stop that doorman, or let commands reach it through its socket"
        )
        self.holder_pid = holder_pid


class StoreUnreachable(StoreError):
    """The folder of the database cannot be made, or nothing can be written there."""

    def __init__(self, path: Path, error: OSError) -> None:
        """Build the message from the path and the operating system's error."""
        super().__init__(
            f"{path} cannot be reached: {error.strerror or error}; let the user that runs doorman "
            "read and write its folder, or set another [store] path"
        )


class StoreUnreadable(StoreError):
    """The file cannot be opened as our database."""

    def __init__(self, path: Path, detail: str) -> None:
        """Build the message from the path and the database's own words."""
        super().__init__(
            f"{path} cannot be opened: {detail}; nothing was changed. Move it and its .wal file "
            "aside together, then put a backup (*.backup-*) in its place; or set another "
            "[store] path"
        )
        self.detail = detail


class StoreTooNew(StoreError):
    """The database was written by a newer doorman."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        """Build the message from both schema versions."""
        super().__init__(
            f"{path} has schema version {found}, this doorman knows {known}; "
            "install the newer doorman again, or put back the backup made before it migrated"
        )


class StoreOnShare(StoreError):
    """The database would lie on a network share, where locks and syncs cannot be trusted."""

    def __init__(self, path: Path) -> None:
        """Build the message from the path."""
        super().__init__(
            f"{path} lies on a network share, where a database gets damaged; "
            "set [store] path to a local disk"
        )


class StoreFull(StoreError):
    """There is no space left on the disk of the database."""

    def __init__(self, detail: str) -> None:
        """Build the message from the database's own words."""
        super().__init__(
            f"the disk of the database is full: {detail}; what was confirmed before is kept. "
            "Free some space in the [store] folder (old *.backup-* files), then start doorman again"
        )


class StoreShortOfMemory(StoreError):
    """A statement needs more memory than the database may use."""

    def __init__(self, detail: str) -> None:
        """Build the message from the database's own words."""
        super().__init__(
            f"the database has too little memory: {detail}; "
            "raise [store] memory_limit, then start doorman again"
        )


class StoreBroken(StoreError):
    """The database met an error after which it does nothing until it is opened again."""

    def __init__(self, detail: str) -> None:
        """Build the message from the database's own words."""
        super().__init__(
            f"the database stopped: {detail}; what was confirmed before is kept. "
            "Look at the disk of the [store] folder, then start doorman again"
        )


class StoreFailed(StoreError):
    """A transaction failed and was rolled back."""

    def __init__(self, detail: str) -> None:
        """Build the message from the database's own words."""
        super().__init__(
            f"the database refused a request, and nothing of it was kept: {detail}; "
            "look at free space and permissions of the [store] folder, then start doorman again"
        )
