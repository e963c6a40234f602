from __future__ import annotations

import json
import os
from pathlib import Path, PurePath

from hypothesis import given
from hypothesis import strategies as st

from daemon.cli.fingerprint.lines import (
    Line,
    head,
    line_of_error,
    line_of_picture,
    line_of_video,
    to_json,
    to_row,
)
from daemon.media.errors import NotAVideoContainer
from daemon.media.examination import Examination
from daemon.media.picture_examination import PictureExamination, PictureKind
from rules.fingerprint import Md5, Oshash, Phash
from rules.media import VideoFacts, path_from_text

PATH = PurePath("films/Harbour at Dawn.mp4")
MD5 = Md5("0123456789abcdef" * 2)
VIDEO = Examination(
    facts=VideoFacts(container="mp4", duration_s=20.5, video_codec="h264", width=1920, height=1080),
    phash=Phash(0x0A2B),
    phash_missing=None,
    took_s=1.2312,
    md5=MD5,
)
ENDS_EARLY = "VideoEndsEarly: there is no picture at 0.320 s; it is identified by its oshash"


def test_line_of_a_video_has_stash_s_forms() -> None:
    line = line_of_video(PATH, Oshash(0xABC), VIDEO)

    assert json.loads(to_json(line)) == {
        "path": "films/Harbour at Dawn.mp4",
        "kind": "video",
        "oshash": "0000000000000abc",
        "phash": "a2b",
        "phash_missing": None,
        "grid": VIDEO.grid_version,
        "md5": str(MD5),
        "duration": 20.5,
        "width": 1920,
        "height": 1080,
        "codec": "h264",
        "seconds": 1.231,
        "error": None,
    }


def test_line_of_a_picture_has_its_format_and_no_duration() -> None:
    picture = PictureExamination(
        kind=PictureKind.WEBP,
        width=64,
        height=48,
        phash=Phash(0),
        phash_missing=None,
        md5=MD5,
        took_s=0.5,
    )

    line = line_of_picture(PATH, Oshash(1), picture)

    assert (line.kind, line.codec, line.phash) == ("picture", "webp", "0")
    assert (line.duration, line.grid) == (None, None)
    assert to_row(line, "a.webp") == (
        "0000000000000001  0                             -        64x48      0.50  a.webp"
    )


def test_rows_stand_below_their_heads() -> None:
    row = to_row(line_of_video(PATH, Oshash(0xABC), VIDEO), str(PATH))

    assert row == (
        "0000000000000abc  a2b                       20.50    1920x1080      1.23  "
        "films/Harbour at Dawn.mp4"
    )
    assert row.index("films") == head().index("file")


def test_md5_has_a_column_when_it_was_asked_for() -> None:
    row = to_row(line_of_video(PATH, Oshash(0xABC), VIDEO), str(PATH), with_md5=True)
    without = to_row(Line(path="a", oshash="b"), "a", with_md5=True)

    assert row.split()[2] == str(MD5)
    assert row.index(str(MD5)) == head(with_md5=True).index("md5")
    assert row.index("films") == head(with_md5=True).index("file") == without.rindex("a")


def test_name_of_the_reason_stands_where_there_is_no_phash() -> None:
    missing = Line(path="a", oshash="b", phash_missing=ENDS_EARLY, duration=0.4)
    error = line_of_error(PATH, None, NotAVideoContainer(PATH, "why"))

    assert to_row(missing, "a").split() == ["b", "VideoEndsEarly", "0.40", "-", "-", "a"]
    assert to_row(error, "a").split() == ["-", "NotAVideoContainer", "-", "-", "-", "a"]
    assert str(error.error).startswith(
        "NotAVideoContainer: 'films/Harbour at Dawn.mp4' is no video"
    )


def test_row_obeys_no_name() -> None:
    row = to_row(Line(path="x"), "\x1b[31mred\n[bold]")

    assert row.endswith("  \\x1b[31mred\\n[bold]")


@given(name=st.binary(min_size=1, max_size=40).filter(lambda name: not set(name) & set(b"/\0")))
def test_json_carries_any_name_in_ascii_on_one_line(name: bytes) -> None:
    path = Path("/films") / os.fsdecode(name)

    text = to_json(line_of_error(path, Oshash(1), NotAVideoContainer(path)))

    assert text.isascii()
    assert "\n" not in text
    assert path_from_text(json.loads(text)["path"]) == path
