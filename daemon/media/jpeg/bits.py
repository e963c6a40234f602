"""The bits of a scan, from one restart to the next.

Source: ITU-T T.81 §B.1.1.5 and §F.1.2.3.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from daemon.media.picture_errors import PictureDamaged

WINDOW_BITS = 16
_WORD_BYTES = 3
_WORD_BITS = 8 * _WORD_BYTES
_WINDOW = (1 << WINDOW_BITS) - 1
_OVERSHOT_BYTES = 512  # more than any block takes, so that only whole blocks need a look at the end
_END = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
_RESTART = re.compile(rb"\xff+([\xd0-\xd7])")
_RESTARTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Bits:
    """Some bytes as a row of bits."""

    words: array[int]
    """For each byte: it and the two that follow it, the first one highest."""
    count: int

    def window(self, place: int) -> int:
        """Return the sixteen bits from a place on; behind the end there are zeros."""
        return self.words[place >> 3] >> (_WORD_BITS - WINDOW_BITS - (place & 7)) & _WINDOW

    def at(self, place: int, count: int) -> int:
        """Return up to sixteen bits from a place on, as a number."""
        return self.window(place) >> (WINDOW_BITS - count)

    def each(self) -> NDArray[np.uint8]:
        """Return all bits, one by one."""
        tops = np.frombuffer(self.words, np.uint32)[: self.count >> 3] >> 2 * 8
        return np.unpackbits(tops.astype(np.uint8))


def bits_of(content: bytes) -> Bits:
    """Return the bits of bytes as they stand in a scan: behind 255 stands a zero."""
    plain = content.replace(b"\xff\0", b"\xff")
    padded = np.frombuffer(plain + bytes(_OVERSHOT_BYTES), np.uint8).astype(np.uint32)
    words = padded[:-2] << 2 * 8 | padded[1:-1] << 8 | padded[2:]
    return Bits(words=array("I", words.tobytes()), count=8 * len(plain))


def end_of(content: bytes, begin: int) -> int:
    """Return where the bits of a scan that begin there end: before the next marker."""
    found = _END.search(content, begin)
    return len(content) if found is None else found.start()


def intervals(content: bytes, count: int) -> list[bytes]:
    """Return the bytes of so many intervals of a scan.

    Raises:
        PictureDamaged: when they are fewer, or not in their order.

    """
    parts = _RESTART.split(content)
    if len(parts) < 2 * count - 1:
        raise PictureDamaged("it ends early")

    order = b"".join(parts[1 : 2 * count - 1 : 2])
    if any(mark & (_RESTARTS - 1) != at % _RESTARTS for at, mark in enumerate(order)):
        raise PictureDamaged("a part is missing")

    return parts[: 2 * count : 2]
