"""Hold hints until somebody takes them, in bounded memory."""

from __future__ import annotations

from pathlib import PurePath

LIMIT = 10_000
"""Beyond so many paths, looking over the library is cheaper than looking at each."""


class Backlog:
    """The paths of which something was heard, each once, in the order first heard.

    The pipe from a watcher must be emptied at once, or the watcher stops emptying the kernel's
    queue; whoever handles hints takes the time it needs. This lies between.
    """

    def __init__(self, *, limit: int = LIMIT) -> None:
        """Start empty."""
        self._limit = limit
        self._paths: dict[PurePath, None] = {}

    def __len__(self) -> int:
        """Return how many paths wait."""
        return len(self._paths)

    def add(self, path: PurePath) -> bool:
        """Keep a path; return False when there are too many, and all were dropped for a rescan."""
        self._paths[path] = None
        if len(self._paths) <= self._limit:
            return True

        self.clear()
        return False

    def take(self) -> PurePath | None:
        """Return the path that waited longest and drop it; None when none waits."""
        path = next(iter(self._paths), None)
        if path is not None:
            del self._paths[path]

        return path

    def clear(self) -> None:
        """Drop all paths."""
        self._paths.clear()
