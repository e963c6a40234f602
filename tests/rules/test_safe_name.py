"""Whatever a work is called, its name is one that ext4, NTFS and SMB hold, and stays that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.safe_name import is_safe_text, safe_name, safe_value

HOSTILE = st.characters() | st.sampled_from(list('<>:"/\\|?*. \t\u200d\u0301\u202eCONcon1_'))
TEXTS = st.text(HOSTILE, max_size=40)
DEVICES = ("con", "prn", "aux", "nul", "com1", "lpt9", "com\u00b9")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Quiet Pier", "Quiet Pier"),
        ("Pier: the Return", "Pier - the Return"),
        ("12:30", "12-30"),
        ("AC/DC \\ more", "AC-DC - more"),
        ('What "is" <this>?*', "What 'is' this"),
        ("... and so on...", "and so on"),
        ("  a \t b  ", "a b"),
        ("line\nbreak\x00\x1b", "line break"),
        ("CON", "CON_"),
        ("aux.of.something", "aux_.of.something"),
        ("Lpt1 ", "Lpt1_"),
        ("Console", "Console"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("\u202egpj.exe", "gpj.exe"),
        ("\ufeffPier\ufffd", "Pier"),
        ("\udc80broken", "broken"),
        ("???", ""),
        ("", ""),
    ],
)
def test_what_a_disk_cannot_hold_is_replaced(text: str, name: str) -> None:
    assert safe_name(text) == name
    assert safe_value(text) == name


@pytest.mark.parametrize(
    ("text", "most_bytes", "name"),
    [
        ("Caf\u00e9 by night", 4, "Caf"),
        ("a" * 300, 255, "a" * 255),
        ("Pier . and", 6, "Pier"),
        ("ab\u0e01\u0e33\u0e31", 8, "ab\u0e01"),
        ("ab\u0e01\u0e31", 7, "ab"),
        ("ok \U0001f468\u200d\U0001f469", 10, "ok"),
    ],
)
def test_a_long_name_is_cut_between_characters(text: str, most_bytes: int, name: str) -> None:
    assert safe_name(text, most_bytes=most_bytes) == name


@given(TEXTS, st.integers(16, 60))
def test_every_name_is_safe_everywhere_and_stays_as_it_is(text: str, most_bytes: int) -> None:
    name = safe_name(text, most_bytes=most_bytes)

    assert len(name.encode()) <= most_bytes
    assert not set(name) & set('<>:"/\\|?*')
    assert all(
        character.isprintable() or character == "\u200d" or not character.isascii()
        for character in name
    )
    assert name == name.strip(" .")
    assert name.split(".")[0].rstrip().casefold() not in DEVICES
    assert safe_name(name, most_bytes=most_bytes) == name


@pytest.mark.parametrize(
    ("text", "is_safe"), [(" - ", True), (" [", True), ("a: b", False), ("a|b", False)]
)
def test_text_between_fields_is_told_to_be_safe(text: str, *, is_safe: bool) -> None:
    assert is_safe_text(text) is is_safe
