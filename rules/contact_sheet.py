"""What a contact sheet is: 25 pictures of a content as one small WebP, for people to look at."""

from __future__ import annotations

from rules.fingerprint import Oshash

ORDINARY_SHEET_BYTES = 32 << 10
"""About what a sheet of the full width takes."""
MOST_SHEET_BYTES = 8 * ORDINARY_SHEET_BYTES
"""What is larger is not one."""

_HEAD_BYTES = 8
"""`RIFF` and the number of bytes that follow (WebP container specification)."""


def is_whole_sheet(content: bytes) -> bool:
    """Tell whether the bytes are a WebP from its first to its last, and of a sheet's size.

    A file that a crash cut short has fewer bytes than its head says.
    """
    if not _HEAD_BYTES < len(content) <= MOST_SHEET_BYTES:
        return False

    stated_bytes = int.from_bytes(content[4:_HEAD_BYTES], "little")
    is_webp = content.startswith(b"RIFF") and content[_HEAD_BYTES:].startswith(b"WEBP")
    return is_webp and stated_bytes + _HEAD_BYTES == len(content)


def sheet_name(oshash: Oshash, size_bytes: int) -> str:
    """Return what the sheet of a content is called, whatever its files are called."""
    return f"{oshash}-{size_bytes}.webp"
