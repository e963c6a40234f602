"""Rewrite the boxes of an mp4 file (ISO/IEC 14496-12), to make files that nobody writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

Rewrite = Callable[[bytes], bytes]
"""Returns what takes the place of a box's payload."""

_CONTAINERS = (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"stbl", b"edts", b"udta")
_HEAD_BYTES = 8


def box(kind: bytes, payload: bytes) -> bytes:
    """Return a box."""
    return (_HEAD_BYTES + len(payload)).to_bytes(4) + kind + payload


def rewritten(content: bytes, changes: dict[bytes, Rewrite]) -> bytes:
    """Return boxes with some payloads changed; sizes around them follow.

    Where `moov` comes last, as in our clips, the offsets into `mdat` stay right.
    """
    return b"".join(box(kind, _changed(kind, payload, changes)) for kind, payload in boxes(content))


def boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and payload of each box, one level deep."""
    place = 0
    while place < len(content):
        size_bytes = int.from_bytes(content[place : place + 4])
        yield (
            content[place + 4 : place + _HEAD_BYTES],
            content[place + _HEAD_BYTES :][: size_bytes - _HEAD_BYTES],
        )
        place += size_bytes


def _changed(kind: bytes, payload: bytes, changes: dict[bytes, Rewrite]) -> bytes:
    if kind in changes:
        return changes[kind](payload)

    return rewritten(payload, changes) if kind in _CONTAINERS else payload
