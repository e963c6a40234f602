"""Dates in file names, in the orders in which people and release groups write them.

What can be read in two ways is not read: `03.04.2023` is 2023 and no more. The exception is
three pairs of digits, which releases write year first and Stash reads so (`stash.md` §6.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_EARLIEST_YEAR = 1920
_LATEST_YEAR = 2039
"""Numbers outside of these are numbers, as in `Harbour 2049`."""

_LATEST_PAIR = 29
"""A pair above it is no year from 2000 on, so `31.12.23` begins with its day."""

_EARLIEST_PAIR = 70
"""A pair from it on is a year before 2000."""

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905 - a list of words reads better
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_GAP = r"[ .,_-]{1,2}"
_SIGN = r"(?P<sign>[ ._-])"
_SAME = r"(?P=sign)"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9a-z]){text}(?![0-9a-z])", re.IGNORECASE | re.ASCII)


_YEAR_FIRST = _pattern(rf"{_YEAR}{_SIGN}(?P<month>\d{{1,2}}){_SAME}(?P<day>\d{{1,2}})")
_YEAR_LAST = _pattern(rf"(?P<one>\d{{1,2}}){_SIGN}(?P<other>\d{{1,2}}){_SAME}{_YEAR}")
_NAMED = (
    _pattern(rf"{_DAY}{_GAP}(?:of )?{_MONTH}{_GAP}{_YEAR}"),
    _pattern(rf"{_MONTH}{_GAP}{_DAY}{_GAP}{_YEAR}"),
    _pattern(rf"{_YEAR}{_GAP}{_MONTH}{_GAP}{_DAY}"),
)
_SOLID = _pattern(r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)")
_PAIRS = _pattern(rf"(?P<one>\d\d){_SIGN}(?P<two>\d\d){_SAME}(?P<three>\d\d)")
_MONTH_OF_YEAR = (
    _pattern(rf"{_MONTH}{_GAP}{_YEAR}"),
    _pattern(rf"{_YEAR}-(?P<month>\d\d)"),
)
_LONE_YEAR = re.compile(rf"(?:(?<=[ ._-])|^){_YEAR}(?=\s*$|\s+-\s)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateFound:
    """A date and where it stands in a text."""

    begin: int
    end: int
    """The character after its last."""
    date: str | None
    """`YYYY`, `YYYY-MM` or `YYYY-MM-DD`; None for what is written like a date that never was."""
    has_day: bool
    """Whether a day is written, even one that can't be told from the month."""


def find_date(text: str) -> DateFound | None:
    """Return the most telling date in a text: one with a day, else a month, else a year.

    A year by itself counts only at the end of the text or before a dash: elsewhere it is as
    likely a word of the title.
    """
    return next(_dates(text), None)


def read_year(text: str) -> str | None:
    """Return a text that is a year and nothing else."""
    return text if re.fullmatch(r"\d{4}", text, re.ASCII) and _is_year(int(text)) else None


def _dates(text: str) -> Iterator[DateFound]:
    yield from _days(text)
    for pattern in _MONTH_OF_YEAR:
        if (match := pattern.search(text)) and (month := _month(match)) is not None:
            yield _found(match, month, has_day=False)
    if (match := _LONE_YEAR.search(text)) and _is_year(int(match["year"])):
        yield _found(match, match["year"], has_day=False)


def _days(text: str) -> Iterator[DateFound]:
    for pattern in (_YEAR_FIRST, *_NAMED):
        if match := pattern.search(text):
            yield _found(match, _day(match), has_day=True)
    if match := _YEAR_LAST.search(text):
        yield _found(match, _either_order(match), has_day=True)
    # Other digits are more often something else, so what cannot be a date is none.
    if (match := _SOLID.search(text)) and (day := _day(match)):
        yield _found(match, day, has_day=True)
    for match in _PAIRS.finditer(text):
        if day := _pairs(match):
            yield _found(match, day, has_day=True)


def _found(match: re.Match[str], found: str | None, *, has_day: bool) -> DateFound:
    return DateFound(begin=match.start(), end=match.end(), date=found, has_day=has_day)


def _day(match: re.Match[str]) -> str | None:
    return _valid(int(match["year"]), _month_number(match), int(match["day"]))


def _month(match: re.Match[str]) -> str | None:
    year, month = int(match["year"]), _month_number(match)
    return f"{year:04}-{month:02}" if _valid(year, month, 1) else None


def _month_number(match: re.Match[str]) -> int:
    named = match.groupdict().get("name")
    return _MONTHS.index(named[:3].casefold()) + 1 if named else int(match["month"])


def _either_order(match: re.Match[str]) -> str | None:
    """Return the date if only one of the two numbers can be the month, else its year."""
    year, one, other = int(match["year"]), int(match["one"]), int(match["other"])
    readings = {_valid(year, one, other), _valid(year, other, one)} - {None}
    return readings.pop() if len(readings) == 1 else (match["year"] if readings else None)


def _pairs(match: re.Match[str]) -> str | None:
    one, two, three = int(match["one"]), int(match["two"]), int(match["three"])
    if usual := _valid(_century(one), two, three):
        return usual

    readings = {_valid(_century(three), one, two), _valid(_century(three), two, one)} - {None}
    return readings.pop() if len(readings) == 1 else None


def _century(pair: int) -> int:
    """Return the year that two digits mean; one that no date has where they mean none."""
    if pair <= _LATEST_PAIR:
        return 2000 + pair

    return 1900 + pair if pair >= _EARLIEST_PAIR else 0


def _valid(year: int, month: int, day: int) -> str | None:
    if not _is_year(year):
        return None

    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _is_year(number: int) -> bool:
    return _EARLIEST_YEAR <= number <= _LATEST_YEAR
