"""What part of a condition says of one fact, in a form that two of them can be compared in."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """All numbers between two bounds."""

    low: float = -math.inf
    high: float = math.inf
    is_low_open: bool = False
    """Whether `low` itself is left out; so `is_high_open`."""
    is_high_open: bool = False

    def meet(self, other: Span) -> Span | None:
        """Return the numbers that are in both, None when there are none."""
        low, is_low_open = max((self.low, self.is_low_open), (other.low, other.is_low_open))
        high, is_high_closed = min(
            (self.high, not self.is_high_open), (other.high, not other.is_high_open)
        )
        is_open = is_low_open or not is_high_closed
        if low > high or (low == high and is_open):
            return None

        return Span(low=low, high=high, is_low_open=is_low_open, is_high_open=not is_high_closed)

    def is_within(self, other: Span) -> bool:
        """Tell whether every number in here is in `other`, too."""
        return self.meet(other) == self


@dataclass(frozen=True, slots=True, kw_only=True)
class Among:
    """One of some values, or anything but them."""

    values: frozenset[str | bool]
    is_excluding: bool = False

    def meet(self, other: Among) -> Among | None:
        """Return the values that both allow, None when there are none."""
        if self.is_excluding and other.is_excluding:
            return Among(values=self.values | other.values, is_excluding=True)

        allowed = self.values & other.values
        if self.is_excluding:
            allowed = other.values - self.values
        elif other.is_excluding:
            allowed = self.values - other.values
        return Among(values=allowed) if allowed else None

    def is_within(self, other: Among) -> bool:
        """Tell whether every value that this allows is one that `other` allows."""
        return self.meet(other) == self


Constraint = Span | Among


def meet(one: Constraint, other: Constraint) -> Constraint | None:
    """Return what satisfies both constraints on one fact, None when nothing does."""
    match one, other:
        case Span(), Span():
            return one.meet(other)
        case Among(), Among():
            return one.meet(other)
        case _:
            raise TypeError(f"{one} and {other} are not about one fact")


def is_within(one: Constraint, other: Constraint) -> bool:
    """Tell whether whatever satisfies `one` satisfies `other`."""
    match one, other:
        case Span(), Span():
            return one.is_within(other)
        case Among(), Among():
            return one.is_within(other)
        case _:
            raise TypeError(f"{one} and {other} are not about one fact")
