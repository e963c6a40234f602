from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from daemon.demo.clips import ClipRecipe, make_clip
from daemon.media.demux import choose_video, container_of, open_container, start_us
from daemon.media.errors import FileUnreadable, FileVanished, NotAVideoContainer, NoVideoStream
from daemon.media.phash import hash_video

DEFAULT, NOT_DEFAULT, COVER = 1, 0, 0x400


def write_streams(path: Path, *sizes: tuple[int, int]) -> None:
    """Write one video with a stream for each width and height."""
    with av.open(str(path), "w") as container:
        added = []
        for width, height in sizes:
            stream = container.add_stream("mpeg4", rate=10)
            assert isinstance(stream, av.VideoStream)
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            added.append(stream)
        for index in range(20):
            for stream in added:
                picture = np.full((stream.height * 3 // 2, stream.width), index * 9, np.uint8)
                frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
                frame.pts, frame.time_base = index, Fraction(1, 10)
                container.mux(stream.encode(frame))
        for stream in added:
            container.mux(stream.encode(None))


@pytest.mark.parametrize(
    ("streams", "chosen"),
    [
        ([(64, 48, DEFAULT), (128, 96, DEFAULT)], 1),
        ([(128, 96, DEFAULT), (64, 48, DEFAULT)], 0),
        ([(64, 48, DEFAULT), (64, 48, DEFAULT)], 0),
        ([(128, 96, NOT_DEFAULT), (64, 48, DEFAULT)], 1),
        ([(64, 48, DEFAULT), (640, 480, COVER)], 0),
        ([(640, 480, COVER), (64, 48, NOT_DEFAULT)], 1),
    ],
)
def test_largest_picture_is_chosen_as_ffmpeg_does(
    tmp_path: Path, streams: list[tuple[int, int, int]], chosen: int
) -> None:
    path = tmp_path / "clip.mkv"
    write_streams(path, *((width, height) for width, height, _ in streams))

    with container_of(path) as container:
        for stream, (_, _, disposition) in zip(container.streams.video, streams, strict=True):
            stream.disposition = av.stream.Disposition(disposition)

        assert choose_video(container, path).index == chosen


def test_cover_alone_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    write_streams(path, (640, 480))
    with container_of(path) as container:
        container.streams.video[0].disposition = av.stream.Disposition(COVER)

        with pytest.raises(NoVideoStream):
            choose_video(container, path)


def test_sound_alone_is_no_video(videos: Path) -> None:
    path = videos / "audio_only.m4a"

    with container_of(path) as container, pytest.raises(NoVideoStream, match="holds no video"):
        choose_video(container, path)


def test_missing_file_has_vanished(tmp_path: Path) -> None:
    with pytest.raises(FileVanished):
        open_container(tmp_path / "missing.mkv")


def test_folder_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        open_container(tmp_path)


def test_list_of_other_files_is_not_followed(tmp_path: Path, clip: Path) -> None:
    shutil.copy(clip, tmp_path / "other.mp4")
    listing = tmp_path / "list.mkv"
    listing.write_text("ffconcat version 1.0\nfile other.mp4\n")

    with pytest.raises(NotAVideoContainer):
        open_container(listing)


def test_playlist_is_not_followed(playlist: Path, asked: list[str]) -> None:
    with pytest.raises(NotAVideoContainer):
        open_container(playlist)

    assert asked == []


def test_picture_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "picture.mkv"
    Image.new("RGB", (64, 48)).save(path, format="png")

    with pytest.raises(NotAVideoContainer):
        open_container(path)


def test_timestamps_are_the_files_own(clip: Path) -> None:
    """PyAV lets ffmpeg invent missing ones; the reference does not."""
    container = open_container(clip)

    assert container.flags & 1 == 0
    container.close()


@pytest.mark.parametrize(
    ("name", "codec", "begins_us"),
    [
        ("clip.webm", "libvpx", -7_000),
        ("clip.mkv", "mpeg4", -23_000),
        ("clip.mp4", "mpeg4", 0),
        ("clip.avi", "mpeg4", 0),
    ],
)
def test_file_begins_where_the_reference_has_it_begin(
    tmp_path: Path, name: str, codec: str, begins_us: int
) -> None:
    """What ffprobe 5.1.9 says; 8.1 says 0 of each."""
    path = tmp_path / name
    make_clip(path, ClipRecipe(seed=1, duration_s=1, codec=codec, audio_s=1))

    with container_of(path) as container:
        assert start_us(container) == begins_us
        assert container.start_time == 0


def test_file_without_sound_begins_where_its_pictures_do(tmp_path: Path) -> None:
    path = tmp_path / "clip.mkv"
    make_clip(path, ClipRecipe(seed=1, duration_s=1))

    with container_of(path) as container:
        assert start_us(container) == container.start_time


@pytest.mark.parametrize("name", ["clip.mkv", "clip.mp4", "clip.avi", "clip.flv", "clip.wmv"])
def test_usual_containers_are_welcome(tmp_path: Path, name: str) -> None:
    codec = "wmv2" if name.endswith("wmv") else "mpeg4"
    codec = "flv" if name.endswith("flv") else codec
    path = tmp_path / name
    make_clip(path, ClipRecipe(seed=1, duration_s=4, codec=codec))

    assert not hash_video(path, 4.0).is_degenerate
