from __future__ import annotations

import hashlib

import numpy as np
import pytest

from daemon.media.jpeg.decoder import MOST_BYTES, MOST_CODES, MOST_SCANS, JpegPicture, decode
from daemon.media.picture_errors import PictureDamaged, PictureNotUnderstood
from tests.daemon.media.jpeg.drawn import (
    AC_CODES,
    ADOBE,
    DC_CODES,
    ONES,
    frame,
    jpeg,
    part,
    scan,
)
from tests.daemon.media.pictures import content_of

# MD5 of the samples that Go 1.24.3 shows, pixel by pixel: grey, or all three components.
REFERENCE = {
    "jpeg_1x1.jpg": "f9d8364665c93248bf3159347a8036b9",
    "jpeg_411.jpg": "2236cf4a87bd0dac8b3d158cf1dab914",
    "jpeg_420.jpg": "a1d7ea4c6f99e4beec1984b086bdc4fa",
    "jpeg_422.jpg": "673ea08c78a852b40c5a7b148a41a8da",
    "jpeg_440.jpg": "e31978e9c53bdb324278f109ce147038",
    "jpeg_444.jpg": "92ec420e626241bb5f5e663413a142b8",
    "jpeg_900x700.jpg": "bb35d684d4b3568221f282b95eaf77bb",
    "jpeg_chessboard_63x65.jpg": "a640ce06b255847d3c0a2b52e5c4e8d8",
    "jpeg_chessboard_restarts.jpg": "e539ac66bc827be254bc85e57f86a21f",
    "jpeg_grey.jpg": "9ee2d31353c12caa3dc19001df6d5ee0",
    "jpeg_progressive.jpg": "7288ce72374ad5c8314c2b4f558b33b3",
    "jpeg_progressive_7x5.jpg": "978d13e7251caa6713cf11047388ac4a",
    "jpeg_progressive_chessboard.jpg": "3ecfac67566c2fc76c186cffc27c5eab",
    "jpeg_red_green_blue_9x17.jpg": "4f54d41e190c0b2c9185721689dcb174",
    "jpeg_restarts.jpg": "a82e8a926de1cfd5f0f844c68a2ee40c",
    "jpeg_with_another_inside.jpg": "4f9cac5485588571eac6971c4094c532",
}
GREY = frame(0x11)
CLEARER = frame(0x11, marker=0xC2)
FLAT = scan("0000")
EIGHTS = bytes((0, *[8] * 64))


