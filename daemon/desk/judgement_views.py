"""What the desk shows of rules and of what they would decide, as values that travel as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """A rule in force, and what it has done so far."""

    name: str
    when: str
    then: str
    reason: str | None
    is_shipped: bool
    fired: int = 0
    """How many decisions it has made; those undone since included."""
    fired_lately: int = 0
    """In the last 30 days."""
    last_at_s: float | None = None
    idle: str | None = None
    """Why it can never decide, in words; None unless that is plain from the conditions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialLine:
    """A file about which other rules would decide otherwise."""

    number: int
    path: str
    before: str
    """What stands."""
    before_rule: str | None
    after: str
    """What would be decided from the same facts."""
    after_rule: str | None
    work: str | None
    """The candidate that it is about, in words."""
    reason: str
    """Why it would be decided so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPart:
    """What other rules make of some of the files."""

    unchanged: int = 0
    other_rule: int = 0
    """How many get the same verdict by another rule."""
    kept: int = 0
    """How many a person decided about; no rule changes that."""
    unreadable: int = 0
    """How many have nothing stored that could be decided from again."""
    older: int = 0
    """How many were weighed by an older version; they are weighed anew from what was stored."""
    changes: tuple[TrialLine, ...] = ()
    next_after: int | None = None
    """Hand it back for the next part; None when this was the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeseenLine:
    """What would be done about a file, were this no dry run."""

    path: str
    verdict: str | None
    """None when nothing would be decided now."""
    rule: str | None = None
    work: str | None = None
    """The work that would be accepted or asked about, in words, with its source."""
    reasons: tuple[str, ...] = ()
    """Why; or why nothing would be decided."""
    name: str | None = None
    """What the file would be called, from its library on; None: as it is."""


RULE_LINES = TypeAdapter(tuple[RuleLine, ...])
TRIAL_PART = TypeAdapter(TrialPart)
FORESEEN = TypeAdapter(tuple[ForeseenLine, ...])
