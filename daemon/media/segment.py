"""A part of a video, decoded forward from one seek.

It gives the pictures that `ffmpeg -ss T -i FILE` would give.  Rules: `phash.md`, 1 to 5; source:
FFmpeg, fftools/ffmpeg_demux.c and ffmpeg_dec.c.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Discard
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from daemon.media.decoding import Decoder, Skipping
from daemon.media.demux import choose_video, container_of, has_decoder
from daemon.media.errors import DecoderMissing
from daemon.media.memory import raise_if_short_of_memory
from daemon.media.skipping import can_skip_to_key_picture, can_skip_unreferenced
from daemon.media.timestamps import rescale

_REORDER_MARGIN_US = 3 * 1_000_000 // 23  # FFmpeg, ffmpeg_demux.c: pts may lag behind dts
_SEEKS_TO_PTS = 0x400_0000  # AVFMT_SEEK_TO_PTS; the stub of PyAV's own name has the wrong type


class Landing(NamedTuple):
    """Where a seek arrived; equal landings decode to equal pictures."""

    position_bytes: int | None
    pts: int | None
    dts: int | None
    size_bytes: int


class Segment:
    """One fresh look at a file from near a target on."""

    def __init__(self, container: InputContainer, video: VideoStream, target_us: int) -> None:
        """Seek in a container that was just opened, and read the first packet."""
        self._video = video
        self._start_us: int = container.start_time or 0
        self._decoder = Decoder(video.codec_context)
        self._skips_unreferenced = can_skip_unreferenced(video.codec_context)
        self._awaits_key = can_skip_to_key_picture(video.codec_context)
        _seek(container, target_us + self._start_us)
        _discard_others(container, video)
        self._packets = _packets(container, video)
        self._next_packet = next(self._packets, None)
        self._is_drained = False
        self.landing = _landing(self._next_packet)
        self.position_bytes = 0
        """Where the packet stood that was decoded last; 0 before any."""

    def picture_at(self, target_us: int) -> VideoFrame | None:
        """Return the first picture at or after the target; None when the video ends before.

        Targets must not go backwards.

        Raises:
            TooManyDecodeErrors: when more than two thirds of what was decoded failed.

        """
        time_base = self._video.time_base
        assert time_base is not None  # noqa: S101  # ffmpeg gives each stream of a file one
        wanted = rescale(target_us + self._start_us, time_base)
        picture = self._decoder.first_from(wanted)
        while picture is None and not self._is_drained:
            self._advance(wanted)
            picture = self._decoder.first_from(wanted)

        self._decoder.ensure_healthy()
        return picture

    def _advance(self, wanted: int) -> None:
        packet, self._next_packet = self._next_packet, None
        packet = packet or next(self._packets, None)
        if packet is None:
            self._decoder.drain()
            self._is_drained = True
            return

        self.position_bytes = packet.pos or self.position_bytes
        self._awaits_key = self._awaits_key and not packet.is_keyframe
        self._decoder.skip(self._skipping(packet, wanted))
        self._decoder.feed(packet)

    def _skipping(self, packet: Packet[VideoStream], wanted: int) -> Skipping:
        if self._awaits_key:
            return "NONKEY"

        is_before = packet.pts is not None and packet.pts < wanted
        return "NONREF" if self._skips_unreferenced and is_before else "DEFAULT"


@contextmanager
def segment_at(path: Path, target_us: int) -> Iterator[Segment]:
    """Hold a segment that begins near the target.

    Raises:
        DecoderMissing: when nobody can decode the video.
        NoVideoStream: when there is nothing to decode.
        NotAVideoContainer, FileVanished, FileUnreadable: when the file changed meanwhile.

    """
    # PyAV's containers and streams refer to each other, so that decoders of earlier segments, up
    # to 100 MB each, live until the collector comes by; only the young are worth a look.
    gc.collect(1)
    with container_of(path) as container:
        video = choose_video(container, path)
        if not has_decoder(video):
            raise DecoderMissing

        yield Segment(container, video, target_us)


def _seek(container: InputContainer, time_us: int) -> None:
    """Seek as ffmpeg does, before any stream is discarded: the default stream decides."""
    seeks_to_pts = container.format.flags & _SEEKS_TO_PTS
    if not seeks_to_pts and any(_reorders(stream) for stream in container.streams.video):
        time_us -= _REORDER_MARGIN_US

    try:
        container.seek(time_us, backward=True)
    except FFmpegError as error:
        raise_if_short_of_memory(error)  # else ffmpeg only warns and reads on from where it is


def _reorders(stream: VideoStream) -> bool:
    return has_decoder(stream) and stream.codec_context.has_b_frames


def _discard_others(container: InputContainer, video: VideoStream) -> None:
    for stream in container.streams:
        if stream.index != video.index:
            stream.discard = Discard.all


def _packets(container: InputContainer, video: VideoStream) -> Iterator[Packet[VideoStream]]:
    """Yield the stream's packets; a read error ends the input, as in ffmpeg."""
    packets = container.demux(video)
    while True:
        try:
            packet = next(packets, None)
        except FFmpegError as error:
            raise_if_short_of_memory(error)
            return

        if packet is None or _is_end(packet):
            return

        if packet.size:  # an empty packet would drain the decoder
            yield packet


def _is_end(packet: Packet[VideoStream]) -> bool:
    return packet.size == 0 and packet.pts is None and packet.dts is None


def _landing(packet: Packet[VideoStream] | None) -> Landing | None:
    if packet is None:
        return None

    return Landing(packet.pos, packet.pts, packet.dts, packet.size)
