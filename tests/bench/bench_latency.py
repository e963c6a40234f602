"""From the last byte of a download to the NFO on disk: what a person waits for.

The promise is less than 3 seconds on two cores with a quiet time of one second.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from anyio.from_thread import start_blocking_portal

from daemon.demo.clips import ClipRecipe
from providers.sandbox import Sandbox
from tests.end_to_end.films import film_of
from tests.end_to_end.home import Home, nfo_of
from tests.end_to_end.phone import Phone
from tests.end_to_end.running import Daemon

RUNS = 5
SETTLE_S = 1.0
PROMISED_S = 3.0
DURATION_S = 10.0
HEIGHTS = (360, 720)
"""Lines of the pictures; most of the time beyond the quiet time is theirs."""
_LOOK_EVERY_S = 0.005
_PATIENCE_S = 60.0


def main() -> int:
    """Print the times for each size of picture; return 1 if the promise was broken for any."""
    medians_s = [_tell(height, _times_s(height)) for height in HEIGHTS]
    return 0 if max(medians_s) < PROMISED_S else 1


def _tell(height: int, times_s: Sequence[float]) -> float:
    """Print what came of one size; return the median."""
    median_s = statistics.median(times_s)
    sys.stdout.write(
        f"{height} lines, {DURATION_S:g} s, from the last byte to the NFO, {RUNS} runs: "
        f"min {min(times_s):.2f} s, median {median_s:.2f} s, max {max(times_s):.2f} s, "
        f"{median_s / SETTLE_S:.2f} times the quiet time (promised: under {PROMISED_S:g} s)\n"
    )
    return median_s


def _times_s(height: int) -> list[float]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="doorman-bench-")))
        box, phone = stack.enter_context(Sandbox()), stack.enter_context(Phone())
        portal = stack.enter_context(start_blocking_portal())
        home = Home(folder=folder, box=box, phone=phone, portal=portal)
        home.set("library", settle=f"{SETTLE_S:g}s")
        home.set("log", level="info")
        contents = [_prepare(home, run, height) for run in range(RUNS)]
        daemon = stack.enter_context(home.run())
        daemon.until_idle()
        return [_time_s(home, daemon, run, content) for run, content in enumerate(contents)]


def _prepare(home: Home, run: int, height: int) -> bytes:
    """Make a film that the source knows; return its bytes."""
    recipe = ClipRecipe(seed=run, duration_s=DURATION_S, width=height * 16 // 9, height=height)
    film = film_of(home.folder / f"Film {run}.mp4", recipe)
    home.knows(film)
    return film.path.read_bytes()


def _time_s(home: Home, daemon: Daemon, run: int, content: bytes) -> float:
    """Return how long it took from the last byte to the NFO."""
    video = home.library / f"Film {run}.mp4"
    with video.open("wb", buffering=0) as file:
        file.write(content)
        began_s = time.monotonic()
    nfo = nfo_of(video)
    while not nfo.exists():
        if time.monotonic() - began_s > _PATIENCE_S:
            raise AssertionError(f"no NFO in {_PATIENCE_S:g} s; the log:\n{daemon.words()}")

        time.sleep(_LOOK_EVERY_S)
    took_s = time.monotonic() - began_s
    daemon.until_idle()
    return took_s


if __name__ == "__main__":
    sys.exit(main())
