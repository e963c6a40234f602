"""Moving pictures out of a number: the same for the same number, unlike for another.

A film is a row of shots.  Each shot pans over a backdrop of shades, waves, shapes and grain of
its own brightness and colour, so that the montage of 25 of its pictures is rich in detail.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]

# Cuts lie half-way between the moments of `daemon.media.grid`, so that a file whose container
# shifts or stretches time a little still shows the same 25 shots.
_SHOT_SHARE = 0.9 / 25
_FIRST_CUT = 0.05 / _SHOT_SHARE - 0.5
_PAN_PIXELS = 32
_SHAPES = 14
_WAVES = 3
_GRAIN = 6.0
_LIT = 18  # added to the disc that wanders through each shot
_GREY = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class _Backdrop:
    """A still picture a little larger than the film, and the way over it."""

    luma: Plane
    chroma: tuple[Plane, Plane]
    """Half the size in both directions, as yuv420p has it."""
    steps: tuple[int, int]
    """Direction of the pan, 1 or -1 down and across."""


def film(seed: int, *, width: int, height: int, count: int) -> Iterator[Plane]:
    """Yield `count` pictures as yuv420p: 3/2 `height` x `width`; both must be even."""
    generator = np.random.default_rng(seed)
    backdrop = _backdrop(generator, width, height)
    shot = 0
    for index in range(count):
        place = max(index / count / _SHOT_SHARE - _FIRST_CUT, 0.0)
        if int(place) != shot:
            shot = int(place)
            backdrop = _backdrop(generator, width, height)

        yield _picture(backdrop, width, height, place - shot)


def _picture(backdrop: _Backdrop, width: int, height: int, progress: float) -> Plane:
    """Return what is seen of the backdrop after a share of the shot."""
    top, left = (_offset(step, progress) for step in backdrop.steps)
    picture = np.empty((height * 3 // 2, width), np.uint8)
    picture[:height] = backdrop.luma[top : top + height, left : left + width]
    _light_a_disc(picture[:height], progress)
    chroma = picture[height:].reshape(2, height // 2, width // 2)
    for plane, source in zip(chroma, backdrop.chroma, strict=True):
        plane[:] = source[
            top // 2 : top // 2 + height // 2,
            left // 2 : left // 2 + width // 2,
        ]

    return picture


def _offset(step: int, progress: float) -> int:
    """Return an even number of pixels, since colours have half the detail."""
    distance = int(progress * _PAN_PIXELS) // 2 * 2
    return distance if step > 0 else _PAN_PIXELS - distance


def _light_a_disc(luma: Plane, progress: float) -> None:
    height, width = luma.shape
    radius = height // 6
    left = int(progress * (width - 2 * radius))
    window = luma[height // 3 : height // 3 + 2 * radius, left : left + 2 * radius]
    rows, columns = np.ogrid[-radius : window.shape[0] - radius, -radius : window.shape[1] - radius]
    window[rows**2 + columns**2 < radius**2] += _LIT


def _backdrop(generator: np.random.Generator, width: int, height: int) -> _Backdrop:
    rows, columns = height + _PAN_PIXELS, width + _PAN_PIXELS
    luma = _shades(generator, rows, columns, spread=70.0)
    luma += generator.normal(0.0, _GRAIN, luma.shape)
    chroma = [
        _shades(generator, rows // 2, columns // 2, spread=20.0) / 2 + _GREY / 2 for _ in range(2)
    ]
    down, across = (int(step) for step in generator.choice((-1, 1), 2))
    return _Backdrop(
        luma=_as_bytes(luma, 225),
        chroma=(_as_bytes(chroma[0], 240), _as_bytes(chroma[1], 240)),
        steps=(down, across),
    )


def _shades(
    generator: np.random.Generator, rows: int, columns: int, *, spread: float
) -> NDArray[np.float64]:
    """Return a plane of shades, waves and rectangles around a random brightness."""
    down, across = np.meshgrid(np.linspace(-1, 1, rows), np.linspace(-1, 1, columns), indexing="ij")
    slopes = generator.uniform(-spread, spread, 2)
    brightness = generator.uniform(40.0, 210.0)
    plane: NDArray[np.float64] = brightness + slopes[0] * down + slopes[1] * across
    for _ in range(_WAVES):
        pace = generator.uniform(-9.0, 9.0, 2)
        plane += spread / 3 * np.sin(pace[0] * down + pace[1] * across + generator.uniform(0, 6))

    for _ in range(_SHAPES):
        top, left = generator.integers(0, rows), generator.integers(0, columns)
        size = generator.integers(6, max(rows // 3, 7), 2)
        plane[top : top + size[0], left : left + size[1]] += generator.uniform(-spread, spread)

    return plane


def _as_bytes(plane: NDArray[np.float64], most: int) -> Plane:
    return np.clip(plane, 20, most).astype(np.uint8)
