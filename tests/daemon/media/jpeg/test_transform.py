from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.media.jpeg.transform import plane_of

ORDER = sorted(
    ((down, across) for down in range(8) for across in range(8)),
    key=lambda at: (sum(at), at[0] if sum(at) % 2 else at[1]),
)


WAVE = np.array(
    [[math.cos((2 * x + 1) * u * math.pi / 16) / 2 for u in range(8)] for x in range(8)]
) * np.array([math.sqrt(0.5), *[1] * 7])


@settings(max_examples=50)
@given(st.binary(min_size=64, max_size=64), st.integers(1, 40))
def test_samples_are_within_one_of_the_exact_ones(samples: bytes, quantity: int) -> None:
    wanted = np.frombuffer(samples, np.uint8).reshape(8, 8) - 128.0
    terms = (WAVE.T @ wanted @ WAVE / quantity).round()
    exact = (WAVE @ (terms * quantity) @ WAVE.T + 128).clip(0, 255)

    block = np.array([terms[at] for at in ORDER], np.int16).reshape(1, 1, 64)
    plane = plane_of(block, np.full(64, quantity, np.int32))

    assert np.abs(plane - exact).max() < 1


def test_blocks_keep_their_places() -> None:
    blocks = np.zeros((2, 3, 64), np.int16)
    blocks[:, :, 0] = np.arange(6).reshape(2, 3) * 8

    plane = plane_of(blocks, np.ones(64, np.int32))

    assert plane.shape == (16, 24)
    assert (plane[::8, ::8] == 128 + np.arange(6).reshape(2, 3)).all()
    assert (plane == plane[::8, ::8].repeat(8, axis=0).repeat(8, axis=1)).all()
