import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.cli.plain import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Harbour at Dawn, Größe 日本.mkv", "Harbour at Dawn, Größe 日本.mkv"),
        ("red \x1b[31m.mp4", "red \\x1b[31m.mp4"),
        ("bell\a and\nline", "bell\\x07 and\\nline"),
        ("turned \u202e round", "turned \\u202e round"),
        ("undecoded \udcff", "undecoded \\udcff"),
    ],
)
def test_what_is_not_printed_is_spelled_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_lines_of_our_own_stay() -> None:
    assert visible("one\ntwo\x1b", keeps_lines=True) == "one\ntwo\\x1b"


@given(st.text())
def test_whatever_it_is_only_printable_text_comes_out(text: str) -> None:
    assert visible(text).isprintable()
