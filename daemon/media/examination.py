"""What a worker is asked for and found out about a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Base64UrlBytes

from daemon.media.grid import GRID_VERSION
from rules.contact_sheet import is_whole_sheet
from rules.fingerprint import Md5, Oshash, Phash
from rules.media import VideoFacts

Hash = TypeVar("Hash", Oshash, Phash)


def _check_sheet(content: bytes) -> bytes:
    """Take from a worker nothing but a contact sheet: it is shown to people."""
    if not is_whole_sheet(content):
        raise ValueError("no contact sheet")

    return content


def check_64_bits(answered: Hash) -> Hash:
    """Take from a worker nothing but a hash: the store has no room for more.

    Raises:
        ValueError: for numbers that 64 bits cannot hold.

    """
    if not 0 <= answered.value < 1 << 64:
        raise ValueError("no hash")

    return answered


Sheet = Annotated[Base64UrlBytes, AfterValidator(_check_sheet)]
"""A contact sheet, which travels as text."""


MOST_STILL_BYTES = 700_000
"""As text it has room in an answer."""


def _check_jpeg(content: bytes) -> bytes:
    """Take from a worker nothing but a picture: it is written beside the video."""
    if not content.startswith(b"\xff\xd8\xff") or len(content) > MOST_STILL_BYTES:
        raise ValueError("no still picture")

    return content


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """A picture of a video, in its own size or as large as a screen shows it."""

    content: Annotated[Base64UrlBytes, AfterValidator(_check_jpeg)] | None
    """JPEG; it travels as text."""
    missing: str | None
    """Why there is none: a sentence that begins with the name of the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an examination shall give beside facts and phash, and what it may use."""

    md5: bool = False
    """The whole file is read for it: minutes for a long film on a slow disk."""
    sheet_width: int | None = None
    """How many pixels a contact sheet shall be wide; None for none."""
    ffmpeg: str | None = None
    """The program to ask for the pictures of what nobody here can decode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """Facts of a video file, and its phash where the reference would have one."""

    facts: VideoFacts
    phash: Annotated[Phash, AfterValidator(check_64_bits)] | None
    phash_missing: str | None
    """Why there is no phash: a sentence that begins with the name of the reason."""
    took_s: float
    """Wall time in the worker; waiting for a free worker is not counted."""
    grid_version: str = GRID_VERSION
    """The grid that the phash was computed with."""
    md5: Md5 | None = None
    """None unless it was wanted."""
    sheet: Sheet | None = None
    """The phash's pictures as WebP; None without a phash, or unless it was wanted."""
