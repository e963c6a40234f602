"""How often a source may be asked, and how long to wait after a failure.

The arithmetic is told the time; the only waiting is `Limiter.turn`, through the clock that it was
given. One limiter belongs to one host, whatever asks there: limits are counted per host by the
servers, and a limiter per client would exceed them (`theporndb-and-others.md` §3.5).
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

import anyio

from providers.clock import Clock
from providers.easing import Easing

REQUESTS_PER_MINUTE: Final = 240
"""Stash's default for every stash-box (`stash.md` §4.1); ThePornDB answers 429 above it."""

_SECONDS_A_MINUTE: Final = 60.0
_LONGEST_REST_S: Final = 86_400.0
"""No server can silence a source for more than a day with one header."""
_SECONDS_TEXT = re.compile(r"[0-9]{1,18}(\.[0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenBucket:
    """A bucket that holds one token and fills at a steady rate: turns are evenly spaced.

    Burst 1 is Stash's choice too: a burst of 240 and then silence meets the same rate, and trips
    the limits of proxies that count by the second.
    """

    requests_per_minute: float
    free_at_s: float = 0.0
    """When the next token is there; any time before the first look will do."""

    def wait_s(self, now_s: float) -> float:
        """Return how long from `now_s` until a token is there; 0 when it is."""
        return max(0.0, self.free_at_s - now_s)

    def taken(self, now_s: float, share: float = 1.0) -> TokenBucket:
        """Return the bucket after its token was taken; it fills at `share` of its rate."""
        interval_s = _SECONDS_A_MINUTE / (self.requests_per_minute * share)
        return TokenBucket(
            requests_per_minute=self.requests_per_minute,
            free_at_s=max(now_s, self.free_at_s) + interval_s,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Waits that double, are capped, and are spread by chance.

    Half of each wait is fixed and half is chance, so that neither everybody comes back at the
    same moment nor anybody at once.
    """

    first_s: float = 1.0
    most_s: float = 30.0

    def wait_s(self, failures: int, chance: float) -> float:
        """Return the wait after that many failures (1 or more); `chance` is from 0 up to 1."""
        # Above 2**64 the cap has long been reached, and float arithmetic would overflow.
        doubled_s = self.first_s * 2.0 ** min(failures - 1, 64)
        return min(self.most_s, doubled_s) * (0.5 + chance / 2)


def parse_retry_after(text: str | None, wall_s: float) -> float | None:
    """Return the seconds that a Retry-After header asks for, from `wall_s` on.

    Both of its forms are read, seconds and an HTTP date (RFC 9110 §10.2.3); a date in the past
    asks for 0. None when there is no header, or nothing can be read from it.
    """
    if text is None:
        return None

    stripped = text.strip()
    if _SECONDS_TEXT.fullmatch(stripped):
        return min(float(stripped), _LONGEST_REST_S)

    return _until_date(stripped, wall_s)


def _until_date(text: str, wall_s: float) -> float | None:
    try:
        date = parsedate_to_datetime(text)
        # "-0000" gives a date without a zone; HTTP dates are in GMT whatever they say.
        at_s = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None

    return min(max(0.0, at_s - wall_s), _LONGEST_REST_S)


class Limiter:
    """Give out turns to ask one host: evenly spaced, first come first served."""

    def __init__(self, *, requests_per_minute: float, clock: Clock) -> None:
        """Start with a turn at once."""
        self._bucket = TokenBucket(requests_per_minute=requests_per_minute)
        self._clock = clock
        self._easing = Easing()
        self._rests_until_s = float("-inf")
        self._turns_s: deque[float] = deque()
        self._lock = anyio.Lock()

    async def turn(self, *, patience_s: float) -> bool:
        """Wait for a turn and tell that it came.

        False, without waiting, when the host asked for a longer rest than `patience_s`: the
        caller says so instead of hanging.
        """
        # Held while waiting: whoever came first goes first, and a cancelled wait takes no token.
        async with self._lock:
            while (wait_s := self._wait_s()) > 0:
                if self.rest_s > patience_s:
                    return False

                await self._clock.sleep(wait_s)

            self._take(self._clock.now_s())
            return True

    @property
    def rest_s(self) -> float:
        """How much of the rest that the host asked for is left; 0 when none is."""
        return max(0.0, self._rests_until_s - self._clock.now_s())

    @property
    def share(self) -> float:
        """Which part of the allowed rate is used, 0 to 1; less than 1 after complaints."""
        return self._easing.at(self._clock.now_s())

    @property
    def allowed_per_minute(self) -> float:
        """How many turns a minute may be given when the host does not complain."""
        return self._bucket.requests_per_minute

    @property
    def used_last_minute(self) -> int:
        """How many turns were given in the last minute, to whoever asks there."""
        self._forget_turns(self._clock.now_s())
        return len(self._turns_s)

    def complained(self, rest_s: float) -> None:
        """Rest so long, and go on at half the pace: the host says that it is asked too often.

        Further complaints during the rest are about what was under way before it, and count once.
        """
        if self.rest_s == 0:
            self._easing = self._easing.complained(self._clock.now_s())

        self.rest(rest_s)

    def rest(self, for_s: float) -> None:
        """Give no turns for so long; a longer rest that is under way stays."""
        self._rests_until_s = max(self._rests_until_s, self._clock.now_s() + for_s)

    def slow_down_to(self, requests_per_minute: float) -> None:
        """Give at most so many turns a minute from now on; never speeds up."""
        if requests_per_minute < self._bucket.requests_per_minute:
            self._bucket = TokenBucket(
                requests_per_minute=requests_per_minute, free_at_s=self._bucket.free_at_s
            )

    def _take(self, now_s: float) -> None:
        self._bucket = self._bucket.taken(now_s, self._easing.at(now_s))
        self._forget_turns(now_s)
        self._turns_s.append(now_s)

    def _forget_turns(self, now_s: float) -> None:
        while self._turns_s and self._turns_s[0] <= now_s - _SECONDS_A_MINUTE:
            self._turns_s.popleft()

    def _wait_s(self) -> float:
        return max(self.rest_s, self._bucket.wait_s(self._clock.now_s()))


@dataclass(slots=True)
class Limiters:
    """Hold one limiter for each host; the composition owns it and hands it round."""

    clock: Clock = field(default_factory=Clock)
    _by_host: dict[str, Limiter] = field(default_factory=dict)

    def of(self, host: str, requests_per_minute: float) -> Limiter:
        """Return the limiter of `host`; two callers share it at the lower rate."""
        limiter = self._by_host.get(host)
        if limiter is None:
            limiter = Limiter(requests_per_minute=requests_per_minute, clock=self.clock)
            self._by_host[host] = limiter

        limiter.slow_down_to(requests_per_minute)
        return limiter
