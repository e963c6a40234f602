"""How much is to be examined and how fast that goes, as values and in words."""

from __future__ import annotations

from dataclasses import dataclass

from daemon.desk.views import ExaminingView
from rules.journey import FileState
from rules.pace import LATEST, Pace, pace_of
from store import contents, files, regeneration
from store.database import Connection
from store.regeneration import Complete, Standing

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400
_SEVERAL = 2
"""Of a unit; less of it is told in the next smaller one."""
_FEW_PER_MINUTE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Left:
    """What is to be examined."""

    new: int
    again: Standing
    size_bytes: int
    """Of all together."""

    @property
    def files(self) -> int:
        return self.new + self.again.waiting

    def time_s(self, pace: Pace | None, complete: Complete) -> float | None:
        if pace is None:
            return None

        return pace.time_left_s(
            files=self.files, size_bytes=self.size_bytes, is_read_whole=complete.has_md5
        )


def examining(connection: Connection, *, complete: Complete, now_s: float) -> ExaminingView:
    """Return how much is to be examined, and how fast that goes now."""
    left = _left(connection)
    pace = _pace(connection, complete, now_s=now_s) if left.files else None
    return ExaminingView(
        new=left.new,
        again=left.again.waiting,
        given_up=left.again.given_up,
        given_up_reason=left.again.reason,
        per_minute=pace.files_per_s * _MINUTE_S if pace else None,
        left_s=left.time_s(pace, complete),
    )


def time_left_s(connection: Connection, *, complete: Complete) -> float | None:
    """Return how long all that is to be examined will take, at the pace there was last."""
    return _left(connection).time_s(_pace(connection, complete, now_s=None), complete)


def describe_examining(view: ExaminingView) -> str | None:
    """Return how much is left and how long it takes, in words; None when nothing is left."""
    if not view.new + view.again:
        return None

    parts = [f"{_what_is_left(view)} left"]
    if view.per_minute is not None:
        parts.append(_rate(view.per_minute))
    if view.left_s is not None:
        parts.append(about(view.left_s))
    return ", ".join(parts)


def about(seconds: float) -> str:
    """Return a time to wait as people say it."""
    for unit_s, word in ((_DAY_S, "d"), (_HOUR_S, "h"), (_MINUTE_S, "min")):
        if seconds >= _SEVERAL * unit_s:
            return f"about {seconds / unit_s:.0f} {word}"

    return "about a minute" if seconds >= _MINUTE_S / 2 else "less than a minute"


def counted(number: int, word: str) -> str:
    """Return so many things, with a space between thousands."""
    return f"{number:,} {word}".replace(",", " ") + ("" if number == 1 else "s")


def _what_is_left(view: ExaminingView) -> str:
    if not view.again:
        return counted(view.new, "file")

    known = counted(view.again, "known file")
    return f"{counted(view.new, 'new file')} and {known}" if view.new else known


def _rate(per_minute: float) -> str:
    if per_minute < 1:
        return f"{per_minute * _MINUTE_S:.0f} an hour"

    digits = 0 if per_minute >= _FEW_PER_MINUTE else 1
    return f"{per_minute:.{digits}f} a minute"


def _pace(connection: Connection, complete: Complete, *, now_s: float | None) -> Pace | None:
    """Return the pace of what was examined as it would be now."""
    done = contents.lately_examined(connection, limit=LATEST, with_md5=complete.has_md5)
    return pace_of(done, now_s=now_s)


def _left(connection: Connection) -> _Left:
    new, new_bytes = files.volume(connection, (FileState.SETTLED,))
    again = regeneration.standing(connection)
    return _Left(new=new, again=again, size_bytes=new_bytes + again.waiting_bytes)
