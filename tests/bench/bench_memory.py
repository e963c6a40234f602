"""The most memory that one worker needs for a file: `python tests/bench/bench_memory.py [FILE...]`.

Without files it makes one: HEVC in 4K, for which the promise is less than 500 MB.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import anyio
import psutil

from daemon.demo.clips import ClipRecipe, make_clip
from daemon.media.pool import WorkerPool

TIMEOUT_S = 600
MEMORY_LIMIT_BYTES = 2 << 30
PROMISED_BYTES = 500 * 10**6
RECIPE = ClipRecipe(
    seed=1,
    duration_s=3,
    width=3840,
    height=2160,
    frame_rate=Fraction(8),
    codec="libx265",
    gop=250,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """What a worker of its own needed for one file, resident, in bytes (proc(5), VmHWM)."""

    idle: int
    """Before the file."""
    peak: int
    afterwards: int
    """When it had answered."""


async def measure(path: Path) -> Needed:
    """Examine a file in a worker of its own."""
    async with WorkerPool(
        workers=1, timeout_s=TIMEOUT_S, memory_limit_bytes=MEMORY_LIMIT_BYTES
    ) as pool:
        await pool.oshash(path)
        (worker,) = psutil.Process().children()
        idle = worker.memory_info().rss
        await pool.examine(path)
        return Needed(idle=idle, peak=peak_bytes(worker.pid), afterwards=worker.memory_info().rss)


def peak_bytes(pid: int) -> int:
    """Return the most that a process ever had resident."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (kilobytes,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(kilobytes) * 1024


def main(arguments: Sequence[str]) -> int:
    """Print what each file needs; return 1 if that was more than promised for any."""
    with tempfile.TemporaryDirectory(prefix="doorman-bench-") as folder:
        paths = [Path(argument) for argument in arguments] or [_made(Path(folder))]
        peaks = [_tell(path) for path in paths]
    return 0 if max(peaks) < PROMISED_BYTES else 1


def _made(folder: Path) -> Path:
    path = folder / "hevc 4k.mp4"
    make_clip(path, RECIPE)
    return path


def _tell(path: Path) -> int:
    """Measure one file and print it; return the peak."""
    needed = anyio.run(measure, path)
    sys.stdout.write(
        f"{path.name}: one worker needs {needed.peak / 1e6:.0f} MB at the most, "
        f"{needed.idle / 1e6:.0f} MB before and {needed.afterwards / 1e6:.0f} MB afterwards "
        f"(promised: under {PROMISED_BYTES / 1e6:.0f} MB)\n"
    )
    return needed.peak


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
