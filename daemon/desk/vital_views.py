"""Whether the daemon is well, and its measures, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from daemon.desk.health_views import HealthView
from daemon.service.timing import StageTimes
from daemon.service.usage import Usage
from rules.journey import FileState
from store.metering import DecisionCount


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that must be so for all to be well."""

    name: str
    """One word."""
    is_well: bool
    detail: str
    """In words, which name no file and no person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryMeasure:
    """How one library stands."""

    name: str
    state: str
    """As in `LibraryLine`."""
    files: int
    missing: int
    listed_at_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedMeasure:
    """What is owed of one kind."""

    kind: str
    count: int = 0
    failing: int = 0
    """How many of them were tried in vain."""
    age_s: float = 0.0
    """Of the oldest; it may wait on purpose, as a message does in quiet hours."""
    overdue_s: float = 0.0
    """How long the first of them should have been done; 0 when none should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Everything that is measured, at one moment."""

    version: str
    started_at_s: float | None
    states: Mapping[FileState, int]
    missing: int
    libraries: tuple[LibraryMeasure, ...]
    stages: tuple[StageTimes, ...]
    stopped: Mapping[str, bool]
    """Of everything that should be heard of, by name: whether it is not."""
    sources: Mapping[str, HealthView]
    decisions: tuple[DecisionCount, ...]
    owed: tuple[OwedMeasure, ...]
    usage: Usage | None
    """None where the system does not tell."""
