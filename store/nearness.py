"""All pairs of near-equal hashes among a million: an index of ours.

Split 64 bits into d + k bands: two hashes that differ in at most d bits agree in at least k bands
(pigeonhole). So for each choice of k bands the hashes are sorted by those bands, and only
neighbours that agree in all of them are compared. Within such a run they stand by duration, which
ends the comparing early and is all that is left of the index when d is large (k = 0).

Measured (1,000,000 hashes with 32 bits set, distance 4, 2 cores, one run, interleaved): this 1.05 s
on one core; DuckDB's join on the same pairs of bands, 1.6 s on two cores, and on a single band of
five 12 s. At distance 8 this took half of the time of DuckDB. DuckDB's joins also keep a reader of
the store busy all that time.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.duplicates import Nearness

Hashes = NDArray[np.uint64]
Seconds = NDArray[np.float64]
Places = NDArray[np.int64]
Pairs = tuple[Places, Places]

_BITS = 64
_MOST_SHARED = 4
"""Bands to agree in; with more there are too many choices of them."""
_NEIGHBOURS = 64
"""So many are compared for all hashes together; who has more in its run goes on alone."""
_ROWS = 4096
"""Hashes that go on alone between two chunks, unless much is near them."""
_PAIRS = 1 << 20
"""In a chunk; beside that, what is near a single hash."""
_SORT_NS, _COMPARE_NS = 60.0, 10.0
"""For one hash; measured, and only their ratio matters."""
_NOTHING: Places = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """What is to be compared, ascending by the shortest duration."""

    hashes: Hashes
    shortest_s: Seconds
    longest_s: Seconds
    """Of what has this hash; equal to the shortest where that is one file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Split:
    """Bands of bits, and how many of them near hashes share."""

    edges: tuple[int, ...]
    shared: int

    def choices(self) -> Iterator[tuple[int, ...]]:
        return itertools.combinations(range(len(self.edges) - 1), self.shared)

    def band(self, number: int) -> tuple[int, int]:
        """Return where a band starts and how wide it is."""
        return self.edges[number], self.edges[number + 1] - self.edges[number]

    def earlier(self, choice: tuple[int, ...]) -> tuple[np.uint64, ...]:
        """Return masks of the bands in which a pair differs, unless an earlier choice finds it."""
        before = range(choice[-1] if choice else 0)
        return tuple(self._mask(number) for number in before if number not in choice)

    def _mask(self, number: int) -> np.uint64:
        start, width = self.band(number)
        return np.uint64(_low_bits(width) << start)


def near_pairs(points: Points, nearness: Nearness) -> Iterator[Pairs]:
    """Yield all near-equal pairs, each once, as two arrays of places; in chunks, often empty.

    Durations agree when the shortest and the longest of both do. Memory is a few times that of the
    points, beside what is near itself.
    """
    count = len(points.hashes)
    reach = _reach(points, nearness)
    split = _split(nearness.distance_bits, count, int((reach - np.arange(1, count + 1)).sum()))
    for choice in split.choices():
        differing = split.earlier(choice)
        for first, second in _sharing(points.hashes, reach, split, choice, nearness.distance_bits):
            difference = points.hashes[first] ^ points.hashes[second]
            is_found = _durations_agree(points, nearness, first, second)
            for mask in differing:
                is_found &= (difference & mask) != 0
            yield first[is_found], second[is_found]


def _reach(points: Points, nearness: Nearness) -> Places:
    """Return for each point the first place whose duration is too long for it."""
    longest_s = _longest_s(points.shortest_s, nearness)
    return np.searchsorted(points.shortest_s, longest_s, side="right").astype(np.int64)


def _longest_s(shortest_s: Seconds, nearness: Nearness) -> Seconds:
    """Return what `Nearness.longest_s` does, to the last bit."""
    return np.maximum(shortest_s + nearness.spare_s, shortest_s / (1 - nearness.spare_share))


