"""Words as they are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.wordfold import fold_solid, fold_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        (" - _ ", ()),
        ("Dawn Over-the_Quay!", ("dawn", "over", "the", "quay")),
        ("The Captain's Log", ("the", "captains", "log")),
        ("The Captain\u2019s Log", ("the", "captains", "log")),
        ("Marée Håkon Ødegård Łódź", ("maree", "hakon", "odegard", "lodz")),
        ("Stra\u00dfe STRASSE", ("strasse", "strasse")),
        ("Mare\u0301e", ("maree",)),
        ("\uff28arbour\u3000\uff12", ("harbour", "2")),
        ("港の夜明け", ("港の夜明け",)),
        ("がか", ("がか",)),
        ("\u0130\u0131", ("ii",)),
    ],
)
def test_words_are_compared_as_people_compare_them(text: str, words: tuple[str, ...]) -> None:
    assert fold_words(text) == words


def test_a_name_without_its_spaces_is_the_same_name() -> None:
    assert fold_solid("Harbour-Films") == fold_solid("HARBOUR films") == "harbourfilms"


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold_words(text)

    assert fold_words(" ".join(once)) == once
