"""An open file that is sought as `ffmpeg -ss T -i FILE` seeks one that it has just opened.

Rules: `phash.md`, 2 and 4; source: FFmpeg, fftools/ffmpeg_demux.c.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Discard
from av.video.stream import VideoStream

from daemon.media.demux import choose_video, container_of, has_decoder, start_us
from daemon.media.errors import DecoderMissing
from daemon.media.memory import raise_if_memory_is_used_up
from daemon.media.timestamps import rescale

_REORDER_MARGIN_US = 3 * 1_000_000 // 23  # FFmpeg, ffmpeg_demux.c: pts may lag behind dts
_SEEKS_TO_PTS = 0x400_0000  # AVFMT_SEEK_TO_PTS; the stub of PyAV's own name has the wrong type


class Landing(NamedTuple):
    """Where a seek arrived; equal landings decode to equal pictures."""

    position_bytes: int | None
    pts: int | None
    dts: int | None
    size_bytes: int


class Origin(NamedTuple):
    """What times of targets are counted from."""

    start_us: int
    margin_us: int
    """How much earlier than asked a seek goes."""


class Reel:
    """The chosen video of an open container."""

    def __init__(
        self, container: InputContainer, video: VideoStream, origin: Origin | None = None
    ) -> None:
        """Take over a container that was just opened; without an origin it tells its own."""
        self.container = container
        self.video = video
        self.origin = origin or _origin_of(container)
        time_base = video.time_base
        assert time_base is not None  # noqa: S101  # ffmpeg gives each stream of a file one
        self._time_base: Fraction = time_base
        self._discards = [stream.discard for stream in container.streams]
        self._packets: Iterator[Packet[VideoStream]] = iter(())
        self.landing: Landing | None = None
        """Where the last seek arrived; None when the file has no packet from there on."""
        self.first: Packet[VideoStream] | None = None
        """The packet there."""

    def seek(self, target_us: int) -> None:
        """Go to where ffmpeg would begin to decode for a target, and read the first packet."""
        # Before other streams are discarded: the default stream decides where it lands.
        for stream, discard in zip(self.container.streams, self._discards, strict=True):
            stream.discard = discard

        _seek(self.container, target_us + self.origin.start_us - self.origin.margin_us)
        for stream in self.container.streams:
            if stream.index != self.video.index:
                stream.discard = Discard.all

        packets = _packets(self.container, self.video)
        first = next(packets, None)
        self.landing = _landing(first)
        self.first = first
        self._packets = packets if first is None else chain((first,), packets)

    def packets(self) -> Iterator[Packet[VideoStream]]:
        """Return the packets from the landing on; they are read once."""
        return self._packets

    def time_of(self, target_us: int) -> int:
        """Return a target in units of the stream's clock."""
        return rescale(target_us + self.origin.start_us, self._time_base)


@contextmanager
def reel_of(path: Path) -> Iterator[Reel]:
    """Hold the chosen video of a file open.

    Raises:
        DecoderMissing: when nobody can decode the video.
        NoVideoStream: when there is nothing to decode.
        NotAVideoContainer, FileVanished, FileUnreadable: when the file changed meanwhile.

    """
    with container_of(path) as container:
        video = choose_video(container, path)
        if not has_decoder(video):
            raise DecoderMissing

        yield Reel(container, video)


def _origin_of(container: InputContainer) -> Origin:
    seeks_to_pts = container.format.flags & _SEEKS_TO_PTS
    is_early = not seeks_to_pts and any(_reorders(stream) for stream in container.streams.video)
    return Origin(start_us(container), _REORDER_MARGIN_US if is_early else 0)


def _seek(container: InputContainer, time_us: int) -> None:
    try:
        container.seek(time_us, backward=True)
    except FFmpegError as error:
        raise_if_memory_is_used_up(error)  # else ffmpeg only warns and reads on from where it is


def _reorders(stream: VideoStream) -> bool:
    return has_decoder(stream) and stream.codec_context.has_b_frames


def _packets(container: InputContainer, video: VideoStream) -> Iterator[Packet[VideoStream]]:
    """Yield the stream's packets; a read error ends the input, as in ffmpeg."""
    packets = container.demux(video)
    while True:
        try:
            packet = next(packets, None)
        except FFmpegError as error:
            raise_if_memory_is_used_up(error)
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
