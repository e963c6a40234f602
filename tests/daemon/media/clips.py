"""Small clips to damage and to disguise."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
from av.video.stream import VideoStream

from daemon.demo.clips import ClipRecipe

SMALL = ClipRecipe(seed=1, duration_s=2, width=96, height=64, frame_rate=Fraction(12), gop=12)
Made = Callable[..., bytes]
"""Returns the content of a small clip by its suffix and codec."""


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def in_pairs(source: Path, target: Path) -> Path:
    """Write two pictures to a packet: in a transport stream, each second one then has no time."""
    with av.open(str(source)) as original, av.open(str(target), "w") as copy:
        video = original.streams.video[0]
        stream = copy.add_stream_from_template(video)
        assert isinstance(stream, VideoStream)
        packets = [packet for packet in original.demux(video) if packet.size]
        for first, second in zip(packets[::2], packets[1::2], strict=False):
            pair = av.Packet(bytes(first) + bytes(second))
            pair.pts, pair.dts, pair.time_base = first.pts, first.dts, first.time_base
            pair.is_keyframe, pair.stream = first.is_keyframe, stream
            copy.mux(pair)

    return target


def without_index(source: Path, target: Path) -> Path:
    """Write a Matroska file as it is sent live: nothing tells where its key pictures are."""
    with (
        av.open(str(source)) as original,
        av.open(str(target), "w", format="matroska", options={"live": "1"}) as copy,
    ):
        video = original.streams.video[0]
        stream = copy.add_stream_from_template(video)
        assert isinstance(stream, VideoStream)
        for packet in original.demux(video):
            if packet.size:
                packet.stream = stream
                copy.mux(packet)

    return target
