"""How many messages somebody is sent in an hour and in a day: counted, and told the time; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """The most that may be sent in any hour and in any day."""

    per_hour: int
    per_day: int

    def free_at_s(self, sent_at_s: Sequence[float], now_s: float) -> float:
        """Return when one more may be sent; not after `now_s` when it may at once.

        Any sixty minutes count, not those of the clock: a cap that began anew at each full hour
        would let through twice as many around it.
        """
        newest_first = sorted((at_s for at_s in sent_at_s if at_s <= now_s), reverse=True)
        return max(
            _free_at_s(newest_first, self.per_hour, HOUR_S, now_s),
            _free_at_s(newest_first, self.per_day, DAY_S, now_s),
        )


def _free_at_s(newest_first: Sequence[float], most: int, within_s: float, now_s: float) -> float:
    """Return when fewer than `most` lie within the time before."""
    if len(newest_first) < most:
        return now_s

    return max(now_s, newest_first[most - 1] + within_s)
