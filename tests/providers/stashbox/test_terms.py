"""Words that are sent, and hits that are believed to be meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.stashbox.terms import (
    MOST_HITS,
    MOST_TERMS,
    is_telling,
    plausible,
    terms_of_all_words,
    terms_of_any_word,
    words,
)
from rules.candidate import Candidate
from rules.filename import NameClues
from rules.work import Appearance, Performer, Studio, Work

DAY = "2024-05-17"
ADA = Appearance(performer=Performer(name="Ada Brook", aliases=("Adele B",)), credited_as="A. B.")
HARBOUR = Work(
    title="Harbour at Dawn",
    code="NL-012",
    date=DAY,
    studio=Studio(name="North Light", parent=Studio(name="Big Sky")),
    appearances=(ADA,),
)


def offered(work: Work, remote_id: str = "h-1") -> Candidate:
    return Candidate(source="box", remote_id=remote_id, work=work)


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


@pytest.mark.parametrize(
    "clues",
    [
        NameClues(code="nl 012"),
        NameClues(studio="NorthLight", date=DAY, title="Something else"),
        NameClues(studio="BigSky", title="Dawn, the harbour"),
        NameClues(date="2024-05", performers=("Ada Brook",)),
        NameClues(date=DAY, performers=("adele b",)),
        NameClues(date=DAY, title="Dawn"),
        NameClues(title="harbour at dawn"),
        NameClues(title="Ada Brook Harbour at Dawn full"),
    ],
)
def test_hit_that_the_name_could_mean_is_offered(clues: NameClues) -> None:
    assert plausible(clues, [offered(HARBOUR)]) == (offered(HARBOUR),)


@pytest.mark.parametrize(
    "clues",
    [
        NameClues(),
        NameClues(code="NL-013"),
        NameClues(studio="NorthLight", title="Dawn and dusk"),
        NameClues(studio="NorthLight"),
        NameClues(date=DAY, title="Night"),
        NameClues(date="2024", title="Harbour at Dawn"),
        NameClues(date="2024-05-18", title="Harbour at Dawn"),
        NameClues(studio="Other", title="Harbour at Dawn"),
        NameClues(title="Harbour Dawn"),
        NameClues(title="Harbour at Dawn and all the rest of it"),
    ],
)
def test_hit_by_chance_is_not(clues: NameClues) -> None:
    assert plausible(clues, [offered(HARBOUR)]) == ()


def test_best_hits_come_first_and_no_more_than_a_person_reads() -> None:
    clues = NameClues(studio="NorthLight", date=DAY, title="Harbour at Dawn")
    others = [
        offered(Work(title=f"Harbour at Noon {n}", studio=Studio(name="NorthLight")), f"n-{n}")
        for n in range(8)
    ]

    kept = plausible(clues, [*others, offered(HARBOUR)])

    assert [each.remote_id for each in kept] == ["h-1", "n-0", "n-1", "n-2", "n-3"]
    assert len(kept) == MOST_HITS


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
