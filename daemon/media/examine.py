"""Examine a video file: what it is, and its phash where the reference would have one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from daemon.media.bitmap import Tile
from daemon.media.contact_sheet import contact_sheet
from daemon.media.demux import choose_video, container_of
from daemon.media.errors import DecoderMissing, PhashImpossible, VideoEndsEarly, named
from daemon.media.examination import Examination, Wanted
from daemon.media.facts import facts_of
from daemon.media.fallback import tiles_by
from daemon.media.md5 import md5
from daemon.media.montage import montage
from daemon.media.phash import hash_picture, tiles_of, to_phash
from daemon.media.reading import ensure_readable
from rules.fingerprint import Phash
from rules.media import VideoFacts

_NOTHING_MORE = Wanted()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looks:
    """What comes of the 25 pictures, or why there are none."""

    phash: Phash | None = None
    sheet: bytes | None = None
    phash_missing: str | None = None


def examine(
    path: Path,
    wanted: Wanted = _NOTHING_MORE,
    now_s: Callable[[], float] = time.perf_counter,
) -> Examination:
    """Return what the file at an absolute path is.

    Raises:
        FileRefused: one of its kinds, when there is nothing to be said about the file.

    """
    began_s = now_s()
    with container_of(path) as container:
        facts = facts_of(container, choose_video(container, path), path)

    looks = _looks_or_reason(path, facts, wanted)
    whole = md5(path) if wanted.md5 else None
    return Examination(
        facts=facts,
        phash=looks.phash,
        phash_missing=looks.phash_missing,
        md5=whole,
        sheet=looks.sheet,
        took_s=now_s() - began_s,
    )


def _looks_or_reason(path: Path, facts: VideoFacts, wanted: Wanted) -> _Looks:
    try:
        return _looks(_tiles(path, facts.duration_s, wanted), facts, wanted)
    except VideoEndsEarly as error:
        ensure_readable(path, error.last_position_bytes)
        return _Looks(phash_missing=named(error))
    except PhashImpossible as error:
        return _Looks(phash_missing=named(error))


def _looks(tiles: Sequence[Tile], facts: VideoFacts, wanted: Wanted) -> _Looks:
    picture = montage(tiles)
    sheet = None
    if wanted.sheet_width is not None:
        sheet = contact_sheet(picture, width=wanted.sheet_width, aspect=facts.aspect)
    return _Looks(phash=to_phash(hash_picture(picture)), sheet=sheet)


def _tiles(path: Path, duration_s: float, wanted: Wanted) -> list[Tile]:
    try:
        return tiles_of(path, duration_s)
    except DecoderMissing:
        if wanted.ffmpeg is None:
            raise

        return tiles_by(Path(wanted.ffmpeg), path, duration_s)
