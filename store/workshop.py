"""The one folder that SQL may write to: where copies of the store grow until they are handed over.

It lies beside the database, only its owner can enter it, and whatever a killed doorman left there
is removed when the database is opened.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.errors import StoreUnreachable

MODE = 0o700


def workshop_of(path: Path) -> Path:
    """Return the workshop of the database at `path`."""
    return path.with_name(f"{path.name}.workshop")


def cleared_workshop(path: Path) -> Path:
    """Return the workshop of the database at `path`, which is not there; the caller holds its lock.

    Raises:
        StoreUnreachable: something is there that cannot be removed.

    """
    workshop = workshop_of(path)
    try:
        if workshop.is_symlink():
            workshop.unlink()  # whoever put it there would have us write elsewhere
        elif workshop.exists():
            shutil.rmtree(workshop)
    except OSError as error:
        raise StoreUnreachable(path, error) from error

    return workshop


@contextmanager
def bench(workshop: Path) -> Iterator[Path]:
    """Yield a folder of its own in the workshop, which is gone with all in it afterwards.

    Raises:
        StoreUnreachable: it cannot be made.

    """
    try:
        workshop.mkdir(mode=MODE, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="copy-", dir=workshop))
    except OSError as error:
        raise StoreUnreachable(workshop, error) from error

    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def quoted(path: Path) -> str:
    """Return a path as a string of SQL."""
    return "'" + os.fspath(path).replace("'", "''") + "'"
