"""What another program that hears of files can do, and what comes of telling it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rules.announcement import Announcement


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """It knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotYet:
    """It cannot take that in yet; it is told again."""

    reason: str
    """In words that end with what to do."""


Outcome = Heard | NotYet


class Hearer(Protocol):
    """One program that is told."""

    @property
    def name(self) -> str:
        """Return what it is called in the configuration."""

    async def tell(self, announcements: Sequence[Announcement]) -> list[Outcome]:
        """Tell it all of this; return what came of each, in order.

        Telling it twice does no harm.

        Raises:
            HearerError: it could not be told anything.

        """

    async def check(self) -> str:
        """Return who it says it is.  Raises: HearerError."""
