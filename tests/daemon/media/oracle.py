"""The reference's own way to a video's 25 pictures: 25 processes of an installed ffmpeg.

Independent of ours on purpose: its times (`stash.md` §1.2), its command (§1.3), and Pillow's
reader of bitmaps instead of our reading of ffmpeg's frames.
"""

from __future__ import annotations

import io
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from daemon.media.montage import montage
from daemon.media.phash import hash_picture, to_phash
from rules.fingerprint import Phash

_AT_ONCE = 2
_TIMEOUT_S = 110


def reference_tiles(
    ffmpeg: Path, path: Path, duration_s: float, options: tuple[str, ...] = ()
) -> list[NDArray[np.uint8] | None]:
    """Return the 25 pictures; None stands where ffmpeg gives none.

    `options` go before the input, beside the reference's own.
    """
    offset_s = 0.05 * duration_s
    step_s = (0.9 * duration_s) / 25
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        return list(
            threads.map(
                lambda index: _tile(ffmpeg, path, repr(offset_s + index * step_s), options),
                range(25),
            )
        )


def reference_phash(
    ffmpeg: Path, path: Path, duration_s: float, options: tuple[str, ...] = ()
) -> Phash | None:
    """Return the hash of the reference's pictures; None where it would have none."""
    tiles = reference_tiles(ffmpeg, path, duration_s, options)
    found = [tile for tile in tiles if tile is not None]
    return to_phash(hash_picture(montage(found))) if len(found) == len(tiles) else None


def _tile(
    ffmpeg: Path, path: Path, seconds: str, options: tuple[str, ...]
) -> NDArray[np.uint8] | None:
    command = [str(ffmpeg), "-v", "error", "-y", *options, "-ss", seconds, "-i", str(path)]
    command += ["-frames:v", "1", "-vf", "scale=160:-2", "-c:v", "bmp", "-f", "rawvideo", "-"]
    done = subprocess.run(  # noqa: S603  # ffmpeg, as the reference runs it
        command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_TIMEOUT_S, check=False
    )
    if done.returncode != 0 or not done.stdout:
        return None

    with Image.open(io.BytesIO(done.stdout), formats=["BMP"]) as picture:
        return np.asarray(picture.convert("RGB"), np.uint8)
