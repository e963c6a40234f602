"""What the desk tells of NFOs that were taken for known works."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

MOST_LEFT = 1000
"""Files that are told one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftLine:
    """A file whose NFO was not taken."""

    number: int
    path: str
    reason: str
    """In words that end with what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportView:
    """What came of it, or would."""

    is_dry: bool
    looked_at: int
    """Files that are there."""
    without_nfo: int
    imported: int
    """Files that became a copy of what their NFO names."""
    new_works: int
    known_works: int
    """Works among those that were known before."""
    accepted_before: int
    left: int
    reasons: dict[str, int]
    """How many were left for each reason."""
    lines: tuple[LeftLine, ...]
    """The first of those that were left."""


IMPORT = TypeAdapter(ImportView)
