"""When to look over a library again, and when to start a watcher again; told the time."""

from __future__ import annotations


class RescanClock:
    """Tells when a library is to be looked over as a whole.

    There are many reasons and one consequence: however many come together, two looks are at
    least a gap apart. All times are monotonic seconds.
    """

    def __init__(self, *, gap_s: float) -> None:
        """Start stopped."""
        self._gap_s = gap_s
        self._every_s: float | None = None
        self._due_s: float | None = None
        self._last_s: float | None = None

    def every(self, interval_s: float, *, at_s: float) -> None:
        """Look at least that often from now on."""
        self._every_s = interval_s
        self._bring_forward(at_s + interval_s)

    def ask(self, *, at_s: float, within_s: float = 0.0) -> None:
        """Look after `within_s` at the latest, or later if the gap to the last look demands it."""
        due_s = at_s + within_s
        self._bring_forward(
            due_s if self._last_s is None else max(due_s, self._last_s + self._gap_s)
        )

    def stop(self) -> None:
        """Look no more until `every` or `ask`."""
        self._every_s = self._due_s = None

    def next_s(self) -> float | None:
        """Return when the next look is due; None when there is none to come."""
        return self._due_s

    def take(self, *, at_s: float) -> bool:
        """Tell whether a look is due, and count it as begun."""
        if self._due_s is None or at_s < self._due_s:
            return False

        self._last_s = at_s
        self._due_s = None if self._every_s is None else at_s + max(self._every_s, self._gap_s)
        return True

    def _bring_forward(self, due_s: float) -> None:
        self._due_s = due_s if self._due_s is None else min(self._due_s, due_s)


class Backoff:
    """Tells how long to wait before something that keeps failing is tried again."""

    def __init__(self, *, first_s: float, longest_s: float) -> None:
        """Start without a failure."""
        self._first_s = first_s
        self._longest_s = longest_s
        self.failures = 0
        """In a row."""

    def fail(self, *, is_lasting: bool) -> float:
        """Count a failure and return the wait: twice the last, at once the longest if lasting."""
        self.failures += 1
        doublings = min(self.failures - 1, 32)  # beyond, numbers only grow
        return self._longest_s if is_lasting else min(self._first_s * 2**doublings, self._longest_s)

    def forget(self) -> None:
        """Forget the failures: it works."""
        self.failures = 0
