"""One file of the demonstration, in all that makes it a case."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from daemon.demo.clips import ClipRecipe
from rules.fingerprint import Algorithm
from rules.journey import FileState


class Arrival(StrEnum):
    """How a file comes into the library, and when."""

    FIRST = "first"
    """Before the others: it needs a person, and the message goes out meanwhile."""
    DURING_HICCUP = "during hiccup"
    """While the source refuses every request."""
    COPIED = "copied"
    SLOWLY = "slowly"
    """Piece by piece, over seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A work that the source has for a file, and how sure its people are."""

    title: str
    studio: str
    date: str
    performers: tuple[str, ...] = ()
    algorithm: Algorithm = Algorithm.OSHASH
    """Which of the original's hashes was submitted."""
    submissions: int = 4
    reports: int = 0
    duration_s: float | None = None
    """What the source says of the work's length; None: as long as the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Where a file must be when all is done."""

    state: FileState
    rule: str | None
    """The rule that decided; None: no decision was due."""
    candidates: int = 0
    """How many works a person can choose from."""
    title: str | None = None
    """Of the accepted work."""
    passed: FileState | None = None
    """A state that it must have been in on its way."""

    @property
    def is_told(self) -> bool:
        """Tell whether a person must have got a message about it."""
        return self.state in {FileState.REVIEW, FileState.FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One file of the demonstration."""

    name: str
    special: str
    """What is special about it, in a few words."""
    clip: ClipRecipe
    """The video that people submitted hashes of."""
    reencoded: ClipRecipe | None = None
    """The library gets the same pictures encoded so; None: it gets the very same file."""
    kept_share: float = 1.0
    """Below 1 the library gets only the first part of the bytes."""
    offers: tuple[Offer, ...] = ()
    arrival: Arrival = Arrival.COPIED
    renamed_to: str | None = None
    """Its path in the library after it was done once, and was renamed."""
    own_nfo: str | None = None
    """What somebody wrote beside it by hand."""
    ending: Ending

    @property
    def final_name(self) -> str:
        """Return its path in the library at the end."""
        return self.renamed_to or self.name
