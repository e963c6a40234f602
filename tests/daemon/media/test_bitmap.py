from __future__ import annotations

from io import BytesIO

import av
import numpy as np
import pytest
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray
from PIL import Image

from daemon.media.bitmap import BITMAP_FORMATS, colours
from daemon.media.errors import PictureKindUnread
from daemon.media.scaling import Scaler

READ = ["bgra", "bgr24", "gray", "rgb8", "bgr8", "rgb4_byte", "bgr4_byte"]
UNREAD = ["rgb565le", "rgb555le", "rgb444le", "monob"]


def noise(kind: str, width: int = 37, height: int = 21) -> av.VideoFrame:
    frame = av.VideoFrame(width, height, kind)
    highest = 16 if kind.endswith("4_byte") else 256
    generator = np.random.default_rng(1)
    for plane in frame.planes:
        content = generator.integers(0, highest, plane.buffer_size).astype(np.uint8)
        plane.update(content.tobytes())
    return frame


def written_and_read(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """What the reference does: write with ffmpeg's encoder, read with another's decoder."""
    encoder = av.CodecContext.create("bmp", "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, frame.format.name
    packets = encoder.encode(frame) + encoder.encode(None)
    bitmap = Image.open(BytesIO(b"".join(bytes(packet) for packet in packets)))
    return np.asarray(bitmap.convert("RGB"))


@pytest.mark.parametrize("kind", READ)
def test_colours_are_those_of_the_bitmap_that_ffmpeg_writes(kind: str) -> None:
    frame = noise(kind)

    assert np.array_equal(colours(frame), written_and_read(frame))


def test_palette_is_that_of_the_picture() -> None:
    frame = av.VideoFrame(2, 1, "pal8")
    palette = np.zeros((256, 4), np.uint8)
    palette[3], palette[200] = (30, 20, 10, 255), (60, 50, 40, 0)  # blue, green, red, alpha
    indices = np.zeros(frame.planes[0].buffer_size, np.uint8)
    indices[:2] = (3, 200)
    frame.planes[0].update(indices.tobytes())
    frame.planes[1].update(palette.tobytes())

    assert colours(frame).tolist() == [[[10, 20, 30], [40, 50, 60]]]


@pytest.mark.parametrize("kind", UNREAD)
def test_bitmaps_of_1_and_16_bits_are_not_read(kind: str) -> None:
    with pytest.raises(PictureKindUnread, match=kind):
        colours(av.VideoFrame(64, 48, kind))


def test_every_format_of_a_bitmap_is_decided_about() -> None:
    assert sorted(BITMAP_FORMATS.split("|")) == sorted([*READ, *UNREAD, "pal8"])


@pytest.mark.parametrize(
    "kind", ["yuv420p", "yuv420p10le", "yuva420p", "rgba", "gray", "gray10le", "pal8", "gbrp"]
)
def test_usual_pictures_become_a_bitmap_that_is_read(kind: str) -> None:
    assert Scaler().tile(noise(kind, 64, 48)).shape == (120, 160, 3)


@pytest.mark.parametrize("kind", ["rgb555le", "monow"])
def test_unusual_pictures_become_one_that_is_not(kind: str) -> None:
    with pytest.raises(PictureKindUnread):
        Scaler().tile(noise(kind, 64, 48))


def test_grey_pictures_keep_their_shade() -> None:
    frame = av.VideoFrame.from_ndarray(np.full((90, 160), 200, np.uint8), "gray")

    assert np.array_equal(Scaler().tile(frame), np.full((90, 160, 3), 200, np.uint8))


def test_transparent_pictures_keep_their_colours() -> None:
    frame = av.VideoFrame.from_ndarray(np.full((90, 160, 4), (10, 200, 30, 0), np.uint8), "rgba")

    assert Scaler().tile(frame)[45, 80].tolist() == [10, 200, 30]
