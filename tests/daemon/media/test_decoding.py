from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.codeccontext import VideoCodecContext

from daemon.demo.clips import ClipRecipe, make_clip
from daemon.media.decoding import Decoder
from daemon.media.demux import container_of
from daemon.media.errors import TooManyDecodeErrors
from daemon.media.reel import reel_of
from daemon.media.scaling import Scaler
from daemon.media.segment import segment_at
from daemon.media.skipping import can_skip_unreferenced, waits_for_whole_picture


@pytest.fixture
def codec() -> VideoCodecContext:
    context = av.CodecContext.create("mpeg4", "r")
    assert isinstance(context, VideoCodecContext)
    return context


def packet_of(content: bytes) -> av.Packet[av.VideoStream]:
    packet: av.Packet[av.VideoStream] = av.Packet(content)  # type: ignore[assignment]  # stub
    return packet


def test_two_thirds_of_errors_are_tolerated_and_no_more(codec: VideoCodecContext) -> None:
    decoder = Decoder(codec)
    decoder.ensure_healthy()

    decoder.feed(packet_of(b"junk" * 20))

    with pytest.raises(TooManyDecodeErrors, match="1 decoding errors for 0 pictures"):
        decoder.ensure_healthy()


def test_end_of_an_empty_stream_is_no_error(codec: VideoCodecContext) -> None:
    decoder = Decoder(codec)

    decoder.drain()
    decoder.drain()

    decoder.ensure_healthy()
    assert decoder.first_from(0) is None


@pytest.fixture
def numbered(tmp_path: Path) -> Path:
    """Ten pictures a second for 3 s, each as bright as its number says."""
    path = tmp_path / "clip.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=10)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "gray"
        for index in range(30):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64), index * 8, np.uint8), "gray")
            frame.pts, frame.time_base = index, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def numbers(path: Path, *targets_us: int) -> Iterator[int | None]:
    with segment_at(reel_of(path), targets_us[0]) as segment:
        for target in targets_us:
            found = segment.picture_at(target)
            yield None if found is None else int(found.picture.to_ndarray()[0, 0]) // 8


def test_picture_is_the_first_at_or_after_its_target(numbered: Path) -> None:
    found = list(numbers(numbered, 0, 1, 100_000, 100_001, 1_450_000, 2_900_000))

    assert found == [0, 0, 1, 1, 15, 29]


def test_same_picture_may_be_asked_for_again(numbered: Path) -> None:
    assert list(numbers(numbered, 500_000, 500_000, 510_000)) == [5, 5, 6]


def test_forgotten_picture_is_not_given_again(numbered: Path) -> None:
    with segment_at(reel_of(numbered), 500_000) as segment:
        found = [segment.picture_at(500_000)]
        segment.forget()
        found.append(segment.picture_at(500_000))

    assert [each and each.picture.pts for each in found] == [500, 600]


def test_after_the_last_picture_there_is_none(numbered: Path) -> None:
    assert list(numbers(numbered, 2_901_000, 2_902_000)) == [None, None]


@pytest.mark.parametrize(
    ("encoder", "pixel_format", "unreferenced", "waits"),
    [
        ("libx264", "yuv420p", True, True),
        ("libx264", "yuv444p", False, True),
        ("libx265", "yuv420p", True, False),
        ("mpeg4", "yuv420p", False, False),
    ],
)
def test_only_what_is_exact_is_skipped(
    tmp_path: Path, encoder: str, pixel_format: str, *, unreferenced: bool, waits: bool
) -> None:
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as container:
        options = {"x265-params": "log-level=none"} if encoder == "libx265" else {}
        stream = container.add_stream(encoder, rate=10, options=options)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 128, 96, pixel_format
        for _ in range(5):
            container.mux(stream.encode(av.VideoFrame(128, 96, "yuv420p")))
        container.mux(stream.encode(None))

    with container_of(path) as container:
        codec = container.streams.video[0].codec_context
        assert can_skip_unreferenced(codec) is unreferenced
        assert waits_for_whole_picture(codec) is waits


def test_hevc_without_its_record_is_not_skipped_in(tmp_path: Path) -> None:
    """In a transport stream nothing says how many temporal layers there are."""
    path = tmp_path / "clip.ts"
    make_clip(path, ClipRecipe(seed=1, duration_s=1, codec="libx265"))

    with container_of(path) as container:
        assert not can_skip_unreferenced(container.streams.video[0].codec_context)


def test_scaler_follows_a_change_of_size() -> None:
    scaler = Scaler()
    small, wide = av.VideoFrame(64, 48, "yuv420p"), av.VideoFrame(640, 100, "yuv420p")

    shapes = [scaler.tile(frame).shape for frame in (small, wide, small)]

    assert shapes == [(120, 160, 3), (26, 160, 3), (120, 160, 3)]
