"""The pictures that sources show of works: kept by what they are, found by where they were.

The same cover at two sources is kept once. Two kinds of files lie in the hoard: pictures, called
by the digest of their content, and notes, called by that of an address, which say what was there.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from daemon.disk.hoard import Hoard
from rules.picture_kind import picture_type

_NAME = re.compile(r"[0-9a-f]{64}\.(picture|note)")
_DIGEST = re.compile(rb"[0-9a-f]{64}")
_DIGEST_BYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPicture:
    """A picture of a work."""

    content: bytes
    media_type: str
    digest: str
    """SHA-256 of the content, hexadecimal."""


class Pictures:
    """Keeps pictures within a budget; all functions block."""

    def __init__(self, folder: Path, *, most_bytes: int, budget_bytes: int) -> None:
        """Name the folder; pictures larger than `most_bytes` are none of ours."""
        self._hoard = Hoard(folder, name=_NAME, budget_bytes=budget_bytes)
        self._most_bytes = most_bytes

    def keep(self, address: str, content: bytes) -> None:
        """Keep what was found at an address.

        Raises:
            OSError: the disk is full, or the folder cannot be written.

        """
        digest = _digest(content)
        self._hoard.keep(f"{digest}.picture", content)
        self._hoard.keep(_note(address), digest.encode())

    def at(self, address: str) -> KeptPicture | None:
        """Return what was found at an address, which counts as used; None where it is gone."""
        note = self._hoard.read(_note(address), most_bytes=_DIGEST_BYTES)
        if note is None or not _DIGEST.fullmatch(note):
            return None

        digest = note.decode()
        content = self._hoard.read(f"{digest}.picture", most_bytes=self._most_bytes)
        media_type = picture_type(content) if content is not None else None
        if content is None or media_type is None or _digest(content) != digest:
            return None

        return KeptPicture(content=content, media_type=media_type, digest=digest)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _note(address: str) -> str:
    return f"{_digest(address.encode('utf-8', 'surrogatepass'))}.note"
