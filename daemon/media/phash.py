"""The perceptual hash of a picture and of a video, bit for bit the reference's.

Facts: `stash.md` §1.6 to §1.8.  imagehash holds, parses and compares hashes; its own `phash`
reduces and weighs otherwise and is another hash.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import imagehash
import numpy as np
from numpy.typing import NDArray

from daemon.media.bitmap import Tile
from daemon.media.cosine import cosine_transform
from daemon.media.errors import VideoEndsEarly
from daemon.media.grid import targets_us
from daemon.media.montage import montage
from daemon.media.reduction import reduce
from daemon.media.scaling import Scaler
from daemon.media.segment import Segment, segment_at
from rules.fingerprint import Phash

_KEPT = 8  # coefficients per direction, the constant one included
_RED, _GREEN, _BLUE = 0.299, 0.587, 0.114


def hash_video(path: Path, duration_s: float) -> Phash:
    """Return the phash of a video, given its container's rounded duration.

    Raises:
        PhashImpossible: one of its kinds, where the reference would have no hash.
        FileRefused: when the file changed or became unreadable meanwhile.

    """
    return to_phash(hash_picture(montage(tiles_of(path, duration_s))))


def hash_picture(picture: NDArray[np.uint8]) -> imagehash.ImageHash:
    """Return the hash of a picture (height x width x 3, red, green, blue)."""
    coefficients = _lowest_frequencies(_grey(reduce(picture)))
    return imagehash.ImageHash(coefficients > _median(coefficients))


def to_phash(image_hash: imagehash.ImageHash) -> Phash:
    """Return imagehash's 8 x 8 bits as our value; its first bit is the most significant."""
    return Phash(int(str(image_hash), 16))


def to_image_hash(phash: Phash) -> imagehash.ImageHash:
    """Return our value as imagehash's 8 x 8 bits."""
    return imagehash.hex_to_hash(f"{phash.value:016x}")


def tiles_of(path: Path, duration_s: float) -> list[Tile]:
    """Return the 25 pictures of a video, scaled to tiles.

    The first and the second half are decoded side by side: ffmpeg lets go of the interpreter, and
    a fresh segment gives the same pictures wherever it begins (`phash.md`).

    Raises: as `hash_video`; what the earliest target met.
    """
    targets = targets_us(duration_s)
    middle = (len(targets) + 1) // 2
    with ThreadPoolExecutor(1, thread_name_prefix="second half") as beside:
        second = beside.submit(_tiles_at, path, duration_s, targets[middle:])
        first = _tiles_at(path, duration_s, targets[:middle])
        return [*first, *second.result()]


def _tiles_at(path: Path, duration_s: float, targets: Sequence[int]) -> list[Tile]:
    tiles: list[Tile] = []
    scaler = Scaler()
    with ExitStack() as held:
        current: Segment | None = None
        for target in targets:
            current = _segment_for(path, target, current, held)
            picture = current.picture_at(target)
            if picture is None:
                raise VideoEndsEarly(target, duration_s, current.position_bytes)

            tiles.append(scaler.tile(picture))

    return tiles


def _segment_for(path: Path, target_us: int, current: Segment | None, held: ExitStack) -> Segment:
    """Return the running segment when a fresh one would begin at the same packet.

    Going on decoding then gives the same pictures, and short files need one pass instead of 25.
    """
    with ExitStack() as opening:
        fresh = opening.enter_context(segment_at(path, target_us))
        if current is not None and fresh.landing == current.landing:
            return current

        held.close()
        held.push(opening.pop_all())
        return fresh


def _grey(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    colours = picture.astype(np.float64)
    red, green, blue = colours[..., 0], colours[..., 1], colours[..., 2]
    return (_RED * red + _GREEN * green) + _BLUE * blue


def _lowest_frequencies(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 8 x 8 coefficients: vertical frequency by horizontal frequency, rows done first."""
    rows = cosine_transform(grey.T)[:_KEPT].T
    return cosine_transform(rows)[:_KEPT]


def _median(coefficients: NDArray[np.float64]) -> float:
    ordered = np.sort(coefficients, axis=None)
    middle = len(ordered) // 2
    return float(ordered[middle - 1] / 2 + ordered[middle] / 2)
