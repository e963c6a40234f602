from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from daemon.media.reduction import SIDE, reduce, reduce_rows


def slowly_reduced(line: list[int], unit: int) -> list[int]:
    """Return a line as `stash.md` §1.5 has it, sample by sample, in whole numbers."""
    scale = len(line) / SIDE
    taps = 2 * max(math.ceil(scale), 1)
    outcome = []
    for index in range(SIDE):
        centre = scale * (index + 0.5) - 0.5
        start = int(centre) - taps // 2 + 1
        total = weights = 0
        for tap in range(taps):
            distance = abs((centre - start - tap) * min(1 / scale, 1))
            weight = int((1 - distance if distance <= 1 else 0) * unit)
            total += weight * line[min(max(start + tap, 0), len(line) - 1)]
            weights += weight
        outcome.append(total // weights)
    return outcome


@pytest.mark.parametrize("samples", [1, 2, 63, 65, 100, 641, 4000, 30_000])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_both_directions_are_exact_for_any_length(
    samples: int, kind: type[np.uint8 | np.uint16]
) -> None:
    most = int(np.iinfo(kind).max)
    generator = np.random.default_rng(samples)
    line = generator.integers(most // 2, most, samples, endpoint=True).astype(kind)
    expected = slowly_reduced(line.tolist(), most + 1)

    across = reduce(np.broadcast_to(line[None, :, None], (2, samples, 1)))
    down = reduce(np.broadcast_to(line[:, None, None], (samples, 2, 1)))

    assert across[0, :, 0].tolist() == across[-1, :, 0].tolist() == expected
    assert down[:, 0, 0].tolist() == down[:, -1, 0].tolist() == expected


def test_brightest_picture_stays_as_bright() -> None:
    for height, width in ((16_500, 3), (3, 16_500), (700, 900)):
        assert reduce(np.full((height, width, 1), 255, np.uint8)).min() == 255


def test_rows_are_asked_for_once_and_few_at_a_time() -> None:
    picture = np.arange(700 * 90 * 3, dtype=np.uint16).reshape(700, 90, 3)
    asked = []

    def rows(top: int, end: int) -> NDArray[np.uint16]:
        asked.append((top, end))
        return picture[top:end]

    assert np.array_equal(reduce_rows(700, 90, rows), reduce(picture))
    assert asked == [(0, 256), (256, 512), (512, 700)]


def test_picture_of_the_right_size_is_left_alone() -> None:
    picture = np.arange(SIDE * SIDE * 3, dtype=np.uint16).reshape(SIDE, SIDE, 3)

    assert np.array_equal(reduce(picture), picture)
