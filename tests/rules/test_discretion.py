from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.candidate import Answer, Failed, NotAsked, Refused, Unknown
from rules.discretion import KEPT_SAFE, Discretion

HOUSE = Discretion(
    sfw_libraries=frozenset({"family"}), nsfw_sources=frozenset({"adult", "also adult"})
)
answers = st.lists(
    st.builds(
        lambda make, source: make(source),
        st.sampled_from(
            [
                lambda source: Unknown(source=source),
                lambda source: Failed(source=source, reason="no route"),
                lambda source: Refused(source=source, reason="old key"),
            ]
        ),
        st.sampled_from(["adult", "also adult", "plain"]),
    )
)


@pytest.mark.parametrize(
    ("library", "source", "is_withheld"),
    [
        ("family", "adult", True),
        ("family", "plain", False),
        ("films", "adult", False),
        ("films", "plain", False),
    ],
)
def test_only_both_together_keep_a_source_from_a_library(
    library: str, source: str, *, is_withheld: bool
) -> None:
    assert HOUSE.withholds(library, source) is is_withheld


def test_nothing_is_withheld_where_the_owner_said_nothing() -> None:
    assert not Discretion().withholds("family", "adult")


def test_answer_of_an_adult_source_counts_as_never_asked_for() -> None:
    plain, adult = Unknown(source="plain"), Unknown(source="adult")

    counted = HOUSE.answers_for("family", [plain, adult])

    assert counted == (plain, NotAsked(source="adult", reason=KEPT_SAFE))
    assert HOUSE.answers_for("films", [plain, adult]) == (plain, adult)


@given(answers)
def test_adult_sources_count_as_not_asked_and_no_other_does(given_: list[Answer]) -> None:
    counted = HOUSE.answers_for("family", given_)

    for before, after in zip(given_, counted, strict=True):
        is_adult = before.source != "plain"
        assert after == (NotAsked(source=before.source, reason=KEPT_SAFE) if is_adult else before)


@given(answers)
def test_other_libraries_get_every_answer_as_it_is(given_: list[Answer]) -> None:
    assert HOUSE.answers_for("films", given_) == tuple(given_)
