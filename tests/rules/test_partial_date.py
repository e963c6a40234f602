from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.partial_date import read_date


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2024", "2024"),
        ("2024-05", "2024-05"),
        ("2024-05-17", "2024-05-17"),
        (" 2024-05-17 ", "2024-05-17"),
        ("2024-05-17 09:30:00", "2024-05-17"),
        ("2024-05-17T09:30:00Z", "2024-05-17"),
        ("2024-05-17T23:30:00.5-11:00", "2024-05-17"),
    ],
)
def test_every_form_that_stash_reads_keeps_its_precision(text: str, read: str) -> None:
    assert read_date(text) == read


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "0000", "2024-13", "2024-00", "2024-02-30", "24-05-17", "2024-5-7"),
        *("17.05.2024", "2024-05-17 25:00:00", "2024-05-17T09:30:00 noon", "20240517"),
        *("2024-05-17T09:30", "\N{FULLWIDTH DIGIT TWO}024", "2024-05-17\n2024"),
    ],
)
def test_what_is_no_date_is_ignored(text: str) -> None:
    assert read_date(text) is None


@given(st.dates())
def test_every_day_is_read_as_it_is_written(day: date) -> None:
    assert read_date(day.isoformat()) == day.isoformat()


@given(st.datetimes(timezones=st.just(UTC)))
def test_of_every_moment_the_day_is_read(moment: datetime) -> None:
    assert read_date(moment.isoformat()) == moment.date().isoformat()


@given(st.text())
def test_a_day_that_was_read_is_read_the_same_again(text: str) -> None:
    read = read_date(text)

    assert read is None or read_date(read) == read
