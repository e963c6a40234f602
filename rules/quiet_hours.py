"""Hours of the day in which nobody is to be rung: parsed, and told the time; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from rules.errors import UsageError

_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


class HoursMalformed(UsageError):
    """A text names no hours of the day."""

    def __init__(self, text: str, example: str) -> None:
        """Build the message from the text and what it should look like."""
        super().__init__(f'{text!r} cannot be read; write it on 24 hours, as in "{example}"')


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """From one time of the day to another, which may lie on the next day."""

    begin: time
    end: time

    @classmethod
    def parse(cls, text: str) -> QuietHours:
        """Return the hours that `22:00-07:00` names.

        Raises:
            HoursMalformed: it names none, or none of the day at all.

        """
        found = _HOURS.fullmatch(text)
        if found is None:
            raise HoursMalformed(text, "22:00-07:00")

        begin_hour, begin_minute, end_hour, end_minute = map(int, found.groups())
        begin, end = time(begin_hour, begin_minute), time(end_hour, end_minute)
        if begin == end:
            raise HoursMalformed(text, "22:00-07:00")

        return cls(begin=begin, end=end)

    def over_at(self, local: datetime) -> datetime | None:
        """Return when the quiet is over, by the same clock; None when it is not quiet.

        `local` is what a clock on the wall shows; on a day when clocks are set, so does the end.
        """
        now = local.time()
        if self.begin < self.end:
            return next_at(self.end, local) if self.begin <= now < self.end else None

        return next_at(self.end, local) if now >= self.begin or now < self.end else None


def parse_time(text: str) -> time:
    """Return the time of the day that `08:00` names.

    Raises:
        HoursMalformed: it names none.

    """
    found = _TIME.fullmatch(text)
    if found is None:
        raise HoursMalformed(text, "08:00")

    hour, minute = map(int, found.groups())
    return time(hour, minute)


def next_at(wanted: time, local: datetime) -> datetime:
    """Return the next moment after `local` at which a clock on the wall shows `wanted`."""
    today = local.replace(hour=wanted.hour, minute=wanted.minute, second=0, microsecond=0, fold=0)
    return today if local < today else today + timedelta(days=1)


def latest_at(wanted: time, local: datetime) -> datetime:
    """Return the latest moment, `local` included, at which a clock showed `wanted`."""
    return next_at(wanted, local) - timedelta(days=1)
