"""Whether h264 begins to show pictures with a packet, told from the packet without decoding it.

After a seek that lands amid a group of pictures, ffmpeg shows nothing before a picture that it
takes for whole: an IDR picture, one at a recovery point, or an intra picture that is not marked
at all; the last depends on what was decoded before (FFmpeg, libavcodec/h264_refs.c, "unmarked
random access points").  What demuxers call a key picture is a guess of another kind.

Sources: ITU-T H.264, 7.3.1 (units), 7.3.2.3 and D.1 (recovery points), 7.3.3 (slices), 9.1
(numbers), B.1 (start codes); ISO/IEC 14496-15, 5.3.3.1 (lengths instead of start codes).
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

_START_CODE = b"\x00\x00\x01"
_ESCAPED, _PLAIN = b"\x00\x00\x03", b"\x00\x00"
_KIND_MASK = 0x1F
_SLICE_KINDS = (1, 2)  # of pictures other than IDR: whole, and the first of three parts
_IDR, _MESSAGES = 5, 6
_READ_BYTES = 64  # of a unit: slices say their type in the first 8, messages are rarely longer
_NUMBERS_BYTES = 16  # two numbers of at most 63 bits
_INTRA_TYPES = (2, 4)  # I and SI; 5 is added where all slices of the picture are of one type
_TYPES = 5
_RECOVERY_POINT = 6
_AT_ONCE = 0x80  # a count of 0 pictures until all is recovered
_MORE = 0xFF
_RECORD_VERSION = 1
_LENGTH_BYTE = 4
_LENGTH_MASK = 3


class Showing(Enum):
    """Whether showing begins with a packet's picture."""

    BEGINS = "begins"
    MAY_BEGIN = "may begin"
    WAITS = "waits"


def showing(content: bytes, extradata: bytes | None) -> Showing:
    """Return whether h264 begins to show pictures with a packet."""
    try:
        found = {_showing_of(unit) for unit in _units(content, extradata) if unit}
    except (ValueError, IndexError):
        return Showing.MAY_BEGIN

    return next((each for each in Showing if each in found), Showing.WAITS)


def _showing_of(unit: bytes) -> Showing:
    """Return what a unit says by itself.

    Raises:
        ValueError, IndexError: when it ends too early.

    """
    kind, content = unit[0] & _KIND_MASK, unit[1:].replace(_ESCAPED, _PLAIN)
    if kind == _IDR:
        return Showing.BEGINS

    if kind == _MESSAGES:
        return _showing_of_messages(content)

    is_intra = kind in _SLICE_KINDS and _slice_type(content) in _INTRA_TYPES
    return Showing.MAY_BEGIN if is_intra else Showing.WAITS


def _units(content: bytes, extradata: bytes | None) -> Iterator[bytes]:
    """Yield the beginning of each unit.

    Raises:
        ValueError: when a unit's length leads beyond the packet.

    """
    if extradata and extradata[0] == _RECORD_VERSION and len(extradata) > _LENGTH_BYTE:
        return _after_lengths(content, (extradata[_LENGTH_BYTE] & _LENGTH_MASK) + 1)

    return _after_start_codes(content)


def _after_start_codes(content: bytes) -> Iterator[bytes]:
    place = content.find(_START_CODE)
    while place >= 0:
        begin = place + len(_START_CODE)
        place = content.find(_START_CODE, begin)
        end = begin + _READ_BYTES
        yield content[begin : end if place < 0 else min(place, end)]


def _after_lengths(content: bytes, length_bytes: int) -> Iterator[bytes]:
    place = 0
    while place < len(content):
        begin = place + length_bytes
        place = begin + int.from_bytes(content[place:begin], "big")
        if place > len(content):
            raise ValueError(place)

        yield content[begin : min(place, begin + _READ_BYTES)]


def _showing_of_messages(messages: bytes) -> Showing:
    """Return what a list of messages says: a recovery point may lie some pictures ahead.

    Raises:
        IndexError: when a recovery point's message ends too early.

    """
    place = 0
    while place + 1 < len(messages):
        kind, place = _sum(messages, place)
        size, place = _sum(messages, place)
        if kind == _RECOVERY_POINT:
            return Showing.BEGINS if messages[place] & _AT_ONCE else Showing.MAY_BEGIN

        place += size

    return Showing.WAITS


def _sum(content: bytes, place: int) -> tuple[int, int]:
    """Return a number written in bytes that are added, and the place behind it."""
    total = 0
    while content[place] == _MORE:
        total += _MORE
        place += 1

    return total + content[place], place + 1


def _slice_type(header: bytes) -> int:
    head = header[:_NUMBERS_BYTES]
    bits = f"{int.from_bytes(head, 'big'):0{8 * len(head)}b}"
    _first_block, bits = _number(bits)
    slice_type, _ = _number(bits)
    return slice_type % _TYPES


def _number(bits: str) -> tuple[int, str]:
    """Return the Exp-Golomb number at the beginning, and what follows.

    Raises:
        ValueError: when the bits end before it does.

    """
    end = 2 * bits.index("1") + 1
    if end > len(bits):
        raise ValueError(bits)

    return int(bits[:end], 2) - 1, bits[end:]
