"""What a file's name says for and against a candidate."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.filename import NameClues
from rules.name_evidence import NO_NAME_EVIDENCE, NameEvidence, compare_name
from rules.work import Appearance, Performer, Studio, Work


def starring(*names: str | Performer) -> tuple[Appearance, ...]:
    return tuple(
        Appearance(performer=Performer(name=name) if isinstance(name, str) else name)
        for name in names
    )


WORK = Work(
    title="Dawn Over the Quay",
    code="ABC-123",
    date="2023-05-17",
    studio=Studio(
        name="Harbour Films",
        aliases=("Old Pier",),
        parent=Studio(name="Coast Network", aliases=("Shoreline",)),
    ),
    appearances=starring("Ada Quill", "Bo Lark", "Cy Moor"),
)
CLUES = NameClues(
    studio="Harbour Films",
    date="2023-05-17",
    title="Dawn Over The Quay",
    performers=("Ada Quill", "Bo Lark"),
    code="ABC-123",
)


def test_everything_compared_stands_in_one_value() -> None:
    assert compare_name(CLUES, WORK) == NameEvidence(
        studio_agrees=True,
        date_agrees=True,
        year_agrees=True,
        code_agrees=True,
        performers_agreeing=2,
        performers_named=2,
        title_share=1.0,
        title_words=2,
    )


def test_a_name_that_says_nothing_is_no_evidence() -> None:
    assert compare_name(None, WORK) == NO_NAME_EVIDENCE
    assert not NO_NAME_EVIDENCE.is_plausible
    assert NO_NAME_EVIDENCE.agreement == 0


def test_a_work_of_which_nothing_is_said_neither_agrees_nor_differs() -> None:
    assert compare_name(CLUES, Work()) == NO_NAME_EVIDENCE


@pytest.mark.parametrize(
    ("clue", "agrees"),
    [
        ("Harbour Films", True),
        ("harbourfilms", True),
        ("HARBOUR-FILMS", True),
        ("Old Pier", True),
        ("Coast Network", True),
        ("shore line", True),
        ("Harbour", None),  # perhaps short for it
        ("Harbour Films Plus", None),
        ("HFX", None),  # an abbreviation may be anybody's
        ("Lantern Studio", False),
        (None, None),
    ],
)
def test_parents_and_aliases_of_a_studio_are_the_studio(
    clue: str | None, *, agrees: bool | None
) -> None:
    assert compare_name(NameClues(studio=clue, title="Dawn"), WORK).studio_agrees is agrees


@pytest.mark.parametrize(
    ("title", "agrees"),
    [
        ("Harbour Films Dawn Over The Quay", True),
        ("harbour films", True),
        ("Dawn of Harbour Films", None),
        ("HarbourFilms Dawn", None),
    ],
)
def test_a_studio_of_two_words_is_found_where_no_sign_parts_it_from_the_title(
    title: str, *, agrees: bool | None
) -> None:
    assert compare_name(NameClues(title=title), WORK).studio_agrees is agrees


def test_a_person_taken_for_a_studio_does_not_speak_against_the_studio() -> None:
    evidence = compare_name(NameClues(studio="Ada Quill", title="Dawn Over the Quay"), WORK)

    assert evidence.studio_agrees is None
    assert (evidence.performers_agreeing, evidence.performers_named) == (1, 1)


@pytest.mark.parametrize(
    ("said", "known", "date", "year"),
    [
        ("2023-05-17", "2023-05-17", True, True),
        ("2023-05-17", "2023-05-18", False, True),
        ("2023-05-17", "2022-05-17", False, False),
        ("2023", "2023-05-17", None, True),
        ("2023-05-17", "2023", None, True),
        ("2023-05", "2022", None, False),
        (None, "2023", None, None),
        ("2023", None, None, None),
        ("2023", "", None, None),
    ],
)
def test_dates_agree_by_the_day_and_years_by_themselves(
    said: str | None, known: str | None, *, date: bool | None, year: bool | None
) -> None:
    evidence = compare_name(replace(CLUES, date=said), replace(WORK, date=known))

    assert (evidence.date_agrees, evidence.year_agrees) == (date, year)


@pytest.mark.parametrize(
    ("said", "known", "agrees"),
    [
        ("ABC-123", "abc123", True),
        ("ABC-123", "ABC-00123", True),
        ("ABC-123", "ABC-124", False),
        ("ABC-123", "50123", None),  # a page's number, of another scheme
        ("051723-001", "051723_001", True),
        ("ABC-123", "-", None),
        ("ABC-123", None, None),
        (None, "ABC-123", None),
    ],
)
def test_numbers_are_compared_without_hyphens_and_leading_zeros(
    said: str | None, known: str | None, *, agrees: bool | None
) -> None:
    evidence = compare_name(replace(CLUES, code=said), replace(WORK, code=known))

    assert evidence.code_agrees is agrees


CREDITED = Appearance(
    performer=Performer(name="Cy Moor", aliases=("Cyrus M", "")), credited_as="Captain Cy"
)


@pytest.mark.parametrize(
    ("clues", "appearances", "agreeing", "named"),
    [
        (NameClues(performers=("Ada Quill", "Di Fenn")), WORK.appearances, 1, 2),
        (NameClues(performers=("Di Fenn",)), WORK.appearances, 0, 1),
        (NameClues(performers=("ADA  QUILL",)), WORK.appearances, 1, 1),
        (NameClues(performers=("Quill Ada",)), WORK.appearances, 1, 1),
        (NameClues(performers=("Captain Cy",)), (CREDITED,), 1, 1),
        (NameClues(performers=("Cyrus M",)), (CREDITED,), 1, 1),
        (NameClues(performers=("Di Fenn",)), (), 0, 0),  # a work whose people nobody knows
        # what form can't part: people in front of the title, a name of three words
        (NameClues(title="Ada Quill Bo Lark Dawn"), WORK.appearances, 2, 2),
        (NameClues(performers=("Bo De",), title="Lark Dawn"), starring("Bo De Lark"), 1, 1),
        # one word is a person only where it stands alone
        (NameClues(title="Dawn Over the Quay"), starring("Dawn"), 0, 0),
        (NameClues(performers=("Dawn", "Ada Quill")), starring("Dawn"), 1, 2),
        (NameClues(studio="Dawn", title="Quay"), starring("Dawn"), 1, 1),
        # one name is one person
        (NameClues(performers=("Ada Quill",)), starring("Ada Quill", "Ada Quill"), 1, 1),
        (NameClues(title="Dawn"), starring("!", "Ada Quill"), 0, 0),
    ],
)
def test_people_are_looked_for_by_all_their_names_and_in_all_of_the_name(
    clues: NameClues, appearances: tuple[Appearance, ...], agreeing: int, named: int
) -> None:
    evidence = compare_name(clues, replace(WORK, appearances=appearances))

    assert (evidence.performers_agreeing, evidence.performers_named) == (agreeing, named)


@pytest.mark.parametrize(
    ("clues", "title", "share"),
    [
        (NameClues(title="dawn over the quay"), "Dawn Over the Quay", 1.0),
        (NameClues(title="Dawn"), "Dawn Over the Quay", 0.5),  # "over" and "the" weigh nothing
        (NameClues(title="Morning"), "Dawn Over the Quay", 0.0),
        (NameClues(title="Ada Quill Dawn Quay"), "Dawn, over the Quay!", 1.0),
        (NameClues(performers=("Dawn Quay",)), "Dawn Over the Quay", 1.0),
        (NameClues(title="Off and On"), "On and Off", 1.0),
        (NameClues(title="Marée à l'aube"), "MAREE A L'AUBE", 1.0),
        (NameClues(title="dawnoverthequay"), "Dawn Over the Quay", 1.0),
        (NameClues(title="港の夜明け完全版の物語"), "港の夜明け完全版", 1.0),
        (NameClues(title="Dawn"), None, None),
        (NameClues(title="Dawn"), "!!", None),
        (NameClues(code="ABC-123"), "Dawn", None),
        # the studio's words are the title's only if it is not the studio
        (NameClues(studio="Harbour Films", title="Dusk"), "Harbour", 0.0),
        (NameClues(studio="Harbour Lights", title="Dusk"), "Harbour Lights", 1.0),
    ],
)
def test_the_share_counts_the_words_of_the_title_that_weigh(
    clues: NameClues, title: str | None, share: float | None
) -> None:
    assert compare_name(clues, replace(WORK, title=title)).title_share == share


@pytest.mark.parametrize(
    ("evidence", "is_plausible"),
    [
        (NameEvidence(code_agrees=True), True),
        (NameEvidence(code_agrees=True, year_agrees=False), True),
        (NameEvidence(code_agrees=False, date_agrees=True, title_share=1.0), False),
        (NameEvidence(studio_agrees=True, date_agrees=True), True),
        (NameEvidence(studio_agrees=True, date_agrees=True, year_agrees=False), False),
        (NameEvidence(date_agrees=True, year_agrees=True), False),
        (NameEvidence(date_agrees=True, title_share=0.3), True),
        (NameEvidence(date_agrees=True, title_share=0.29), False),
        (NameEvidence(date_agrees=True, studio_agrees=False, title_share=0.5), True),
        (NameEvidence(date_agrees=True, performers_agreeing=1, performers_named=2), True),
        (NameEvidence(studio_agrees=True, title_share=0.75, title_words=1), True),
        (NameEvidence(studio_agrees=True, title_share=0.74, title_words=9), False),
        (NameEvidence(studio_agrees=True, date_agrees=False, title_share=1.0), True),
        (NameEvidence(title_share=0.75, title_words=2), True),
        (NameEvidence(title_share=0.74, title_words=9), False),
        (NameEvidence(title_share=1.0, title_words=1), False),
        (NameEvidence(title_share=1.0, title_words=2, year_agrees=True), True),
        (NameEvidence(title_share=1.0, title_words=2, date_agrees=False), False),
        (NameEvidence(title_share=1.0, title_words=2, year_agrees=False), False),
        (NameEvidence(title_share=1.0, title_words=2, studio_agrees=False), False),
        (NameEvidence(studio_agrees=True, performers_agreeing=2, performers_named=2), False),
    ],
)
def test_a_name_is_plausible_by_number_or_by_enough_of_studio_day_and_title(
    evidence: NameEvidence, *, is_plausible: bool
) -> None:
    assert evidence.is_plausible is is_plausible


def test_what_agrees_counts_and_what_differs_counts_against() -> None:
    whole = compare_name(CLUES, WORK)

    assert whole.agreement == 6.0
    assert replace(whole, studio_agrees=None).agreement == 5.0
    assert replace(whole, studio_agrees=False).agreement == 4.0
    assert replace(whole, performers_agreeing=1, title_share=0.5).agreement == 5.0


TEXTS = st.none() | st.text(max_size=12) | st.sampled_from(["Ada Quill", "Dawn", "Bo", "ABC-1"])
ANY_CLUES = st.builds(
    NameClues,
    studio=TEXTS,
    date=TEXTS,
    title=TEXTS,
    performers=st.lists(TEXTS.map(lambda text: text or ""), max_size=3).map(tuple),
    code=TEXTS,
)
ANY_WORKS = st.builds(
    Work,
    title=TEXTS,
    code=TEXTS,
    date=TEXTS,
    studio=st.none() | st.builds(Studio, name=st.text(max_size=5)),
    appearances=st.lists(TEXTS.map(lambda text: text or ""), max_size=3).map(
        lambda names: starring(*names)
    ),
)


@given(ANY_CLUES, ANY_WORKS)
def test_any_clues_are_compared_with_any_work(clues: NameClues, work: Work) -> None:
    evidence = compare_name(clues, work)

    assert 0 <= evidence.performers_agreeing <= evidence.performers_named
    assert evidence.title_share is None or 0 <= evidence.title_share <= 1
    assert math.isfinite(evidence.agreement)
