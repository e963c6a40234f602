"""What the desk tells of decisions that were made, as plain values that travel as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

MOST_REMEMBERED = 500
"""Decisions on one page at the most."""
REMEMBERED = 50
"""Decisions on one page, unless more or fewer are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """A decision about a file, and the file as it is now."""

    decision: int
    number: int
    """Of the file."""
    path: str
    library: str
    is_missing: bool
    revision: int
    """Of the file; hand it back to undo just this."""
    outcome: str
    decided_by: str
    """rule or person."""
    rule: str | None
    work: str | None
    """What was accepted or rejected, in words, with its source."""
    reasons: tuple[str, ...]
    decided_at_s: float
    undone_at_s: float | None
    can_undo: bool
    """Whether an undo of the file takes back this very decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """Some decisions, the latest first."""

    lines: tuple[HistoryLine, ...]
    next_before: int | None
    """Hand it back for the next page; None when this is the last."""
    rules: tuple[str, ...]
    """The rules that ever decided."""
    libraries: tuple[str, ...]
    """The libraries that files are, or were, in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A file whose latest decision is to be taken back, as a person saw it."""

    number: int
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What came of taking back one decision."""

    number: int
    path: str
    is_done: bool
    message: str
    """What was done, or why nothing was."""
    left: tuple[str, ...] = ()
    """What stays as it is although it was meant to change, and why."""


HISTORY = TypeAdapter(HistoryPage)
"""The form in which a page travels."""
