"""What is remembered of an NFO that doorman wrote, and whom it belongs to when somebody changed it.

Apart from what reads and writes one: that takes long to import.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Marks = Mapping[str, str]
"""Topic (`rules.nfo_topics`) → digest of what doorman last wrote of it."""


class OnChange(StrEnum):
    """What becomes of an NFO that somebody else wrote or changed; the owner's choice."""

    PRESERVE = "preserve"
    MERGE = "merge"
    """Fill what it lacks, and renew what still is as doorman wrote it."""
    OVERWRITE = "overwrite"
    """Say all that doorman knows; what it does not write stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastNfo:
    """What doorman last wrote at a place."""

    sha256: str
    marks: Marks | None = None
    """Of what in it was doorman's; None where that was not noted: all of it was."""
