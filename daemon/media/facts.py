"""The technical facts of a video file.

Names (container, codecs) are ffmpeg's, which Stash and Kodi use as well; measures are
MediaInfo's where it has them and PyAV's where it has not.
"""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from daemon.media.demux import has_decoder
from daemon.media.grid import round_duration_s
from daemon.media.mediainfo import Report, Track, report
from daemon.media.memory import raise_if_memory_is_used_up
from daemon.media.reading import opened
from rules.media import AudioTrack, VideoFacts

# Stash's words for ffmpeg's demuxers (`stash.md` §3.6); others keep ffmpeg's.
_CONTAINERS = {"mov,mp4,m4a,3gp,3g2,mj2": "mp4", "asf": "wmv"}
_MATROSKA = "matroska,webm"
_DOCUMENT_TYPE_BYTES = 4096  # Stash looks for the EBML DocType this far
_LANGUAGE = re.compile(r"[a-z]{3}")  # ISO 639-2
_UNDETERMINED = "und"
_PQ, _HLG = 16, 18  # ITU-T H.273, transfer characteristics
_HDR_BY_NUMBER = {_PQ: "hdr10", _HLG: "hlg"}
_HDR_BY_WORD = {"PQ": "hdr10", "HLG": "hlg"}
_UNKNOWN_CODEC = "unknown"
_QUARTER_TURN = 90
_DECIMALS = 3  # as MediaInfo writes ratios and rates
_DOLBY = "Dolby Vision"  # somewhere in MediaInfo's HDR_Format
_STEREO_BY_WORD = {  # Kodi's words are those of Matroska's StereoMode
    "Side by Side (left eye first)": "left_right",
    "Side by Side (right eye first)": "right_left",
    "Top-Bottom (left eye first)": "top_bottom",
    "Top-Bottom (right eye first)": "bottom_top",
}
_TOLD_APART = frozenset(  # libavcodec/profiles.c
    {
        *("DTS-HD MA", "DTS-HD HRA", "DTS-HD MA + DTS:X", "DTS-HD MA + DTS:X IMAX"),
        *("Dolby Digital Plus + Dolby Atmos", "Dolby TrueHD + Dolby Atmos"),
    }
)
_DOLBY_VISION_TAGS = ("dvh1", "dvhe", "dva1", "dvav", "dav1")


class _Shape(NamedTuple):
    """Width and height in pixels, and the aspect ratio they are shown with."""

    width: int | None
    height: int | None
    aspect: float | None

    def turned(self) -> _Shape:
        """Return the shape after a quarter turn."""
        aspect = round(1 / self.aspect, _DECIMALS) if self.aspect else None
        return _Shape(self.height, self.width, aspect)


def facts_of(container: InputContainer, video: VideoStream, path: Path) -> VideoFacts:
    """Return what is known about an open container and the stream chosen in it.

    Raises:
        FileVanished, FileUnreadable: when the file cannot be read any more.

    """
    with opened(path) as file:
        name = _container_name(container, file.read(_DOCUMENT_TYPE_BYTES))
        said = report(file)

    track = said.video(video.index)
    shape = _shape(container, video, track)
    return VideoFacts(
        container=name,
        duration_s=round_duration_s(container.duration),
        video_codec=video.codec_context.codec.canonical_name if has_decoder(video) else None,
        width=shape.width,
        height=shape.height,
        aspect=shape.aspect,
        frame_rate=_frame_rate(video, track),
        bit_rate=_bit_rate(container, said),
        hdr=_hdr(video, track),
        audio=tuple(_audio_track(stream) for stream in container.streams.audio),
        subtitle_languages=_subtitle_languages(container),
        language=_language(video),
        stereo=_STEREO_BY_WORD.get(track.layout) if track is not None else None,
    )


def _container_name(container: InputContainer, beginning: bytes) -> str:
    name = container.format.name
    if name == _MATROSKA:
        return "webm" if b"\x42\x82\x84webm" in beginning else "matroska"  # EBML DocType

    return _CONTAINERS.get(name, name)


def _shape(container: InputContainer, video: VideoStream, track: Track | None) -> _Shape:
    """Return the shape as the picture is shown: upright."""
    stored = _stored_shape(video)
    if track is not None and track.width and track.height:
        stored = _Shape(int(track.width), int(track.height), track.aspect)

    return stored.turned() if _is_turned(container, video, track) else stored


def _stored_shape(video: VideoStream) -> _Shape:
    if not has_decoder(video) or not video.width or not video.height:
        return _Shape(None, None, None)

    ratio = video.display_aspect_ratio or Fraction(video.width, video.height)
    return _Shape(video.width, video.height, round(float(ratio), _DECIMALS))


def _is_turned(container: InputContainer, video: VideoStream, track: Track | None) -> bool:
    """Look at a picture, as the phash does; MediaInfo misses the rotation of Matroska files."""
    first = _first_picture(container, video)
    if first is None:
        return track is not None and track.is_turned

    return abs(first.rotation) == _QUARTER_TURN


def _first_picture(container: InputContainer, video: VideoStream) -> VideoFrame | None:
    if not has_decoder(video):
        return None

    try:
        return next(container.decode(video), None)
    except FFmpegError as error:
        raise_if_memory_is_used_up(error)
        return None


def _frame_rate(video: VideoStream, track: Track | None) -> float | None:
    if track is not None and track.frame_rate:
        return track.frame_rate

    rate = video.guessed_rate
    return round(float(rate), _DECIMALS) if rate else None


def _bit_rate(container: InputContainer, said: Report) -> int | None:
    general = said.general
    if general is not None and general.overall_bit_rate:
        return int(general.overall_bit_rate)

    return container.bit_rate or None


def hdr_kind(track: Track | None, codec_tag: str, transfer: int) -> str | None:
    """Return Kodi's word for a kind of high dynamic range; None is an ordinary picture.

    Dolby Vision wins over the base that it can be shown as.  `transfer` is ITU-T H.273's number,
    asked where MediaInfo has no word.
    """
    if codec_tag in _DOLBY_VISION_TAGS or (track is not None and _DOLBY in track.hdr_format):
        return "dolbyvision"

    if track is not None and track.transfer:
        return _HDR_BY_WORD.get(track.transfer)

    return _HDR_BY_NUMBER.get(transfer)


def _hdr(video: VideoStream, track: Track | None) -> str | None:
    if not has_decoder(video):
        return hdr_kind(track, "", 0)

    return hdr_kind(track, video.codec_context.codec_tag, video.codec_context.color_trc)


def told_apart(profile: str | None) -> str | None:
    """Return a codec's profile if players tell it apart from the others."""
    return profile if profile in _TOLD_APART else None


def _audio_track(stream: AudioStream) -> AudioTrack:
    context: AudioCodecContext | None = stream.codec_context  # None without a decoder
    return AudioTrack(
        codec=context.codec.canonical_name if context else _UNKNOWN_CODEC,
        language=_language(stream),
        channels=context.layout.nb_channels or None if context else None,
        profile=told_apart(context.profile) if context else None,
    )


def _subtitle_languages(container: InputContainer) -> tuple[str, ...]:
    """Return each language once, in the order of the streams."""
    languages = (_language(stream) for stream in container.streams.subtitles)
    return tuple(dict.fromkeys(language for language in languages if language))


def _language(stream: Stream) -> str | None:
    language = (stream.language or "").lower()
    is_known = language != _UNDETERMINED and _LANGUAGE.fullmatch(language)
    return language if is_known else None
