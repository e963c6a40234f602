from __future__ import annotations

import hashlib
import itertools
import os
import random
import resource
import struct
import zlib
from pathlib import Path

import pytest

from daemon.media.errors import FileUnreadable, FileVanished
from daemon.media.jpeg.decoder import MOST_CODES
from daemon.media.picture import MOST_BYTES, MOST_PIXELS, examine_picture
from daemon.media.picture_errors import NotAPicture, PictureNotUnderstood, PictureTooLarge
from daemon.media.picture_examination import PictureExamination, PictureKind
from daemon.media.picture_jpeg import jpeg_raster
from rules.fingerprint import Md5, Phash
from tests.daemon.media.jpeg.drawn import DC_CODES, part
from tests.daemon.media.pictures import (
    DATA,
    PNG_START,
    Vector,
    chunk,
    content_of,
    field,
    gif,
    png,
    recipes,
    vectors,
)

KINDS = {"png": PictureKind.PNG, "gif": PictureKind.GIF, "jpe": PictureKind.JPEG}
JPEG, WEBP = "jpeg_420.jpg", "webp_lossy.webp"
PNG = "png colour 2, 8 bits, 97x61"
GIF = "gif, transparent"


def examined(folder: Path, content: bytes) -> PictureExamination:
    path = folder / "picture"
    path.write_bytes(content)
    return examine_picture(path)


def no_phash(folder: Path, content: bytes) -> str:
    examination = examined(folder, content)
    assert examination.phash is None
    assert examination.md5 == Md5(hashlib.md5(content).hexdigest())  # noqa: S324  # Stash's own
    return str(examination.phash_missing)


@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: vector["name"])
def test_phash_is_the_reference_s(tmp_path: Path, vector: Vector) -> None:
    examination = examined(tmp_path, content_of(vector["name"]))

    assert examination.phash == Phash(int(vector["phash"], 16)), examination.phash_missing
    assert (examination.width, examination.height) == (vector["width"], vector["height"])
    assert examination.kind == KINDS.get(vector["name"][:3], PictureKind.WEBP)


def test_every_recipe_has_a_vector() -> None:
    files = {path.name for path in (DATA / "pictures").iterdir()} - {"webp_moving.webp"}

    assert {vector["name"] for vector in vectors()} == files | set(recipes())


@pytest.mark.parametrize(
    "name", [JPEG, "jpeg_grey.jpg", "jpeg_inks.jpg", "jpeg_red_green_blue.jpg", "jpeg_440.jpg"]
)
def test_jpeg_that_the_reference_s_reader_refuses_is_left_to_ffmpeg(
    tmp_path: Path, name: str
) -> None:
    content = content_of(name)
    exact = examined(tmp_path, content).phash
    tables = part(0xC4, DC_CODES * 64) * (MOST_CODES // 64 + 1)
    left = examined(tmp_path, content[:2] + tables + content[2:]).phash

    assert exact is not None
    assert left is not None
    assert exact.distance_bits(left) <= 2


def test_four_inks_that_nobody_names_are_left_to_ffmpeg() -> None:
    with pytest.raises(PictureNotUnderstood, match="four inks"):
        jpeg_raster(content_of("jpeg_inks.jpg").replace(b"Adobe", b"Adieu"))


def test_examination_says_what_the_picture_is(tmp_path: Path) -> None:
    content = content_of(JPEG)
    path = tmp_path / "Harbour at Dawn.jpg"
    path.write_bytes(content)

    seconds = itertools.count(10.0, 2.5)

    assert examine_picture(path, lambda: next(seconds)) == PictureExamination(
        kind=PictureKind.JPEG,
        width=161,
        height=119,
        phash=Phash(0xBB33C41961DE1CE1),
        phash_missing=None,
        md5=Md5(hashlib.md5(content).hexdigest()),  # noqa: S324  # Stash's own
        took_s=2.5,
    )


@pytest.mark.parametrize("name", [JPEG, WEBP, "webp_lossless.webp", PNG, GIF])
@pytest.mark.parametrize("share", [0.2, 0.6, 0.97])
def test_picture_that_ends_early_has_no_phash(tmp_path: Path, name: str, share: float) -> None:
    content = content_of(name)

    missing = no_phash(tmp_path, content[: int(len(content) * share)])

    assert missing.startswith("PictureDamaged: ")


@pytest.mark.parametrize("name", [JPEG, PNG, GIF])
def test_only_the_beginning_of_a_picture_is_damage(tmp_path: Path, name: str) -> None:
    for count in range(16, 60):
        assert no_phash(tmp_path, content_of(name)[:count]).startswith("PictureDamaged: ")


@pytest.mark.parametrize("name", [JPEG, PNG, GIF, WEBP])
def test_what_follows_a_picture_does_not_matter(tmp_path: Path, name: str) -> None:
    plain = examined(tmp_path, content_of(name))
    longer = examined(tmp_path, content_of(name) + b"more\xff\xd8\xff")

    assert (longer.phash, longer.phash is None) == (plain.phash, False)


def test_changed_byte_of_a_png_is_noticed(tmp_path: Path) -> None:
    content = bytearray(content_of(PNG))
    content[len(content) // 2] ^= 1

    assert "a checksum differs" in no_phash(tmp_path, bytes(content))


def test_png_of_few_bytes_and_many_pixels_is_refused_before_it_takes_memory(tmp_path: Path) -> None:
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(bytes(1000)))
    content = PNG_START + chunk(b"IHDR", head) + pixels + chunk(b"IEND", b"")
    assert MOST_PIXELS < 30_000 * 30_000

    with pytest.raises(PictureTooLarge, match="leave it out"):
        examined(tmp_path, content)


def test_text_in_a_png_is_never_unpacked(tmp_path: Path) -> None:
    samples = field(30, 20, 3) >> 8
    vast = zlib.compress(bytes(64 << 20), 9)
    text = chunk(b"zTXt", b"Comment\0\0" + vast) + chunk(b"iCCP", b"profile\0\0" + vast)
    content = png(samples, colour_type=2, bits=8, more=text)
    plain = examined(tmp_path, png(samples, colour_type=2, bits=8))

    before_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    bloated = examined(tmp_path, content)
    grown_bytes = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10) - before_bytes

    assert bloated.phash == plain.phash
    assert grown_bytes < 16 << 20


