"""Ways to damage a file: the same seed gives the same damage, on every machine."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random

_Damage = Callable[[bytearray, bytes, Random], None]
"""Changes the first in place; the second is another file, to take parts from."""

_HEADER_BYTES = 4096  # where containers say sizes, durations, dimensions and counts
_EXTREMES = (b"\x00", b"\xff", b"\x7f\xff", b"\x80\x00", b"\x00\x00\x00\x01", b"\x01", b"\xff\xfe")
_WIDTHS = (1, 2, 4, 8)
_MARKS = (
    *(b"mvhd", b"mdhd", b"tkhd", b"elst", b"stts", b"ctts", b"stsz", b"stsc", b"stco", b"stss"),
    *(b"stsd", b"avcC", b"hvcC", b"esds", b"hdlr", b"dref", b"moov", b"mdat", b"avih", b"strh"),
    *(b"strf", b"idx1", b"movi", b"RIFF", b"PROP", b"MDPR", b"DATA", b"INDX", b"onMetaData"),
    *(b"duration", b"width", b"DKIF", b"GIF89a", b"OggS", b"\x00\x00\x01\xb3", b"\x47\x40\x11\x10"),
    *(b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67", b"\x15\x49\xa9\x66", b"\x44\x89", b"\x2a\xd7\xb1"),
    *(b"\xb0\x81", b"\xba\x81", b"\x1f\x43\xb6\x75", b"\xa3", b"\x1c\x53\xbb\x6b", b"\x63\xa2"),
    *(b"\xa1\xdc\xab\x8c\x47\xa9\xcf\x11", b"\x91\x07\xdc\xb7\xb7\xa9\xcf\x11"),
)
"""Marks after which well-known containers say a size, a duration, a dimension or a count."""


def mutant(whole: bytes, other: bytes, seed: str) -> bytes:
    """Return a copy of `whole` with one to three kinds of damage."""
    chance = Random(seed)  # noqa: S311  # the same damage each time, not a secret
    damaged = bytearray(whole)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        if damaged:
            chance.choice(_DAMAGES)(damaged, other, chance)
    return bytes(damaged)


def _flip_bits(damaged: bytearray, _other: bytes, chance: Random) -> None:
    for _ in range(chance.choice((1, 8, 64, 512))):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)


def _flip_bits_of_header(damaged: bytearray, _other: bytes, chance: Random) -> None:
    for _ in range(chance.choice((1, 4, 16))):
        damaged[chance.randrange(min(_HEADER_BYTES, len(damaged)))] ^= 1 << chance.randrange(8)


def _zero(damaged: bytearray, _other: bytes, chance: Random) -> None:
    start, end = _range(damaged, chance)
    damaged[start:end] = bytes(end - start)


def _cut_out(damaged: bytearray, _other: bytes, chance: Random) -> None:
    start, end = _range(damaged, chance)
    del damaged[start:end]


def _cut_off(damaged: bytearray, _other: bytes, chance: Random) -> None:
    del damaged[chance.randrange(len(damaged)) :]


def _swap(damaged: bytearray, _other: bytes, chance: Random) -> None:
    start, end = _range(damaged, chance)
    place = chance.randrange(len(damaged))
    block = damaged[start:end]
    del damaged[start:end]
    damaged[place:place] = block


def _repeat(damaged: bytearray, _other: bytes, chance: Random) -> None:
    start, end = _range(damaged, chance)
    damaged[end:end] = damaged[start:end] * chance.choice((1, 3, 20))


def _insert_rubbish(damaged: bytearray, _other: bytes, chance: Random) -> None:
    place = chance.randrange(len(damaged))
    damaged[place:place] = chance.randbytes(chance.choice((1, 7, 188, 5000)))


def _exaggerate(damaged: bytearray, _other: bytes, chance: Random) -> None:
    for _ in range(chance.choice((1, 3, 10))):
        _put_extreme(damaged, chance.randrange(min(_HEADER_BYTES, len(damaged))), chance)


def _exaggerate_field(damaged: bytearray, _other: bytes, chance: Random) -> None:
    """Something near a mark; most marks are in no given file, those that are get their turn."""
    for mark in _marks_in(damaged, chance):
        starts = [found.start() for found in re.finditer(re.escape(mark), damaged)]
        place = chance.choice(starts) + len(mark) + chance.randrange(-8, 40)
        _put_extreme(damaged, place, chance)


def _exaggerate_size(damaged: bytearray, _other: bytes, chance: Random) -> None:
    """The size in front of a box, or behind an element's name."""
    for mark in _marks_in(damaged, chance):
        _put_extreme(damaged, damaged.index(mark) + chance.choice((-4, len(mark))), chance)


def _marks_in(damaged: bytearray, chance: Random) -> Iterator[bytes]:
    """Yield one to five of the marks that are there; damage done meanwhile may remove some."""
    present = [mark for mark in _MARKS if mark in damaged]
    for mark in chance.sample(present, min(len(present), chance.choice((1, 2, 5)))):
        if mark in damaged:
            yield mark


def _join(damaged: bytearray, other: bytes, _chance: Random) -> None:
    damaged.extend(other)


def _graft(damaged: bytearray, other: bytes, chance: Random) -> None:
    damaged[chance.randrange(len(damaged)) :] = other[chance.randrange(len(other)) :]


def _range(damaged: bytearray, chance: Random) -> tuple[int, int]:
    start = chance.randrange(len(damaged))
    return start, min(len(damaged), start + chance.choice((1, 16, 188, 1000, 8000)))


def _put_extreme(damaged: bytearray, place: int, chance: Random) -> None:
    width = chance.choice(_WIDTHS)
    first = chance.choice(_EXTREMES)
    number = (first + first[-1:] * width)[:width]
    if 0 <= place <= len(damaged) - width:
        damaged[place : place + width] = number if chance.random() < 0.5 else number[::-1]


_DAMAGES: tuple[_Damage, ...] = (
    _flip_bits,
    _flip_bits_of_header,
    _zero,
    _cut_out,
    _cut_off,
    _swap,
    _repeat,
    _insert_rubbish,
    _exaggerate,
    _exaggerate_field,
    _exaggerate_field,
    _exaggerate_size,
    _join,
    _graft,
)
