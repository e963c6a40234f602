from __future__ import annotations

from io import BytesIO
from itertools import count
from pathlib import Path

import av
import pytest
from PIL import Image

from daemon.demo.clips import ClipRecipe, make_clip, truncate
from daemon.media.errors import NotAVideoContainer, NoVideoStream
from daemon.media.examination import Wanted
from daemon.media.examine import examine
from rules.fingerprint import Phash


def test_time_taken_is_measured(videos: Path) -> None:
    ticks = count(start=7.0, step=2.0)

    examination = examine(videos / "short_1s.mp4", now_s=lambda: next(ticks))

    assert examination.took_s == 2.0


@pytest.mark.parametrize("name", ["one_frame.mp4", "short_0s4.mp4"])
def test_video_too_short_for_a_phash_is_not_refused(videos: Path, name: str) -> None:
    examination = examine(videos / name)

    assert examination.phash is None
    assert (examination.phash_missing or "").startswith("VideoEndsEarly: there is no picture at ")
    assert (examination.facts.width, examination.facts.height) == (640, 360)


def test_plain_pictures_have_a_degenerate_phash(videos: Path) -> None:
    assert examine(videos / "black_static.mp4").phash == Phash(0)


def test_damage_beyond_measure_has_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    make_clip(path, ClipRecipe(seed=1, codec="libvpx-vp9", gop=25))
    ruin(path)

    examination = examine(path)

    assert (examination.phash_missing or "").startswith("TooManyDecodeErrors: ")
    assert examination.facts.video_codec == "vp9"


def ruin(path: Path) -> None:
    """Overwrite the beginning of each packet but the first, and leave the container whole."""
    with av.open(str(path), "r") as container:
        places = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size]
    with path.open("r+b") as file:
        for position, size_bytes in places[1:]:
            assert position is not None
            file.seek(position)
            file.write(b"\xff" * min(size_bytes, 64))


def test_contact_sheet_is_made_where_it_is_wanted(videos: Path) -> None:
    path = videos / "short_1s.mp4"

    with_sheet, without = examine(path, Wanted(sheet_width=400)), examine(path)

    assert (with_sheet.phash, without.sheet) == (without.phash, None)
    assert with_sheet.sheet is not None
    with Image.open(BytesIO(with_sheet.sheet)) as sheet:
        assert (sheet.format, sheet.size) == ("WEBP", (400, 225))


def test_video_without_a_phash_has_no_contact_sheet(videos: Path) -> None:
    assert examine(videos / "one_frame.mp4", Wanted(sheet_width=400)).sheet is None


def test_codec_that_nobody_knows_has_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    make_clip(path, ClipRecipe(seed=1, duration_s=1))
    path.write_bytes(path.read_bytes().replace(b"avc1", b"zzz9"))

    examination = examine(path)

    assert (examination.phash_missing or "").startswith("DecoderMissing: ")
    assert examination.facts.duration_s == 1.0
    assert examination.facts.video_codec is None


def test_picture_kind_that_the_reference_cannot_read_has_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "clip.avi"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("rawvideo", rate=10)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "rgb555le"
        for _ in range(20):
            container.mux(stream.encode(av.VideoFrame(64, 48, "rgb555le")))

    examination = examine(path)

    assert examination.phash_missing == (
        "PictureKindUnread: the reference cannot read pictures of kind 'rgb555le'; "
        "only the file's oshash and its name can tell what it is"
    )


def test_sound_and_junk_are_refused(videos: Path, tmp_path: Path) -> None:
    junk = tmp_path / "junk.mp4"
    junk.write_bytes(b"this is not a video\n" * 99)

    with pytest.raises(NoVideoStream):
        examine(videos / "audio_only.m4a")
    with pytest.raises(NotAVideoContainer):
        examine(junk)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6, 0.97])
@pytest.mark.parametrize("name", ["clip.mkv", "clip.avi", "clip.flv", "clip.ts"])
def test_truncated_clip_is_refused_or_described_never_worse(
    tmp_path: Path, name: str, share: float
) -> None:
    whole, part = tmp_path / f"whole-{name}", tmp_path / name
    make_clip(
        whole, ClipRecipe(seed=2, duration_s=3, codec="mpeg4" if "avi" in name else "libx264")
    )
    truncate(whole, part, share)

    examination = examine(part)

    assert examination.facts.video_codec
    assert (examination.phash is None) is (examination.phash_missing is not None)
