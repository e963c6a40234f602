"""What the name of a release says about the work that is in the file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NameClues:
    """What a file's name seems to say; None and () where it says nothing."""

    studio: str | None = None
    date: str | None = None
    """`YYYY`, `YYYY-MM` or `YYYY-MM-DD`."""
    title: str | None = None
    """What is left when everything else is taken away, in words."""
    performers: tuple[str, ...] = ()
    code: str | None = None
    """The studio's own number, such as `ABC-123`."""
