"""Examine a video file: what it is, and its phash where the reference would have one."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from daemon.media.demux import choose_video, container_of
from daemon.media.errors import PhashImpossible, VideoEndsEarly, named
from daemon.media.examination import Examination, Wanted
from daemon.media.facts import facts_of
from daemon.media.md5 import md5
from daemon.media.phash import hash_video
from daemon.media.reading import ensure_readable
from rules.fingerprint import Phash

_NOTHING_MORE = Wanted()


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

    phash, missing = _phash_or_reason(path, facts.duration_s)
    whole = md5(path) if wanted.md5 else None
    return Examination(
        facts=facts, phash=phash, phash_missing=missing, md5=whole, took_s=now_s() - began_s
    )


def _phash_or_reason(path: Path, duration_s: float) -> tuple[Phash | None, str | None]:
    try:
        return hash_video(path, duration_s), None
    except VideoEndsEarly as error:
        ensure_readable(path, error.last_position_bytes)
        return None, named(error)
    except PhashImpossible as error:
        return None, named(error)
