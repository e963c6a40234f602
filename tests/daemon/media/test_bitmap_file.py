from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from daemon.media.bitmap_file import BitmapUnread, tile_of_bitmap
from daemon.media.errors import PictureKindUnread

SIZES = st.tuples(st.integers(1, 9), st.integers(1, 9))


def colours(width: int, height: int) -> NDArray[np.uint8]:
    return np.random.default_rng(7).integers(0, 256, (height, width, 3), np.uint8)


def bitmap(picture: Image.Image) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "BMP")
    return buffer.getvalue()


def changed(content: bytes, at: int, value: bytes) -> bytes:
    return content[:at] + value + content[at + len(value) :]


@given(size=SIZES)
def test_24_bits_are_read_whatever_the_padding(size: tuple[int, int]) -> None:
    picture = colours(*size)

    assert np.array_equal(tile_of_bitmap(bitmap(Image.fromarray(picture))), picture)


@given(size=SIZES)
def test_grey_comes_through_its_palette(size: tuple[int, int]) -> None:
    grey = colours(*size)[:, :, 0]

    tile = tile_of_bitmap(bitmap(Image.fromarray(grey)))

    assert np.array_equal(tile, np.stack([grey] * 3, axis=2))


def test_alpha_of_32_bits_is_ignored() -> None:
    picture = colours(3, 2)
    clear = np.dstack([picture[:, :, ::-1], np.zeros((2, 3), np.uint8)])[::-1]
    head = changed(bitmap(Image.new("RGB", (3, 2)))[:54], 28, (32).to_bytes(2, "little"))

    assert np.array_equal(tile_of_bitmap(head + clear.tobytes()), picture)


def test_first_line_is_the_top_one_where_the_height_is_negative() -> None:
    picture = colours(4, 3)
    content = bitmap(Image.fromarray(picture))

    turned = changed(content, 22, (-3).to_bytes(4, "little", signed=True))

    assert np.array_equal(tile_of_bitmap(turned), picture[::-1])


@pytest.mark.parametrize("depth_bits", [1, 16])
def test_depth_that_the_reference_refuses_is_refused(depth_bits: int) -> None:
    content = bitmap(Image.fromarray(colours(4, 4)))

    with pytest.raises(PictureKindUnread, match=f"bitmap of {depth_bits} bits"):
        tile_of_bitmap(changed(content, 28, depth_bits.to_bytes(2, "little")))


WHOLE = bitmap(Image.fromarray(colours(4, 4)))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"BM",
        b"this is not a bitmap at all, but it is long enough to be one, and more than that",
        WHOLE[:-1],
        changed(WHOLE, 0, b"MB"),
        changed(WHOLE, 18, bytes(4)),  # no width
        changed(WHOLE, 18, b"\xff\xff\xff\x7f"),  # more pixels than anybody has
        changed(WHOLE, 22, bytes(4)),  # no height
        changed(WHOLE, 30, b"\x01"),  # packed
        changed(WHOLE, 10, b"\xff\xff\xff\xff"),  # pixels after the end
        changed(
            bitmap(Image.fromarray(colours(4, 4)[:, :, 0] | 128)), 10, (58).to_bytes(4, "little")
        ),
    ],
)
def test_what_is_no_whole_bitmap_is_no_picture(content: bytes) -> None:
    with pytest.raises(BitmapUnread):
        tile_of_bitmap(content)
