from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.duplicates import Knot, Nearness, TooManyNear, clusters_of, knots_of
from store.clusters import find_clusters
from store.prints import Prints

REPEATED = 0xD52A_5555_5555_5555
Row = tuple[int, int, float]
"""Grid, phash and duration of a content."""


def prints(rows: Sequence[Row]) -> Prints:
    """Return contents numbered from 1 in the order given."""
    ordered = sorted((*row, number) for number, row in enumerate(rows, 1))
    return Prints(
        contents=np.array([row[3] for row in ordered], dtype=np.int64),
        phashes=np.array([row[1] for row in ordered], dtype=np.uint64),
        durations_s=np.array([row[2] for row in ordered], dtype=np.float64),
        grids=np.array([row[0] for row in ordered], dtype=np.int64),
    )


def clusters(rows: Sequence[Row], distance_bits: int = 4) -> tuple[tuple[int, ...], ...]:
    return find_clusters(prints(rows), Nearness(distance_bits=distance_bits), lambda: None)


def test_near_hashes_of_one_duration_belong_together() -> None:
    rows = [(1, 0b0011, 600.0), (1, 0b1100, 601.0), (1, 0b0011, 700.0), (1, 2**60 - 1, 600.0)]

    assert clusters(rows) == ((1, 2),)
    assert clusters(rows, 2) == ()


def test_hashes_of_two_grids_are_not_compared() -> None:
    assert clusters([(1, 7, 60.0), (2, 7, 60.0), (2, 7, 60.0)]) == ((2, 3),)


def test_more_pairs_than_anybody_can_look_at_end_the_search() -> None:
    """Ten thousand hashes near each other make fifty million pairs: more than memory holds."""
    rows = prints([(1, 0b1111 << shift, 60.0) for shift in range(0, 16, 4)])

    with pytest.raises(TooManyNear, match="within 8 bits more than 5 pairs"):
        find_clusters(rows, Nearness(distance_bits=8), lambda: None, most_pairs=5)

    at_most_six = find_clusters(rows, Nearness(distance_bits=8), lambda: None, most_pairs=6)
    assert at_most_six == ((1, 2, 3, 4),)


def test_nothing_has_no_clusters() -> None:
    assert clusters([]) == ()


def test_a_thousand_equal_hashes_make_no_million_pairs() -> None:
    """Static clips all repeat one picture, so unlike clips share a hash: durations tell."""
    rows = [(1, REPEATED, 5.0 + number) for number in range(0, 40_000, 2)]

    found = clusters([*rows, (1, REPEATED, 7.5), (1, REPEATED ^ 0b11, 5.2)], 4)

    assert ((2, 20_001) in found, (1, 20_002) in found) == (True, True)


@given(st.integers(0, 2**32), st.integers(0, 16))
def test_the_index_finds_what_comparing_everything_does(seed: int, distance_bits: int) -> None:
    random = np.random.default_rng(seed)
    phashes = random.integers(0, 64, 40) << random.integers(0, 8, 40)
    rows = [
        (1, int(phash), float(seconds))
        for phash, seconds in zip(phashes, random.integers(60, 70, 40), strict=True)
    ]
    nearness = Nearness(distance_bits=distance_bits)

    assert clusters(rows, distance_bits) == by_hand(rows, nearness)


def by_hand(rows: Sequence[Row], nearness: Nearness) -> tuple[tuple[int, ...], ...]:
    """Return the clusters of one grid, every knot compared with every other."""
    alike: dict[int, list[tuple[float, int]]] = {}
    for number, (_, phash, duration_s) in enumerate(rows, 1):
        alike.setdefault(phash, []).append((duration_s, number))
    knots = [
        knot for phash, lasting in alike.items() for knot in knots_of(phash, lasting, nearness)
    ]
    pairs = combinations(range(len(knots)), 2)
    return clusters_of(knots, sorted(pairs, key=partial(_rank, knots)), nearness)


def _rank(knots: Sequence[Knot], pair: tuple[int, int]) -> tuple[int, float, list[int]]:
    """Return what puts the nearest pair first, as `clusters_of` wants it."""
    one, other = (knots[place] for place in pair)
    span_s = max(one.longest_s, other.longest_s) - min(one.shortest_s, other.shortest_s)
    distance_bits = (one.phash ^ other.phash).bit_count()
    return distance_bits, span_s, sorted([one.contents[0], other.contents[0]])


def test_a_search_can_be_ended() -> None:
    def give_up() -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        find_clusters(prints([(1, 7, 60.0), (1, 5, 60.0)]), Nearness(), give_up)
