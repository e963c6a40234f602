"""What a worker is asked for and found out about a file."""

from __future__ import annotations

from dataclasses import dataclass

from daemon.media.grid import GRID_VERSION
from rules.fingerprint import Md5, Phash
from rules.media import VideoFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an examination shall give beside facts and phash."""

    md5: bool = False
    """The whole file is read for it: minutes for a long film on a slow disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """Facts of a video file, and its phash where the reference would have one."""

    facts: VideoFacts
    phash: Phash | None
    phash_missing: str | None
    """Why there is no phash: a sentence that begins with the name of the reason."""
    took_s: float
    """Wall time in the worker; waiting for a free worker is not counted."""
    grid_version: str = GRID_VERSION
    """The grid that the phash was computed with."""
    md5: Md5 | None = None
    """None unless it was wanted."""
