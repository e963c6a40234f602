from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from daemon.demo.clips import ClipRecipe, make_clip
from daemon.media.demux import choose_video, container_of
from daemon.media.facts import facts_of, hdr_kind, told_apart
from daemon.media.mediainfo import Track
from rules.media import AudioTrack, VideoFacts


def facts(path: Path) -> VideoFacts:
    with container_of(path) as container:
        return facts_of(container, choose_video(container, path), path)


def test_facts_of_a_plain_clip(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    make_clip(path, ClipRecipe(seed=1, duration_s=3, audio_s=3, audio_language="eng"))

    found = facts(path)

    assert found == VideoFacts(
        container="mp4",
        duration_s=3.0,
        video_codec="h264",
        width=320,
        height=180,
        aspect=1.778,
        frame_rate=25.0,
        bit_rate=found.bit_rate,
        hdr=None,
        audio=(AudioTrack(codec="aac", language="eng", channels=2),),
        subtitle_languages=(),
    )
    assert found.bit_rate == pytest.approx(path.stat().st_size * 8 / 3, rel=0.01)


@pytest.mark.parametrize(
    ("name", "codec", "container", "written"),
    [
        ("a.mkv", "libx265", "matroska", "hevc"),
        ("a.webm", "libvpx-vp9", "webm", "vp9"),
        ("a.mov", "mpeg4", "mp4", "mpeg4"),
        ("a.avi", "mpeg4", "avi", "mpeg4"),
        ("a.wmv", "wmv2", "wmv", "wmv2"),
        ("a.ts", "mpeg2video", "mpegts", "mpeg2video"),
    ],
)
def test_container_and_codec_have_the_names_that_stash_and_kodi_use(
    tmp_path: Path, name: str, codec: str, container: str, written: str
) -> None:
    path = tmp_path / name
    make_clip(path, ClipRecipe(seed=1, duration_s=1, codec=codec))

    found = facts(path)

    assert (found.container, found.video_codec) == (container, written)


@pytest.mark.parametrize(
    ("degrees", "shape"), [(90, (90, 160)), (180, (160, 90)), (270, (90, 160)), (0, (160, 90))]
)
@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv"])
def test_size_is_that_of_the_upright_picture(
    tmp_path: Path, name: str, degrees: int, shape: tuple[int, int]
) -> None:
    path = tmp_path / name
    write_turned(path, degrees)

    found = facts(path)

    assert (found.width, found.height) == shape
    assert found.aspect == pytest.approx(shape[0] / shape[1], abs=0.001)


def write_turned(path: Path, degrees: float, codec: str = "mpeg4") -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=10)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        stream.set_display_rotation(degrees)
        for index in range(10):
            picture = np.full((135, 160), index * 20, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="yuv420p")))
        container.mux(stream.encode(None))


@pytest.mark.parametrize(
    ("transfer", "kind"), [("smpte2084", "hdr10"), ("arib-std-b67", "hlg"), ("bt709", None)]
)
def test_kind_of_high_dynamic_range_is_kodis_word(
    tmp_path: Path, transfer: str, kind: str | None
) -> None:
    path = tmp_path / "clip.mkv"
    colours = f"colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(
            "libx265", rate=10, options={"x265-params": f"log-level=none:{colours}"}
        )
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p10le"
        for _ in range(3):
            picture = np.full((144, 160), 99, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="yuv420p")))
        container.mux(stream.encode(None))

    assert facts(path).hdr == kind


def test_language_and_two_pictures_in_one_are_told(tmp_path: Path) -> None:
    path = tmp_path / "clip.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        stream.metadata.update({"language": "nor", "stereo_mode": "right_left"})
        for _ in range(3):
            picture = np.full((144, 160), 99, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="yuv420p")))
        container.mux(stream.encode(None))

    found = facts(path)

    assert (found.language, found.stereo) == ("nor", "right_left")


@pytest.mark.parametrize(
    ("profile", "told"), [("DTS-HD MA", "DTS-HD MA"), ("LC", None), (None, None)]
)
def test_profile_is_told_where_it_tells_something(profile: str | None, told: str | None) -> None:
    assert told_apart(profile) == told


def track(**said: str) -> Track:
    return Track.model_validate({"@type": "Video", **said})


@pytest.mark.parametrize(
    ("said", "tag", "transfer", "kind"),
    [
        (track(HDR_Format="Dolby Vision / SMPTE ST 2086"), "hvc1", 16, "dolbyvision"),
        (None, "dvh1", 16, "dolbyvision"),
        (track(transfer_characteristics="PQ"), "hvc1", 2, "hdr10"),
        (track(transfer_characteristics="HLG"), "hvc1", 2, "hlg"),
        (track(transfer_characteristics="BT.709"), "hvc1", 16, None),
        (track(), "hvc1", 16, "hdr10"),
        (None, "hvc1", 18, "hlg"),
        (None, "hvc1", 2, None),
    ],
)
def test_mediainfo_is_believed_before_the_numbers_in_the_stream(
    said: Track | None, tag: str, transfer: int, kind: str | None
) -> None:
    assert hdr_kind(said, tag, transfer) == kind


def test_container_that_mediainfo_cannot_read_is_described_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "clip.nut"
    make_clip(path, ClipRecipe(seed=1, duration_s=2, container="nut", codec="mpeg4"))

    found = facts(path)

    assert (found.container, found.width, found.height) == ("nut", 320, 180)
    assert (found.aspect, found.frame_rate) == (1.778, 25.0)
    assert found.bit_rate


def test_language_that_is_not_determined_is_none(videos: Path, clip: Path) -> None:
    assert [audio.language for audio in facts(clip).audio] == [None]
    assert facts(videos / "short_1s.mp4").audio == ()


def test_subtitles_are_named_once_each(tmp_path: Path) -> None:
    path = tmp_path / "clip.mkv"
    write_with_subtitles(path, "ger", "eng", "ger", "und")

    assert facts(path).subtitle_languages == ("ger", "eng")


def write_with_subtitles(path: Path, *languages: str) -> None:
    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg4", rate=10)
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = 160, 90, "yuv420p"
        for language in languages:
            container.add_mux_stream("subrip").metadata["language"] = language
        for _ in range(5):
            picture = np.full((135, 160), 99, np.uint8)
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="yuv420p")))
        container.mux(video.encode(None))
