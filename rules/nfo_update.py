"""Whether an NFO that is there is written anew, and what of it stays (`nfo.md` §4.5).

Whose a topic is, is told by what doorman last wrote of it: what still says just that is doorman's
and is renewed; what says anything else is somebody's word and stays, and so does every element
that doorman does not write. A file that is as doorman left it may thus hold words of others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rules.nfo_combining import combine, is_alone
from rules.nfo_ownership import LastNfo, Marks, OnChange
from rules.nfo_style import NfoRoot
from rules.nfo_topics import by_topic, marks_of
from rules.nfo_xml import Element, parsed, root_of, written
from rules.sidecar import Preserve, PreserveReason, Unchanged, digest

_ROOTS = frozenset(root.value for root in NfoRoot)
_LOCKED = re.compile(rb"<lockdata\s*>\s*true\s*</lockdata\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteNfo:
    """Write the file."""

    content: bytes
    marks: Marks
    """Of what in it is doorman's."""
    expected_sha256: str | None
    """What it must still hold at that moment; None: it must still not exist."""


def decide_nfo(
    present: bytes | None, last: LastNfo | None, wanted: bytes, on_change: OnChange
) -> WriteNfo | Unchanged | Preserve:
    """Decide what to do about an NFO.

    Args:
        present: What the file holds now; None when there is none.
        last: What doorman last wrote there; None for never.
        wanted: What doorman would write where nothing is; a document of `rules.nfo`.
        on_change: What becomes of what somebody else wrote or changed.

    """
    if present is None:
        return _write(wanted, None)
    if present == wanted:
        return Unchanged()

    sha256 = digest(present)
    if last is not None and last.sha256 == sha256:
        return _renew(present, last.marks, wanted)

    old = parsed(present)
    reason = _reason(present, old, was_ours=last is not None)
    if old is None or _must_stay(reason) or on_change is OnChange.PRESERVE:
        return Preserve(reason=reason)

    takes_over = on_change is OnChange.OVERWRITE
    marks = (last.marks if last is not None else None) or {}
    return _combined(old, marks, wanted, sha256, takes_over=takes_over)


def is_all_ours(content: bytes, marks: Marks) -> bool:
    """Tell whether an NFO that is as doorman left it holds nothing that others said."""
    root = parsed(content)
    return root is not None and is_alone(root, marks)


def _renew(present: bytes, marks: Marks | None, wanted: bytes) -> WriteNfo | Unchanged:
    """Return how to renew a file that is as doorman left it."""
    sha256 = digest(present)
    old = parsed(present)
    if old is None or marks is None:
        return _write(wanted, sha256)

    return _combined(old, marks, wanted, sha256, takes_over=False)


def _write(wanted: bytes, sha256: str | None) -> WriteNfo:
    marks = marks_of(by_topic(root_of(wanted)))
    return WriteNfo(content=wanted, marks=marks, expected_sha256=sha256)


def _combined(
    old: Element, marks: Marks, wanted: bytes, sha256: str, *, takes_over: bool
) -> WriteNfo | Unchanged:
    combined = combine(old, root_of(wanted), marks, takes_over=takes_over)
    if not combined.is_changed:
        return Unchanged()
    if combined.is_all_ours:
        return _write(wanted, sha256)

    return WriteNfo(content=written(old), marks=combined.marks, expected_sha256=sha256)


def _reason(present: bytes, old: Element | None, *, was_ours: bool) -> PreserveReason:
    """Return the most telling reason to leave a file alone."""
    # Without its zero bytes UTF-16 reads like ASCII, which is enough for one tag.
    if _LOCKED.search(present.replace(b"\0", b"")):
        return PreserveReason.LOCKED
    if old is None:
        return PreserveReason.NOT_XML
    if any(_text(each).strip().lower() == "true" for each in old if each.tag == "lockdata"):
        return PreserveReason.LOCKED
    if old.tag not in _ROOTS:
        return PreserveReason.OTHER_KIND

    return PreserveReason.EDITED if was_ours else PreserveReason.FOREIGN


def _text(element: Element) -> str:
    """Return what an element says, but for comments in it."""
    return "".join(text or "" for text in (element.text, *(each.tail for each in element)))


def _must_stay(reason: PreserveReason) -> bool:
    """Tell whether a file stays whatever its owner's choice is."""
    return reason not in (PreserveReason.EDITED, PreserveReason.FOREIGN)
