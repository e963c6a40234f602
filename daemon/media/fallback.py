"""The pictures of a video by an installed ffmpeg, run exactly as the reference runs it.

Only for what nobody here can decode: what PyAV does not take for a video never comes here.
"""

from __future__ import annotations

from pathlib import Path

from daemon.media.bitmap import Tile
from daemon.media.bitmap_file import BitmapUnread, tile_of_bitmap
from daemon.media.command import Outcome, OutputTooLong, run
from daemon.media.demux import FORMATS
from daemon.media.errors import FallbackFailed, VideoEndsEarly
from daemon.media.grid import targets_us

_WHITELISTS = ("-protocol_whitelist", "file", "-format_whitelist", FORMATS)
"""No content of a file can make ffmpeg read another one or the network."""
_MOST_BYTES = 1 << 28
"""A tile of the thinnest picture that ffmpeg decodes, 160 pixels wide."""


def tiles_by(ffmpeg: Path, path: Path, duration_s: float) -> list[Tile]:
    """Return the 25 pictures of a video at an absolute path, as tiles.

    Raises:
        VideoEndsEarly: when the video has no picture at one of the moments.
        PictureKindUnread: when the reference could not read what ffmpeg gives.
        FallbackFailed: when ffmpeg fails, or cannot be started.

    """
    return [tile_at(ffmpeg, path, target, duration_s) for target in targets_us(duration_s)]


def reference_command(ffmpeg: Path, path: Path, target_us: int) -> list[str]:
    """Return the reference's command (`stash.md` §1.3), kept from reading anything else."""
    seconds, rest_us = divmod(target_us, 1_000_000)
    return [
        *(str(ffmpeg), "-nostdin", "-v", "error", "-y", *_WHITELISTS),
        *("-ss", f"{seconds}.{rest_us:06}", "-i", f"file:{path}", "-frames:v", "1"),
        *("-vf", "scale=160:-2", "-c:v", "bmp", "-f", "rawvideo", "-"),
    ]


def tile_at(ffmpeg: Path, path: Path, target_us: int, duration_s: float) -> Tile:
    """Return the picture at one moment.  Raises: as `tiles_by`."""
    outcome = _outcome(ffmpeg, path, target_us)
    if outcome.exit_status != 0:
        reason = outcome.complaint or f"it ended with status {outcome.exit_status}"
        raise FallbackFailed(ffmpeg, reason)

    if not outcome.output:
        raise VideoEndsEarly(target_us, duration_s, 0)

    try:
        return tile_of_bitmap(outcome.output)
    except BitmapUnread as error:
        raise FallbackFailed(ffmpeg, f"it gave no picture, but {error}") from error


def _outcome(ffmpeg: Path, path: Path, target_us: int) -> Outcome:
    try:
        return run(reference_command(ffmpeg, path, target_us), most_bytes=_MOST_BYTES)
    except OutputTooLong as error:
        raise FallbackFailed(ffmpeg, f"it wrote more than {_MOST_BYTES} bytes") from error
    except OSError as error:
        raise FallbackFailed(ffmpeg, error.strerror or str(error)) from error
