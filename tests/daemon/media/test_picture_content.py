from __future__ import annotations

from collections.abc import Callable

import pytest

from daemon.media.picture_content import JpegPart, ensure_whole, jpeg_parts
from daemon.media.picture_errors import PictureDamaged
from daemon.media.picture_examination import PictureKind
from daemon.media.picture_gif import first_picture

MUCH_BYTES = 32 << 20
GIF_HEAD = b"GIF89a" + bytes((1, 0, 1, 0, 0, 0, 0))


def test_markers_without_content_and_filling_are_passed_over() -> None:
    parts = jpeg_parts(b"\xff\xd8" + b"\xff" * 5 + b"\xe0\0\2" + b"\xff\0\xff\xd3" + b"\xff\xda")

    assert list(parts) == [JpegPart(marker=0xE0, place=6), JpegPart(marker=0xDA, place=14)]


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        pytest.param(PictureKind.JPEG, b"\xff\xd8" + b"\xff" * MUCH_BYTES, id="filling"),
        pytest.param(PictureKind.JPEG, b"\xff\xd8" + b"\xff\0" * (MUCH_BYTES // 2), id="stuffing"),
        pytest.param(PictureKind.JPEG, b"\xff\xd8" + b"\xff\2\0\2" * (MUCH_BYTES // 4), id="parts"),
    ],
)
def test_rubbish_of_any_length_is_damage_and_soon_known(kind: PictureKind, content: bytes) -> None:
    with pytest.raises(PictureDamaged):
        ensure_whole(kind, content)


@pytest.mark.parametrize(
    "repeat", [lambda: b"\1x", lambda: b"\xff" + b"x" * 255], ids=["short", "long"]
)
def test_blocks_of_a_gif_without_end_are_damage(repeat: Callable[[], bytes]) -> None:
    blocks = repeat() * (MUCH_BYTES // 8 // len(repeat()))

    with pytest.raises(PictureDamaged):
        first_picture(GIF_HEAD + b"\x21\xfe" + blocks)
