"""Ours beside the reference's way, on clips that no vector knows.

`DOORMAN_CORPUS=FOLDER` compares the files of a folder, too, as make_corpus.sh leaves them.
"""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from daemon.demo.clips import ClipRecipe, make_clip
from daemon.media.examine import examine
from daemon.media.phash import tiles_of
from rules.errors import MediaError
from rules.fingerprint import Phash
from tests.daemon.media.oracle import reference_phash, reference_tiles
from tests.daemon.media.programs import FFMPEG, needs_ffmpeg

BASE = ClipRecipe(seed=3, duration_s=4, width=192, height=108, gop=20)
CLIPS = {
    "h264.mp4": BASE,
    "hevc.mkv": replace(BASE, codec="libx265", frame_rate=Fraction(24000, 1001)),
    "vp9.webm": replace(BASE, codec="libvpx-vp9", audio_s=4.3),
    "sound.mkv": replace(BASE, audio_s=4.3),
    "mpeg4.avi": replace(BASE, codec="mpeg4", frame_rate=Fraction(15)),
    "mpeg2.ts": replace(BASE, codec="mpeg2video", gop=12),
}
LARGEST_BYTES = 40_000_000


@needs_ffmpeg
@pytest.mark.parametrize("name", CLIPS)
def test_tiles_are_those_of_the_reference(name: str, tmp_path: Path) -> None:
    assert FFMPEG is not None
    path = tmp_path / name
    make_clip(path, CLIPS[name])
    duration_s = examine(path).facts.duration_s

    theirs = reference_tiles(FFMPEG, path, duration_s)

    ours = tiles_of(path, duration_s)
    assert [
        index
        for index, (our, their) in enumerate(zip(ours, theirs, strict=True))
        if their is None or not np.array_equal(our, their)
    ] == []


def corpus() -> list[Path]:
    folder = os.environ.get("DOORMAN_CORPUS")
    paths = sorted(Path(folder).iterdir()) if folder else []
    return [path for path in paths if path.stat().st_size < LARGEST_BYTES]


@needs_ffmpeg
@pytest.mark.parametrize("path", corpus(), ids=lambda path: path.name)
def test_file_of_the_corpus_hashes_as_the_reference_hashes_it(path: Path) -> None:
    """How ffmpeg conceals damage depends on its threads, and those on the cores: one is ours."""
    assert FFMPEG is not None
    phash: Phash | None = None
    try:
        examination = examine(path)
    except MediaError:
        duration_s = 1.0
    else:
        phash, duration_s = examination.phash, examination.facts.duration_s

    references = (
        reference_phash(FFMPEG, path, duration_s, options) for options in ((), ("-threads", "1"))
    )
    assert phash in references
