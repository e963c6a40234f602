"""The contents of a whole library that belong together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.duplicates import (
    Clusters,
    Knot,
    Link,
    Nearness,
    TooManyNear,
    clusters_of,
    knots_of,
)
from store.nearness import Places, Points, near_pairs
from store.prints import Prints

_CHUNK = 1 << 16
"""Pairs that are Python's own values at a time."""
MOST_PAIRS = 10_000_000
"""One takes some 80 bytes in the end, so 800 MB; a usual library of a million has a few million."""


def find_clusters(
    prints: Prints,
    nearness: Nearness,
    check: Callable[[], None],
    *,
    most_pairs: int = MOST_PAIRS,
) -> Clusters:
    """Return the numbers of contents that belong together, two or more each, ascending.

    Takes seconds for a million of them, so it is not for the event loop.

    Args:
        prints: What contents are compared by.
        nearness: What counts as near-equal.
        check: Called now and then; what it raises ends the search.
        most_pairs: So many near-equal pairs are taken.

    Raises:
        TooManyNear: there are more.

    """
    found: list[tuple[int, ...]] = []
    for grid in np.unique(prints.grids):
        field = _field(prints, np.flatnonzero(prints.grids == grid), nearness)
        found += _clusters(field, nearness, check, most_pairs)
    return tuple(sorted(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    """Knots as the index wants them; made one by one only where something is near."""

    prints: Prints
    singles: Places
    """Where in the prints contents stand that share their phash with none."""
    shared: tuple[Knot, ...]
    points: Points
    order: Places
    """Of each point: its place among the singles, which the shared follow."""

    def knot(self, place: int) -> Knot:
        """Return the knot at a point."""
        number = int(self.order[place])
        if number >= len(self.singles):
            return self.shared[number - len(self.singles)]

        at = self.singles[number]
        duration_s = float(self.prints.durations_s[at])
        return Knot(
            phash=int(self.prints.phashes[at]),
            shortest_s=duration_s,
            longest_s=duration_s,
            contents=(int(self.prints.contents[at]),),
        )

    def first_contents(self) -> NDArray[np.int64]:
        """Return the lowest content's number at each point."""
        numbers = np.append(
            self.prints.contents[self.singles],
            np.array([knot.contents[0] for knot in self.shared], dtype=np.int64),
        )
        return numbers[self.order]

    def shared_places(self) -> Places:
        """Return the points that several contents share."""
        return np.flatnonzero(self.order >= len(self.singles))


def _field(prints: Prints, part: Places, nearness: Nearness) -> _Field:
    """Return the knots of contents whose hashes are comparable."""
    phashes = prints.phashes[part]
    edges = np.flatnonzero(np.diff(phashes, prepend=~phashes[:1])), len(phashes)
    starts = np.append(*edges)
    sizes = np.diff(starts)
    singles = part[starts[:-1][sizes == 1]]
    shared = tuple(
        knot
        for start, size in zip(starts[:-1][sizes > 1], sizes[sizes > 1], strict=True)
        for knot in _shared(prints, part[start : start + size], nearness)
    )
    shortest_s = np.append(prints.durations_s[singles], [knot.shortest_s for knot in shared])
    longest_s = np.append(prints.durations_s[singles], [knot.longest_s for knot in shared])
    hashes = np.append(
        prints.phashes[singles], np.array([knot.phash for knot in shared], dtype=np.uint64)
    )
    order = np.argsort(shortest_s, kind="stable")
    points = Points(hashes=hashes[order], shortest_s=shortest_s[order], longest_s=longest_s[order])
    return _Field(prints=prints, singles=singles, shared=shared, points=points, order=order)


def _shared(prints: Prints, places: Places, nearness: Nearness) -> tuple[Knot, ...]:
    durations_s, contents = prints.durations_s[places], prints.contents[places]
    lasting = zip(durations_s.tolist(), contents.tolist(), strict=True)
    return knots_of(int(prints.phashes[places[0]]), lasting, nearness)


def _clusters(
    field: _Field, nearness: Nearness, check: Callable[[], None], most_pairs: int
) -> Clusters:
    firsts, seconds = [field.shared_places()], [field.shared_places()]  # a knot is near itself
    room = most_pairs
    for first, second in near_pairs(field.points, nearness):
        check()
        room -= len(first)
        if room < 0:
            raise TooManyNear(nearness.distance_bits, most_pairs)

        firsts.append(first)
        seconds.append(second)

    one, other = _nearest_first(field, np.concatenate(firsts), np.concatenate(seconds))
    places = np.unique(np.concatenate([one, other]))
    knots = [field.knot(place) for place in places.tolist()]
    links = _links(np.searchsorted(places, one), np.searchsorted(places, other), check)
    return clusters_of(knots, links, nearness)


def _nearest_first(field: _Field, one: Places, other: Places) -> tuple[Places, Places]:
    """Return the pairs in the order that `clusters_of` takes them in."""
    points, numbers = field.points, field.first_contents()
    spans_s = np.maximum(points.longest_s[one], points.longest_s[other]) - np.minimum(
        points.shortest_s[one], points.shortest_s[other]
    )
    lower = np.minimum(numbers[one], numbers[other])
    higher = np.maximum(numbers[one], numbers[other])
    distances = np.bitwise_count(points.hashes[one] ^ points.hashes[other])
    order = np.lexsort((higher, lower, spans_s, distances))
    return one[order], other[order]


def _links(one: Places, other: Places, check: Callable[[], None]) -> Iterator[Link]:
    """Yield pairs as Python's own values, some at a time."""
    for start in range(0, len(one), _CHUNK):
        check()
        chunk = slice(start, start + _CHUNK)
        yield from zip(one[chunk].tolist(), other[chunk].tolist(), strict=True)
