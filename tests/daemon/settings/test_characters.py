from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.settings.characters import place_of_character

PIECES = ["a", "and", " ", "é", "\\\\", '\\"', "\\u00e9", "\\U0001F600", "\\t", "'", "\\n"]
LITERAL = ["a", "and", " ", "é", "\\", "\\n", '"']


def character_at(text: str, place: tuple[int, int]) -> str:
    line, column = place
    return text.split("\n")[line - 1][column - 1 :][:1]


def place_in(text: str, value_line: int, value_column: int, *, line: int = 1) -> object:
    return place_of_character(
        text, "when", line=line, value_line=value_line, value_column=value_column
    )


@pytest.mark.parametrize(
    ("text", "value", "found"),
    [
        ('when = "oshash"', (1, 1), (1, 9)),
        ('when = "oshash"', (1, 7), (1, 15)),
        ("  'when'='oshash'", (1, 2), (1, 12)),
        ('"when" = "a\\"b"', (1, 3), (1, 14)),
        ('when = "a\\u00e9b"', (1, 3), (1, 16)),
        ('when = "a\\nb"', (2, 1), (1, 12)),
        ("when = '''a\nb'''", (2, 1), (2, 1)),
        ("when = '''\na\n  b'''", (2, 3), (3, 3)),
        ('when = """\na \\\n   b"""', (1, 3), (3, 4)),
        ('when = """a""b"""', (1, 4), (1, 14)),
    ],
)
def test_a_character_of_a_value_has_its_place_in_the_file(
    text: str, value: tuple[int, int], found: tuple[int, int]
) -> None:
    assert place_in(text, *value) == found


def test_the_key_may_stand_on_any_line() -> None:
    assert place_in('[[rule]]\n# about\nwhen = "oshash"\n', 1, 1, line=3) == (3, 9)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('rule = [{when = "oshash"}]', (1, 1)),
        ("when = true", (1, 1)),
        ('when = "oshash"', (1, 8)),
        ('when = "oshash"', (2, 1)),
        ("when = '''oshash", (9, 9)),
    ],
)
def test_what_is_not_told_plainly_is_not_guessed(text: str, value: tuple[int, int]) -> None:
    assert place_in(text, *value) is None


@given(st.lists(st.sampled_from(PIECES), min_size=1), st.sampled_from(['"', '"""', '"""\n']))
def test_every_plain_character_is_found_where_it_stands(pieces: list[str], quotes: str) -> None:
    text = f"when = {quotes}{''.join(pieces)}{quotes.strip()}"
    _see_every_letter(text)


@given(st.lists(st.sampled_from(LITERAL), min_size=1), st.sampled_from(["'", "'''", "'''\n"]))
def test_in_a_literal_text_nothing_is_an_escape(pieces: list[str], quotes: str) -> None:
    _see_every_letter(f"when = {quotes}{''.join(pieces)}{quotes.strip()}")


def _see_every_letter(text: str) -> None:
    value = tomllib.loads(text)["when"]
    for line, words in enumerate(value.split("\n"), 1):
        for column, character in enumerate(words, 1):
            if character not in "and":
                continue
            place = place_of_character(text, "when", line=1, value_line=line, value_column=column)
            assert place is not None
            assert character_at(text, place) == character
