from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.settings.units import (
    UnitMissing,
    format_duration,
    format_size,
    parse_duration,
    parse_size,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0s", 0),
        ("250ms", 0.25),
        ("10s", 10),
        ("10 s", 10),
        ("1.5h", 5400),
        ("1h30m", 5400),
        ("1h 30m", 5400),
        ("2m500ms", 120.5),
        ("365d", 31_536_000),
    ],
)
def test_duration_is_read_in_seconds(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("10", 'write "10s"'),
        ("5 min", 'write "5m"'),
        ("2 Hours", 'write "2h"'),
        ("3 days", 'write "3d"'),
        ("20 millis", 'write "20ms"'),
        ("1 month", 'as in "1h30m"'),
        ("5 weeks", 'as in "1h30m"'),
        ("", 'as in "1h30m"'),
        ("30m1h", 'as in "1h30m"'),
        ("1m1m", 'as in "1h30m"'),
        ("-1s", 'as in "1h30m"'),
        ("1e3s", 'as in "1h30m"'),
        ("\u0661s", 'as in "1h30m"'),
        ("1s\n", 'write "1s"'),
        ("9" * 16 + "s", 'as in "1h30m"'),
    ],
)
def test_other_text_is_no_duration(text: str, hint: str) -> None:
    with pytest.raises(UnitMissing) as caught:
        parse_duration(text)

    assert str(caught.value).endswith(hint)


@pytest.mark.parametrize(
    ("text", "size_bytes"),
    [("0B", 0), ("256MiB", 2**28), ("2 GiB", 2**31), ("1.5KiB", 1536), ("2GB", 2_000_000_000)],
)
def test_size_is_read_in_bytes(text: str, size_bytes: int) -> None:
    assert parse_size(text) == size_bytes


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("512", 'write "512MiB"'),
        ("2G", 'write "2GiB"'),
        ("2gb", 'write "2GB"'),
        ("2kib", 'write "2KiB"'),
        ("2 apples", 'as in "2GiB"'),
        ("1GiB1MiB", 'as in "2GiB"'),
        ("-1GiB", 'as in "2GiB"'),
        ("", 'as in "2GiB"'),
    ],
)
def test_other_text_is_no_size(text: str, hint: str) -> None:
    with pytest.raises(UnitMissing) as caught:
        parse_size(text)

    assert str(caught.value).endswith(hint)


@given(st.integers(min_value=0, max_value=10**12))
def test_written_duration_is_read_as_the_same(milliseconds: int) -> None:
    seconds = milliseconds / 1000

    assert parse_duration(format_duration(seconds)) == pytest.approx(seconds, abs=1e-4)


@given(st.integers(min_value=0, max_value=10**14))
def test_written_size_is_read_as_the_same(size_bytes: int) -> None:
    assert parse_size(format_size(size_bytes)) == size_bytes


@given(st.text(alphabet="0123456789.smhdMGiB ", max_size=30))
def test_every_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_duration, parse_size):
        try:
            number = parse(text)
        except UnitMissing:
            continue
        assert number >= 0
