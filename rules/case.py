"""What one condition is asked about: a file with one of its candidates, or with none."""

from __future__ import annotations

from dataclasses import dataclass

from rules.candidate import Candidate
from rules.evidence import NO_EVIDENCE, Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """The file that a decision is about."""

    name: str
    """Its name without folders, in the form of `rules.media.path_to_text`."""
    library: str
    size_bytes: int
    duration_s: float
    """0 when unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What one condition is evaluated for: a file with one of its candidates, or with none."""

    file: FileFacts
    works: int
    """How many works were offered, each counted once."""
    candidate: Candidate | None = None
    evidence: Evidence = NO_EVIDENCE
