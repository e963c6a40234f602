"""A moment in the past as people say it: "2h", "yesterday", "2026-03-04 18:30"."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

from daemon.settings.units import UnitMissing, parse_duration
from rules.errors import UsageError

_AGO = re.compile(r"\s+ago$")
_DAYS = {"today": 0, "yesterday": 1}
_WEEKS = re.compile(r"([0-9]{1,4}) ?w")


class MomentUnreadable(UsageError):
    """Nobody can tell when that was."""

    def __init__(self, text: str) -> None:
        """Build the message from what was said."""
        super().__init__(
            f"{text!r} is no time in the past; say 2h, 3d, yesterday, 2026-03-04 "
            'or "2026-03-04 18:30"'
        )


def read_moment(text: str, now: datetime) -> datetime:
    """Return when that was, seen from `now`, whose time zone also counts for days and hours.

    A day begins at its midnight.

    Raises:
        MomentUnreadable: it cannot be told, or lies in the future.

    """
    said = _AGO.sub("", text.strip().lower())
    try:
        found = _said(said, now)
        is_past = found.astimezone(UTC) <= now.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise MomentUnreadable(text) from error
    if not is_past:
        raise MomentUnreadable(text)

    return found


def _said(said: str, now: datetime) -> datetime:
    if said in _DAYS:
        day = now.date() - timedelta(days=_DAYS[said])
        return datetime.combine(day, time(), tzinfo=now.tzinfo)
    if weeks := _WEEKS.fullmatch(said):
        return now - timedelta(weeks=int(weeks[1]))

    try:
        return now - timedelta(seconds=parse_duration(said))
    except UnitMissing:
        written = datetime.fromisoformat(said)
        return written if written.tzinfo else written.replace(tzinfo=now.tzinfo)
