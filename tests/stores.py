"""Stores that are there at once."""

from __future__ import annotations

import shutil
from pathlib import Path


def put_store(empty: Path, path: Path) -> Path:
    """Put a copy of an empty store at `path` and return it.

    All tables are in it, so that opening it takes a fifth of the time that making one takes.
    """
    path.parent.mkdir(mode=0o700, exist_ok=True)
    shutil.copyfile(empty, path)
    return path
