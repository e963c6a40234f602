from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.duplicates import MOST_DISTANCE_BITS, Nearness
from store.nearness import Hashes, Points, Seconds, near_pairs

nearnesses = st.builds(
    Nearness,
    distance_bits=st.integers(0, MOST_DISTANCE_BITS),
    spare_s=st.sampled_from([0.0, 1.0, 1e9]),
    spare_share=st.sampled_from([0.0, 0.02]),
)


def points(hashes: Hashes, shortest_s: Seconds, longest_s: Seconds | None = None) -> Points:
    return Points(
        hashes=hashes,
        shortest_s=shortest_s,
        longest_s=shortest_s if longest_s is None else longest_s,
    )


def found(given_points: Points, nearness: Nearness) -> list[tuple[int, int]]:
    pairs = []
    for first, second in near_pairs(given_points, nearness):
        pairs += [tuple(sorted(pair)) for pair in zip(first.tolist(), second.tolist(), strict=True)]
    return sorted((one, other) for one, other in pairs)


def expected(given_points: Points, nearness: Nearness) -> list[tuple[int, int]]:
    hashes = given_points.hashes.tolist()
    ends = list(zip(given_points.shortest_s.tolist(), given_points.longest_s.tolist(), strict=True))
    return [
        (one, other)
        for one, other in combinations(range(len(hashes)), 2)
        if (hashes[one] ^ hashes[other]).bit_count() <= nearness.distance_bits
        and max(ends[one][1], ends[other][1])
        <= nearness.longest_s(min(ends[one][0], ends[other][0]))
    ]


def families(seed: int, count: int, flips: int) -> Points:
    """Return hashes of three families, with some bits of each flipped, and their durations."""
    random = np.random.default_rng(seed)
    hashes = random.integers(0, 2**64, size=3, dtype=np.uint64)[random.integers(0, 3, count)]
    for _ in range(flips):
        hashes = hashes ^ (np.uint64(1) << random.integers(0, 64, count).astype(np.uint64))
    shortest_s = np.sort(random.lognormal(3, 1, count))
    return points(hashes, shortest_s, shortest_s * random.uniform(1, 1.01, count))


@given(st.integers(0, 2**32), st.integers(0, 120), st.integers(0, 9), nearnesses)
def test_every_near_pair_is_found_once(
    seed: int, count: int, flips: int, nearness: Nearness
) -> None:
    given_points = families(seed, count, flips)

    assert found(given_points, nearness) == expected(given_points, nearness)


@pytest.mark.parametrize("distance_bits", [0, 1, 4, 8, 16])
def test_a_run_longer_than_the_neighbours_is_compared_to_its_end(distance_bits: int) -> None:
    given_points = families(7, 400, 3)
    nearness = Nearness(distance_bits=distance_bits, spare_s=1e9)

    assert found(given_points, nearness) == expected(given_points, nearness)


@pytest.mark.parametrize("bits", list(permutations([0, 13, 31, 47, 63], 2)))
def test_no_border_between_bands_hides_a_pair(bits: tuple[int, int]) -> None:
    base = 0x0F0F_3355_AA99_C3F0
    flipped = base ^ (1 << bits[0]) ^ (1 << bits[1])
    given_points = points(np.array([base, flipped], dtype=np.uint64), np.array([60.0, 60.0]))

    assert found(given_points, Nearness(distance_bits=2)) == [(0, 1)]
    assert found(given_points, Nearness(distance_bits=1)) == []


def test_a_crowd_of_near_hashes_comes_in_chunks_that_fit_into_memory() -> None:
    """Whoever counts the pairs can give up before they fill the memory."""
    one_bit_each = np.uint64(1) << (np.arange(2500, dtype=np.uint64) % np.uint64(64))
    crowd = points(one_bit_each, np.full(2500, 60.0))

    sizes = [len(first) for first, _ in near_pairs(crowd, Nearness(distance_bits=2))]

    assert sum(sizes) == 2500 * 2499 // 2
    assert max(sizes) < (1 << 20) + 2500


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_have_no_pair(count: int) -> None:
    given_points = points(np.zeros(count, dtype=np.uint64), np.ones(count))

    assert found(given_points, Nearness()) == []


def test_a_hundred_thousand_hashes_show_the_pairs_that_were_planted() -> None:
    random = np.random.default_rng(3)
    hashes = random.integers(0, 2**64, size=100_000, dtype=np.uint64)
    hashes[77] = hashes[5] ^ np.uint64(0b1001)
    hashes[99_999] = hashes[50_000] ^ np.uint64(2**63 + 2**40 + 2**20 + 1)
    given_points = points(hashes, np.full(100_000, 60.0))

    assert found(given_points, Nearness()) == [(5, 77), (50_000, 99_999)]
