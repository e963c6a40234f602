"""Pictures at several targets of one segment, decoding only what they are made of.

A packet's pictures are known before it is decoded: the demuxer is read ahead, and the packet of a
target is the one with the smallest time at or after it.  Other pictures are decoded only if more
refer to them, and after the last target's packet the decoder is emptied instead of being fed
until it gives the picture by itself.

That is ffmpeg's picture as long as the stream keeps its promises: each packet has its own time and
is one whole picture, pictures come out in the order of their times, and nothing fails.  Whatever
breaks one ends the attempt with `NotCertain`, and `daemon.media.segment` decides.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence

from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from daemon.media.certainty import NotCertain
from daemon.media.decoding import Decoder, TimedPicture
from daemon.media.segment import ensure_intact, still_awaits_whole
from daemon.media.skipping import can_skip_unreferenced, waits_for_whole_picture

_LOOKAHEAD = 64  # packets; h264 and hevc reorder 16 pictures at most, fields counted twice: 32


def can_be_quick(codec: VideoCodecContext) -> bool:
    """Tell whether `pictures_at` may be tried."""
    return can_skip_unreferenced(codec)


def pictures_at(
    packets: Iterator[Packet[VideoStream]], codec: VideoCodecContext, wanted: Sequence[int]
) -> Iterator[VideoFrame]:
    """Yield the picture at each wanted time; the times must not go backwards.

    Raises:
        NotCertain: when the pictures may be others than ffmpeg's, or there are not enough.

    """
    ahead = _Ahead(packets, codec, wanted)
    decoder = Decoder(codec, is_strict=True)
    fed: set[int | None] = set()
    for index, time in enumerate(wanted):
        is_last = time == wanted[-1]
        found = decoder.first_from(time)
        while found is None:
            # Its packet may have come before those of earlier pictures, which refer to it.
            if is_last and ahead.first_from(index) in fed:
                decoder.drain()
            else:
                fed.add(_feed(decoder, ahead))

            found = decoder.first_from(time)
            if found is None and decoder.is_drained:
                raise NotCertain("the wanted picture is not shown")

        _ensure_sure(decoder, found, ahead.first_from(index))
        yield found.picture


def _feed(decoder: Decoder, ahead: _Ahead) -> int | None:
    """Decode the next packet, if it is needed; return its time."""
    packet, awaits_whole = ahead.next()
    is_needed = ahead.is_needed(packet)
    decoder.skip("NONKEY" if awaits_whole else "DEFAULT" if is_needed else "NONREF")
    decoder.feed(packet)
    return packet.pts


class _Ahead:
    """Reads ahead, and knows which packets hold the pictures that are wanted."""

    def __init__(
        self,
        packets: Iterator[Packet[VideoStream]],
        codec: VideoCodecContext,
        wanted: Sequence[int],
    ) -> None:
        self._packets = packets
        self._codec = codec
        self._wanted = wanted
        self._awaits_whole = waits_for_whole_picture(codec)
        self._queue: deque[tuple[Packet[VideoStream], bool]] = deque()
        self._firsts: list[int | None] = [None] * len(wanted)
        self._latest_dts: int | None = None
        self._is_at_end = False

    def next(self) -> tuple[Packet[VideoStream], bool]:
        """Return a packet, and whether a whole picture is still awaited after it."""
        if not self._queue:
            self._read()

        if not self._queue:
            raise NotCertain("the stream ends first")

        return self._queue.popleft()

    def is_needed(self, packet: Packet[VideoStream]) -> bool:
        """Tell whether the packet's picture is the first at or after something wanted."""
        index = bisect_right(self._wanted, packet.pts or 0) - 1
        return index >= 0 and packet.pts == self.first_from(index)

    def first_from(self, index: int) -> int | None:
        """Return the smallest time at or after what is wanted; None when none was read yet."""
        first = self._firsts[index]
        while first is not None and not self._is_settled(first):
            self._read()
            first = self._firsts[index]

        return first

    def _is_settled(self, time: int) -> bool:
        """Tell whether no later packet can have an earlier time: none is shown before its turn."""
        return self._is_at_end or (self._latest_dts is not None and self._latest_dts >= time)

    def _read(self) -> None:
        packet = next(self._packets, None)
        if packet is None:
            self._is_at_end = True
            return

        if len(self._queue) >= _LOOKAHEAD or not self._keeps_promises(packet):
            raise NotCertain("its packets are out of order")

        self._queue.append((packet, self._awaits_whole))

    def _keeps_promises(self, packet: Packet[VideoStream]) -> bool:
        if packet.pts is None or packet.is_corrupt or packet.is_discard:
            return False

        if packet.dts is not None:  # Matroska has none for the first packets after a seek
            if packet.dts > packet.pts or packet.dts <= (self._latest_dts or packet.dts - 1):
                return False

            self._latest_dts = packet.dts

        self._awaits_whole = self._awaits_whole and still_awaits_whole(packet, self._codec)
        return self._awaits_whole or self._note(packet.pts)

    def _note(self, time: int) -> bool:
        """Note a packet's time; tell whether it is the only one of its kind."""
        for index in range(bisect_right(self._wanted, time)):
            first = self._firsts[index]
            if first == time:
                return False

            if first is None or time < first:
                self._firsts[index] = time

        return True


def _ensure_sure(decoder: Decoder, found: TimedPicture, expected: int | None) -> None:
    picture = found.picture
    ensure_intact(decoder, found)
    if not found.time == expected == picture.pts:
        raise NotCertain("another picture came out")

    # Of a picture in two packets, a field each, the second may not have been fed.
    if picture.interlaced_frame:
        raise NotCertain("it is interlaced")
