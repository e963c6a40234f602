"""What a source may be told of a file's hashes: who, what, why, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from rules.discretion import Discretion
from rules.fingerprint import Algorithm
from rules.work import ExternalId


class Consent(StrEnum):
    """Which accepts the owner lets a source be told of."""

    NEVER = "never"
    MINE = "mine"
    """A person's own."""
    EXACT = "exact"
    """Also those of rules, of the very file that the source knows."""


class Vote(StrEnum):
    """What is said of a hash; the values are stash-box's."""

    VALID = "VALID"
    """It is this work's."""
    INVALID = "INVALID"
    """It is not."""
    REMOVE = "REMOVE"
    """What we said of it is taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A source that may be told of hashes."""

    source: str
    """Its name in the configuration."""
    endpoint: str
    """Its address, which stays when it gets another name."""
    consent: Consent
    hears_reports: bool = False
    """Whether it is told what a person rejected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Who may be told of hashes, and of the files of which libraries."""

    recipients: tuple[Recipient, ...] = ()
    discretion: Discretion = field(default_factory=Discretion)

    def to(self, endpoint: str) -> Recipient | None:
        """Return who is told at this address, or None."""
        return next((each for each in self.recipients if each.endpoint == endpoint), None)

    def for_library(self, library: str) -> tuple[Recipient, ...]:
        """Return who may be told of the files of this library."""
        return tuple(
            each for each in self.recipients if not self.discretion.withholds(library, each.source)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One hash of a content, with the duration that was measured together with it."""

    algorithm: Algorithm
    value: int
    duration_s: float
    version: str
    """Of the algorithm: the grid of a phash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a vote is about: one hash and one work, at one source."""

    endpoint: str
    remote_id: str
    algorithm: Algorithm
    value: int

    @property
    def text(self) -> str:
        """The hash as it is sent: the forms that every version finds (`stash-box.md` §1)."""
        return f"{self.value:016x}" if self.algorithm is Algorithm.OSHASH else f"{self.value:x}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A vote that follows from a decision."""

    subject: Subject
    vote: Vote
    duration_s: int
    """Whole seconds, truncated as Stash sends them; at least 1."""
    reason: str
    """Why it is said, in words."""
    label: str
    """The work, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A standing accept or reject of a content, from which votes may follow."""

    decision_id: int
    file_id: int
    library: str
    is_accept: bool
    rule: str | None
    """The rule that decided; None when a person did."""
    chosen: ExternalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A vote on its way to a source."""

    subject: Subject
    vote: Vote
    duration_s: int
    is_sfw: bool = False
    """Nothing of it may be sent to a source of adult works."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The source took it, or says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """It may or may not have arrived; saying it again later may help, and does no harm."""

    reason: str
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """The source does not want this one; saying it again will not help."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred:
    """The source does not let us say anything; a person has to mend that."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """It was not sent, and why."""

    reason: str


Outcome = Taken | Missed | Declined | Barred | Withheld
"""What became of one submission."""
