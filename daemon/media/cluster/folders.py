"""Where files lie for the workers of a cluster."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from daemon.settings.machines import MappedFolder


def path_there(path: Path, folders: Sequence[MappedFolder]) -> Path:
    """Return what the workers call a path: by the longest mapped folder, or as it is called here.

    Links are not followed: the library's own path is what is mapped.
    """
    around = [folder for folder in folders if path.is_relative_to(folder.here)]
    if not around:
        return path

    nearest = max(around, key=lambda folder: len(folder.here.parts))
    return nearest.there / path.relative_to(nearest.here)
