"""Presentation times as ffmpeg sees them.

Sources: FFmpeg, libavutil/mathematics.c (av_rescale_q) and libavcodec/decode.c
(guess_correct_pts); facts: `phash.md`, rules 3 and 4.
"""

from __future__ import annotations

from fractions import Fraction

_MICROSECONDS = 1_000_000
_BEFORE_ALL = -(1 << 63)


def rescale(time_us: int, time_base: Fraction) -> int:
    """Return microseconds in units of `time_base`: nearest, halves away from zero."""
    numerator = abs(time_us) * time_base.denominator
    denominator = _MICROSECONDS * time_base.numerator
    nearest = (2 * numerator + denominator) // (2 * denominator)
    return nearest if time_us >= 0 else -nearest


class PresentationGuess:
    """Guess a decoded picture's presentation time from its two timestamps.

    ffmpeg calls this the best-effort timestamp; PyAV does not expose it.  Whichever of the two
    timestamps has run backwards less often so far is believed.
    """

    def __init__(self) -> None:
        """Begin without any picture seen."""
        self._faulty_dts = 0
        self._faulty_pts = 0
        self._last_dts = _BEFORE_ALL
        self._last_pts = _BEFORE_ALL

    def guess(self, pts: int | None, dts: int | None) -> int | None:
        """Return the time of the next picture, in the order in which the decoder gives them."""
        self._note_dts(pts, dts)
        self._note_pts(pts, dts)
        is_pts_believed = self._faulty_pts <= self._faulty_dts or dts is None
        return pts if pts is not None and is_pts_believed else dts

    def _note_dts(self, pts: int | None, dts: int | None) -> None:
        if dts is not None:
            self._faulty_dts += dts <= self._last_dts
            self._last_dts = dts
        elif pts is not None:
            self._last_dts = pts

    def _note_pts(self, pts: int | None, dts: int | None) -> None:
        if pts is not None:
            self._faulty_pts += pts <= self._last_pts
            self._last_pts = pts
        elif dts is not None:
            self._last_pts = dts
