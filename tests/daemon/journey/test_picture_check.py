import struct

import pytest

from daemon.journey.picture_check import check_picture
from providers.sandbox.pictures import png
from rules.sidecar import digest
from store.found_pictures import FoundPicture, NoUse
from tests.daemon.journey.pictures import GIF, WIDE_PNG

JPEG = b"\xff\xd8\xff\xc0\0\x0b\x08" + struct.pack(">HH", 480, 640) + b"\x01\x01\x11\0"
SCAN = b"\xff\xda\0\x08\x01\x01\0\0\x3f\0" + bytes(200)


def webp(chunk: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


@pytest.mark.parametrize(
    ("content", "extension", "size"),
    [
        pytest.param(WIDE_PNG, ".png", (1280, 720), id="png"),
        pytest.param(GIF, ".gif", (640, 480), id="gif"),
        pytest.param(JPEG + SCAN + b"\xff\xd9", ".jpg", (640, 480), id="jpeg"),
        pytest.param(
            webp(b"VP8X\x0a\0\0\0\0\0\0\0\x7f\x02\0\xdf\x01\0"), ".webp", (640, 480), id="webp"
        ),
    ],
)
def test_picture_is_what_its_bytes_say(
    content: bytes, extension: str, size: tuple[int, int]
) -> None:
    width, height = size

    assert check_picture(content) == FoundPicture(
        sha256=digest(content), extension=extension, width=width, height=height
    )


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        pytest.param(b"", "it is of a kind that media servers do not show", id="nothing"),
        pytest.param(
            b"\0\0\0\x1cftypavif\0\0\0\0mif1",
            "it is of a kind that media servers do not show",
            id="avif",
        ),
        pytest.param(
            b"\xff\xd8\xd9 but no more",
            "it is of a kind that media servers do not show",
            id="almost a jpeg",
        ),
        pytest.param(WIDE_PNG[:-4], "it is broken: a checksum differs", id="cut png"),
        pytest.param(WIDE_PNG[:20], "it is broken: a checksum differs", id="a png's beginning"),
        pytest.param(JPEG + SCAN, "it is broken: it ends early", id="cut jpeg"),
        pytest.param(JPEG, "it is broken: it has no scan", id="a jpeg's beginning"),
        pytest.param(
            webp(b"VP8X\x0a\0\0\0\x02\0\0\0\x7f\x02\0\xdf\x01\0"),
            "it is broken: it moves",
            id="moving",
        ),
        pytest.param(
            webp(b"VP8 ")[:8] + b"WEBPVP8 ",
            "0 x 0 pixels are no size for a picture",
            id="webp of no size",
        ),
        pytest.param(GIF[:12], "it is broken: nothing in it says how large it is", id="cut gif"),
        pytest.param(
            b"\xff\xd8\xff\xda\0\0\xff\xd9",
            "it is broken: nothing in it says how large it is",
            id="a jpeg of no size",
        ),
        pytest.param(png(16, 9, 1), "16 x 9 pixels are no size for a picture", id="an icon"),
    ],
)
def test_what_is_of_no_use_says_why(content: bytes, trouble: str) -> None:
    assert check_picture(content) == NoUse(trouble=trouble)
