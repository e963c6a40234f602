"""What the desk tells of the whole at a glance, as plain values that travel as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

from daemon.desk.views import StatusView


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedLine:
    """One kind of effect that is still owed."""

    kind: str
    """sidecar, restore or message."""
    count: int
    failing: int
    """How many of them were tried in vain."""
    oldest_at_s: float
    next_at_s: float
    """When the first of them is tried."""
    last_error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThroughputView:
    """How much was done lately."""

    seen: int
    """New files."""
    examined: int
    decided: int
    """By rules."""
    answered: int
    """By a person."""
    done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewView:
    """How everything stands, how fast it goes, and what is owed."""

    status: StatusView
    owed: tuple[OwedLine, ...]
    last_hour: ThroughputView
    last_day: ThroughputView


OVERVIEW = TypeAdapter(OverviewView)
"""The form in which it travels."""