def test_picture_of_very_many_bytes_is_refused_before_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "vast.png"
    path.write_bytes(content_of(PNG))
    os.truncate(path, MOST_BYTES + 1)

    with pytest.raises(PictureTooLarge, match="256 MiB"):
        examine_picture(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"GIF88a", b"RIFF....WAVEfmt ", b"\x89PNG\n", b"BM", bytes(100)],
    ids=["nothing", "a byte", "gif", "sound", "png", "bitmap", "zeros"],
)
def test_anything_else_is_no_picture(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(NotAPicture, match="JPEG, PNG, GIF and WebP are read"):
        examined(tmp_path, content)


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileVanished):
        examine_picture(tmp_path / "gone.jpg")
    with pytest.raises(FileUnreadable):
        examine_picture(tmp_path)


def test_moving_webp_has_no_phash_as_with_the_reference(tmp_path: Path) -> None:
    content = content_of("webp_moving.webp")

    assert no_phash(tmp_path, content).startswith("PictureNotUnderstood: ")


def test_gif_that_contradicts_itself_is_damaged(tmp_path: Path) -> None:
    wide = field(30, 20, 1)[:, :, 0] >> 8
    content = gif(wide, bytes(768))
    palette_at = 13 + 768

    wrong = {
        "leaves its canvas": gif(wide, bytes(768), canvas=(10, 10)),
        "has no place in its palette": gif(wide, bytes(12)),
        "has no colours": content[:10] + b"\0" + content[11:13] + content[palette_at:],
        "holds no picture": content[:palette_at] + b";",
        "too short": content[:palette_at] + b"\x21\xf9\x01\x01\0" + content[palette_at:],
    }

    for words, damaged in wrong.items():
        assert words in no_phash(tmp_path, damaged)


def test_variety_that_nobody_decodes_has_no_phash(tmp_path: Path) -> None:
    samples = field(30, 20, 1) >> 8
    content = png(samples, colour_type=0, bits=8)
    head = struct.pack(">IIBBBBB", 30, 20, 8, 5, 0, 0, 0)  # colour type 5 does not exist
    start = len(PNG_START)
    wrong = content[:start] + chunk(b"IHDR", head) + content[start + 25 :]

    assert no_phash(tmp_path, wrong).startswith("PictureDamaged: ")


@pytest.mark.parametrize(
    "name",
    [
        *(JPEG, "jpeg_progressive.jpg", "jpeg_inks_restarts_8x8.jpg", "jpeg_411.jpg"),
        *(PNG, GIF, WEBP, "webp_lossless.webp"),
    ],
)
def test_mutated_pictures_harm_nobody(tmp_path: Path, name: str) -> None:
    content = content_of(name)
    generator = random.Random(name)  # noqa: S311  # the same mutations each time

    for _ in range(25):
        mutated = bytearray(content)
        for _ in range(generator.randint(1, 8)):
            mutated[generator.randrange(12, len(mutated))] = generator.randrange(256)
        try:
            examination = examined(tmp_path, bytes(mutated))
        except PictureTooLarge:
            continue
        assert (examination.phash is None) == (examination.phash_missing is not None)
