"""Put a unit file in its place, never over one that somebody edited."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from rules.errors import ConflictError, DoormanError

_HEADER = "# Written by: doorman units install. SHA-256 of the lines below, as written: "
_WRITTEN = re.compile(rf"\A{re.escape(_HEADER)}([0-9a-f]{{64}})\n", re.ASCII)
_UNIT_NAME = "doorman.service"


class InstallOutcome(StrEnum):
    """What became of the unit file."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What `install` did."""

    path: Path
    outcome: InstallOutcome
    kept: Path | None = None
    """Where the former file is, if somebody had edited it."""


class UnitEdited(ConflictError):
    """The unit that is there is not as doorman wrote it."""

    def __init__(self, path: Path) -> None:
        """Build the message from the path."""
        super().__init__(
            f"{path} was not written by doorman, or was edited since, and stays as it is; "
            "put your changes into a drop-in (systemctl edit doorman), then use --force: "
            "the file is kept beside the new one"
        )
        self.path = path


class UnitNotWritten(DoormanError):
    """The unit cannot be written where it belongs."""

    def __init__(self, path: Path, error: OSError) -> None:
        """Build the message from the path and the system's words."""
        super().__init__(
            f"cannot write {path}: {error.strerror}; run it with sudo, or use --print or --user"
        )
        self.path = path


def sign(unit: str) -> str:
    """Return the unit under a header that tells later whether somebody edited it."""
    return f"{_HEADER}{_digest(unit)}\n{unit}"


def is_as_written(unit: str) -> bool:
    """Tell whether doorman wrote the unit and nobody edited it since."""
    header = _WRITTEN.match(unit)
    return header is not None and header[1] == _digest(unit[header.end() :])


def _digest(text: str) -> str:
    """Return the digest that the header holds."""
    return sha256(text.encode()).hexdigest()


def install_unit(unit: str, directory: Path, *, force: bool) -> Installed:
    """Write the unit as doorman.service, never over somebody's edit; `force` keeps that aside.

    Raises:
        UnitEdited: Somebody edited it, or it is not ours.
        UnitNotWritten: The folder cannot be written.

    """
    path = directory / _UNIT_NAME
    try:
        present = _read(path)
        if present == unit:
            return Installed(path=path, outcome=InstallOutcome.UNCHANGED)

        is_ours = present is None or (is_as_written(present) and not path.is_symlink())
        if not is_ours and not force:
            raise UnitEdited(path)

        directory.mkdir(parents=True, exist_ok=True)
        kept = None if is_ours else _keep(path)
        _write(path, unit)
    except OSError as error:
        raise UnitNotWritten(path, error) from error
    return Installed(path=path, outcome=InstallOutcome.WRITTEN, kept=kept)


def _read(path: Path) -> str | None:
    """Return what is there; None when nothing is."""
    try:
        return path.read_bytes().decode(errors="replace")
    except FileNotFoundError:
        return "" if path.is_symlink() else None  # a link that leads nowhere is somebody's too


def _keep(path: Path) -> Path:
    """Give somebody's unit a second name, which systemd ignores and nothing else has."""
    kept = path.with_name(f"{path.name}.kept-{secrets.token_hex(4)}")
    os.link(path, kept, follow_symlinks=False)
    return kept


def _write(path: Path, unit: str) -> None:
    """Write the whole file or nothing."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with temporary.open("x", encoding="utf-8") as file:
            file.write(unit)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        temporary.rename(path)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()
