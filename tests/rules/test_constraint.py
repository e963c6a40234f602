from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.constraint import Among, Constraint, Span, is_within, meet

NUMBERS = st.integers(min_value=-3, max_value=3)
SPANS = st.builds(
    Span, low=NUMBERS, high=NUMBERS, is_low_open=st.booleans(), is_high_open=st.booleans()
)
AMONG = st.builds(
    Among, values=st.frozensets(st.sampled_from("abc"), min_size=1), is_excluding=st.booleans()
)
HALVES = [number / 2 for number in range(-8, 9)]


def in_span(span: Span, number: float) -> bool:
    above = number > span.low if span.is_low_open else number >= span.low
    below = number < span.high if span.is_high_open else number <= span.high
    return above and below


def in_among(among: Among, value: str) -> bool:
    return (value in among.values) is not among.is_excluding


@given(SPANS, SPANS)
def test_the_meeting_of_two_spans_is_what_is_in_both(one: Span, other: Span) -> None:
    common = one.meet(other)

    for number in HALVES:
        is_in = common is not None and in_span(common, number)
        assert is_in is (in_span(one, number) and in_span(other, number))


@given(SPANS, SPANS)
def test_a_span_within_another_holds_nothing_else(one: Span, other: Span) -> None:
    if one.is_within(other):
        assert all(in_span(other, number) for number in HALVES if in_span(one, number))


@given(AMONG, AMONG)
def test_the_meeting_of_two_choices_is_what_both_allow(one: Among, other: Among) -> None:
    common = one.meet(other)

    for value in "abcd":
        is_in = common is not None and in_among(common, value)
        assert is_in is (in_among(one, value) and in_among(other, value))


@given(AMONG, AMONG)
def test_a_choice_within_another_allows_nothing_else(one: Among, other: Among) -> None:
    is_so = all(in_among(other, value) for value in "abcd" if in_among(one, value))

    assert one.is_within(other) is is_so


@pytest.mark.parametrize("compare", [meet, is_within])
def test_constraints_on_different_things_are_a_mistake(compare: object) -> None:
    span: Constraint = Span()
    assert callable(compare)

    with pytest.raises(TypeError, match="not about one fact"):
        compare(span, Among(values=frozenset({"a"})))
