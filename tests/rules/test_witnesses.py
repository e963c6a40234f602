from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.candidate import Candidate
from rules.explain import name_candidate, tell_work
from rules.samework import own_id
from rules.witnesses import by_work, told_by
from rules.work import ExternalId, Studio, Work

HARBOUR = Work(title="Harbour at Dawn", studio=Studio(name="Northlight"), date="2024-05-17")


def told(source: str, remote_id: str, *same: str, work: Work = HARBOUR) -> Candidate:
    """Return an offer that names the works of other sources as the same: `alpha:1`."""
    ids = (ExternalId(source=each.split(":")[0], remote_id=each.split(":")[1]) for each in same)
    return Candidate(source=source, remote_id=remote_id, work=replace(work, ids=tuple(ids)))


DAWN = Work(title="Dawn")
OFFERED = (
    told("alpha", "1", work=DAWN),
    told("alpha", "2", work=Work(title="Dusk")),
    told("beta", "7", "alpha:1", work=DAWN),
    told("gamma", "x", work=Work(title="Noon")),
    told("gamma", "y", "beta:7", work=DAWN),
)
WORKS = {
    frozenset({"alpha 1", "beta 7", "gamma y"}),
    frozenset({"alpha 2"}),
    frozenset({"gamma x"}),
}


def names(witnesses: tuple[Candidate, ...]) -> list[str]:
    return [f"{each.source} {each.remote_id}" for each in witnesses]


@given(st.permutations(OFFERED))
def test_order_says_who_is_first_and_never_what_is_one_work(offered: list[Candidate]) -> None:
    grouped = by_work(offered, lambda each: each)

    # Two works of one source, joined by nobody, stay two; gamma has one of each here.
    assert {frozenset(names(witnesses)) for witnesses in grouped} == WORKS
    order = {own_id(each): place for place, each in enumerate(offered)}
    places = [[order[own_id(each)] for each in witnesses] for witnesses in grouped]
    assert places == sorted(sorted(each) for each in places)


def test_nothing_is_no_work() -> None:
    assert by_work((), lambda each: each) == ()


def test_a_source_that_tells_twice_is_named_once() -> None:
    assert told_by([OFFERED[2], OFFERED[0], OFFERED[2]]) == ("beta", "alpha")


@pytest.mark.parametrize(
    ("witnesses", "name"),
    [
        (OFFERED[:1], '"Dawn" from alpha'),
        (OFFERED[:3:2], '"Dawn" from alpha and beta'),
        ((OFFERED[4], OFFERED[0], OFFERED[2]), '"Dawn" from gamma, alpha and beta'),
    ],
)
def test_a_candidate_is_named_with_all_who_tell_of_it(
    witnesses: tuple[Candidate, ...], name: str
) -> None:
    assert name_candidate(witnesses) == name


@pytest.mark.parametrize(
    ("duration_s", "text"),
    [
        (1801.0, '"Dawn", 30 min 1 s'),
        (None, '"Dawn"'),
        (0.0, '"Dawn"'),
        (float("inf"), '"Dawn"'),
    ],
)
def test_what_a_source_says_has_a_length_only_if_it_knows_one(
    duration_s: float | None, text: str
) -> None:
    assert tell_work(told("alpha", "1", work=replace(DAWN, duration_s=duration_s))) == text
