from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.duplicates import (
    MOST_DISTANCE_BITS,
    DistanceUnusable,
    Knot,
    Nearness,
    clusters_of,
    knots_of,
)

NEAR = Nearness(distance_bits=4)
durations = st.decimals("0.01", 400, places=2).map(float)
lasting = st.lists(durations).map(lambda found: [(each, at) for at, each in enumerate(found)])
nearnesses = st.builds(
    Nearness,
    distance_bits=st.integers(0, MOST_DISTANCE_BITS),
    spare_s=st.sampled_from([0.0, 1.0, 5.0]),
    spare_share=st.sampled_from([0.0, 0.02, 0.3]),
)


@st.composite
def contents(draw: st.DrawFn) -> list[Knot]:
    """Return knots of few bits and durations, so that many are near one another."""
    kinds = st.tuples(st.integers(0, 255), st.integers(1, 40))
    drawn = draw(st.lists(kinds, max_size=12, unique=True))
    return [knot(phash, float(seconds), at) for at, (phash, seconds) in enumerate(drawn, 1)]


def knot(phash: int, seconds: float, *numbers: int) -> Knot:
    return Knot(phash=phash, shortest_s=seconds, longest_s=seconds, contents=numbers)


def are_near(one: Knot, other: Knot, nearness: Nearness) -> bool:
    distance_bits = (one.phash ^ other.phash).bit_count()
    return distance_bits <= nearness.distance_bits and nearness.durations_agree(
        one.shortest_s, other.shortest_s
    )


def links(knots: list[Knot], nearness: Nearness) -> list[tuple[int, int]]:
    """Return the near pairs, the nearest first."""

    def rank(pair: tuple[int, int]) -> tuple[int, float, list[int]]:
        one, other = (knots[at] for at in pair)
        ends_s = (one.shortest_s, other.shortest_s, one.longest_s, other.longest_s)
        distance_bits = (one.phash ^ other.phash).bit_count()
        return (
            distance_bits,
            max(ends_s) - min(ends_s),
            sorted(one.contents[:1] + other.contents[:1]),
        )

    pairs = combinations(range(len(knots)), 2)
    near = [pair for pair in pairs if are_near(knots[pair[0]], knots[pair[1]], nearness)]
    return sorted(near, key=rank)


def clusters(knots: list[Knot], nearness: Nearness = NEAR) -> tuple[tuple[int, ...], ...]:
    return clusters_of(knots, links(knots, nearness), nearness)


@pytest.mark.parametrize("bits", [-1, MOST_DISTANCE_BITS + 1, 64])
def test_a_distance_at_which_chance_agrees_is_refused(bits: int) -> None:
    with pytest.raises(DistanceUnusable, match=r"give 0 .identical. to 16 bits, 4 is usual"):
        Nearness(distance_bits=bits)


@pytest.mark.parametrize(
    ("one_s", "other_s", "is_so"),
    [
        (10.0, 10.0, True),
        (10.0, 11.0, True),
        (10.0, 11.01, False),
        (980.0, 1000.0, True),
        (979.9, 1000.0, False),
        (0.0, 0.0, False),
        (0.0, 0.5, False),
    ],
)
def test_durations_agree_to_a_second_or_two_in_a_hundred(
    one_s: float, other_s: float, *, is_so: bool
) -> None:
    assert NEAR.durations_agree(one_s, other_s) is is_so
    assert NEAR.durations_agree(other_s, one_s) is is_so


@given(nearnesses, st.lists(durations, min_size=3, max_size=3))
def test_durations_between_two_that_agree_do_so_too(nearness: Nearness, found: list[float]) -> None:
    low, middle, high = sorted(found)

    if nearness.durations_agree(low, high):
        assert nearness.durations_agree(low, middle)
        assert nearness.durations_agree(middle, high)


def test_the_nearest_durations_are_tied_first() -> None:
    found = knots_of(5, [(100.0, 1), (101.9, 2), (102.2, 3), (101.8, 4)], NEAR)

    assert found == (
        knot(5, 100.0, 1),
        Knot(phash=5, shortest_s=101.8, longest_s=102.2, contents=(2, 3, 4)),
    )


@given(lasting, nearnesses)
def test_knots_hold_each_content_once_and_only_what_agrees(
    found: list[tuple[float, int]], nearness: Nearness
) -> None:
    knots = knots_of(7, found, nearness)
    turned = knots_of(7, reversed(found), nearness)

    numbers = [number for each in knots for number in each.contents]
    assert sorted(numbers) == [number for _, number in found]
    assert {(each.shortest_s, each.longest_s) for each in knots} == {
        (each.shortest_s, each.longest_s) for each in turned
    }
    for each in knots:
        assert nearness.durations_agree(each.shortest_s, each.longest_s)
    for before, after in pairwise(knots):
        assert not nearness.durations_agree(before.shortest_s, after.longest_s)


def test_a_chain_joins_no_unlike_films() -> None:
    chain = [knot(0b0, 60.0, 1), knot(0b1111, 60.0, 2), knot(0b11111111, 60.0, 3)]

    assert clusters(chain) == ((1, 2),)


def test_a_nearer_twin_is_not_lost_to_a_neighbour() -> None:
    neighbour, one, twin = knot(0b0, 60.0, 1), knot(0b1111, 60.0, 2), knot(0b11111, 60.0, 3)

    assert clusters([neighbour, one, twin]) == ((2, 3),)


def test_one_knot_of_several_contents_is_a_cluster() -> None:
    assert clusters([knot(0, 60.0, 3, 9), knot(2**63, 500.0, 4)]) == ((3, 9),)


def test_links_of_what_is_not_near_do_no_harm() -> None:
    knots = [knot(0, 60.0, 1), knot(2**32 - 1, 60.0, 2), knot(0b11, 900.0, 3)]

    assert clusters_of(knots, [(0, 1), (1, 0), (0, 2)], NEAR) == ()


@given(contents(), nearnesses)
def test_every_two_of_a_cluster_are_near(knots: list[Knot], nearness: Nearness) -> None:
    for cluster in clusters(knots, nearness):
        for one, other in combinations(cluster, 2):
            assert are_near(knots[one - 1], knots[other - 1], nearness)


@given(contents(), nearnesses)
def test_a_content_is_in_one_cluster_at_the_most(knots: list[Knot], nearness: Nearness) -> None:
    numbers = [number for cluster in clusters(knots, nearness) for number in cluster]

    assert len(numbers) == len(set(numbers))


@given(contents(), nearnesses)
def test_whoever_has_a_near_one_is_alone_only_if_that_is_taken(
    knots: list[Knot], nearness: Nearness
) -> None:
    taken = {number for cluster in clusters(knots, nearness) for number in cluster}

    for one, other in links(knots, nearness):
        assert knots[one].contents[0] in taken or knots[other].contents[0] in taken


@given(contents(), nearnesses, st.data())
def test_the_order_of_contents_does_not_matter(
    knots: list[Knot], nearness: Nearness, data: st.DataObject
) -> None:
    turned = data.draw(st.permutations(knots))
    mirrored = [pair[::-1] for pair in links(turned, nearness)]

    assert clusters_of(turned, mirrored, nearness) == clusters(knots, nearness)
