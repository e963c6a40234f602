"""What came of looking for a work at a source, as plain values that travel as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

from daemon.desk.candidate_views import CandidateView


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchView:
    """What a source said to a person who looked for the work of a file."""

    number: int
    """The file's."""
    source: str
    outcome: str
    """known, unknown, failed, refused, or "not asked"."""
    message: str
    """What came of it, in one sentence."""
    revision: int
    """The file's now; what was found may be accepted with it."""
    candidates: tuple[CandidateView, ...]
    """What was found and may be chosen, best first; the file keeps what it was offered before."""


SEARCH = TypeAdapter(SearchView)
