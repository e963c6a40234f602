"""Fingerprints of a file's content: parse, format, compare.

Facts: Stash stores and sends a phash unpadded and an oshash padded to 16 digits; stash-box
answers with 16 digits; so text is for the wire and hashes are compared as integers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from rules.errors import DoormanError

_HEX_64_BITS = re.compile(r"[0-9a-fA-F]{1,16}")
_HEX_128_BITS = re.compile(r"[0-9a-f]{32}")
_BITS = 64


class Algorithm(StrEnum):
    """How a fingerprint is computed; the value is stash-box's name for it."""

    OSHASH = "OSHASH"
    PHASH = "PHASH"
    MD5 = "MD5"


class HashMalformed(DoormanError, ValueError):
    """What should be a hash is not; a ValueError, so that whoever checks answers refuses it."""

    def __init__(self, text: str, remedy: str = "give 1 to 16 hexadecimal digits") -> None:
        """Build the message from the text and the form that is taken."""
        super().__init__(f"{text!r} is no hash; {remedy}")
        self.text = text


@dataclass(frozen=True, slots=True, order=True)
class Oshash:
    """The hash of size, first and last 64 KiB (OpenSubtitles' algorithm, Stash's limits)."""

    value: int
    """Unsigned, 64 bits."""

    def __str__(self) -> str:
        """Return 16 lower-case hexadecimal digits: the form safe for every stash-box."""
        return f"{self.value:016x}"


@dataclass(frozen=True, slots=True, order=True)
class Phash:
    """The perceptual hash of a video's 5 x 5 montage, as Stash computes it."""

    value: int
    """Unsigned, 64 bits; the most significant bit is the DC term."""

    def __str__(self) -> str:
        """Return lower-case hexadecimal digits without padding: safe for every stash-box."""
        return f"{self.value:x}"

    @property
    def is_degenerate(self) -> bool:
        """Tell whether the picture was too plain to say anything.

        Without ties to the median exactly 32 of the 64 bits are set (`stash.md` §1.10).
        """
        return self.value.bit_count() != _BITS // 2

    def distance_bits(self, other: Phash) -> int:
        """Return how many bits differ: 0 is identical, 64 is the inverse."""
        return (self.value ^ other.value).bit_count()


@dataclass(frozen=True, slots=True, order=True)
class Md5:
    """The MD5 of a file's whole content; optional, since every byte has to be read for it."""

    text: str
    """32 lower-case hexadecimal digits, as Stash stores and sends it."""

    def __post_init__(self) -> None:
        """Check the text.

        Raises:
            HashMalformed: for anything else.

        """
        if not _HEX_128_BITS.fullmatch(self.text):
            raise HashMalformed(self.text, "give 32 lower-case hexadecimal digits")

    def __str__(self) -> str:
        """Return the digits."""
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprints:
    """What a file's content was recognised by, with the duration it was computed with."""

    oshash: Oshash
    size_bytes: int
    duration_s: float
    """0 when the container does not say."""
    phash: Phash | None = None
    """None when the reference would compute none for this content."""


def parse_hash(text: str) -> int:
    """Return the unsigned 64-bit value of 1 to 16 hexadecimal digits.

    Raises:
        HashMalformed: for anything else; servers answer junk with junk.

    """
    if not _HEX_64_BITS.fullmatch(text):
        raise HashMalformed(text)

    return int(text, 16)
