import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.namefold import fold_name, more_names

ANY_TEXT = st.text(st.characters(codec="utf-8"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mara Quay", "MARA QUAY"),
        ("Mara Quay", " mara \t quay\n"),
        ("Mara Quay", "Mara\N{NO-BREAK SPACE}Quay"),
        ("Mara Quay", "\N{FULLWIDTH LATIN CAPITAL LETTER M}ara Quay"),
        ("Mara Quay", "Mara\N{IDEOGRAPHIC SPACE}Quay"),
        ("Stra\N{LATIN SMALL LETTER SHARP S}e", "STRASSE"),
        ("Stra\N{LATIN SMALL LETTER SHARP S}e", "STRA\N{LATIN CAPITAL LETTER SHARP S}E"),
        ("\u00c5sa Br\u00fccke", "a\u030asa bru\u0308cke"),
        ("I\u015f\u0131k", "I\u015eIK"),
        ("\u0130pek", "ipek"),
        ("\u0130pek", "IPEK"),
        ("\u0130\u0329", "i\u0307\u0329"),
        ("\u039f\u03b4\u03bf\u03c2", "\u039f\u0394\u039f\u03a3"),
        ("\ufb01nn", "FINN"),
        ("\u30a2\u30a4", "\uff71\uff72"),
        ("\u05de\u05e8\u05d4", "\u200f\u05de\u05e8\u05d4\u200e"),
        ("Mara Quay", "\ufeffMara\u00ad Qu\u200bay"),
        ("Mara\u2122", "MaraTM"),
        ("O'Hara", "O\u2019Hara"),
        ("O'Hara", "o\u00b4hara"),
        ("O'Hara", "O`HARA"),
        ("Anne-Lise", "Anne\u2010Lise"),
        ("Anne-Lise", "anne\u2013lise"),
    ],
    ids=ascii,
)
def test_what_only_case_width_or_the_keyboard_tells_apart_is_one(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ren\u00e9e", "Renee"),
        ("Anne-Lise", "Anne Lise"),
        ("Anne-Lise", "Annelise"),
        ("O'Hara", "OHara"),
        ("M. Quay", "M Quay"),
        ("Mara Quay", "Quay Mara"),
        ("Mara Quay", "MaraQuay"),
        ("M%", "Mara"),
        ("Mar_", "Mara"),
        ("Mara", "\u041c\u0430\u0440\u0430"),  # the same in Cyrillic letters
        ("\u30a2\u30a4", "\u3042\u3044"),  # Katakana and Hiragana
        ("\u304b", "\u304c"),  # ka and ga, a mark apart
        ("Mara Quay II", "Mara Quay"),
    ],
    ids=ascii,
)
def test_what_people_tell_names_apart_by_stays(one: str, other: str) -> None:
    assert fold_name(one) != fold_name(other)


@pytest.mark.parametrize("name", ["", "   ", "\t\n", "\u200b", "\ufeff\u200f", "\u3000", "\ufe0f"])
def test_a_name_without_anything_to_read_is_empty(name: str) -> None:
    assert fold_name(name) == ""


def test_the_form_of_a_plain_name_can_be_read() -> None:
    assert fold_name("Mara  Quay") == "mara quay"
    assert fold_name("\u00c9lodie D\u2019Aubigny") == "\u00e9lodie d'aubigny"


@given(ANY_TEXT)
@example("\u1fef\u1ffd\u00a8")
@example("\u0130\u0323")
def test_folding_what_is_folded_changes_nothing(name: str) -> None:
    assert fold_name(fold_name(name)) == fold_name(name)


@given(ANY_TEXT)
@example("\u1ffd")
@example("\u03b1\u0345\u0301")
def test_no_equivalent_form_of_unicode_makes_a_difference(name: str) -> None:
    assert fold_name(unicodedata.normalize("NFC", name)) == fold_name(name)
    assert fold_name(unicodedata.normalize("NFD", name)) == fold_name(name)


@given(ANY_TEXT.filter(lambda name: "\u00b4" not in unicodedata.normalize("NFC", name)))
def test_no_compatible_form_of_unicode_makes_a_difference(name: str) -> None:
    assert fold_name(unicodedata.normalize("NFKC", name)) == fold_name(name)
    assert fold_name(unicodedata.normalize("NFKD", name)) == fold_name(name)


def test_the_case_of_no_letter_makes_a_difference() -> None:
    letters = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    cased = [sign for sign in letters if sign.lower() != sign or sign.upper() != sign]

    assert len(cased) > 2000
    assert [
        sign
        for sign in cased
        if len({fold_name(s) for s in (sign, sign.lower(), sign.upper())}) > 1
    ] == []


@given(ANY_TEXT)
def test_a_folded_name_is_one_line_without_space_around_it(name: str) -> None:
    assert fold_name(name) == " ".join(fold_name(name).split())


def test_more_names_are_those_that_are_new_as_they_are_spelt() -> None:
    told = ("mara QUAY", "m. quay", "Mara Harbour", "MARA HARBOUR", " ", "Q")

    assert more_names("Mara Quay", ("M. Quay",), told) == ("M. Quay", "Mara Harbour", "Q")
    assert more_names("Mara Quay", ("M. Quay",), ()) == ("M. Quay",)


@given(st.text(), st.lists(st.text()), st.lists(st.text()))
def test_names_told_again_are_not_new(name: str, aliases: list[str], told: list[str]) -> None:
    grown = more_names(name, aliases, told)

    assert grown[: len(aliases)] == tuple(aliases)
    assert more_names(name, grown, told) == grown
