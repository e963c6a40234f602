"""Files of a library, as doorman sees them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

# Undecodable bytes of a name arrive as U+DC80..U+DCFF (PEP 383), which no database text can
# hold; plane 16 is private use, so the same numbers there are free and the way back is exact.
_SURROGATES = {code: code + 0x100000 for code in range(0xDC80, 0xDD00)}
_PRIVATE = {private: surrogate for surrogate, private in _SURROGATES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStamp:
    """What tells one version of a file from the next without reading it."""

    size_bytes: int
    mtime_ns: int
    inode: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioTrack:
    """One audio stream."""

    codec: str
    language: str | None
    """ISO 639-2 code where the file says one."""
    channels: int | None
    profile: str | None = None
    """What players tell apart within a codec, in ffmpeg's words: "DTS-HD MA"; None: nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFacts:
    """Technical facts of a video file; None where the file does not say."""

    container: str
    duration_s: float
    """Container duration, rounded half up to 2 decimals as Stash stores it; 0 when unknown."""
    video_codec: str | None = None
    width: int | None = None
    """Pixels as displayed, after rotation; so is `height`."""
    height: int | None = None
    aspect: float | None = None
    frame_rate: float | None = None
    bit_rate: int | None = None
    """Bits per second of the whole container."""
    hdr: str | None = None
    """Kodi's word for the kind of high dynamic range: dolbyvision, hdr10, hlg; None is SDR."""
    audio: tuple[AudioTrack, ...] = ()
    subtitle_languages: tuple[str, ...] = ()
    language: str | None = None
    """Of the picture, as of an audio track."""
    stereo: str | None = None
    """Kodi's word for how two pictures lie in one: left_right; None is a flat picture."""


def path_to_text(path: PurePath) -> str:
    """Return `path` as text that any database or JSON document can hold, without loss."""
    return str(path).translate(_SURROGATES)


def path_from_text(text: str) -> PurePath:
    """Return the path that `path_to_text` turned into `text`."""
    return PurePath(text.translate(_PRIVATE))
