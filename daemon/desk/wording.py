"""How much is to be examined, and how long it takes, in words.

Light to import: the command line says it, too, where the daemon has the store.
"""

from __future__ import annotations

from daemon.desk.views import ExaminingView

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400
_SEVERAL = 2
"""Of a unit; less of it is told in the next smaller one."""
_FEW_PER_MINUTE = 10


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
