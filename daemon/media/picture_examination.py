"""What a worker found out about a picture."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rules.fingerprint import Md5, Phash

PICTURE_EXTENSIONS = frozenset({"jpg", "jpeg", "png", "gif", "webp"})
"""Stash's picture extensions (`stash.md` §3.1) without AVIF, which Stash asks ffmpeg for."""


class PictureKind(StrEnum):
    """How a picture is written down; the value is Stash's word for it."""

    JPEG = "jpeg"
    PNG = "png"
    GIF = "gif"
    WEBP = "webp"


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureExamination:
    """Facts and hashes of a picture."""

    kind: PictureKind
    width: int | None
    """Pixels as stored, the orientation not applied; None, as `height`, when unknown."""
    height: int | None
    phash: Phash | None
    phash_missing: str | None
    """Why there is no phash: a sentence that begins with the name of the reason."""
    md5: Md5
    """Always: the fingerprint that Stash keeps of every picture (`stash.md` §2.3)."""
    took_s: float
    """Wall time in the worker; waiting for a free worker is not counted."""
