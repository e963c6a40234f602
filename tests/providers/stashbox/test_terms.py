"""Words that are sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.stashbox.terms import (
    MOST_TERMS,
    is_telling,
    terms_of_all_words,
    terms_of_any_word,
    words,
)
from rules.filename import NameClues

DAY = "2024-05-17"


@pytest.mark.parametrize(
    ("clues", "is_sent"),
    [
        (NameClues(code="NL-012"), True),
        (NameClues(studio="Northlight", date=DAY), True),
        (NameClues(date=DAY, title="Harbour at Dawn"), True),
        (NameClues(date=DAY, performers=("Ada Brook",)), True),
        (NameClues(studio="Northlight", title="Harbour at Dawn"), True),
        (NameClues(studio="Northlight", performers=("Ada Brook",)), True),
        (NameClues(studio="Northlight"), False),
        (NameClues(studio="Northlight", title="Dawn"), False),
        (NameClues(date=DAY), False),
        (NameClues(date="2024", title="Birthday of Ada"), False),
        (NameClues(title="Birthday of Ada at Home"), False),
        (NameClues(performers=("Ada Brook",)), False),
        (NameClues(), False),
    ],
)
def test_only_names_like_a_releases_are_sent(clues: NameClues, is_sent: bool) -> None:  # noqa: FBT001
    assert is_telling(clues) is is_sent


@pytest.mark.parametrize(
    ("clues", "any_word", "all_words"),
    [
        (
            NameClues(studio="NorthLight", date=DAY, title="Harbour at Dawn"),
            "NorthLight 2024-05-17 Harbour at Dawn",
            ("NorthLight 2024-05-17", "Harbour at Dawn"),
        ),
        (NameClues(code="NL-012", title="Dawn"), "NL-012 Dawn", ("NL-012",)),
        (
            NameClues(code="NL-012", studio="N", date=DAY, title="Two words"),
            "NL-012 N 2024-05-17 Two words",
            ("NL-012", "N 2024-05-17"),
        ),
        (
            NameClues(date=DAY, performers=("Ada Brook", "Ben Reed")),
            "2024-05-17 Ada Brook Ben Reed",
            ("Ada Brook Ben Reed 2024-05-17",),
        ),
        (
            NameClues(studio="N", title="'Dawn' -or- (dusk): it's"),
            "N Dawn or dusk it s",
            ("Dawn or dusk it s",),
        ),
    ],
)
def test_terms_are_plain_words(clues: NameClues, any_word: str, all_words: tuple[str, ...]) -> None:
    assert terms_of_any_word(clues) == (any_word,)
    assert terms_of_all_words(clues) == all_words


SHORT = st.text(max_size=8)
CLUES = st.builds(
    NameClues,
    studio=SHORT,
    date=st.none() | st.just(DAY),
    title=SHORT,
    performers=st.tuples(SHORT),
    code=SHORT,
)


@given(CLUES)
def test_no_name_makes_a_term_that_orders_something(clues: NameClues) -> None:
    terms = (*terms_of_any_word(clues), *terms_of_all_words(clues))

    assert len(terms) <= 1 + MOST_TERMS
    for term in terms:
        assert not set(term) & set("\"'()*:&|!<>\\")
        assert not any(word.startswith("-") for word in term.split())
        assert term == " ".join(term.split())


@given(SHORT)
def test_words_know_no_case(text: str) -> None:
    assert set(words(text)) == {word.casefold() for word in words(text)}
