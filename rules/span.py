"""A stretch of time in equal steps, for counting what happened when; times in UTC."""

from __future__ import annotations

import math
from dataclasses import dataclass

_HOUR_S = 3600
_DAY_S = 24 * _HOUR_S
STEPS_S = (
    6 * _HOUR_S,
    _DAY_S,
    3 * _DAY_S,
    7 * _DAY_S,
    14 * _DAY_S,
    30 * _DAY_S,
    91 * _DAY_S,
    365 * _DAY_S,
    3650 * _DAY_S,
)
"""What a step may be, so that it has a name for people."""
MOST_STEPS = 31
"""As many as can be told apart in a picture on a phone; a month of days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Steps of time; the last one holds the present, so it is not over yet."""

    begin_s: float
    """Where the first step begins; a multiple of the step since 1970."""
    step_s: int
    steps: int


def span_of(since_s: float, now_s: float) -> Span:
    """Return the finest span from `since_s`, or a little before, to `now_s`.

    A time that is not before `now_s` gives the step that holds `now_s`.
    """
    return next((span for span in _spans(since_s, now_s) if span.steps <= MOST_STEPS), None) or (
        _span(now_s - STEPS_S[-1] * (MOST_STEPS - 1), now_s, STEPS_S[-1])
    )


def _spans(since_s: float, now_s: float) -> tuple[Span, ...]:
    return tuple(_span(min(since_s, now_s), now_s, step_s) for step_s in STEPS_S)


def _span(since_s: float, now_s: float, step_s: int) -> Span:
    first, last = math.floor(since_s / step_s), math.floor(now_s / step_s)
    return Span(begin_s=float(first * step_s), step_s=step_s, steps=last - first + 1)
