"""Every reference vector that is at hand: duration, oshash, and phash or the reason for none.

The committed clips always; the full set where it lies beside the repository; the larger clips
where `DOORMAN_CORPUS` names the folder that make_corpus.sh filled.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from daemon.media.examine import examine
from daemon.media.oshash import oshash
from rules.errors import MediaError
from rules.fingerprint import Phash

DATA = Path(__file__).parents[2] / "data"
FULL = Path(__file__).parents[4] / "shared" / "vectors"
CORPUS = Path(os.environ.get("DOORMAN_CORPUS", "/nonexistent"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What the reference says about one file."""

    file: str
    size_bytes: int
    duration_s: float
    oshash: str | None
    phash: str | None
    phash_by_decoder: dict[str, str | None] | None = None
    """What builds of ffmpeg say that disagree; None: all say the same."""

    def accepts(self, phash: Phash | None) -> bool:
        """Tell whether a phash is the reference's, or within what its builds span."""
        texts = {self.phash, *(self.phash_by_decoder or {}).values()} - {None}
        values = [Phash(int(str(text), 16)) for text in texts]
        if phash is None:
            return not values

        span_bits = max((one.distance_bits(two) for one, two in combinations(values, 2)), default=0)
        return any(phash.distance_bits(value) <= span_bits for value in values)


REASONS = {
    "audio_longer.mp4": "VideoEndsEarly",
    "audio_only.m4a": "NoVideoStream",
    "audio_only.mp3": "NotAVideoContainer",
    "corrupt_mid_av1.mp4": "TooManyDecodeErrors",
    "one_frame.mp4": "VideoEndsEarly",
    "random_named.mkv": "NotAVideoContainer",
    "reschange.ts": "VideoEndsEarly",
    "short_0s4.mp4": "VideoEndsEarly",
    "start_offset_all5s.mkv": "VideoEndsEarly",
    "text_named.mp4": "NotAVideoContainer",
    "trunc_60.avi": "VideoEndsEarly",
    "trunc_faststart60.mp4": "VideoEndsEarly",
    "trunc_moov_end.mp4": "NotAVideoContainer",
    "zero_length.mp4": "NotAVideoContainer",
}
"""Our name of the condition, for each file that the reference gives up."""
REFUSALS = {"NoVideoStream", "NotAVideoContainer"}
"""Of such files we say no duration."""

Case = tuple[Row, Path]


def rows(listing: Path) -> list[Row]:
    return TypeAdapter(list[Row]).validate_json(listing.read_bytes()) if listing.exists() else []


COMMITTED = [(row, DATA / "videos" / row.file) for row in rows(DATA / "videos.json")]
UNCOMMITTED = [
    (row, FULL / "files" / row.file)
    for row in rows(FULL / "phash_vectors.json")
    if not (DATA / "videos" / row.file).exists()
]
MADE = [
    (row, CORPUS / row.file)
    for row in rows(FULL / "phash_recipes.json")
    if (CORPUS / row.file).exists()
]


def name_of(case: Case) -> str:
    return case[0].file


def check(case: Case) -> None:
    """Meet a row exactly."""
    row, path = case
    assert path.stat().st_size == row.size_bytes
    assert hash_or_none(path) == row.oshash

    phash, duration_s, reason = told(path)

    assert row.accepts(phash), f"{phash} is not {row.phash}"
    assert reason == REASONS.get(row.file)
    assert duration_s == (None if reason in REFUSALS else row.duration_s)


def hash_or_none(path: Path) -> str | None:
    try:
        return str(oshash(path))
    except MediaError:
        return None


def told(path: Path) -> tuple[Phash | None, float | None, str | None]:
    """Return phash, duration, and the name of what stands in the way of the phash."""
    try:
        found = examine(path)
    except MediaError as error:
        return None, None, type(error).__name__

    reason = found.phash_missing and found.phash_missing.partition(":")[0]
    return found.phash, found.facts.duration_s, reason


@pytest.mark.parametrize("case", COMMITTED, ids=name_of)
def test_committed_vector_is_met(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", UNCOMMITTED, ids=name_of)
def test_further_vector_is_met(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", MADE, ids=name_of)
def test_vector_of_a_larger_clip_is_met(case: Case) -> None:
    row, path = case
    if hash_or_none(path) != row.oshash:
        pytest.skip("another build of the encoders made another file of this recipe")

    check(case)


@pytest.mark.skipif(not FULL.exists(), reason="the full set of reference videos is not here")
def test_committed_vectors_are_those_of_the_full_set() -> None:
    full = {row.file: row for row in rows(FULL / "phash_vectors.json")}

    assert [row for row, _ in COMMITTED if full[row.file] != row] == []
    assert len(full) == len(COMMITTED) + len(UNCOMMITTED)


def test_every_vector_without_a_phash_has_its_reason() -> None:
    without = {row.file for row, _ in (*COMMITTED, *UNCOMMITTED, *MADE) if row.phash is None}

    assert without <= REASONS.keys()
