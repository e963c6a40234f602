"""What sources are asked and what they answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from rules.filename import NameClues
from rules.fingerprint import Algorithm, Fingerprints
from rules.work import ExternalId, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One file's content, as a source is asked about it.

    A source goes from the cheap to the costly, and on only while it has found nothing: known ids
    and fingerprints, then addresses, then text.
    """

    fingerprints: Fingerprints
    ids: tuple[ExternalId, ...] = ()
    """Names of the work that are already known, of any source; each source looks for its own."""
    urls: tuple[str, ...] = ()
    """Web pages that are said to be about the work."""
    clues: NameClues | None = None
    """What the file's name says; None when it says nothing, or may not be sent."""
    sidecar_clues: NameClues | None = None
    """What an NFO says that lay beside the file; asked about before the name."""
    is_sfw: bool = False
    """Nothing of it may be sent to a source of adult works."""

    @property
    def texts(self) -> tuple[NameClues, ...]:
        """Return what is to be searched for, the surest first."""
        told = (self.sidecar_clues, self.clues)
        return tuple(dict.fromkeys(clues for clues in told if clues is not None))

    def without_texts(self) -> Query:
        """Return the query without anything to be searched for."""
        return replace(self, clues=None, sidecar_clues=None)


class Way(StrEnum):
    """How a source found a work."""

    ID = "id"
    FINGERPRINT = "fingerprint"
    URL = "url"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFingerprint:
    """A fingerprint that a source holds for a work."""

    algorithm: Algorithm
    value: int
    """Unsigned 64 bits."""
    duration_s: float | None
    """The duration most submitters measured; None when not said or not positive."""
    submissions: int = 0
    reports: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A work that a source offered for a file."""

    source: str
    """The source's name in the configuration."""
    remote_id: str
    work: Work
    fingerprints: tuple[RemoteFingerprint, ...] = ()
    page_url: str | None = None
    """Where a person can look at it."""
    found_by: Way = Way.FINGERPRINT
    """The surest way by which it was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The source offered these works, in its own order; never empty."""

    source: str
    candidates: tuple[Candidate, ...]
    kind: Literal["known"] = "known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The source was asked, answered, and knows nothing."""

    source: str
    kind: Literal["unknown"] = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The source gave no usable answer; asking again later may help."""

    source: str
    reason: str
    retry_after_s: float | None = None
    """What the source asked us to wait, where it did."""
    kind: Literal["failed"] = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The source refused our key; a person has to mend the configuration."""

    source: str
    reason: str
    kind: Literal["refused"] = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAsked:
    """The source was not asked about this file, and why."""

    source: str
    reason: str
    kind: Literal["not asked"] = "not asked"


Answer = Known | Unknown | Failed | Refused | NotAsked
"""What became of asking one source about one file: five things, never confused.

`kind` keeps them apart in text too, where a refusal and a failure look alike.
"""
