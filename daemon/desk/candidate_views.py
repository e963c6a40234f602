"""What the desk shows of candidates and of all who tell of them, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from rules.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessView:
    """What one source tells of a candidate."""

    number: int
    """Whoever chooses by it has this source's values first; it never comes to mean another."""
    source: str
    remote_id: str
    text: str
    """What it says of the work, in one line: title, studio, date, duration."""
    title: str | None
    date: str | None
    duration_s: float | None
    page_url: str | None
    evidence: tuple[str, ...]
    """In sentences, the strongest first."""
    facts: Evidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateView:
    """A candidate that a person may choose: one work, whoever tells of it."""

    number: int
    """That of its best witness; so are all that follow, to `facts`."""
    source: str
    remote_id: str
    label: str
    evidence: tuple[str, ...]
    """In sentences, the strongest first."""
    page_url: str | None
    performers: tuple[str, ...]
    is_accepted: bool
    facts: Evidence | None = None
    witnesses: tuple[WitnessView, ...] = ()
    """All who tell of it, the best first."""

    def is_told_by(self, number: int | None) -> bool:
        """Tell whether this is its number, or that of any of its witnesses."""
        return number == self.number or any(each.number == number for each in self.witnesses)

    def told_by(self) -> str:
        """Return the names of those who tell of it, in one line."""
        names = dict.fromkeys(each.source for each in self.witnesses)
        return " and ".join(names or (self.source,))
