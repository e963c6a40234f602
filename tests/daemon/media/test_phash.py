"""Ours against the reference: its values, computed with its own libraries, are in tests/data."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import imagehash
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from daemon.media.cosine import cosine_transform
from daemon.media.demux import container_of
from daemon.media.errors import PhashImpossible, VideoEndsEarly
from daemon.media.grid import round_duration_s
from daemon.media.montage import montage
from daemon.media.phash import hash_picture, hash_video, tiles_of, to_phash
from daemon.media.reduction import reduce
from rules.fingerprint import Phash

DATA = Path(__file__).parents[2] / "data"
Pixels = NDArray[np.int64]
Colours = tuple[Pixels, Pixels, Pixels]


def grad(x: Pixels, y: Pixels, w: int, h: int) -> Colours:
    return x * 255 // (w - 1), y * 255 // (h - 1), (x + y) * 255 // (w + h - 2)


def xor(x: Pixels, y: Pixels, _w: int, _h: int) -> Colours:
    return x ^ y, x * 7 + y * 3, x * x + y


def tiles(x: Pixels, y: Pixels, w: int, h: int) -> Colours:
    tile = (x * 5 // w) * 37 + (y * 5 // h) * 59
    return tile * 3 + x // 7, tile * 5 + y // 5, tile * 11


def lcg(x: Pixels, y: Pixels, w: int, _h: int) -> Colours:
    state = ((y * w + x) * 1664525 + 1013904223) & 0xFFFFFFFF
    state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
    return state >> 24, state >> 16, state >> 8


def half(x: Pixels, _y: Pixels, w: int, _h: int) -> Colours:
    white = np.where(x < w // 2, 255, 0)
    return white, white, white


def letterbox(x: Pixels, y: Pixels, w: int, h: int) -> Colours:
    bars = (y < h // 4) | (y >= h * 3 // 4)
    colours = x * 255 // (w - 1), 255 - x * 255 // (w - 1), y * 255 // (h - 1)
    red, green, blue = (np.where(bars, 0, colour) for colour in colours)
    return red, green, blue


def flat(value: int) -> Callable[[Pixels, Pixels, int, int], Colours]:
    return lambda x, _y, _w, _h: (x * 0 + value,) * 3


PATTERNS = {
    "grad": grad,
    "xor": xor,
    "tiles": tiles,
    "lcg": lcg,
    "half": half,
    "letterbox": letterbox,
    "black": flat(0),
    "white": flat(255),
    "gray128": flat(128),
}


def painted(pattern: str, width: int, height: int) -> NDArray[np.uint8]:
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    colours = PATTERNS[pattern](x, y, width, height)
    return (np.stack(colours, axis=-1) & 255).astype(np.uint8)


MONTAGES = [
    (row["pattern"], row["width"], row["height"], row["phash"])
    for row in json.loads((DATA / "montages.json").read_text())
]


@pytest.mark.parametrize(("pattern", "width", "height", "expected"), MONTAGES)
def test_picture_hashes_as_the_reference_hashes_it(
    pattern: str, width: int, height: int, expected: str
) -> None:
    assert to_phash(hash_picture(painted(pattern, width, height))) == Phash(int(expected, 16))


def test_constants_of_the_c_library_would_flip_bits() -> None:
    """Why the cosines stand in a table: without it, plain pictures hash otherwise."""
    picture = painted("grad", 800, 340)
    grey = reduce(picture) @ np.array([0.299, 0.587, 0.114])
    naive = np.cos(np.pi / 64 * np.outer(np.arange(8), np.arange(64) + 0.5))
    coefficients = naive @ grey @ naive.T

    bits = imagehash.ImageHash(coefficients > np.median(coefficients))

    assert to_phash(bits) != to_phash(hash_picture(picture))


@pytest.mark.parametrize("pattern", ["grad", "xor", "lcg", "letterbox"])
def test_phash_of_imagehash_is_another_hash(pattern: str) -> None:
    picture = painted(pattern, 800, 450)

    theirs = imagehash.phash(Image.fromarray(picture))

    assert theirs - hash_picture(picture) > 0


def to_image_hash(phash: Phash) -> imagehash.ImageHash:
    return imagehash.hex_to_hash(f"{phash.value:016x}")


@given(value=st.integers(0, 2**64 - 1))
def test_hash_survives_the_way_to_imagehash_and_back(value: int) -> None:
    assert to_phash(to_image_hash(Phash(value))) == Phash(value)


@given(one=st.integers(0, 2**64 - 1), other=st.integers(0, 2**64 - 1))
def test_our_distance_is_that_of_imagehash(one: int, other: int) -> None:
    theirs = to_image_hash(Phash(one)) - to_image_hash(Phash(other))

    assert theirs == Phash(one).distance_bits(Phash(other))


@pytest.mark.parametrize("count", [1, 2, 4, 8, 16, 32, 64])
def test_transform_is_the_cosine_transform(count: int) -> None:
    samples = np.random.default_rng(count).normal(size=(count, 3))
    frequencies, places = np.arange(count)[:, None], np.arange(count)[None, :] + 0.5

    expected = np.cos(np.pi / count * frequencies * places) @ samples

    assert np.allclose(cosine_transform(samples), expected)


def test_picture_of_64_by_64_is_not_touched() -> None:
    picture = painted("lcg", 64, 64)

    assert np.array_equal(reduce(picture), picture)


@given(
    grey=st.integers(0, 255),
    width=st.integers(1, 300),
    height=st.integers(1, 300),
)
def test_flat_picture_stays_flat_when_reduced(grey: int, width: int, height: int) -> None:
    picture = np.full((height, width, 3), grey, np.uint8)

    assert np.array_equal(reduce(picture), np.full((64, 64, 3), grey, np.uint8))


def tile(value: int, height: int = 2, width: int = 4) -> NDArray[np.uint8]:
    return np.full((height, width, 3), value, np.uint8)


def test_montage_goes_row_by_row() -> None:
    pasted = montage([tile(index) for index in range(25)])

    assert pasted.shape == (10, 20, 3)
    assert pasted[::2, ::4, 0].tolist() == [list(range(row, row + 5)) for row in range(0, 25, 5)]


def test_tile_of_another_size_is_clipped_at_the_edge_and_leaves_black() -> None:
    odd = [tile(1)] * 25
    odd[23] = tile(2, height=1, width=2)
    odd[24] = tile(3, height=5, width=9)

    pasted = montage(odd)[8:, 12:, 0].tolist()

    assert pasted == [[2, 2, 0, 0, 3, 3, 3, 3], [0, 0, 0, 0, 3, 3, 3, 3]]


def phash_of(path: Path) -> Phash:
    with container_of(path) as container:
        duration_s = round_duration_s(container.duration)
    return hash_video(path, duration_s)


def write_lossless(path: Path, codec: str, pixel_format: str) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=10, options={"qp": "0"} if "264" in codec else {})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 160, 90, pixel_format
        y, x = np.mgrid[0:90, 0:160]
        for k in range(300):
            colours = (2 * x + 5 * k, 3 * y + 7 * k, x + y + 11 * k)
            picture = (np.stack(colours, axis=-1) % 256).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = k, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format"),
    [
        ("clip.mkv", "ffv1", "bgr0"),
        ("clip.mp4", "png", "rgb24"),
        ("clip.mkv", "libx264rgb", "rgb24"),
    ],
)
def test_lossless_film_hashes_the_same_in_every_codec(
    tmp_path: Path, name: str, codec: str, pixel_format: str
) -> None:
    """stash.md §9.3: independent of scaling, since the pictures have a tile's size already."""
    write_lossless(tmp_path / name, codec, pixel_format)

    assert phash_of(tmp_path / name) == Phash(0xD726078DF8A369A2)


def test_avi_picks_some_pictures_one_earlier(tmp_path: Path) -> None:
    """Its clock ticks once per picture, and the target is rounded to it (stash.md §9.3)."""
    write_lossless(tmp_path / "clip.avi", "rawvideo", "bgr24")

    assert phash_of(tmp_path / "clip.avi") == Phash(0xD733070DF8A34BA2)


def test_video_shorter_than_it_claims_has_no_hash(videos: Path) -> None:
    with pytest.raises(VideoEndsEarly, match=r"no picture at 4\.\d+ s .* claims to last 90\.00 s"):
        hash_video(videos / "short_1s.mp4", 90.0)


def test_reason_for_no_hash_is_of_one_family() -> None:
    assert issubclass(VideoEndsEarly, PhashImpossible)


def test_tiles_are_160_wide_and_upright(videos: Path) -> None:
    shapes = {tile.shape for tile in tiles_of(videos / "h264_mp4_tiny64x48.mp4", 20.0)}

    assert shapes == {(120, 160, 3)}
