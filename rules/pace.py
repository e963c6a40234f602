"""How fast files are examined, told by when the latest ones were done.

An examination decodes 25 short pieces whatever the length of the film, so files are counted; only
where every byte is read for an MD5 does size say more. The rate is that of the latest stretch of
work without a pause, all workers together; before it is long enough nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

PAUSE_S = 600.0
"""The default deadline of one file: after a longer silence nothing was being examined."""
LEAST_FILES = 5
LEAST_S = 5.0
"""A stretch that is shorter, in files or in time, says too little."""
LATEST = 200
"""How many files are looked back on; older ones may have been of another kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One file that was examined."""

    at_s: float
    """When it was done, in seconds since 1970."""
    size_bytes: int


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
    """Return the pace of the latest stretch of work, or None while there is too little to say.

    Without `now_s` the stretch may have ended any time ago: for guessing how long new work takes.
    """
    stretch = _latest_stretch(sorted(done, key=lambda each: -each.at_s)[:LATEST])
    if len(stretch) < LEAST_FILES:
        return None

    latest, first = stretch[0], stretch[-1]
    took_s = latest.at_s - first.at_s
    if took_s < LEAST_S or (now_s is not None and now_s - latest.at_s > PAUSE_S):
        return None

    # The first one began before the stretch did: how long it took is not known.
    return Pace(
        files_per_s=(len(stretch) - 1) / took_s,
        bytes_per_s=sum(each.size_bytes for each in stretch[:-1]) / took_s,
    )


def _latest_stretch(latest_first: Sequence[Examined]) -> list[Examined]:
    return [*latest_first[:1], *_unpaused(latest_first)]


def _unpaused(latest_first: Sequence[Examined]) -> Iterator[Examined]:
    """Yield what was done before the latest, back to the last pause."""
    for later, earlier in pairwise(latest_first):
        if later.at_s - earlier.at_s > PAUSE_S:
            return

        yield earlier
