"""Why a copy cannot be put where it shall go.

UsageError
 ├─ TargetTaken      something else lies there
 └─ SourceMissing    there is no such backup
StoreError
 ├─ TargetUnwritable the disk refuses it
 ├─ StoreInUse       somebody has the store open
 ├─ BackupDamaged    what is to be restored is no whole store
 └─ CopyDamaged      what was copied cannot be read back
"""

from __future__ import annotations

from pathlib import Path

from rules.errors import DoormanError, StoreError, UsageError


class TargetTaken(UsageError):
    """Something that doorman did not put there would be overwritten."""

    def __init__(self, path: Path) -> None:
        """Build the message from the path."""
        super().__init__(
            f"{path} is there already, and doorman writes only over an export of its own that "
            "nobody changed; move it, or name another place"
        )


class SourceMissing(UsageError):
    """The file to be restored is not there."""

    def __init__(self, path: Path, error: OSError) -> None:
        """Build the message from the path and what the system says."""
        super().__init__(f"{path} cannot be read: {error.strerror or error}; check the path")


class TargetUnwritable(DoormanError):
    """The disk refuses a file."""

    def __init__(self, path: Path, error: OSError) -> None:
        """Build the message from the path and what the system says."""
        super().__init__(
            f"{path} cannot be written: {error.strerror or error}; "
            "see that its folder may be written and has room, or name another place"
        )


class ArchiveStrange(DoormanError):
    """What came is no export."""

    def __init__(self, detail: str) -> None:
        """Build the message from what is strange."""
        super().__init__(
            f"the export cannot be unpacked: {detail}; "
            "the daemon may be of another version, so start it again"
        )


class StoreInUse(StoreError):
    """A daemon works with the store that would be replaced."""

    def __init__(self, path: Path, holder_pid: int | None) -> None:
        """Build the message from the store and the process that has it."""
        holder = "another process" if holder_pid is None else f"process {holder_pid}"
        super().__init__(
            f"{path} is in use by {holder}; stop that doorman first, then restore, "
            "then start it again"
        )


class BackupDamaged(StoreError):
    """A file that is to be restored is no whole store of doorman's."""

    def __init__(self, path: Path, detail: str) -> None:
        """Build the message from the backup and what is wrong with it."""
        super().__init__(
            f"{path} cannot be restored: {detail}; nothing was changed, so name another backup"
        )


class CopyDamaged(StoreError):
    """A copy that was to become a backup cannot be read back."""

    def __init__(self, target: Path, detail: str) -> None:
        """Build the message from where it was to lie and what is wrong with it."""
        super().__init__(
            f"{target} was not made, as the copy cannot be read back: {detail}; "
            "see that its disk is sound and has room, then make it again"
        )