def _durations_agree(
    points: Points, nearness: Nearness, first: Places, second: Places
) -> NDArray[np.bool_]:
    shortest_s = np.minimum(points.shortest_s[first], points.shortest_s[second])
    longest_s = np.maximum(points.longest_s[first], points.longest_s[second])
    agree: NDArray[np.bool_] = longest_s <= _longest_s(shortest_s, nearness)
    return agree


def _split(distance_bits: int, count: int, pairs: int) -> _Split:
    """Return the cheapest split for `count` hashes, `pairs` of which agree in duration."""

    def cost_ns(shared: int) -> float:
        bands = distance_bits + shared
        met = pairs / 2 ** (_BITS * shared / bands)
        return math.comb(bands, shared) * (count * _SORT_NS + met * _COMPARE_NS)

    fewest = 0 if distance_bits else 1  # some band there must be
    shared = min(range(fewest, _MOST_SHARED + 1), key=cost_ns)
    bands = distance_bits + shared
    return _Split(edges=tuple(_BITS * at // bands for at in range(bands + 1)), shared=shared)


def _sharing(
    hashes: Hashes, reach: Places, split: _Split, choice: tuple[int, ...], distance_bits: int
) -> Iterator[Pairs]:
    """Yield pairs within the distance that share these bands."""
    rank_bits = np.uint64(len(hashes).bit_length())
    low = np.uint64(_low_bits(int(rank_bits)))
    ordered = _packed(hashes, [split.band(number) for number in choice], _BITS - int(rank_bits))
    ordered = (ordered << rank_bits) | np.arange(len(hashes), dtype=np.uint64)
    ordered.sort()
    order = (ordered & low).astype(np.int64)
    keys = ordered >> rank_bits
    starts = np.flatnonzero(keys[1:] == keys[:-1])
    goals = (keys[starts] << rank_bits) | reach[order[starts]].astype(np.uint64)
    ends = np.searchsorted(ordered, goals).astype(np.int64)
    for first, second in _compared(hashes[order], starts, ends, distance_bits):
        yield order[first], order[second]


def _packed(hashes: Hashes, bands: Iterable[tuple[int, int]], room: int) -> Hashes:
    """Return the bits of these bands side by side, as many as there is room for."""
    packed = np.zeros(len(hashes), dtype=np.uint64)
    for start, full_width in bands:
        width = min(full_width, room)
        room -= width
        packed <<= np.uint64(width)
        packed |= (hashes >> np.uint64(start)) & np.uint64(_low_bits(width))
    return packed


def _compared(hashes: Hashes, starts: Places, ends: Places, distance_bits: int) -> Iterator[Pairs]:
    """Yield pairs within the distance, one from `starts` and one after it and before its end."""
    for offset in range(1, _NEIGHBOURS + 1):
        is_left = ends > starts + offset
        starts, ends = starts[is_left], ends[is_left]
        if not len(starts):
            return

        distances = np.bitwise_count(hashes[starts] ^ hashes[starts + offset])
        first = starts[distances <= distance_bits]
        yield first, first + offset

    for block in range(0, len(starts), _ROWS):
        rows = slice(block, block + _ROWS)
        yield from _row_by_row(hashes, starts[rows], ends[rows], distance_bits)


def _row_by_row(
    hashes: Hashes, starts: Places, ends: Places, distance_bits: int
) -> Iterator[Pairs]:
    """Yield the pairs that lie more than `_NEIGHBOURS` apart, some `_PAIRS` at a time."""
    first, second, gathered = [_NOTHING], [_NOTHING], 0
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        begin = start + _NEIGHBOURS + 1
        near = np.flatnonzero(np.bitwise_count(hashes[start] ^ hashes[begin:end]) <= distance_bits)
        if len(near):
            first.append(np.full(len(near), start))
            second.append(near + begin)
            gathered += len(near)
        if gathered > _PAIRS:
            yield np.concatenate(first), np.concatenate(second)
            first, second, gathered = [_NOTHING], [_NOTHING], 0

    yield np.concatenate(first), np.concatenate(second)


def _low_bits(width: int) -> int:
    return (1 << width) - 1
