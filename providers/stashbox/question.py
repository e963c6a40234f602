"""What of a file's fingerprints is sent, and how it is written; pure.

A hash that is no hash spoils the 40 scenes it is sent with, one that is too long silently becomes
zero and matches junk (`stash-box.md` §0, 8), and a degenerate phash matches whatever is plain.
None of them leaves here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from pydantic import JsonValue

from rules.candidate import Query
from rules.fingerprint import Algorithm, Fingerprints

SCENES_A_REQUEST: Final = 40
"""The servers' limit; 41 are an error (`stash-box.md` §0, 2)."""
NOTHING_TO_SEND: Final = (
    "its fingerprints say nothing: the oshash is zero, and the phash is missing or of too plain a"
    " picture"
)

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_HASHES: Final = range(1, 1 << 64)

Item = TypeVar("Item")


def wire_fingerprints(fingerprints: Fingerprints) -> list[JsonValue]:
    """Return the fingerprints worth sending, oshash first; empty when none is.

    The first one sent decides which scenes come first in the answer, so the exact one leads. The
    texts are the forms that every server version finds (`stash-box.md` §1).
    """
    sent: list[JsonValue] = []
    oshash, phash = fingerprints.oshash, fingerprints.phash
    if oshash.value in _HASHES:
        sent.append({"algorithm": Algorithm.OSHASH.value, "hash": str(oshash)})

    if phash is not None and phash.value in _HASHES and not phash.is_degenerate:
        sent.append({"algorithm": Algorithm.PHASH.value, "hash": str(phash)})

    return sent


def is_worth_asking(query: Query) -> bool:
    """Tell whether anything about `query` can be sent."""
    return bool(wire_fingerprints(query.fingerprints))


def is_scene_id(text: str) -> bool:
    """Tell whether `text` can be an id: asking for anything but a UUID is an error (§3)."""
    return _UUID.fullmatch(text) is not None


def chunks(items: Sequence[Item], size: int = SCENES_A_REQUEST) -> Iterator[Sequence[Item]]:
    """Return `items` in order, at most `size` at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))
