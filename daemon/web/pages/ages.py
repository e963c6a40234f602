"""How long ago something was, in words for a glance."""

from __future__ import annotations

_STEPS = ((86400 * 365, "year"), (86400 * 30, "month"), (86400, "day"), (3600, "hour"))
_MINUTE_S = 60


def age(since_s: float, now_s: float) -> str:
    """Return a length of time in its largest unit, rounded down: `3 days`, `a moment`."""
    passed_s = max(now_s - since_s, 0)
    for unit_s, unit in (*_STEPS, (_MINUTE_S, "minute")):
        count = int(passed_s // unit_s)
        if count:
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"

    return "a moment"