def shown(picture: JpegPicture) -> bytes:
    seen, first = picture.frame, picture.frame.components[0]
    down, across = np.arange(seen.height)[:, None], np.arange(seen.width)
    planes = [
        plane[down * own.down // first.down, across * own.across // first.across]
        for plane, own in zip(picture.planes, seen.components, strict=True)
    ]
    return np.stack(planes, axis=2).tobytes()


def levels(picture: JpegPicture) -> list[int]:
    """The first sample of each component."""
    return [int(plane[0, 0]) for plane in picture.planes]


@pytest.mark.parametrize("name", REFERENCE)
def test_every_sample_is_the_reference_s(name: str) -> None:
    digest = hashlib.md5(shown(decode(content_of(name))), usedforsecurity=False).hexdigest()

    assert digest == REFERENCE[name]


@pytest.mark.parametrize(
    ("bits", "level"),
    [
        ("0000", 128),
        ("0111100", 135),
        ("0100000", 121),
        ("1011111111100", 255),
        ("1000000000000", 0),
    ],
    ids=["nothing", "more", "less", "most", "least"],
)
def test_a_block_of_one_shade_has_that_shade(bits: str, level: int) -> None:
    picture = decode(jpeg(GREY, scan(bits), quantities=EIGHTS))

    assert set(picture.planes[0].flat) == {level}


def test_quantities_of_sixteen_bits_count_whole() -> None:
    wide = bytes((0x10, *[1, 0] * 64))  # 256 each

    assert levels(decode(jpeg(GREY, scan("0110000"), quantities=wide))) == [255]
    assert levels(decode(jpeg(GREY, scan("0101100"), quantities=wide))) == [0]


def test_components_may_have_scans_of_their_own() -> None:
    parts = (scan("0111100", 1), scan("0110000", 3), scan("0100000", 2))
    picture = decode(jpeg(frame(0x11, 0x11, 0x11), *parts, quantities=EIGHTS))

    assert levels(picture) == [135, 121, 132]


def test_component_that_no_scan_holds_is_zero_as_with_the_reference() -> None:
    assert levels(decode(jpeg(frame(0x11, 0x11, 0x11), scan("0000", 2)))) == [0, 128, 0]
    clearer = frame(0x11, 0x11, 0x11, marker=0xC2)
    assert levels(decode(jpeg(clearer, scan("00", 2, spectrum=(0, 0, 0))))) == [0, 128, 0]


def test_what_stands_between_parts_is_passed_over() -> None:
    plain = decode(jpeg(GREY, FLAT))
    strewn = decode(jpeg(b"\xff\xff\xff", GREY, b"\0\1\xff\0\xff\xd3", part(0xFE, b"words"), FLAT))

    assert shown(strewn) == shown(plain)


def test_value_that_leads_out_of_its_block_is_not_read() -> None:
    ahead = "111"  # past fifteen zeros a value of nine bits: the fourth has no place any more
    first = "01111" + 3 * (ahead + "1" * 9) + ahead

    picture = decode(jpeg(frame(0x11, width=16), scan(first + "0110000")))

    assert set(picture.planes[0][:, 8:].flat) == {128 + (7 + 4) // 8}


def test_clearer_detail_that_leads_too_far_is_not_read() -> None:
    ahead = "111"
    rest = scan(ahead + "011" + "00", spectrum=(1, 5, 0))
    frame_of_two = frame(0x11, marker=0xC2, width=16)

    picture = decode(jpeg(frame_of_two, scan("0000", spectrum=(0, 0, 0)), rest, quantities=EIGHTS))

    assert set(picture.planes[0][:, :8].flat) == {128}
    assert len(set(picture.planes[0][:, 8:].flat)) > 1


def test_sixteen_zeros_are_passed_over_when_detail_becomes_clearer() -> None:
    begin = (scan("00", spectrum=(0, 0, 0)), scan("00", spectrum=(1, 63, 1)))
    finer = scan("10" + "011" + "00", spectrum=(1, 63, 0x10))

    plain = decode(jpeg(CLEARER, *begin, quantities=EIGHTS))
    finer_one = decode(jpeg(CLEARER, *begin, finer, quantities=EIGHTS))

    assert set(plain.planes[0].flat) == {128}
    assert len(set(finer_one.planes[0].flat)) > 1


def test_colours_are_what_the_application_says() -> None:
    plain = decode(jpeg(GREY, FLAT))
    told = decode(jpeg(part(0xE0, b"JFIF\0\1"), part(0xEE, ADOBE + b"\2"), GREY, FLAT))
    hinted = decode(jpeg(part(0xE0, b"JFIF"), part(0xEE, b"Adobe"), GREY, FLAT))

    assert (plain.is_jfif, plain.adobe) == (hinted.is_jfif, hinted.adobe) == (False, None)
    assert (told.is_jfif, told.adobe) == (True, 2)


@pytest.mark.parametrize(
    ("parts", "finding"),
    [
        pytest.param((), "no scan", id="nothing"),
        pytest.param((GREY,), "no scan", id="no scan"),
        pytest.param((FLAT,), "no size", id="no frame"),
        pytest.param((GREY, GREY), "two sizes", id="two frames"),
        pytest.param((part(0xC0, b"\x08\0\x08"),), "no size", id="short frame"),
        pytest.param((frame(0x11)[:-1] + b"\4", FLAT), "no table", id="fifth quantities"),
        pytest.param((part(0xC0, frame(0x11)[4:] + b"\0"),), "contradict", id="long frame"),
        pytest.param((frame(0x11, width=0), FLAT), "no width", id="no width"),
        pytest.param((frame(*[0x11] * 3).replace(b"\2", b"\1"), FLAT), "one name", id="names"),
        pytest.param((GREY, scan("", 2)), "nothing that the picture has", id="strange scan"),
        pytest.param((GREY, part(0xDA, b"")), "scan contradicts", id="empty scan"),
        pytest.param((GREY, part(0xDA, b"\1\1\0")), "scan contradicts", id="short scan"),
        pytest.param((GREY, scan("0000", 1, 1)), "scan contradicts", id="long scan"),
        pytest.param((frame(0x11, 0x11, 0x11), scan("", 1, 1)), "twice", id="twice"),
        pytest.param((GREY, scan("")), "ends early", id="no bits"),
        pytest.param((GREY, scan("11")), "out of all bounds", id="seventeen bits"),
        pytest.param((GREY, scan("0011000")), "a block ends", id="run of blocks"),
        pytest.param((part(0xDD, b"\0\1"), frame(0x11, width=16), FLAT), "early", id="no mark"),
        pytest.param(
            (part(0xDD, b"\0\1"), frame(0x11, width=16), scan("0000/10000")), "missing", id="marks"
        ),
        pytest.param((part(0xC4, DC_CODES[:12]),), "contradicts itself", id="short codes"),
        pytest.param((part(0xC4, b"\x20" + DC_CODES[1:]),), "contradicts itself", id="kind"),
        pytest.param((part(0xC4, b"\4" + DC_CODES[1:]),), "contradicts itself", id="place"),
        pytest.param((part(0xC4, bytes(17)),), "contradicts itself", id="no codes"),
        pytest.param((part(0xC4, b"\0\3" + bytes(18)),), "than there can be", id="many codes"),
        pytest.param((part(0xC4, b"\0\1" + bytes(16)), GREY, scan("1")), "nothing", id="no code"),
        pytest.param((part(0xDB, b"\x20" + ONES),), "quantities contradicts", id="precision"),
        pytest.param((part(0xDB, b"\4" + ONES),), "quantities contradicts", id="fifth table"),
        pytest.param((part(0xDB, ONES[:60]),), "quantities contradicts", id="short table"),
        pytest.param((part(0x02),), "unknown part", id="unknown"),
        pytest.param((b"\xff\xe1\xff\xff",), "ends early", id="long part"),
        pytest.param((b"\xff\xe1\0\1",), "ends early", id="part without room"),
        pytest.param((CLEARER, scan("", spectrum=(0, 5, 0))), "no such", id="levels and details"),
        pytest.param((CLEARER, scan("", spectrum=(6, 5, 0))), "no such", id="backwards"),
        pytest.param((CLEARER, scan("", spectrum=(5, 64, 0))), "no such", id="beyond"),
        pytest.param(
            (frame(*[0x11] * 3, marker=0xC2), scan("", 1, 2, spectrum=(1, 5, 0))),
            "too many components",
            id="details of two",
        ),
        pytest.param((CLEARER, scan("", spectrum=(1, 5, 0x31))), "leaves bits out", id="bits"),
        pytest.param((CLEARER, scan("", spectrum=(0, 0, 0))), "ends early", id="no level"),
        pytest.param((CLEARER, scan("", spectrum=(0, 0, 0x10))), "ends early", id="no finer level"),
        pytest.param((CLEARER, scan("", spectrum=(1, 5, 0))), "ends early", id="no detail"),
        pytest.param((CLEARER, scan("", spectrum=(1, 5, 0x10))), "ends early", id="no finer one"),
        pytest.param((CLEARER, scan("10", spectrum=(1, 5, 0x10))), "no sense", id="zeros beyond"),
        pytest.param(
            (CLEARER, scan("1" * 12, spectrum=(1, 63, 13))), "out of all bounds", id="vast detail"
        ),
        pytest.param(
            (frame(0x11, width=600), scan("1011111111100" * 75)), "out of all bounds", id="vast"
        ),
    ],
)
def test_what_contradicts_itself_is_damage(parts: tuple[bytes, ...], finding: str) -> None:
    with pytest.raises(PictureDamaged, match=finding):
        decode(jpeg(*parts))


def test_end_must_come() -> None:
    with pytest.raises(PictureDamaged, match="ends early"):
        decode(jpeg(GREY, FLAT)[:-2])


@pytest.mark.parametrize(
    ("marker", "bits"), [(0xC0, "0000"), (0xC2, "00")], ids=["sequential", "progressive"]
)
def test_tables_must_be_there(marker: int, bits: str) -> None:
    spectrum = (0, 0 if marker == 0xC2 else 63, 0)
    for codes in (DC_CODES, AC_CODES):
        content = jpeg(frame(0x11, marker=marker), scan(bits, spectrum=spectrum))
        other = bytes((codes[0] + 1,)) + codes[1:]
        if marker == 0xC2 and codes is AC_CODES:
            details = scan("00", spectrum=(1, 63, 0))
            content = jpeg(frame(0x11, marker=marker), details)

        with pytest.raises(PictureDamaged, match="missing"):
            decode(content.replace(codes, other))


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param((frame(0x11, marker=0xC3), FLAT), id="lossless"),
        pytest.param((frame(0x11, bits=12), FLAT), id="twelve bits"),
        pytest.param((frame(0x11, height=0), FLAT), id="no height"),
        pytest.param((frame(0x11, 0x11), FLAT), id="two components"),
        pytest.param((frame(0x31, 0x11, 0x11), FLAT), id="thirds"),
        pytest.param((frame(0x11, 0x21, 0x21), FLAT), id="more chroma than luma"),
        pytest.param((frame(0x22, 0x11, 0x21), FLAT), id="unequal chroma"),
        pytest.param((frame(0x22, 0x11, 0x11, 0x11), FLAT), id="less black"),
        pytest.param((frame(0x11, width=65_000, height=65_000), FLAT), id="many samples"),
        pytest.param((GREY, *[FLAT] * (MOST_SCANS + 1)), id="many scans"),
        pytest.param((part(0xC4, DC_CODES * 64),) * (MOST_CODES // 64 + 1), id="many tables"),
        pytest.param((bytes(MOST_BYTES),), id="many bytes"),
    ],
)
def test_what_the_reference_refuses_or_takes_too_long_is_left_to_others(
    parts: tuple[bytes, ...],
) -> None:
    with pytest.raises(PictureNotUnderstood):
        decode(jpeg(*parts))


def test_units_have_a_limit() -> None:
    with pytest.raises(PictureDamaged, match="units are too large"):
        decode(jpeg(frame(0x42, 0x21, 0x21), FLAT))
