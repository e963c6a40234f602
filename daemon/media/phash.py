"""The perceptual hash of a picture and of a video, bit for bit the reference's.

Facts: `stash.md` §1.6 to §1.8.  imagehash holds, parses and compares hashes; its own `phash`
reduces and weighs otherwise and is another hash.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

import imagehash
import numpy as np
from numpy.typing import NDArray

from daemon.media.bitmap import Tile
from daemon.media.certainty import Damaged
from daemon.media.cosine import cosine_transform
from daemon.media.film import Film, Look, film_of
from daemon.media.grid import targets_us
from daemon.media.montage import montage
from daemon.media.reduction import reduce
from daemon.media.reel import Reel, reel_of
from daemon.media.sampling import Sampler
from daemon.media.scaling import OwnKind
from daemon.media.visits import Visit, evenly_cut, has_large_pictures, steady_visits
from rules.fingerprint import Phash

_Part = TypeVar("_Part", Visit, int)

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


def tiles_of(path: Path, duration_s: float, look: Look = reel_of) -> list[Tile]:
    """Return the 25 pictures of a video, scaled to tiles.

    Two parts are decoded side by side, unless their pictures are large: ffmpeg lets go of the
    interpreter, and a part gives the same pictures wherever another begins (`phash.md`).

    Raises: as `hash_video`; what the earliest target met.
    """
    targets = targets_us(duration_s)
    with look(path) as reel:
        film, is_whole = film_of(reel, path, duration_s, look), has_large_pictures(reel)
        visits = steady_visits(reel, targets)
        if visits is not None:
            try:
                return _along(film, reel, *_cut(visits, is_whole=is_whole))
            except Damaged:
                pass  # and some of it may have been left unseen until then

    one, other = (Sampler(film, OwnKind()) for _ in range(2))
    if visits is not None:
        first, second = _cut(visits, is_whole=is_whole)
        return _side_by_side(one.damaged, first, other.damaged, second)

    middle = len(targets) if is_whole else (len(targets) + 1) // 2
    return _side_by_side(one.afresh, targets[:middle], other.afresh, targets[middle:])


def _along(film: Film, reel: Reel, first: Sequence[Visit], second: Sequence[Visit]) -> list[Tile]:
    """Let the open file serve the first part; the second opens it once more."""
    own = OwnKind()
    one, other = (Sampler(film, own) for _ in range(2))
    return _side_by_side(partial(one.along, reel), first, other.beside, second)


def _cut(visits: Sequence[Visit], *, is_whole: bool) -> tuple[Sequence[Visit], Sequence[Visit]]:
    return (visits, ()) if is_whole else evenly_cut(visits)


def _side_by_side(
    take_first: Callable[[Sequence[_Part]], list[Tile]],
    first: Sequence[_Part],
    take_second: Callable[[Sequence[_Part]], list[Tile]],
    second: Sequence[_Part],
) -> list[Tile]:
    if not second:
        return take_first(first)

    with ThreadPoolExecutor(1, thread_name_prefix="second part") as beside:
        second_tiles: Future[list[Tile]] = beside.submit(take_second, second)
        return [*take_first(first), *second_tiles.result()]


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
