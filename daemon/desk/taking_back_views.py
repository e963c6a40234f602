"""What the desk shows of taking accepts back, as plain values that travel as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoBound:
    """A file as it was shown: nothing else is taken back."""

    file: int
    revision: int
    decision: int | None
    """The accept that is meant; None: whatever was decided or written about the file last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SidecarFate:
    """What would become of one file beside a video."""

    path: str
    is_left: bool
    """Whether it stays although it was meant to change."""
    is_changed: bool
    """Whether it is put back or removed."""
    message: str
    """What is done with it, or why it stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoLine:
    """What taking back would do, or did, to one file."""

    bound: UndoBound
    path: str
    is_done: bool
    """False where nothing can be taken back."""
    message: str
    left: tuple[str, ...] = ()
    """What stays as it is because it changed since."""
    sidecars: tuple[SidecarFate, ...] = ()
    name: str | None = None
    """What becomes of the name that doorman gave the file, as the end of a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoTotals:
    """What taking back comes to in all."""

    files: int
    """That are no longer accepted, or whose last answer is taken back."""
    fields: int
    """Of works that get their former value."""
    works: int
    """That are removed, as are the next three."""
    performers: int
    studios: int
    tags: int
    forgotten: int
    """Performers, studios and tags that forget what an accept taught them."""
    sidecars: int
    """That are put back or removed."""
    left: int
    """Fields and sidecars that stay because they changed since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoPreview:
    """What taking back would do."""

    lines: tuple[UndoLine, ...]
    totals: UndoTotals
    """Of these lines."""
    beyond: int
    """How many more fit, which are for another time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoPart:
    """What was taken back in one go."""

    done: tuple[UndoLine, ...]
    left_out: tuple[UndoLine, ...]
    """Those that changed since they were shown."""
    rest: tuple[UndoBound, ...]
    """What is still to be done; hand it back."""


UNDO_PREVIEW = TypeAdapter(UndoPreview)
UNDO_PART = TypeAdapter(UndoPart)
