"""The contents of a whole library that belong together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rules.duplicates import Clusters, Knot, Link, Nearness, clusters_of, knots_of
from store.nearness import Places, Points, near_pairs
from store.prints import Prints


def find_clusters(prints: Prints, nearness: Nearness, check: Callable[[], None]) -> Clusters:
    """Return the numbers of contents that belong together, two or more each, ascending.

    Takes seconds for a million of them, so it is not for the event loop.

    Args:
        prints: What contents are compared by.
        nearness: What counts as near-equal.
        check: Called now and then; what it raises ends the search.

    """
    found: list[tuple[int, ...]] = []
    for grid in np.unique(prints.grids):
        field = _field(prints, np.flatnonzero(prints.grids == grid), nearness)
        found += _clusters(field, nearness, check)
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


def _clusters(field: _Field, nearness: Nearness, check: Callable[[], None]) -> Clusters:
    firsts, seconds = [], []
    for first, second in near_pairs(field.points, nearness):
        check()
        firsts.append(first)
        seconds.append(second)

    linked = np.concatenate([*firsts, *seconds, field.shared_places()])
    places, numbers = np.unique(linked, return_inverse=True)
    half = sum(map(len, firsts))
    links: list[Link] = list(
        zip(numbers[:half].tolist(), numbers[half : 2 * half].tolist(), strict=True)
    )
    return clusters_of([field.knot(place) for place in places.tolist()], links, nearness)
