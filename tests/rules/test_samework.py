"""Which candidates are one work."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.candidate import Candidate
from rules.samework import (
    count_rivals,
    group_works,
    ids_told,
    look_alikes,
    own_id,
    with_ids_of_all,
)
from rules.work import ExternalId, Studio, Work


def offered(
    source: str,
    remote_id: str,
    *,
    ids: tuple[ExternalId, ...] = (),
    title: str | None = None,
    studio: str | None = None,
    date: str | None = None,
) -> Candidate:
    work = Work(
        title=title, date=date, ids=ids, studio=Studio(name=studio) if studio is not None else None
    )
    return Candidate(source=source, remote_id=remote_id, work=work)


def told(
    source: str,
    *,
    remote_id: str = "1",
    title: str | None = "Harbour at Dawn",
    studio: str | None = "Harbour Films",
    date: str | None = "2024-05-17",
) -> Candidate:
    return offered(source, remote_id, title=title, studio=studio, date=date)


def name(source: str, remote_id: str) -> ExternalId:
    return ExternalId(source=source, remote_id=remote_id)


def test_nothing_offered_is_no_work() -> None:
    assert group_works([]) == ()
    assert count_rivals([]) == ()


def test_one_candidate_has_no_rival() -> None:
    assert count_rivals([told("alpha")]) == (0,)


def test_unlike_works_are_rivals_of_each_other() -> None:
    candidates = [offered("alpha", "1"), offered("alpha", "2"), offered("beta", "1")]

    assert count_rivals(candidates) == (2, 2, 2)


def test_a_work_counts_as_a_rival_if_one_of_its_candidates_does() -> None:
    candidates = [told("alpha"), told("beta"), offered("alpha", "2"), offered("beta", "3")]

    assert count_rivals(candidates, counting={1, 3}) == (1, 1, 2, 1)
    assert count_rivals(candidates, counting=()) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "other",
    [
        told("beta"),
        told("beta", title="  HARBOUR\u00a0AT  dawn "),
        told("beta", studio="\uff28arbour Films"),  # full-width H
        offered("beta", "9", ids=(name("alpha", "1"),)),
        offered("beta", "9", ids=(name("gamma", "5"), name("alpha", "1"))),
    ],
)
def test_the_same_work_from_two_sources_counts_once(other: Candidate) -> None:
    assert count_rivals([told("alpha"), other]) == (0, 0)
    assert count_rivals([other, told("alpha")]) == (0, 0)


def test_signs_are_compared_by_what_they_stand_for() -> None:
    assert count_rivals([told("alpha", title="\u3392"), told("beta", title="mhz")]) == (0, 0)


def test_two_candidates_that_share_a_foreign_id_are_one_work() -> None:
    common = (name("gamma", "5"),)

    assert count_rivals([offered("alpha", "1", ids=common), offered("beta", "2", ids=common)]) == (
        0,
        0,
    )


@pytest.mark.parametrize(
    "other",
    [
        told("beta", title="Harbour at Dusk"),
        told("beta", studio="Coast Films"),
        told("beta", date="2024-05-18"),
    ],
)
def test_one_part_that_differs_makes_two_works(other: Candidate) -> None:
    assert count_rivals([told("alpha"), other]) == (1, 1)


@pytest.mark.parametrize(
    ("title", "studio", "date"),
    [
        (None, "Harbour Films", "2024-05-17"),
        ("  ", "Harbour Films", "2024-05-17"),
        ("Harbour at Dawn", None, "2024-05-17"),
        ("Harbour at Dawn", "", "2024-05-17"),
        ("Harbour at Dawn", "Harbour Films", None),
        (None, None, None),
    ],
)
def test_what_is_missing_is_never_equal(
    title: str | None, studio: str | None, date: str | None
) -> None:
    candidates = [
        told(source, title=title, studio=studio, date=date) for source in ("alpha", "beta")
    ]

    assert count_rivals(candidates) == (1, 1)


@pytest.mark.parametrize("date", ["2024", "2024-05"])
def test_a_part_of_a_date_is_no_date_to_compare(date: str) -> None:
    assert count_rivals([told("alpha", date=date), told("beta", date=date)]) == (1, 1)


def test_sameness_goes_on_through_others() -> None:
    candidates = [
        told("alpha"),
        offered("beta", "2", ids=(name("gamma", "5"),)),
        offered("gamma", "5", ids=(name("alpha", "1"),)),
        offered("delta", "7"),
    ]

    assert set(group_works(candidates)) == {frozenset({0, 1, 2}), frozenset({3})}


def test_two_ids_of_one_source_are_two_works_whatever_else_is_equal() -> None:
    twins = [told("alpha", remote_id="1"), told("alpha", remote_id="2")]

    assert count_rivals(twins) == (1, 1)
    assert count_rivals([*twins, told("beta")]) == (2, 2, 2)


def test_one_candidate_offered_twice_stays_one_even_in_a_contradiction() -> None:
    candidates = [
        told("alpha", remote_id="1"),
        told("alpha", remote_id="2"),
        told("alpha", remote_id="1", title=None),
    ]

    assert set(group_works(candidates)) == {frozenset({0, 2}), frozenset({1})}


def test_two_ids_of_one_source_look_alike_all_the_same() -> None:
    candidates = [
        told("alpha", remote_id="1"),
        told("alpha", remote_id="2"),
        told("beta"),
        told("beta", remote_id="2", title="Harbour at Dusk"),
    ]

    assert set(look_alikes(candidates)) == {frozenset({0, 1, 2}), frozenset({3})}


def test_a_candidate_has_its_own_id_and_those_it_is_told_with() -> None:
    candidate = offered("alpha", "1", ids=(name("beta", "7"),))

    assert ids_told(candidate) == {name("alpha", "1"), name("beta", "7")}


def test_own_id_names_source_and_remote_id() -> None:
    assert own_id(told("alpha")) == name("alpha", "1")


NAMES = st.builds(name, st.sampled_from("abc"), st.sampled_from("12"))
CANDIDATES = st.lists(
    st.builds(
        lambda own, ids, title: offered(
            own.source, own.remote_id, ids=ids, title=title, studio="S", date="2024-05-17"
        ),
        NAMES,
        st.lists(NAMES, max_size=2).map(tuple),
        st.sampled_from([None, "X", "Y"]),
    ),
    max_size=6,
)


def names_in(candidates: list[Candidate]) -> set[frozenset[ExternalId]]:
    return {
        frozenset(own_id(candidates[position]) for position in group)
        for group in group_works(candidates)
    }


@given(CANDIDATES)
def test_every_candidate_is_in_exactly_one_work(candidates: list[Candidate]) -> None:
    positions = sorted(position for group in group_works(candidates) for position in group)

    assert positions == list(range(len(candidates)))


@given(st.data(), CANDIDATES)
def test_the_order_of_candidates_says_nothing(
    data: st.DataObject, candidates: list[Candidate]
) -> None:
    mixed = data.draw(st.permutations(candidates))

    assert names_in(mixed) == names_in(candidates)
    assert set(count_rivals(mixed)) == set(count_rivals(candidates))


@given(CANDIDATES)
def test_no_work_holds_two_ids_of_one_source(candidates: list[Candidate]) -> None:
    for names in names_in(candidates):
        assert len({each.source for each in names}) == len(names)


def test_a_work_keeps_the_ids_of_all_that_offer_it_its_own_first() -> None:
    known_to_beta = offered("gamma", "9", ids=(name("beta", "1"), name("delta", "4")))
    candidates = [told("alpha"), told("beta"), known_to_beta, offered("alpha", "2", title="Other")]

    kept = with_ids_of_all(candidates[1], [*candidates[2:], candidates[0], candidates[1]])

    assert kept.work.ids == (
        name("beta", "1"),
        name("gamma", "9"),
        name("delta", "4"),
        name("alpha", "1"),
    )
    assert (kept.source, kept.work.title) == ("beta", "Harbour at Dawn")


def test_a_work_that_nobody_else_offers_keeps_its_own_id_only() -> None:
    rival = told("beta", title="Harbour at Dusk")

    assert with_ids_of_all(told("alpha"), [rival]).work.ids == (name("alpha", "1"),)


def test_a_source_that_contradicts_itself_is_no_witness() -> None:
    others = [told("beta"), told("beta", remote_id="2")]

    assert with_ids_of_all(told("alpha"), others).work.ids == (name("alpha", "1"),)
