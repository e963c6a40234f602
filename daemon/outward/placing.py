"""Put a finished file at its name: whole or not at all, and never over somebody else's."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from daemon.outward.errors import TargetTaken, TargetUnwritable

PREFIX = ".doorman-"
"""How our temporary names begin."""


@contextmanager
def drafted(target: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """Yield a new private file in the folder of `target`, to be filled and placed; else it goes.

    Raises:
        TargetUnwritable: it cannot be made, filled or synced.

    """
    try:
        descriptor, name = tempfile.mkstemp(prefix=PREFIX, dir=target.parent)
    except OSError as error:
        raise TargetUnwritable(target, error) from error

    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file, draft
    except OSError as error:
        raise TargetUnwritable(target, error) from error
    finally:
        draft.unlink(missing_ok=True)


def sync(file: BinaryIO) -> None:
    """Let what was written survive a power cut."""
    file.flush()
    os.fsync(file.fileno())


def place(draft: Path, target: Path) -> None:
    """Give a finished draft its name, which must be free.

    Raises:
        TargetTaken: it is not free.
        OSError: the disk refuses.

    """
    try:
        os.link(draft, target)  # unlike a rename, it never replaces
    except FileExistsError as error:
        raise TargetTaken(target) from error
    except OSError:  # a file system without links
        if os.path.lexists(target):
            raise TargetTaken(target) from None
        draft.rename(target)
    sync_folder(target.parent)


def replace(draft: Path, target: Path) -> None:
    """Give a finished draft a name that may be taken."""
    draft.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Let new names survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems cannot
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
