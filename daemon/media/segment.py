"""A part of a video, decoded forward from one seek, in ffmpeg's own way.

It gives the pictures that `ffmpeg -ss T -i FILE` would give.  Rules: `phash.md`, 1 to 5; source:
FFmpeg, fftools/ffmpeg_dec.c.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from daemon.media.decoding import Decoder, Skipping, TimedPicture
from daemon.media.reel import Reel, reel_of
from daemon.media.skipping import can_skip_to_key_picture
from rules.errors import MediaError


class NotCertain(MediaError):
    """The pictures may be others than ffmpeg's; they have to be found in a more thorough way."""

    def __init__(self, reason: str) -> None:
        """Build the message from what the stream does not keep; nobody else ever sees it."""
        super().__init__(f"{reason}; decode the segment more thoroughly")
        self.reason = reason


class Damaged(NotCertain):
    """Something cannot be decoded: in ffmpeg's way, the picture is patched with its neighbours."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__("it is damaged")


class Segment:
    """Decodes from where a reel stands, with the reel's own decoder.

    One that skips leaves out what no picture that is looked at is made of.  In a damaged stream
    everything may matter (an error is concealed with what was decoded last), so it gives up there.
    """

    def __init__(self, reel: Reel, *, skips: bool = False) -> None:
        """Take over a reel that was sought once since it was opened."""
        codec = reel.video.codec_context
        self._reel = reel
        self._decoder = Decoder(codec, is_strict=skips)
        self._skips = skips
        self._awaits_key = can_skip_to_key_picture(codec)
        self._packets = reel.packets()
        self._is_drained = False
        self.position_bytes = 0
        """Where the packet stood that was decoded last; 0 before any."""

    def picture_at(self, target_us: int) -> VideoFrame | None:
        """Return the first picture at or after the target; None when the video ends before.

        Targets must not go backwards.

        Raises:
            Damaged: when it skips, and something is damaged.
            TooManyDecodeErrors: when more than two thirds of what was decoded failed.

        """
        wanted = self._reel.time_of(target_us)
        found = self._decoder.first_from(wanted)
        while found is None and not self._is_drained:
            self._advance(wanted)
            found = self._decoder.first_from(wanted)

        if self._skips:
            ensure_intact(self._decoder, found)

        self._decoder.ensure_healthy()
        return None if found is None else found.picture

    def _advance(self, wanted: int) -> None:
        packet = next(self._packets, None)
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
        return "NONREF" if self._skips and is_before else "DEFAULT"


def ensure_intact(decoder: Decoder, found: TimedPicture | None) -> None:
    """Fail where a strict decoder met damage.

    Raises:
        Damaged: when anything could not be decoded, or the picture is not whole.

    """
    if decoder.has_failed or (found is not None and found.picture.is_corrupt):
        raise Damaged


@contextmanager
def segment_at(path: Path, target_us: int, *, skips: bool = False) -> Iterator[Segment]:
    """Hold a segment that begins near the target.

    Raises: as `reel_of`.
    """
    with reel_of(path) as reel:
        reel.seek(target_us)
        yield Segment(reel, skips=skips)
