"""Short real videos with invented content, encoded by PyAV's own encoders.

The same recipe gives the same file, byte for byte, on the same build of PyAV.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.codec import Codec
from av.codec.context import Flags
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from daemon.demo.pictures import film
from rules.errors import DoormanError

_BITS_PER_PIXEL = 0.25  # good, not lavish, for pictures of this size
_SAMPLE_RATE_HZ = 44100
_SOUND_BIT_RATE = 96000
_OPUS_RATE_HZ = 48000  # the only usual rate that it takes
_AAC_CONTAINERS = ("mp4", "mov", "matroska", "flv", "mpegts")
_TONE_HZ = 330
_VOLUME = 0.2
_CODEC_OPTIONS = {
    "libx264": {"preset": "veryfast", "threads": "1"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none:pools=1:frame-threads=1"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8", "threads": "1"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "threads": "1"},
    "mjpeg": {"strict": "unofficial"},  # takes pictures of limited range
    "libsvtav1": {"preset": "11", "svtav1-params": "lp=1"},
}
"""What makes the slower encoders fast, and their outcome the same each time."""


class ClipImpossible(DoormanError):
    """A clip cannot be written as its recipe says."""

    def __init__(self, path: Path, reason: str) -> None:
        """Build the message from the file to be and ffmpeg's reason."""
        super().__init__(
            f"{str(path)!r} cannot be written: {reason}; choose another codec or container"
        )
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipRecipe:
    """What a clip shows and how it is encoded."""

    seed: int
    """Two seeds, two films: phashes some 20 to 44 bits apart; the tests prove it for 0 to 11."""
    duration_s: float = 10.0
    width: int = 320
    height: int = 180
    """Both even."""
    frame_rate: Fraction = Fraction(25)
    codec: str = "libx264"
    """ffmpeg's name of the encoder."""
    container: str | None = None
    """ffmpeg's name of the muxer; None: the path's suffix decides."""
    gop: int = 50
    """Pictures from one key picture to the next at most."""
    bit_rate: int | None = None
    """Bits per second of the video; None: what looks good."""
    audio_s: float | None = None
    """Length of a tone beside the pictures; None: silent, without an audio stream."""
    audio_language: str | None = None
    """ISO 639-2 code."""


def make_clip(path: Path, recipe: ClipRecipe) -> None:
    """Write a clip; an existing file is replaced.

    Raises:
        ClipImpossible: when codec and container do not go together, or are unknown.

    """
    _write(path, recipe, _painted(recipe))


def reencode(source: Path, target: Path, recipe: ClipRecipe) -> None:
    """Write the pictures of `source` again, encoded as the recipe says.

    Size, frame rate, codec, container and sound are the recipe's; pictures are the source's.

    Raises:
        ClipImpossible: when codec and container do not go together, or are unknown.

    """
    with av.open(f"file:{source.absolute()}", "r") as container:
        _write(target, recipe, container.decode(container.streams.video[0]))


def truncate(source: Path, target: Path, share: float) -> None:
    """Write the first share of the bytes of `source`: what a broken download leaves."""
    kept_bytes = int(source.stat().st_size * share)
    shutil.copyfile(source, target)
    with target.open("r+b") as file:
        file.truncate(kept_bytes)


def _painted(recipe: ClipRecipe) -> Iterator[VideoFrame]:
    count = max(1, round(recipe.duration_s * recipe.frame_rate))
    for picture in film(recipe.seed, width=recipe.width, height=recipe.height, count=count):
        yield VideoFrame.from_ndarray(picture, format="yuv420p")


def _write(path: Path, recipe: ClipRecipe, pictures: Iterator[VideoFrame]) -> None:
    options = {"fflags": "+bitexact"}
    try:
        with av.open(
            f"file:{path.absolute()}", "w", format=recipe.container, options=options
        ) as container:
            _encode(container, recipe, pictures)
    except (FFmpegError, ValueError) as error:
        raise ClipImpossible(path, str(error)) from error


def _encode(container: OutputContainer, recipe: ClipRecipe, pictures: Iterator[VideoFrame]) -> None:
    video = _add_video(container, recipe)
    audio = _add_audio(container, recipe) if recipe.audio_s else None
    sound = _Sound(container, audio, recipe.audio_s or 0.0)
    for index, picture in enumerate(pictures):
        sound.play_until(float(index / recipe.frame_rate))
        picture.pts = index
        picture.time_base = 1 / recipe.frame_rate
        container.mux(video.encode(picture))

    sound.play_until(sound.duration_s)
    container.mux(video.encode(None))
    sound.end()


def _add_video(container: OutputContainer, recipe: ClipRecipe) -> VideoStream:
    if Codec(recipe.codec, "w").type != "video":
        raise ValueError(f"{recipe.codec} encodes no video")

    options = _CODEC_OPTIONS.get(recipe.codec, {})
    video = container.add_stream(recipe.codec, rate=recipe.frame_rate, options=dict(options))
    assert isinstance(video, VideoStream)  # noqa: S101  # as its codec is
    video.width, video.height = recipe.width, recipe.height
    video.pix_fmt = _pixel_format(video)
    video.gop_size = recipe.gop
    pixels = recipe.width * recipe.height * recipe.frame_rate
    video.bit_rate = recipe.bit_rate or int(pixels * _BITS_PER_PIXEL)
    video.codec_context.flags |= Flags.bitexact
    return video


def _pixel_format(video: VideoStream) -> str:
    """Return the format nearest to what the pictures have that the encoder takes."""
    taken = [format_.name for format_ in video.codec_context.codec.video_formats or ()]
    return "yuv420p" if "yuv420p" in taken or not taken else taken[0]


def _add_audio(container: OutputContainer, recipe: ClipRecipe) -> AudioStream:
    is_webm = container.format.name == "webm"
    codec = "aac" if container.format.name in _AAC_CONTAINERS else container.default_audio_codec
    audio = container.add_stream(codec, rate=_OPUS_RATE_HZ if is_webm else _SAMPLE_RATE_HZ)
    assert isinstance(audio, AudioStream)  # noqa: S101  # as its codec is
    audio.bit_rate = _SOUND_BIT_RATE
    audio.codec_context.flags |= Flags.bitexact
    if recipe.audio_language:
        audio.metadata["language"] = recipe.audio_language

    return audio


class _Sound:
    """A tone that is written along with the pictures."""

    def __init__(
        self, container: OutputContainer, audio: AudioStream | None, duration_s: float
    ) -> None:
        self._container = container
        self._audio = audio
        self._played = 0
        self.duration_s = duration_s

    def play_until(self, time_s: float) -> None:
        """Write the tone up to a time, at most to its end."""
        end = int(min(time_s, self.duration_s) * _SAMPLE_RATE_HZ)
        if self._audio is None or end <= self._played:
            return

        moments = np.arange(self._played, end) / _SAMPLE_RATE_HZ
        tone = _VOLUME * np.sin(2 * np.pi * _TONE_HZ * moments)
        frame = AudioFrame.from_ndarray(
            tone.astype(np.float32).reshape(1, -1), format="fltp", layout="mono"
        )
        frame.sample_rate = _SAMPLE_RATE_HZ
        frame.pts = self._played
        frame.time_base = Fraction(1, _SAMPLE_RATE_HZ)
        self._container.mux(self._audio.encode(frame))
        self._played = end

    def end(self) -> None:
        """Write what the encoder still holds."""
        if self._audio is not None:
            self._container.mux(self._audio.encode(None))
