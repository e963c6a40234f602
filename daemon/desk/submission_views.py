"""What the desk shows of fingerprints that sources are told of, as values that travel as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

from rules.fingerprint import Algorithm
from rules.submission import Vote

MOST_SUBMISSIONS = 500
"""In one list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionLine:
    """One fingerprint that a source is told of, or was."""

    number: int
    """Of the file."""
    path: str
    source: str
    """Its name in the configuration, or its address where it has none any more."""
    work: str
    """In words."""
    remote_id: str
    algorithm: Algorithm
    hash: str
    duration_s: int
    vote: Vote
    """VALID, INVALID for a report, or REMOVE to take either back."""
    reason: str
    """Why it is said."""
    state: str
    """due, held, sent, failed, refused or dropped."""
    error: str | None
    """Why it was not taken, or is held."""
    due_at_s: float | None
    """When it is sent, at the earliest; None when it is not by itself."""
    sent_at_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittingView:
    """How many fingerprints sources are still to be told of."""

    due: int = 0
    held: int = 0
    """Kept here by what the configuration says now."""
    sent: int = 0
    failed: int = 0
    refused: int = 0
    is_sending: bool = False
    """Whether any may be sent this very moment."""
    last_error: str | None = None
    """Why the latest of those that were not taken was not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionsView:
    """What sources are still to be told, or could not be."""

    counts: SubmittingView
    lines: tuple[SubmissionLine, ...]
    """The first of them, in the order they came to be owed."""
    is_anyone_told: bool
    """Whether the configuration lets any source be told anything."""


SUBMISSIONS = TypeAdapter(SubmissionsView)
