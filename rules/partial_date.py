"""Days as sources write them, as precise as they were said."""

from __future__ import annotations

import re
from datetime import date, datetime

_YEAR_OR_MONTH = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WITH_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9]{2}:[0-9]{2}:[0-9]{2}\S*")
_MONTHS = range(1, 13)


def read_date(text: str) -> str | None:
    """Return `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, as precise as `text`; None if it is no date.

    The forms are those that Stash reads (`stash.md` §5.5): these three, RFC 3339, and a day with
    a time behind a space. The day is the one that is written: its zone is not ours to move it by.
    """
    bare = text.strip()
    coarse = _YEAR_OR_MONTH.fullmatch(bare)
    if coarse:
        year, month = coarse.groups()
        is_one = int(year) > 0 and (month is None or int(month) in _MONTHS)
        return bare if is_one else None

    timed = _WITH_TIME.fullmatch(bare)
    day = timed[1] if timed else bare
    is_day = _DAY.fullmatch(day) and _exists(day) and (timed is None or _is_time(bare))
    return day if is_day else None


def _exists(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
