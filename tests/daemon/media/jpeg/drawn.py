"""JPEGs written down bit by bit, of 8 x 8 samples mostly."""

from __future__ import annotations

import struct

DC_CODES = bytes((0x00, 0, 4, *[0] * 14, 0, 3, 9, 17))
"""00: no difference, 01: one of three bits, 10: one of nine, 11: one of far too many."""
AC_CODES = bytes((0x10, 0, 3, 2, *[0] * 13, 0x00, 0x01, 0xF0, 0x10, 0xF9))
"""00: end, 01: a bit, 10: sixteen zeros, 110: end here and in one or two more, 111: far ahead."""
ONES = bytes((0, *[1] * 64))
ADOBE = b"Adobe\0\x64\0\0\0\0"


def part(marker: int, content: bytes = b"") -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def frame(
    *sampling: int, marker: int = 0xC0, width: int = 8, height: int = 8, bits: int = 8
) -> bytes:
    components = b"".join(bytes((name, each, 0)) for name, each in enumerate(sampling, start=1))
    return part(marker, struct.pack(">BHHB", bits, height, width, len(sampling)) + components)


def scan(bits: str, *names: int, spectrum: tuple[int, int, int] = (0, 63, 0)) -> bytes:
    """Return a scan of these components; marks between intervals are written as `/0`."""
    names = names or (1,)
    head = bytes((len(names), *(byte for name in names for byte in (name, 0)), *spectrum))
    pieces = bits.split("/")
    return part(0xDA, head) + b"".join(
        [
            _packed(pieces[0]),
            *(bytes((0xFF, 0xD0 + int(piece[0]))) + _packed(piece[1:]) for piece in pieces[1:]),
        ]
    )


def jpeg(*parts: bytes, quantities: bytes = ONES) -> bytes:
    tables = part(0xDB, quantities) + part(0xC4, DC_CODES + AC_CODES)
    return b"\xff\xd8" + tables + b"".join(parts) + b"\xff\xd9"


def _packed(bits: str) -> bytes:
    whole = bits + "1" * (-len(bits) % 8)
    packed = bytes(int(whole[at : at + 8], 2) for at in range(0, len(whole), 8))
    return packed.replace(b"\xff", b"\xff\0")
