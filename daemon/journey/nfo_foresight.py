"""Tell what would become of the NFO beside a file, without touching it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from daemon.disk import writing as disk
from daemon.journey.sidecar_notes import Subject
from rules.nfo_ownership import LastNfo, OnChange
from rules.nfo_style import NfoStyle
from rules.sidecar import Preserve

_PLAIN = NfoStyle()
_LONGEST_DIFF_LINES = 2000
"""A longer one nobody reads."""


class NfoDeed(StrEnum):
    """What would be done; the value is for people."""

    WRITE = "write"
    CHANGE = "change"
    LEAVE = "leave"
    """Somebody else's word."""
    NOTHING = "nothing to change"
    OFF = "off"
    """The settings say that none are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NfoTerms:
    """How NFOs are written, as configured."""

    is_written: bool = True
    styles: Mapping[str, NfoStyle] = field(default_factory=dict)
    """By the library's name; plain for one that is not among them."""
    on_change: OnChange = OnChange.PRESERVE


@dataclass(frozen=True, slots=True, kw_only=True)
class NfoForeseen:
    """What would become of one NFO."""

    deed: NfoDeed
    reason: str | None = None
    """Why it is left, in words."""
    diff: tuple[str, ...] = ()
    """Lines of a unified difference, from what is there to what would be."""


def foresee_nfo(
    subject: Subject, target: Path, last: LastNfo | None, terms: NfoTerms
) -> NfoForeseen:
    """Return what would become of the NFO at `target`; it blocks, so call it in a thread.

    Args:
        subject: What the NFO would be about, after the accept.
        target: Where it lies, or would lie.
        last: What doorman last wrote there; None for never.
        terms: How NFOs are written.

    Raises:
        LibraryError: the disk stands in the way.

    """
    from rules.nfo import render_nfo  # noqa: PLC0415  # lxml takes long to import
    from rules.nfo_update import WriteNfo, decide_nfo  # noqa: PLC0415  # likewise

    if not terms.is_written:
        return NfoForeseen(deed=NfoDeed.OFF)
    if subject.owner is not None:
        reason = f"it belongs to {subject.owner.path.name}"
        return NfoForeseen(deed=NfoDeed.LEAVE, reason=reason)

    wanted = render_nfo(
        subject.work,
        subject.facts,
        identity=subject.identity,
        fallback_title=subject.file.path.stem,
        style=terms.styles.get(subject.file.library, _PLAIN),
    )
    present = disk.read_small(target)
    verdict = decide_nfo(present, last, wanted, terms.on_change)
    match verdict:
        case WriteNfo(content=content):
            deed = NfoDeed.WRITE if present is None else NfoDeed.CHANGE
            return NfoForeseen(deed=deed, diff=_diff(present or b"", content, target.name))
        case Preserve(reason=reason):
            return NfoForeseen(deed=NfoDeed.LEAVE, reason=reason)
        case _:
            return NfoForeseen(deed=NfoDeed.NOTHING)


def _diff(present: bytes, wanted: bytes, name: str) -> tuple[str, ...]:
    lines = difflib.unified_diff(
        present.decode(errors="replace").splitlines(),
        wanted.decode(errors="replace").splitlines(),
        fromfile=f"{name} (now)",
        tofile=f"{name} (then)",
        lineterm="",
    )
    found = tuple(lines)
    left_out = len(found) - _LONGEST_DIFF_LINES
    return found if left_out <= 0 else (*found[:-left_out], f"… {left_out} lines more")
