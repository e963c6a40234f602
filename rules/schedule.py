"""When to ask again, as arithmetic over numbers that are handed in.

A jitter is a number in [0, 1) that the caller draws; it spreads files which came together, so
that they don't come back together.
"""

from __future__ import annotations

from collections.abc import Sequence

JITTER_SHARE = 0.1
"""How far a wait may lie from the one asked for, either way."""

_DOUBLINGS = 32
"""More would only overflow: a second doubled 32 times is 136 years."""


def no_match_wait_s(attempt: int, schedule_s: Sequence[float], jitter: float) -> float:
    """Return how long to wait after the `attempt`-th "no match" in a row, counted from 1.

    The last entry of the schedule repeats.
    """
    position = min(max(attempt, 1), len(schedule_s)) - 1
    return _spread(schedule_s[position], jitter)


def is_name_due(attempts: int, waits: int) -> bool:
    """Tell whether a file's name is worth sending again after so many "no match" in a row.

    Asking by fingerprints costs next to nothing, 40 files a request; asking by name costs a
    request for each file. So that is done at first, and again whenever the last of all `waits`
    is over, which is as often as new works are worth looking for.
    """
    return attempts == 0 or attempts >= waits


def deferred_wait_s(
    failures: int, *, first_s: float, cap_s: float, retry_after_s: float | None, jitter: float
) -> float:
    """Return how long to wait after the `failures`-th failure in a row, counted from 1.

    The wait doubles up to `cap_s`. What a source asked us to wait is a lower bound, even above
    the cap: asking earlier would only be refused again, and annoy.
    """
    wait_s = _spread(min(_doubled(first_s, failures), cap_s), jitter)
    if retry_after_s is None or wait_s >= retry_after_s:
        return wait_s

    return retry_after_s * (1 + JITTER_SHARE * jitter)


def failed_file_wait_s(
    attempt: int, *, attempts: int, first_s: float, cap_s: float, jitter: float
) -> float | None:
    """Return how long to wait before a file is examined again; None leaves it to a person.

    `attempt` counts the failures of this content so far, from 1; `attempts` is how many there
    may be.
    """
    if attempt >= attempts:
        return None

    return _spread(min(_doubled(first_s, attempt), cap_s), jitter)


def _doubled(first_s: float, times: int) -> float:
    return first_s * 2.0 ** min(max(times, 1) - 1, _DOUBLINGS)


def _spread(wait_s: float, jitter: float) -> float:
    return wait_s * (1 - JITTER_SHARE + 2 * JITTER_SHARE * jitter)
