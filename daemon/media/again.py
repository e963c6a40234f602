"""A file that was looked into once can be opened again for its packets alone.

Looking into the streams, ffmpeg decodes a picture of the file's beginning each time it is opened,
which costs as much as one of the 25.  The packets do not depend on that where the container itself
says both times of each: what a decoder tells (how far pictures are reordered) only serves to make
up times that are missing (FFmpeg, libavformat/demux.c, compute_pkt_fields).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from av.codec.context import CodecContext
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from daemon.media.certainty import NotCertain
from daemon.media.demux import open_container
from daemon.media.fresh import can_be_remade
from daemon.media.reel import Origin, Reel

_TIMED = ("mov,mp4,m4a,3gp,3g2,mj2", "mpegts")  # each packet with a pts has its own dts as well

_Shape = tuple[str, str, bool]
"""Type, codec, and whether it has a size: all that the choice of the default stream hangs on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopening:
    """How to open a file again without decoding any of its video."""

    path: Path
    index: int
    """Of the chosen stream."""
    origin: Origin
    shapes: tuple[_Shape, ...]
    """Of all streams.  A video with a size decides where a seek lands, before any sound (FFmpeg,
    libavformat/avformat.c, av_find_default_stream_index)."""

    @contextmanager
    def reel(self) -> Iterator[Reel]:
        """Hold the file open; packets are as from `reel_of`, the stream's own decoder is not.

        Raises:
            NotCertain: when the streams seem to be others; while reading, when a time is missing.
            NotAVideoContainer, FileVanished, FileUnreadable: when the file changed meanwhile.

        """
        with closing(self._opened()) as container:
            if _shapes(container.streams) != self.shapes:
                raise NotCertain("its streams seem to be others when it is opened again")

            video = container.streams[self.index]
            assert isinstance(video, VideoStream)  # noqa: S101  # as its shape is
            yield _TimedReel(container, video, self.origin)

    def _opened(self) -> InputContainer:
        try:
            return open_container(self.path, undecoded=self.index)
        except ValueError as error:
            raise NotCertain("its streams are not known at once any more") from error


def reopening_of(reel: Reel, path: Path) -> Reopening | None:
    """Return how to open a reel's file again; None where the packets would be in doubt."""
    is_timed = reel.container.format.name in _TIMED
    if not is_timed or not can_be_remade(reel.video.codec_context):
        return None

    return Reopening(
        path=path,
        index=reel.video.index,
        origin=reel.origin,
        shapes=_shapes(reel.container.streams),
    )


class _TimedReel(Reel):
    """A reel whose packets must say when they are shown."""

    def packets(self) -> Iterator[Packet[VideoStream]]:
        """Yield the packets from the landing on.

        Raises:
            NotCertain: when one has no time: what ffmpeg would make up is in doubt.

        """
        for packet in super().packets():
            if packet.pts is None:
                raise NotCertain("a packet does not say when it is shown")

            yield packet


def _shapes(streams: Iterable[Stream]) -> tuple[_Shape, ...]:
    return tuple(_shape(stream) for stream in streams)


def _shape(stream: Stream) -> _Shape:
    codec: CodecContext | None = stream.codec_context  # None without a decoder
    if not isinstance(codec, VideoCodecContext):
        return stream.type, codec.name if codec else "", False

    # Not the size itself: only a decoder of h264 tells what is cut off at the edges.
    return stream.type, codec.name, bool(codec.width and codec.height)
