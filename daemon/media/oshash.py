"""The hash of a file's size, beginning and end.

Source: OpenSubtitles' algorithm with Stash's limits, pkg/hash/oshash (facts: `stash.md` §2.2).
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import BinaryIO

from daemon.media.errors import FileUnreadable, TooSmallForOshash
from daemon.media.reading import opened
from rules.fingerprint import Oshash

_WORD_BYTES = 8
_CHUNK_BYTES = 65536
_UINT64 = 0xFFFF_FFFF_FFFF_FFFF


def oshash(path: Path) -> Oshash:
    """Return the oshash of a file's content.

    Raises:
        TooSmallForOshash: for 8 bytes or fewer; the reference refuses them.
        FileVanished: when there is no such file.
        FileUnreadable: when reading fails, or the file shrinks meanwhile.

    """
    with opened(path) as file:
        size_bytes = os.fstat(file.fileno()).st_size
        if size_bytes <= _WORD_BYTES:
            raise TooSmallForOshash(path, f"{size_bytes} bytes")

        chunk_bytes = min(_CHUNK_BYTES, size_bytes // _WORD_BYTES * _WORD_BYTES)
        ends = _read_ends(file, size_bytes, chunk_bytes)

    if len(ends) != 2 * chunk_bytes:
        raise FileUnreadable(path, "it became shorter while it was read")

    return Oshash((size_bytes + _sum_of_words(ends)) & _UINT64)


def _read_ends(file: BinaryIO, size_bytes: int, chunk_bytes: int) -> bytes:
    """Return head and tail, one after the other; in short files they overlap and count twice."""
    head = file.read(chunk_bytes)
    file.seek(size_bytes - chunk_bytes)
    return head + file.read(chunk_bytes)


def _sum_of_words(chunk: bytes) -> int:
    return sum(struct.unpack(f"<{len(chunk) // _WORD_BYTES}Q", chunk))
