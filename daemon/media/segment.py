"""A part of a video, decoded forward from one seek, in ffmpeg's own way.

It gives the pictures that `ffmpeg -ss T -i FILE` would give.  Rules: `phash.md`, 1 to 5; source:
FFmpeg, fftools/ffmpeg_dec.c.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from daemon.media.certainty import Damaged, NotCertain
from daemon.media.decoding import Decoder, Skipping, TimedPicture
from daemon.media.reel import Reel
from daemon.media.skipping import showing_of, waits_for_whole_picture
from daemon.media.slices import Showing


class Segment:
    """Decodes from where a reel stands.

    One that skips leaves out what no picture that is looked at is made of.  In a damaged stream
    everything may matter (an error is concealed with what was decoded last, or what lies about in
    memory): there everything is decoded, and a picture's memory is given back as soon as it was
    looked at, so that the decoder takes the same memory for the next ones as in ffmpeg.
    """

    def __init__(
        self,
        reel: Reel,
        codec: VideoCodecContext,
        *,
        skips: bool = False,
        tolerates_damage: bool = False,
    ) -> None:
        """Take over a reel that was sought, and a decoder that is as good as new."""
        self._reel = reel
        self._codec = codec
        self._skips = skips
        self._tolerates_damage = tolerates_damage
        begins_amid = _begins_amid(reel, codec)
        self._awaits_whole = skips and begins_amid
        self._decoder = Decoder(codec, is_strict=skips, begins_amid=begins_amid)
        self._packets = reel.packets()
        self.position_bytes = 0
        """Where the packet stood that was decoded last; 0 before any."""

    def time_of(self, target_us: int) -> int:
        """Return a target in units of the stream's clock."""
        return self._reel.time_of(target_us)

    def forget(self) -> None:
        """Forget the picture that was returned last."""
        self._decoder.forget()

    def picture_at(self, target_us: int) -> TimedPicture | None:
        """Return the first picture at or after the target; None when the video ends before.

        Targets must not go backwards.

        Raises:
            Damaged: when something is damaged, unless that is tolerated.
            NotCertain: when it skips, and what is shown first depends on what is skipped.
            TooManyDecodeErrors: when more than two thirds of what was decoded failed.

        """
        wanted = self._reel.time_of(target_us)
        found = self._decoder.first_from(wanted)
        while found is None and not self._decoder.is_drained:
            self._advance(wanted)
            found = self._decoder.first_from(wanted)

        if not self._tolerates_damage:
            ensure_intact(self._decoder, found)

        self._decoder.ensure_healthy()
        return found

    def _advance(self, wanted: int) -> None:
        packet = next(self._packets, None)
        if packet is None:
            self._decoder.drain()
            return

        self.position_bytes = packet.pos or self.position_bytes
        self._awaits_whole = self._awaits_whole and still_awaits_whole(packet, self._codec)
        self._decoder.skip(self._skipping(packet, wanted))
        self._decoder.feed(packet)

    def _skipping(self, packet: Packet[VideoStream], wanted: int) -> Skipping:
        if self._awaits_whole:
            return "NONKEY"

        is_before = packet.pts is not None and packet.pts < wanted
        return "NONREF" if self._skips and is_before else "DEFAULT"


def still_awaits_whole(packet: Packet[VideoStream], codec: VideoCodecContext) -> bool:
    """Tell whether a codec that waits for a whole picture goes on to wait.

    Raises:
        NotCertain: when that depends on what was decoded before.

    """
    found = showing_of(packet, codec)
    if found is Showing.MAY_BEGIN:
        raise NotCertain("it may show pictures before it is sure that they are whole")

    return found is Showing.WAITS


def ensure_intact(decoder: Decoder, found: TimedPicture | None) -> None:
    """Fail where a strict decoder met damage.

    Raises:
        Damaged: when anything could not be decoded, or the picture is not whole.

    """
    if decoder.has_failed or (found is not None and found.picture.is_corrupt):
        raise Damaged


def _begins_amid(reel: Reel, codec: VideoCodecContext) -> bool:
    if reel.first is None or not waits_for_whole_picture(codec):
        return False

    return showing_of(reel.first, codec) is not Showing.BEGINS


@contextmanager
def segment_at(
    opening: AbstractContextManager[Reel],
    target_us: int,
    *,
    skips: bool = False,
    tolerates_damage: bool = False,
) -> Iterator[Segment]:
    """Hold a segment that begins near the target, in a file that is opened for it.

    Raises: as `reel_of`.
    """
    with opening as reel:
        reel.seek(target_us)
        codec = reel.video.codec_context
        yield Segment(reel, codec, skips=skips, tolerates_damage=tolerates_damage)
