from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.quiet_hours import HoursMalformed, QuietHours, latest_at, next_at, parse_time

NIGHT = QuietHours(begin=time(22), end=time(7))
NOON = QuietHours(begin=time(12, 30), end=time(13, 15))
MOMENTS = st.datetimes(min_value=datetime(2020, 1, 2), max_value=datetime(2030, 1, 1))  # noqa: DTZ001  # a wall clock's


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        ("2026-03-10T21:59:59", "2026-03-09T22:00:00"),
        ("2026-03-10T22:00:00", "2026-03-10T22:00:00"),
        ("2026-03-10T22:00:01", "2026-03-10T22:00:00"),
    ],
)
def test_latest_time_of_a_clock_is_today_or_yesterday(now: str, shown: str) -> None:
    assert latest_at(time(22), at(now)) == at(shown)


@pytest.mark.parametrize(
    ("hours", "now", "over"),
    [
        (NIGHT, "2026-03-10T21:59:59", None),
        (NIGHT, "2026-03-10T22:00:00", "2026-03-11T07:00:00"),
        (NIGHT, "2026-03-11T00:00:00", "2026-03-11T07:00:00"),
        (NIGHT, "2026-03-11T06:59:59", "2026-03-11T07:00:00"),
        (NIGHT, "2026-03-11T07:00:00", None),
        (NOON, "2026-03-10T12:29:00", None),
        (NOON, "2026-03-10T12:30:00", "2026-03-10T13:15:00"),
        (NOON, "2026-03-10T13:15:00", None),
        (NOON, "2026-03-10T23:00:00", None),
    ],
)
def test_quiet_lasts_from_its_first_minute_up_to_its_end(
    hours: QuietHours, now: str, over: str | None
) -> None:
    assert hours.over_at(at(now)) == (at(over) if over else None)


def test_night_in_which_clocks_are_set_ends_when_the_clock_says_so() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    late = datetime(2026, 3, 28, 23, 0, tzinfo=berlin)

    over = NIGHT.over_at(late)

    assert over == datetime(2026, 3, 29, 7, 0, tzinfo=berlin)
    assert over.timestamp() - late.timestamp() == 7 * 3600  # an hour less than the clock shows


@pytest.mark.parametrize(
    "text", ["", "22-7", "22:00", "24:00-07:00", "22:60-07:00", "22:00-22:00", "22:00 - 07:00"]
)
def test_what_names_no_hours_is_refused(text: str) -> None:
    with pytest.raises(HoursMalformed, match="22:00-07:00"):
        QuietHours.parse(text)


@pytest.mark.parametrize("text", ["", "8:00", "24:00", "08:00:00"])
def test_what_names_no_time_is_refused(text: str) -> None:
    with pytest.raises(HoursMalformed, match="08:00"):
        parse_time(text)


def test_hours_are_read_as_written() -> None:
    assert QuietHours.parse("22:00-07:00") == NIGHT
    assert parse_time("13:15") == time(13, 15)


@given(MOMENTS, st.times())
def test_a_time_comes_within_a_day_and_has_been_within_one(now: datetime, wanted: time) -> None:
    wanted = wanted.replace(second=0, microsecond=0)

    assert timedelta(0) < next_at(wanted, now) - now <= timedelta(days=1)
    assert timedelta(0) <= now - latest_at(wanted, now) < timedelta(days=1)


@given(MOMENTS, st.times(), st.times())
def test_what_is_not_quiet_is_quiet_of_the_other_hours(
    now: datetime, begin: time, end: time
) -> None:
    if begin == end:
        return

    one, other = QuietHours(begin=begin, end=end), QuietHours(begin=end, end=begin)
    assert (one.over_at(now) is None) != (other.over_at(now) is None)
