"""Time and chance, handed in, so that tests tell them and nothing waits for its own sake."""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import anyio


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Hold every effect of time and chance that asking a source needs."""

    now_s: Callable[[], float] = time.monotonic
    """Seconds that only grow; their zero means nothing."""
    wall_s: Callable[[], float] = time.time
    """Seconds since 1970, to read dates that servers send."""
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep
    """Wait so many seconds."""
    chance: Callable[[], float] = random.random
    """A number from 0 up to, not including, 1; it spreads retries."""
