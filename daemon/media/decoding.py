"""Turn packets into pictures with their times, counting what fails."""

from __future__ import annotations

from collections import deque
from typing import Literal, NamedTuple

from av.codec.context import Flags, ThreadType
from av.error import EOFError as EndOfStream
from av.error import FFmpegError
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from daemon.media.errors import TooManyDecodeErrors
from daemon.media.memory import raise_if_short_of_memory
from daemon.media.timestamps import PresentationGuess

Skipping = Literal["DEFAULT", "NONREF", "NONKEY"]
"""ffmpeg's words for the pictures that a decoder leaves out: none, unreferenced, all but key."""

_SHOWS_ALL = Flags.output_corrupt.value
_TOLERATED_SHARE = 2 / 3  # FFmpeg, fftools: -max_error_rate


class TimedPicture(NamedTuple):
    """A decoded picture and its presentation time in the stream's time base."""

    picture: VideoFrame
    time: int | None


class Decoder:
    """Decodes one video stream in one thread and queues its pictures.

    A strict one fails where ffmpeg's would conceal damage: what it gives has none.
    """

    def __init__(
        self, codec: VideoCodecContext, *, is_strict: bool = False, begins_amid: bool = False
    ) -> None:
        """Prepare a codec that has not decoded anything yet, or was flushed and is set up.

        `begins_amid` says that the first packet of h264 is not a key picture's.  The reference's
        ffmpeg then begins to show at the first picture that it takes for whole, and shows all that
        follow; newer ones leave out some of those (libavcodec/h264_slice.c, `recovered`), and are
        told to give all, marked.
        """
        if is_strict:
            codec.options = {"err_detect": "explode"}

        if begins_amid:
            codec.flags |= _SHOWS_ALL

        if not codec.is_open:
            # PyAV's default are slice threads, with which some decoders give other pictures.
            codec.thread_count = 1
            codec.thread_type = ThreadType.NONE

        self._codec = codec
        self._skipping: Skipping | None = None
        self._queue: deque[TimedPicture] = deque()
        self._guess = PresentationGuess()
        self._awaits_whole = begins_amid
        self._is_drained = False
        self._errors = 0
        self._pictures = 0

    def skip(self, skipping: Skipping) -> None:
        """Leave out these pictures from the next packet on."""
        if skipping != self._skipping:
            self._skipping = skipping
            self._codec.skip_frame = skipping

    def feed(self, packet: Packet[VideoStream]) -> None:
        """Decode a packet; what fails is counted, as ffmpeg does."""
        self._decode(packet)

    def drain(self) -> None:
        """Fetch the pictures that the decoder still holds at the end of the stream.

        Of those the reference shows what newer ones show by themselves.
        """
        self.skip("DEFAULT")
        self._codec.flags &= ~_SHOWS_ALL
        self._awaits_whole = False
        self._is_drained = True
        while self._decode(None):
            pass

    @property
    def is_drained(self) -> bool:
        """Whether nothing more comes."""
        return self._is_drained

    @property
    def has_failed(self) -> bool:
        """Whether anything could not be decoded."""
        return self._errors > 0

    @property
    def pictures(self) -> int:
        """How many pictures were decoded."""
        return self._pictures

    def first_from(self, time: int) -> TimedPicture | None:
        """Return the first queued picture at or after `time`; forget those before.

        The picture stays queued: the next target may need the same one.
        """
        while self._queue:
            first = self._queue[0]
            if first.time is not None and first.time >= time:
                return first

            self._queue.popleft()

        return None

    def forget(self) -> None:
        """Forget the first queued picture: its memory serves the next, as in ffmpeg."""
        self._queue.popleft()

    def ensure_healthy(self) -> None:
        """Fail where ffmpeg would.

        Raises:
            TooManyDecodeErrors: when more than two thirds of what was decoded failed.

        """
        if self._errors > (self._pictures + self._errors) * _TOLERATED_SHARE:
            raise TooManyDecodeErrors(self._errors, self._pictures)

    def _decode(self, packet: Packet[VideoStream] | None) -> int:
        try:
            pictures = self._codec.decode(packet)
        except EndOfStream:
            return 0
        except FFmpegError as error:
            raise_if_short_of_memory(error)
            self._errors += 1
            return 0

        shown = [picture for picture in pictures if self._is_shown(picture)]
        self._pictures += len(shown)
        self._queue.extend(self._timed(picture) for picture in shown)
        return len(pictures)

    def _is_shown(self, picture: VideoFrame) -> bool:
        is_whole = picture.key_frame or not picture.is_corrupt
        self._awaits_whole = self._awaits_whole and not is_whole
        return not self._awaits_whole

    def _timed(self, picture: VideoFrame) -> TimedPicture:
        return TimedPicture(picture, self._guess.guess(picture.pts, picture.dts))
