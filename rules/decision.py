"""What is decided about a file, from what, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rules.candidate import Answer, Candidate
from rules.evidence import Evidence
from rules.filename import NameClues
from rules.fingerprint import Fingerprints
from rules.sidecar_says import Sidecar
from rules.work import ExternalId


class Verdict(StrEnum):
    """What becomes of a file; the values are those of `rules.journey.FileState`."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    NO_MATCH = "no match"
    DEFERRED = "deferred"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionInput:
    """Everything a decision depends on besides the rules; stored, so that it can be replayed."""

    fingerprints: Fingerprints
    file_name: str
    """Without folders, in the form of `rules.media.path_to_text`."""
    library: str
    answers: tuple[Answer, ...]
    """One of each source; their order says nothing."""
    rejected: frozenset[ExternalId] = frozenset()
    """Candidates that a person rejected for this content."""
    taken_back: frozenset[ExternalId] = frozenset()
    """Candidates that were accepted for this content and that a person undid."""
    turned_down: tuple[Candidate, ...] = ()
    """What `rejected` and `taken_back` name, as it was last offered, by whichever source then."""
    linked: frozenset[ExternalId] = frozenset()
    """The ids of the work that the file is already linked to."""
    clues: NameClues | None = None
    """What the file's name, with its folder, seemed to say when it was decided about."""
    sidecar: Sidecar | None = None
    """The NFO that lay beside it, if doorman did not write that."""
    one_work_only: frozenset[str] = frozenset()
    """Sources that no rule accepts from when they offer several works (skip_multiple_matches)."""
    organized: frozenset[ExternalId] | None = None
    """The ids of what the content is finished as; None if it is not finished (set_organized)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """A source that no rule accepts from, because it offers several works for the file."""

    source: str
    works: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A candidate in the order of what speaks for it."""

    candidate: Candidate
    evidence: Evidence
    objections: tuple[str, ...] = ()
    """Why no rule accepted it, a sentence for each rule that was tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A verdict with all that is needed to explain it."""

    verdict: Verdict
    rule: str | None
    """The rule that decided; of a deferred file the one that would have; None when none held, and
    when nobody has answered yet, so that there was nothing to try them on."""
    reasons: tuple[str, ...]
    """Sentences for a person, the most telling first; never empty."""
    chosen: ExternalId | None = None
    """The candidate that was accepted; None with every other verdict."""
    ranked: tuple[Ranked, ...] = ()
    """All candidates that nobody rejected, best first."""
    several: tuple[Several, ...] = ()
    """The sources that offered several works, where that counts."""
    retry_after_s: float | None = None
    """The longest that a failed source asked us to wait."""
    rules_digest: str
    """`RuleSet.digest` of the rules that were asked."""
