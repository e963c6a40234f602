"""Which moments of a video its phash is made of.

Source: Stash, pkg/hash/videophash/phash.go (facts: `stash.md` §1.1, §1.2).
"""

from __future__ import annotations

import math
from decimal import Decimal

GRID_VERSION = "5x5"
"""Stored with each phash: upstream discusses fewer pictures for short files (Stash #7225)."""

COLUMNS = 5
ROWS = 5

_SKIPPED_SHARE = 0.05
_SAMPLED_SHARE = 0.9
_MICROSECONDS = 1_000_000
_HUNDREDTHS = 100


def round_duration_s(duration_us: int | None) -> float:
    """Return seconds rounded half up to 2 decimals, as the reference stores them.

    0 when the container does not say: the reference then looks 25 times at the beginning.
    """
    if duration_us is None or duration_us < 0:
        return 0.0

    hundredths = duration_us / _MICROSECONDS * _HUNDREDTHS
    whole = math.floor(hundredths)
    return (whole + 1 if hundredths - whole >= 0.5 else whole) / _HUNDREDTHS  # noqa: PLR2004


def targets_us(duration_s: float) -> tuple[int, ...]:
    """Return the 25 moments, in microseconds from the start of the file.

    The operations keep the reference's order, since a last bit can move a picture.  The seconds
    are printed shortest, and ffmpeg cuts what it is told after 6 decimals.
    """
    count = COLUMNS * ROWS
    offset_s = _SKIPPED_SHARE * duration_s
    step_s = (_SAMPLED_SHARE * duration_s) / count
    return tuple(_printed_us(offset_s + index * step_s) for index in range(count))


def _printed_us(seconds: float) -> int:
    return int(Decimal(repr(seconds)) * _MICROSECONDS)
