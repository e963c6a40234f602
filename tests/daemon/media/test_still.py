import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from daemon.media.bitmap import Tile
from daemon.media.errors import NoVideoStream
from daemon.media.examination import MOST_STILL_BYTES, Still
from daemon.media.pool import WorkerPool
from daemon.media.still import LEAST_DETAIL, STILL_WIDTH, TOO_PLAIN, detail, richest, still_of
from daemon.media.wire import Answers, Stilled

BLACK: Tile = np.zeros((90, 160, 3), np.uint8)
STRIPES: Tile = (
    np.where(np.arange(160) // 8 % 2, 200, 50)
    .astype(np.uint8)[None, :, None]
    .repeat(90, 0)
    .repeat(3, 2)
)
NOISE: Tile = np.random.default_rng(1).integers(0, 255, (90, 160, 3), np.uint8)


def test_tile_with_most_to_see_is_the_richest() -> None:
    assert richest([BLACK, STRIPES, BLACK, STRIPES]) == 1
    assert detail(BLACK) == 0
    assert detail(STRIPES) > LEAST_DETAIL
    assert detail(NOISE) > detail(STRIPES)


@pytest.mark.parametrize(
    ("name", "size"), [("short_1s.mp4", (640, 360)), ("gif_anim.gif", (320, 180))]
)
def test_still_is_the_picture_in_its_own_size(
    videos: Path, name: str, size: tuple[int, int]
) -> None:
    still = still_of(videos / name)

    assert still.missing is None
    assert still.content is not None
    picture = Image.open(io.BytesIO(still.content))
    assert (picture.format, picture.size) == ("JPEG", size)
    assert max(size) <= STILL_WIDTH


def test_video_that_shows_nothing_has_no_still(videos: Path) -> None:
    assert still_of(videos / "black_static.mp4") == Still(content=None, missing=TOO_PLAIN)
    ends_early = still_of(videos / "one_frame.mp4")
    assert ends_early.content is None
    assert (ends_early.missing or "").startswith("VideoEndsEarly")
    with pytest.raises(NoVideoStream):
        still_of(videos / "audio_only.m4a")


@pytest.mark.anyio
async def test_worker_takes_a_still(videos: Path) -> None:
    async with WorkerPool(workers=1, timeout_s=30, memory_limit_bytes=1 << 30) as pool:
        still = await pool.still(videos / "short_1s.mp4")

    assert still == still_of(videos / "short_1s.mp4")


@pytest.mark.parametrize("content", [b"<html>", b"\xff\xd8\xff" + bytes(MOST_STILL_BYTES)])
def test_worker_that_was_taken_over_can_answer_with_no_other_thing(content: bytes) -> None:
    line = Answers().to_line(Stilled(still=Still(content=content, missing=None)))

    with pytest.raises(ValidationError, match="no still picture"):
        Answers().from_line(line)
