"""Statistics against a plain walk through what happened."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.counting import (
    KEPT_FOR_S,
    WAIT_BOUNDS_S,
    Counting,
    count_decisions,
    count_distances,
    count_files,
    count_rules,
    count_sources,
    count_waits,
)
from daemon.desk.statistics_views import STATISTICS, SourceShare
from rules.journey import FileState
from rules.span import Span
from store.decisions import Decider, Outcome
from store.statistics import FARTHEST_BITS, Answered, Decided, Distance, Flow, Wait
from tests.daemon.desk.shelf import NOW_S, Shelf, offer
from tests.daemon.doubles import Clock

SPAN = Span(begin_s=0.0, step_s=10, steps=4)
STEPS = st.integers(0, SPAN.steps - 1)
COUNTS = st.integers(1, 9)


@given(journeys=st.lists(st.lists(st.tuples(st.integers(-1, 3), st.sampled_from(FileState)))))
def test_files_are_where_they_were_last(
    journeys: list[list[tuple[int, FileState]]],
) -> None:
    flows: list[Flow] = []
    last: Counter[tuple[int, FileState]] = Counter()
    for journey in journeys:
        steps = sorted(journey, key=lambda each: each[0])
        before: FileState | None = None
        for step, state in steps:
            flows.append(Flow(step=step, state=state, before=before, files=1))
            before = state
        for end in range(SPAN.steps):
            passed = [state for step, state in steps if step <= end]
            if passed:
                last[end, passed[-1]] += 1

    found = count_files(flows, SPAN)

    assert set(found) == set(FileState)
    assert all(
        found[state] == tuple(last[end, state] for end in range(SPAN.steps)) for state in FileState
    )


@given(
    decided=st.lists(
        st.builds(
            Decided,
            step=STEPS,
            outcome=st.sampled_from(Outcome),
            decided_by=st.sampled_from(Decider),
            rule=st.sampled_from([None, "a", "b"]),
            decisions=COUNTS,
        )
    )
)
def test_every_decision_is_counted_by_time_and_by_decider(decided: list[Decided]) -> None:
    total = sum(each.decisions for each in decided)
    by_time = count_decisions(decided, SPAN)
    by_rule = count_rules(decided)

    assert sum(map(sum, by_time.values())) == total
    for outcome in Outcome:
        of_outcome = sum(each.decisions for each in decided if each.outcome is outcome)
        assert sum(by_time[outcome]) == of_outcome
        assert sum(share.outcomes.get(outcome, 0) for share in by_rule) == of_outcome
    totals = [sum(share.outcomes.values()) for share in by_rule]
    assert totals == sorted(totals, reverse=True)
    assert len({(share.rule, share.decided_by) for share in by_rule}) == len(by_rule)


@given(
    distances=st.lists(
        st.builds(
            Distance,
            is_accepted=st.booleans(),
            bits=st.none() | st.integers(0, FARTHEST_BITS),
            candidates=COUNTS,
        )
    )
)
def test_every_distance_has_its_place(distances: list[Distance]) -> None:
    found = count_distances(distances)

    for is_accepted, counts, unknown in (
        (True, found.accepted, found.accepted_unknown),
        (False, found.rejected, found.rejected_unknown),
    ):
        own = [each for each in distances if each.is_accepted is is_accepted]
        assert len(counts) == FARTHEST_BITS + 1
        assert unknown == sum(each.candidates for each in own if each.bits is None)
        for bits, count in enumerate(counts):
            assert count == sum(each.candidates for each in own if each.bits == bits)


def test_refusals_are_failures_and_what_was_not_asked_is_nothing() -> None:
    outcomes = ("known", "unknown", "failed", "refused", "not asked")
    answered = [Answered(source="b", outcome=each, answers=2) for each in outcomes]
    answered.append(Answered(source="a", outcome="not asked", answers=1))

    shares = count_sources(answered)

    assert shares == (
        SourceShare(source="a", known=0, unknown=0, failed=0),
        SourceShare(source="b", known=2, unknown=2, failed=4),
    )
    assert [each.asked for each in shares] == [0, 8]


def test_waits_stand_before_the_bound_that_they_kept() -> None:
    waits = [
        Wait(is_persons=False, bounds_passed=0, files=1),
        Wait(is_persons=True, bounds_passed=0, files=2),
        Wait(is_persons=True, bounds_passed=len(WAIT_BOUNDS_S), files=3),
    ]

    shares = count_waits(waits)

    assert [each.below_s for each in shares] == [*WAIT_BOUNDS_S, None]
    assert (shares[0].alone, shares[0].with_person) == (1, 2)
    assert (shares[-1].alone, shares[-1].with_person) == (0, 3)


@pytest.mark.anyio
async def test_last_step_is_how_files_stand_now(shelf: Shelf) -> None:
    for number, state in enumerate(FileState):
        await shelf.put(f"{number}.mkv", state)
    await shelf.put_accepted(offer("a"), name="more.mkv")

    found = await Counting(shelf.desk).statistics(None)

    assert {state: steps[-1] for state, steps in found.files.items()} == (
        await shelf.desk.status()
    ).states
    assert STATISTICS.validate_json(STATISTICS.dump_json(found)) == found


@pytest.mark.anyio
@pytest.mark.parametrize("days", [None, 0, 7, 36_500])
async def test_span_holds_the_present(shelf: Shelf, days: int | None) -> None:
    span = (await Counting(shelf.desk).statistics(days)).span

    assert span.begin_s <= NOW_S < span.begin_s + span.step_s * span.steps


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("later_s", "days", "is_counted_anew"),
    [
        (0.0, 7, False),
        (KEPT_FOR_S - 1, 7, False),
        (KEPT_FOR_S, 7, True),
        (-1.0, 7, True),  # the clock was set back
        (0.0, 8, True),
    ],
)
async def test_same_is_told_again_for_a_while(
    shelf: Shelf, later_s: float, days: int, *, is_counted_anew: bool
) -> None:
    clock = Clock()
    counting = Counting(replace(shelf.desk, now=clock))
    before = await counting.statistics(7)
    await shelf.put()

    clock.pass_s(later_s)
    after = await counting.statistics(days)

    assert (sum(steps[-1] for steps in after.files.values()) == 1) is is_counted_anew
    assert (after is before) is not is_counted_anew
