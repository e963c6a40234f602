"""How fast files are examined, told by when the latest ones were in hand.

An examination decodes 25 short pieces whatever the length of the film, so files are counted; only
where every byte is read for an MD5 does size say more. The rate is that of the latest work, all
workers together. Only time when something was in hand counts: new files come one by one, and
waiting for them is not slowness. Before there was enough of it nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

PAUSE_S = 600.0
"""The default deadline of one file: what was done before a longer silence was other work."""
STEP_S = 1.0
"""From one file to the next a worker waits for a look at the disk and a commit: that is work."""
LEAST_FILES = 5
LEAST_S = 2.0
"""Less work, in files or in time, says too little."""
LATEST = 200
"""How many files are looked back on; older ones may have been of another kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One file that was examined."""

    at_s: float
    """When it was done, in seconds since 1970."""
    took_s: float
    """How long it was in hand until then."""
    size_bytes: int

    @property
    def began_s(self) -> float:
        """Return when it was taken in hand."""
        return self.at_s - self.took_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast it went lately."""

    files_per_s: float
    bytes_per_s: float

    def time_left_s(self, *, files: int, size_bytes: int, is_read_whole: bool) -> float:
        """Return how long as many files will take at this pace.

        Args:
            files: How many are left.
            size_bytes: Of all of them together.
            is_read_whole: Whether every byte of them is read.

        """
        if is_read_whole and self.bytes_per_s > 0:
            return size_bytes / self.bytes_per_s

        return files / self.files_per_s


def pace_of(done: Sequence[Examined], *, now_s: float | None = None) -> Pace | None:
    """Return the pace of the latest work, or None while there is too little to say.

    Without `now_s` it may have ended any time ago: for guessing how long new work takes.
    """
    latest = sorted(done, key=lambda each: -each.at_s)[:LATEST]
    stretch = list(_unpaused(latest))
    if len(stretch) < LEAST_FILES:
        return None

    took_s = _in_hand_s(stretch)
    if took_s < LEAST_S or (now_s is not None and now_s - stretch[0].at_s > PAUSE_S):
        return None

    return Pace(
        files_per_s=len(stretch) / took_s,
        bytes_per_s=sum(each.size_bytes for each in stretch) / took_s,
    )


def _unpaused(latest_first: Sequence[Examined]) -> Iterator[Examined]:
    """Yield what was done back to the last pause."""
    began_s: float | None = None
    for each in latest_first:
        if began_s is not None and began_s - each.at_s > PAUSE_S:
            return

        began_s = each.began_s if began_s is None else min(began_s, each.began_s)
        yield each


def _in_hand_s(stretch: Sequence[Examined]) -> float:
    """Return how long anything was in hand; what was at the same time counts once."""
    took_s = 0.0
    until_s = min(each.began_s for each in stretch)
    for each in sorted(stretch, key=lambda each: (each.began_s, each.at_s)):
        is_step = each.began_s - until_s <= STEP_S
        took_s += max(each.at_s - (until_s if is_step else each.began_s), 0.0)
        until_s = max(until_s, each.at_s)

    return took_s
