"""Which words a condition may have."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.facts import FACTS
from rules.wording import LONGEST_CONDITION, Misworded, TokenKind, nearest, tokenize


def test_words_keep_their_kind_and_place() -> None:
    tokens = tokenize("not oshash and\n-file_size*2.5 >= 10 or source in [\"a\", r'\\d']")

    assert [(token.kind.name, token.text, token.offset) for token in tokens] == [
        ("LOGIC", "not", 0),
        ("NAME", "oshash", 4),
        ("LOGIC", "and", 11),
        ("ARITHMETIC", "-", 15),
        ("NAME", "file_size", 16),
        ("ARITHMETIC", "*", 25),
        ("NUMBER", "2.5", 26),
        ("COMPARISON", ">=", 30),
        ("NUMBER", "10", 33),
        ("LOGIC", "or", 36),
        ("NAME", "source", 39),
        ("COMPARISON", "in", 46),
        ("OPENING", "[", 49),
        ("TEXT", '"a"', 50),
        ("COMMA", ",", 53),
        ("TEXT", "r'\\d'", 55),
        ("CLOSING", "]", 60),
    ]


@pytest.mark.parametrize(
    "operator", ["==", "!=", "<", "<=", ">", ">=", "=~", "=~~", "!~", "!~~", "in"]
)
def test_every_comparison_is_one_word(operator: str) -> None:
    kinds = [token.kind for token in tokenize(f"title {operator} studio")]

    assert kinds == [TokenKind.NAME, TokenKind.COMPARISON, TokenKind.NAME]


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_every_fact_can_be_named(fact: object) -> None:
    name = getattr(fact, "name", "")

    assert [token.text for token in tokenize(name)] == [name]


@pytest.mark.parametrize(
    ("when", "offset", "message"),
    [
        (
            "phash_distnce <= 4",
            0,
            'there is no fact "phash_distnce"; did you mean "phash_distance"?',
        ),
        ("oshash AND linked", 7, 'there is no fact "AND"; did you mean "and"?'),
        ("oshash == True", 10, 'there is no fact "True"; did you mean "true"?'),
        ("oshash && linked", 7, "&& has no meaning here; write and"),
        ("oshash || linked", 7, "|| has no meaning here; write or"),
        ("! oshash", 0, "! has no meaning here; write not, or != to compare"),
        ("rivals = 0", 7, "= has no meaning here; write == to compare"),
        ("file_size ** 2", 10, "** has no meaning here; write the multiplication out"),
        ("file_size // 2", 10, "// has no meaning here; use / with a number"),
        ("1 << 99999999999", 2, "<< has no meaning here; use <"),
        ("1 >> 2", 2, ">> has no meaning here; use >"),
        ("title.length", 5, ". has no meaning here; facts have no parts and no functions"),
        ("$now", 0, "$ has no meaning here; only doorman's facts can be named"),
        ("oshash # sure", 7, "# has no meaning here; put the comment outside the condition"),
        ("source in {1}", 10, "{ has no meaning here; write a list in [ ]"),
        (
            'source == "alpha',
            10,
            '" has no meaning here; end the text with the quote that begins it, on the same line',
        ),
        (
            "source == 'alpha\n'",
            10,
            "' has no meaning here; end the text with the quote that begins it, on the same line",
        ),
        ("source == “alpha”", 10, '“ has no meaning here; use straight quotes, "'),
        (
            "file_size % 2",
            10,
            "% has no meaning here; conditions know == != < <= > >= =~ !~ =~~ !~~ in and or",
        ),
        (
            "title == null",
            9,
            "null has no meaning here; unknown numbers are infinite and unknown texts are empty",
        ),
        ("[x for x in title]", 1, 'there is no fact "x"; a text needs quotes; the facts are '),
        ("oshash if linked", 7, "if has no meaning here; use and, or and not"),
        (
            "file_size == 1e5",
            13,
            "1e5 is no number here; write it with up to 15 digits before and after the point",
        ),
        ("file_size == 007", 13, "007 is no number here; write it with up to 15 digits"),
        ("file_size == .5", 13, ".5 is no number here; write it with up to 15 digits"),
        ("file_size == 0x1F", 13, "0x1F is no number here; write it with up to 15 digits"),
        ("file_size == 1_000", 13, "1_000 is no number here; write it with up to 15 digits"),
        ("file_size == 1234567890123456", 13, "1234567890123456 is no number here; write it"),
        (
            'title == b"x"',
            9,
            'a text can\'t begin with b; write "…", or r"…" for a pattern',
        ),
        (
            'title =~ "\\d"',
            9,
            'a text can\'t hold a backslash; write r"…" for a pattern',
        ),
        ("title('x')", 5, "( can't follow title; facts have no parts and no functions"),
        ("title[0]", 5, "[ can't follow title; facts have no parts and no functions"),
        ('"x"(1)', 3, '( can\'t follow "x"; facts have no parts and no functions'),
        ("(title)(1)", 7, "( can't follow ); facts have no parts and no functions"),
        ("[1][0]", 3, "[ can't follow ]; facts have no parts and no functions"),
        ("true(1)", 4, "( can't follow true; facts have no parts and no functions"),
        ("1(1)", 1, "( can't follow 1; facts have no parts and no functions"),
    ],
)
def test_what_conditions_do_not_have_is_refused_at_its_place(
    when: str, offset: int, message: str
) -> None:
    with pytest.raises(Misworded) as caught:
        tokenize(when)

    assert str(caught.value).startswith(message)
    assert caught.value.offset == offset


def test_a_condition_has_a_longest_length() -> None:
    assert tokenize("true" + " " * (LONGEST_CONDITION - 4))

    with pytest.raises(Misworded, match="longer than 2000 characters; make several rules of it"):
        tokenize("true" + " " * (LONGEST_CONDITION - 3))


@pytest.mark.parametrize(
    ("word", "meant"),
    [("PHASH_DISTANCE", "phash_distance"), ("rival", "rivals"), ("harbour", None)],
)
def test_the_nearest_word_is_suggested_only_when_it_is_near(word: str, meant: str | None) -> None:
    assert nearest(word, [fact.name for fact in FACTS]) == meant


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_within_itself(when: str) -> None:
    places = places_in(when)

    assert places == [place for place in places if 0 <= place < len(when)]


def places_in(when: str) -> list[int | float]:
    try:
        tokens = tokenize(when)
    except Misworded as fault:
        return [math.inf if fault.offset is None else fault.offset]

    return [
        token.offset if when.startswith(token.text, token.offset) else math.inf for token in tokens
    ]
