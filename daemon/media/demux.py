"""Open a container as ffmpeg would, and choose the stream that ffmpeg would choose.

Only plain video containers and plain files: a playlist that is named like a video would
otherwise make ffmpeg read other files and the network.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from daemon.media.errors import NotAVideoContainer, NoVideoStream
from daemon.media.memory import raise_if_memory_is_used_up
from daemon.media.reading import ensure_readable

FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,asf,asf_o,mpegts,mpeg,mpegvideo,vob,m4v,"
    "flv,live_flv,ogg,rm,nut,mxf,dv,wtv,ivf,gif,h264,hevc,mjpeg,swf,gxf,nsv"
)
"""ffmpeg's names of the demuxers that read one plain file and follow no references."""

_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": FORMATS}
_UNDECODED = {"codec_whitelist": "none"}  # no decoder has that name
_GENERATE_PTS = 0x0001  # AVFMT_FLAG_GENPTS; the stub of PyAV's own name has the wrong type
_MATROSKA = "matroska,webm"
_MICROSECONDS = 1_000_000
_HALF = Fraction(1, 2)
_DEFAULT_WEIGHT_PIXELS = 5_000_000  # FFmpeg, fftools/ffmpeg_mux_init.c, map_auto_video
_ATTACHED_PICTURE_SCORE = 1  # likewise: better than nothing


@contextmanager
def container_of(path: Path) -> Iterator[InputContainer]:
    """Hold the container of an absolute path open.

    Raises:
        NotAVideoContainer: when the content is none of `FORMATS`.
        FileVanished: when there is no such file.
        FileUnreadable: when it cannot be opened or read.

    """
    container = open_container(path)
    try:
        yield container
    finally:
        container.close()


def open_container(path: Path, *, undecoded: int | None = None) -> InputContainer:
    """Return the open container of an absolute path; the caller closes it.

    Looking into the streams, ffmpeg decodes a picture of each that is h264 at least, the most
    costly part of opening; `undecoded` is the index of a stream of which it shall decode nothing.

    Raises: as `container_of`, and
        ValueError: when a stream is named, and the container tells too late that there are any.

    """
    ensure_readable(path, 0)
    stream_options: list[dict[str, str]] | None = None
    if undecoded is not None:
        stream_options = [*({} for _ in range(undecoded)), dict(_UNDECODED)]

    try:
        container: InputContainer = av.open(  # type: ignore[call-overload]  # stub: wants texts
            f"file:{path}",
            "r",
            options=dict(_OPTIONS),
            stream_options=stream_options,
            metadata_errors="replace",
        )
    except FFmpegError as error:
        raise_if_memory_is_used_up(error)
        # Some of ffmpeg's readers call a short file an I/O error: ask the disk itself.
        ensure_readable(path, 0)
        raise NotAVideoContainer(path, error.strerror or str(error)) from error

    # PyAV switches +genpts on, the reference's command does not; it would change timestamps.
    container.flags &= ~_GENERATE_PTS
    return container


def choose_video(container: InputContainer, path: Path) -> VideoStream:
    """Return the stream that ffmpeg takes when nothing is said: the largest picture.

    A default disposition weighs as much as 5 000 000 pixels; the first of equals wins.

    Raises:
        NoVideoStream: when there is none, or only the cover of a sound file.

    """
    streams = container.streams.video
    best = max(streams, key=_score, default=None)
    if best is None or is_attached_picture(best):
        raise NoVideoStream(path)

    return best


def start_us(container: InputContainer) -> int:
    """Return where the reference's ffmpeg has the container begin, in microseconds.

    Newer ones (PyAV's 8.1 is one) let a Matroska file's sound begin where it is heard; the
    reference's 5.1 lets it begin the encoder's delay earlier, and with it the whole file.  Measured
    with both on the same files; other containers begin at the same time in both.
    """
    begins_us = container.start_time or 0
    if container.format.name != _MATROSKA:
        return begins_us

    return min([begins_us, *_undelayed_us(container.streams.audio)])


def _undelayed_us(streams: Iterable[AudioStream]) -> Iterator[int]:
    """Yield where each stream of sound begins, the encoder's delay included."""
    for stream in streams:
        context: AudioCodecContext | None = stream.codec_context  # None without a decoder
        if context and context.sample_rate and stream.start_time is not None and stream.time_base:
            delay_s = Fraction(context.delay, context.sample_rate)
            delay = math.floor(delay_s / stream.time_base + _HALF)
            yield round((stream.start_time - delay) * stream.time_base * _MICROSECONDS)


def is_attached_picture(stream: VideoStream) -> bool:
    """Tell whether the stream is a cover, not moving pictures."""
    return bool(int(stream.disposition) & Disposition.attached_pic)


def has_decoder(stream: VideoStream) -> bool:
    """Tell whether anybody can decode the stream (PyAV's types promise it, PyAV does not)."""
    context: object = stream.codec_context
    return context is not None


def _score(stream: VideoStream) -> int:
    if is_attached_picture(stream):
        return _ATTACHED_PICTURE_SCORE

    pixels = stream.codec_context.width * stream.codec_context.height if has_decoder(stream) else 0
    is_default = bool(int(stream.disposition) & Disposition.default)
    return pixels + _DEFAULT_WEIGHT_PIXELS * is_default
