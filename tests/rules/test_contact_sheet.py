from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.contact_sheet import MOST_SHEET_BYTES, is_whole_sheet, sheet_name
from rules.fingerprint import Oshash


def webp(body: bytes) -> bytes:
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


def test_webp_from_first_to_last_byte_is_a_sheet() -> None:
    assert is_whole_sheet(webp(b"VP8 "))
    assert is_whole_sheet(webp(bytes(MOST_SHEET_BYTES - 12)))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"RIFF",
        webp(b"VP8 ") + b"x",
        webp(bytes(MOST_SHEET_BYTES - 11)),
        webp(b"VP8 ").replace(b"WEBP", b"WAVE"),
        webp(b"VP8 ").replace(b"RIFF", b"RIFX"),
        b"<html>" * 50,
    ],
)
def test_anything_else_is_none(content: bytes) -> None:
    assert not is_whole_sheet(content)


@given(body=st.binary(min_size=1, max_size=50), share=st.floats(0, 0.999))
def test_sheet_that_was_cut_short_is_none(body: bytes, share: float) -> None:
    whole = webp(body)

    assert is_whole_sheet(whole)
    assert not is_whole_sheet(whole[: int(len(whole) * share)])


def test_sheet_is_called_after_its_content() -> None:
    assert sheet_name(Oshash(0xAB), 1234) == "00000000000000ab-1234.webp"
