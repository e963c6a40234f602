from __future__ import annotations

import time
from io import BytesIO
from pathlib import Path

import pytest
from pymediainfo import MediaInfo

from daemon.media.mediainfo import Report, Track, report

DATA = Path(__file__).parents[2] / "data"


def said_of(path: Path) -> Report:
    with path.open("rb") as file:
        return report(file)


def track(**said: str) -> Track:
    return Track.model_validate({"@type": "Video", **said})


def test_measures_of_a_video_are_reported(clip: Path) -> None:
    said = said_of(clip)

    video = said.video(0)
    assert video is not None
    assert (video.width, video.height, video.frame_rate, video.aspect) == (320, 180, 25.0, 1.778)
    assert said.general is not None
    assert said.general.overall_bit_rate


def test_mediainfo_alone_would_follow_a_playlist(playlist: Path, asked: list[str]) -> None:
    """The control of the next test: without our guard there is something to be guarded against."""
    with playlist.open("rb") as file:
        MediaInfo.parse(file, output="JSON")

    assert asked


def test_nothing_in_a_file_makes_mediainfo_ask_anybody(playlist: Path, asked: list[str]) -> None:
    said_of(playlist)

    assert asked == []


def test_mediainfo_that_counts_for_ever_is_given_up() -> None:
    """Eight damaged kilobytes (an invented clip's) keep MediaInfo 24.12 busy for minutes."""
    began_s = time.monotonic()

    with (DATA / "hostile" / "mediainfo_hangs.hevc").open("rb") as file:
        assert report(file, deadline_s=0.5) == Report()

    assert time.monotonic() - began_s >= 0.5


@pytest.mark.parametrize("content", [b"", b"junk" * 100, bytes(10_000)])
def test_junk_says_nothing(content: bytes) -> None:
    said = report(BytesIO(content))

    assert said.video(0) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25.000", 25.0),
        ("0", None),
        ("-3", None),
        ("nan", None),
        ("inf", None),
        ("wide", None),
        ("", None),
    ],
)
def test_number_is_positive_or_nothing(text: str, expected: float | None) -> None:
    assert track(Width=text).width == expected


@pytest.mark.parametrize(
    ("rotation", "is_turned"),
    [("", False), ("0.000", False), ("90.000", True), ("180.000", False), ("270.000", True)],
)
def test_quarter_turn_is_seen(rotation: str, is_turned: bool) -> None:  # noqa: FBT001  # a table
    assert track(Rotation=rotation).is_turned is is_turned


@pytest.mark.parametrize(
    ("orders", "index", "expected"),
    [
        (["0", "2"], 2, "2"),
        (["0-0", "0-1"], 1, "0-1"),
        (["0", "2"], 1, None),
        (["7"], 0, "7"),
        ([""], 0, ""),
        ([], 0, None),
    ],
)
def test_track_of_a_stream_is_found(orders: list[str], index: int, expected: str | None) -> None:
    found = Report.model_validate(
        {"track": [{"@type": "Video", "StreamOrder": order} for order in orders]}
    ).video(index)

    assert (found and found.order) == expected


def test_report_without_a_file_has_no_general_track() -> None:
    assert Report().general is None
