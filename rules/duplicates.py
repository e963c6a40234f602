"""Which contents are near-equal, and which of them belong together.

Two contents are near-equal when their phashes differ in few bits and their durations agree. The
very same content (oshash and size) is one content here, however many files hold it.

A cluster is complete: every two contents in it are near-equal. Connected components would chain:
A near B near C says nothing of A and C, and in a large library such chains join unlike films, of
which a person would then delete one. The nearest pairs are joined first, so that a chance
neighbour does not take a content from its true twin.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rules.errors import UsageError

DEFAULT_DISTANCE_BITS = 4
"""Stash's word for it is "high"; 0, 8 and 10 are exact, medium and low.

Other encodings and other builds of ffmpeg move a hash by 0 to 4 bits (`stash.md` §1.10). Among
1,000,000 unlike films 0.1 pair is as near by chance; 360 at 8 bits, 11,000 at 10.
"""
MOST_DISTANCE_BITS = 16
"""Farther apart, pictures agree by chance: 34,000,000 pairs among 1,000,000."""
SHORT_S = 150.0
"""A phash says little of shorter videos: their 25 pictures are much alike (Stash #7225)."""


class DistanceUnusable(UsageError):
    """No search is made at this distance."""

    def __init__(self, distance_bits: int) -> None:
        """Build the message from the distance asked for."""
        super().__init__(
            f"{distance_bits} is no distance to search within; "
            f"give 0 (identical) to {MOST_DISTANCE_BITS} bits, {DEFAULT_DISTANCE_BITS} is usual"
        )


class TooManyNear(UsageError):
    """At this distance more is near-equal than anybody can look at, or memory hold."""

    def __init__(self, distance_bits: int, most_pairs: int) -> None:
        """Build the message from the distance asked for and how many pairs are taken."""
        super().__init__(
            f"within {distance_bits} bits more than {most_pairs:,} pairs are near-equal; "
            "give a smaller distance, or one library"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearness:
    """What counts as near-equal."""

    distance_bits: int = DEFAULT_DISTANCE_BITS
    spare_s: float = 1.0
    """Durations this far apart agree: a re-encoding moves the end by some frames."""
    spare_share: float = 0.02
    """So do these: beyond 2 % of the longer the 25 pictures are others (as in `defaults`)."""

    def __post_init__(self) -> None:
        """Check the distance.

        Raises:
            DistanceUnusable: it is negative, or pictures agree by chance at it.

        """
        if not 0 <= self.distance_bits <= MOST_DISTANCE_BITS:
            raise DistanceUnusable(self.distance_bits)

    def longest_s(self, shortest_s: float) -> float:
        """Return the longest duration that agrees with `shortest_s`; it never falls as that grows.

        Hence any two durations between two that agree do so, too.
        """
        return max(shortest_s + self.spare_s, shortest_s / (1 - self.spare_share))

    def durations_agree(self, one_s: float, other_s: float) -> bool:
        """Tell whether two durations can be of the same video; an unknown one never agrees."""
        return self.spans(min(one_s, other_s), max(one_s, other_s))

    def spans(self, shortest_s: float, longest_s: float) -> bool:
        """Tell whether all durations between these two agree."""
        return shortest_s > 0 and longest_s <= self.longest_s(shortest_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Knot:
    """Contents with one phash and durations that all agree."""

    phash: int
    shortest_s: float
    longest_s: float
    contents: tuple[int, ...]
    """Their numbers, ascending; no content is in two knots."""


Link = tuple[int, int]
"""Two knots that may be near, by position."""
Clusters = tuple[tuple[int, ...], ...]
"""The numbers of the contents that belong together, ascending."""


@dataclass(slots=True)
class _Group:
    places: list[int]
    shortest_s: float
    longest_s: float


def knots_of(
    phash: int, lasting: Iterable[tuple[float, int]], nearness: Nearness
) -> tuple[Knot, ...]:
    """Return the knots that contents of one phash make: (duration, content's number) each.

    The smallest gap between two durations is closed first, as long as all that is joined by it
    agrees; what once did not agree never will, since knots only grow.
    """
    ordered = sorted(lasting)
    starts, ends = list(range(len(ordered))), list(range(len(ordered)))
    gaps = sorted((ordered[at + 1][0] - ordered[at][0], at) for at in range(len(ordered) - 1))
    for _, at in gaps:
        start, end = starts[at], ends[at + 1]
        if nearness.spans(ordered[start][0], ordered[end][0]):
            starts[end], ends[start] = start, end

    knots, start = [], 0
    while start < len(ordered):
        knots.append(_knot(phash, ordered[start : ends[start] + 1]))
        start = ends[start] + 1
    return tuple(knots)


def clusters_of(knots: Sequence[Knot], links: Iterable[Link], nearness: Nearness) -> Clusters:
    """Return the numbers of the contents that belong together, two or more each, ascending.

    Args:
        knots: All of them.
        links: Every two knots that are near-equal, the nearest first: by distance, then by the span
            of their durations, then by the lower and the higher of their first contents' numbers.
            Others do no harm.
        nearness: What counts as near-equal.

    """
    groups = [
        _Group(places=[at], shortest_s=knot.shortest_s, longest_s=knot.longest_s)
        for at, knot in enumerate(knots)
    ]
    for one, other in links:
        mine, theirs = groups[one], groups[other]
        if mine is not theirs and _belong_together(knots, mine, theirs, nearness):
            _join(groups, mine, theirs)
    found = {id(group): group for group in groups}
    gathered = (_contents(knots, group) for group in found.values())
    return tuple(sorted(contents for contents in gathered if len(contents) > 1))


def _belong_together(
    knots: Sequence[Knot], mine: _Group, theirs: _Group, nearness: Nearness
) -> bool:
    shortest_s = min(mine.shortest_s, theirs.shortest_s)
    longest_s = max(mine.longest_s, theirs.longest_s)
    return nearness.spans(shortest_s, longest_s) and all(
        (knots[one].phash ^ knots[other].phash).bit_count() <= nearness.distance_bits
        for one in mine.places
        for other in theirs.places
    )


def _join(groups: list[_Group], mine: _Group, theirs: _Group) -> None:
    """Put the smaller of two groups into the larger."""
    large, small = sorted((mine, theirs), key=lambda group: len(group.places), reverse=True)
    large.places += small.places
    large.shortest_s = min(large.shortest_s, small.shortest_s)
    large.longest_s = max(large.longest_s, small.longest_s)
    for place in small.places:
        groups[place] = large


def _contents(knots: Sequence[Knot], group: _Group) -> tuple[int, ...]:
    return tuple(sorted(number for place in group.places for number in knots[place].contents))


def _knot(phash: int, lasting: Sequence[tuple[float, int]]) -> Knot:
    return Knot(
        phash=phash,
        shortest_s=lasting[0][0],
        longest_s=lasting[-1][0],
        contents=tuple(sorted(content_id for _, content_id in lasting)),
    )
