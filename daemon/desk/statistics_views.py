"""What the desk tells of what happened when, and how often, as values that travel as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

from rules.journey import FileState


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanView:
    """The stretch of time that is counted, in equal steps (UTC); the last is not over yet."""

    begin_s: float
    step_s: int
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleShare:
    """How many decisions a rule, or a person, made within the span."""

    rule: str | None
    """None for a person, and for a decision that no rule made."""
    decided_by: str
    outcomes: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class DistancesView:
    """How far phashes are from those of the files, over all that stands."""

    accepted: tuple[int, ...]
    """At 0, 1, 2 … bits; the last of them that far and farther."""
    rejected: tuple[int, ...]
    accepted_unknown: int
    """No phash was compared: another fingerprint agreed, or a person looked."""
    rejected_unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceShare:
    """How a source has answered within the span."""

    source: str
    known: int
    unknown: int
    failed: int
    """It could not answer, or refused our key; its answer says nothing about the file."""

    @property
    def asked(self) -> int:
        """Return how often it was asked."""
        return self.known + self.unknown + self.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitShare:
    """How many files took so long from when they were first seen to when they were done."""

    below_s: float | None
    """Less than this, and not less than the one before; None is no limit."""
    alone: int
    """Nobody was asked."""
    with_person: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsView:
    """What happened when, and how often."""

    span: SpanView
    files: dict[FileState, tuple[int, ...]]
    """How many files were in each state at the end of each step; missing ones count, too."""
    decisions: dict[str, tuple[int, ...]]
    """How many decisions were made in each step, by outcome; those undone since count, too."""
    rules: tuple[RuleShare, ...]
    """Who decided most first."""
    distances: DistancesView
    sources: tuple[SourceShare, ...]
    waits: tuple[WaitShare, ...]


STATISTICS = TypeAdapter(StatisticsView)
"""The form in which they travel."""
