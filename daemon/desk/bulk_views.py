"""What the desk shows of answers to many questions at once, as values that travel as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from rules.badges import Badge


class BulkVerb(StrEnum):
    """What is said of all of them."""

    ACCEPT = "accept"
    """Each is the one work that is offered for it."""
    DISMISS = "dismiss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A file as it was shown: nothing else is answered about."""

    file: int
    revision: int
    candidate: int | None = None
    """The number of what is to be accepted; None where nothing is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkItem:
    """A file that an answer would be about."""

    bound: Bound
    name: str
    library: str
    label: str | None
    """What it would be accepted as, in words; None where it is only dismissed."""
    source: str | None
    """Of its best witness, as are the badges."""
    badges: tuple[Badge, ...]
    sources: tuple[str, ...] = ()
    """All who tell of it, the best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPart:
    """A file that was meant and is left as it is."""

    file: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkPreview:
    """What an answer to many questions would do."""

    verb: BulkVerb
    items: tuple[BulkItem, ...]
    left_out: tuple[NotPart, ...]
    beyond: int
    """How many more fit, which are for another time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkPart:
    """What was done of it in one go."""

    verb: BulkVerb
    done: tuple[int, ...]
    """Numbers of the files."""
    left_out: tuple[NotPart, ...]
    """Those that changed since they were shown, and what else stood in the way."""
    rest: tuple[Bound, ...]
    """What is still to be done; hand it back."""


BULK_PREVIEW = TypeAdapter(BulkPreview)
BULK_PART = TypeAdapter(BulkPart)
