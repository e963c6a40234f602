"""Hold a changed file back until it has come to rest."""

from __future__ import annotations

import heapq
from pathlib import PurePath

from rules.media import FileStamp
from rules.selection import is_temporary


class Settler:
    """Tell files at rest from files still being written.

    A file is at rest when two looks, at least `quiet_s` seconds apart, found the same stamp.
    Temporary names never are. The settler reads neither clock nor disk: it is told both.

    Nothing else is safe: opening a file succeeds while it is copied, and watchfiles drops the
    kernel's close events (`lessons.md` §1c, `platform.md` §1.3).
    """

    def __init__(self, *, quiet_s: float) -> None:
        """Start with no file known."""
        self._quiet_s = quiet_s
        self._since: dict[PurePath, tuple[FileStamp, float]] = {}
        # Entries that no longer agree with _since are left behind and passed over later.
        self._dues: list[tuple[float, PurePath]] = []

    def __len__(self) -> int:
        """Return how many files are held back."""
        return len(self._since)

    def __contains__(self, path: PurePath) -> bool:
        """Tell whether `path` is held back."""
        return path in self._since

    def look(self, path: PurePath, stamp: FileStamp | None, *, at_s: float) -> bool:
        """Return whether `path` is at rest, and forget it if it is.

        Args:
            path: Absolute.
            stamp: None when the file is gone or no longer of interest; it is then forgotten.
            at_s: Monotonic seconds, never decreasing from call to call.

        """
        if stamp is None or is_temporary(path.name):
            self.forget(path)
            return False

        known = self._since.get(path)
        if known is None or known[0] != stamp:
            self._hold(path, stamp, at_s)
            return False

        # The same sum as in the dues: with a difference, rounding could lose a path.
        if at_s < known[1] + self._quiet_s:
            return False

        self.forget(path)
        return True

    def forget(self, path: PurePath) -> None:
        """Hold `path` back no longer; nothing happens when it was not."""
        self._since.pop(path, None)

    def due(self, *, at_s: float) -> tuple[PurePath, ...]:
        """Return the paths to look at again now, longest due first, each once until looked at.

        A caller that cannot look says so with `again`; without either the path would stay held.
        """
        paths: list[PurePath] = []
        while self._dues and self._dues[0][0] <= at_s:
            due_s, path = heapq.heappop(self._dues)
            if self._is_current(due_s, path):
                paths.append(path)

        return tuple(dict.fromkeys(paths))

    def again(self, path: PurePath, *, at_s: float) -> None:
        """Make a held path due once more after the quiet time, because no look was possible."""
        if path in self._since:
            stamp, _ = self._since[path]
            self._hold(path, stamp, at_s)

    def next_due_s(self) -> float | None:
        """Return when the next path is due, in the clock of the looks; None when none is held."""
        while self._dues and not self._is_current(*self._dues[0]):
            heapq.heappop(self._dues)

        return self._dues[0][0] if self._dues else None

    def _hold(self, path: PurePath, stamp: FileStamp, at_s: float) -> None:
        self._since[path] = (stamp, at_s)
        heapq.heappush(self._dues, (at_s + self._quiet_s, path))

    def _is_current(self, due_s: float, path: PurePath) -> bool:
        known = self._since.get(path)
        return known is not None and known[1] + self._quiet_s == due_s
