"""Fingerprints as values and as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import DoormanError
from rules.fingerprint import HashMalformed, Md5, Oshash, Phash, parse_hash

HASHES = st.integers(min_value=0, max_value=2**64 - 1)


@given(HASHES)
def test_every_hash_survives_its_own_text(value: int) -> None:
    assert parse_hash(str(Oshash(value))) == value
    assert parse_hash(str(Phash(value))) == value


@given(HASHES)
def test_an_oshash_is_always_sixteen_digits(value: int) -> None:
    assert len(str(Oshash(value))) == 16


def test_a_phash_is_sent_without_padding() -> None:
    assert str(Phash(0x0F)) == "f"
    assert str(Phash(0)) == "0"


@pytest.mark.parametrize("text", ["F", "f", "000000000000000f"])
def test_case_and_padding_say_nothing(text: str) -> None:
    assert parse_hash(text) == 15


@pytest.mark.parametrize(
    "text", ["", "0x1f", "g", "-1", " 1", "1\n", "1_0", "12345678901234567", "\u0661"]
)
def test_junk_is_no_hash(text: str) -> None:
    with pytest.raises(HashMalformed) as caught:
        parse_hash(text)

    assert isinstance(caught.value, DoormanError)
    assert caught.value.text == text
    assert str(caught.value) == f"{text!r} is no hash; give 1 to 16 hexadecimal digits"


@given(HASHES, HASHES, HASHES)
def test_distance_is_a_metric(one: int, two: int, three: int) -> None:
    a, b, c = Phash(one), Phash(two), Phash(three)

    assert a.distance_bits(a) == 0
    assert a.distance_bits(b) == b.distance_bits(a)
    assert (a.distance_bits(b) == 0) is (one == two)
    assert a.distance_bits(c) <= a.distance_bits(b) + b.distance_bits(c)


def test_the_inverse_is_farthest() -> None:
    assert Phash(0).distance_bits(Phash(2**64 - 1)) == 64


@pytest.mark.parametrize(
    ("text", "is_degenerate"),
    [
        ("0", True),  # all black
        ("8000000000000000", True),  # any flat colour
        ("e600000000000000", True),  # left half white
        ("d52a555555555555", False),  # a still clip's, which tells little but is no tie
        ("d726078df8a369a2", False),
    ],
)
def test_a_plain_picture_has_not_half_of_its_bits_set(text: str, *, is_degenerate: bool) -> None:
    assert Phash(parse_hash(text)).is_degenerate is is_degenerate


@given(st.permutations(range(64)), st.permutations(range(64)))
def test_usual_phashes_are_an_even_distance_apart(one: list[int], two: list[int]) -> None:
    a, b = (Phash(sum(1 << bit for bit in bits[:32])) for bits in (one, two))

    assert a.distance_bits(b) % 2 == 0


@pytest.mark.parametrize("text", ["", "0" * 31, "0" * 33, "G" * 32, "A" * 32])
def test_what_is_no_md5_is_refused(text: str) -> None:
    with pytest.raises(HashMalformed) as caught:
        Md5(text)

    assert str(caught.value).endswith("give 32 lower-case hexadecimal digits")


def test_md5_is_written_as_its_digits() -> None:
    assert str(Md5("0123456789abcdef" * 2)) == "0123456789abcdef" * 2
