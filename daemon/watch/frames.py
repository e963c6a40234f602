"""What a watcher's process says to the daemon, as bytes on a pipe.

A frame is one byte for its kind, four for the length (big endian), and that many of content:
any name can be told, also one with line breaks or that is no UTF-8.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from enum import StrEnum

from rules.errors import LibraryError

_HEAD = struct.Struct(">cI")
LONGEST_BYTES = 64 * 1024
"""Far above the longest path (PATH_MAX is 4,096): a greater length is no length."""


class Kind(StrEnum):
    """What a frame says; the value is its first byte."""

    PREPARING = "w"
    """Watches are being set; silence is to be expected."""
    READY = "r"
    """Every change from now on is told; what was before is not known."""
    ALIVE = "a"
    PATH = "p"
    """Something happened to the file of that path."""
    RESCAN = "s"
    """Something happened, and it cannot be said where."""
    TROUBLE = "t"
    """The last words: why the watcher ends, as `TroubleKind`, a line break, and details."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One thing said."""

    kind: Kind
    content: bytes = b""

    @property
    def text(self) -> str:
        """Return the content as a name or sentence, whatever bytes it holds."""
        return os.fsdecode(self.content)


class FrameBroken(LibraryError):
    """The bytes are no frames: the other end is no watcher of ours."""

    def __init__(self, head: bytes) -> None:
        """Build the message from what stands where a frame should begin."""
        super().__init__(f"a watcher said {head!r}, which is no frame; it is started again")


def pack(frame: Frame) -> bytes:
    """Return the bytes of a frame; content beyond the longest length is cut off."""
    content = frame.content[:LONGEST_BYTES]
    return _HEAD.pack(frame.kind.value.encode("ascii"), len(content)) + content


class FrameReader:
    """Turns chunks of bytes, cut anywhere, into frames."""

    def __init__(self) -> None:
        """Start between two frames."""
        self._rest = b""

    def feed(self, chunk: bytes) -> list[Frame]:
        """Return the frames that `chunk` completes.

        Raises:
            FrameBroken: when the bytes are no frames.

        """
        self._rest += chunk
        frames: list[Frame] = []
        while len(self._rest) >= _HEAD.size:
            kind, length_bytes = self._head()
            end = _HEAD.size + length_bytes
            if len(self._rest) < end:
                break

            frames.append(Frame(kind=kind, content=self._rest[_HEAD.size : end]))
            self._rest = self._rest[end:]

        return frames

    def _head(self) -> tuple[Kind, int]:
        letter: bytes
        length_bytes: int
        letter, length_bytes = _HEAD.unpack_from(self._rest)
        try:
            kind = Kind(letter.decode("latin-1"))
        except ValueError as error:
            raise FrameBroken(self._rest[: _HEAD.size]) from error

        if length_bytes > LONGEST_BYTES:
            raise FrameBroken(self._rest[: _HEAD.size])

        return kind, length_bytes
