"""How long fingerprints take: `python tests/bench/bench_fingerprint.py [FILE...]`.

Without files it makes some: short and long groups of pictures decide how much is decoded.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import anyio
from rich.console import Console
from rich.table import Table

from daemon.demo.clips import ClipRecipe, make_clip
from daemon.media.pool import WorkerPool

TIMEOUT_S = 600
MEMORY_LIMIT_BYTES = 2 << 30
ROUNDS = 5

RECIPES = {
    "10 s 360p h264, short groups": ClipRecipe(seed=1, width=640, height=360, gop=12),
    "10 s 360p h264, one group": ClipRecipe(seed=1, width=640, height=360, gop=250),
    "10 s 360p hevc": ClipRecipe(seed=1, width=640, height=360, codec="libx265"),
    "10 s 360p vp9": ClipRecipe(seed=1, width=640, height=360, codec="libvpx-vp9"),
    "120 s 1080p h264, 5 pictures/s": ClipRecipe(
        seed=1, duration_s=120, width=1920, height=1080, frame_rate=Fraction(5)
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The best of several rounds, which is what the work itself takes."""

    cold_s: float
    """From entering a pool to the answer."""
    warm_s: float
    oshash_s: float


async def measure(path: Path) -> Measured:
    began_s = time.perf_counter()
    async with WorkerPool(
        workers=1, timeout_s=TIMEOUT_S, memory_limit_bytes=MEMORY_LIMIT_BYTES
    ) as pool:
        await pool.examine(path)
        cold_s = time.perf_counter() - began_s
        warm, oshash = [], []
        for _ in range(ROUNDS):
            began_s = time.perf_counter()
            await pool.examine(path)
            warm.append(time.perf_counter() - began_s)
            began_s = time.perf_counter()
            await pool.oshash(path)
            oshash.append(time.perf_counter() - began_s)

    return Measured(cold_s=cold_s, warm_s=min(warm), oshash_s=min(oshash))


def made(folder: Path) -> dict[str, Path]:
    paths = {}
    for index, (name, recipe) in enumerate(RECIPES.items()):
        paths[name] = folder / f"{index}.mkv"
        make_clip(paths[name], recipe)

    return paths


def main(arguments: list[str]) -> None:
    table = Table("file", "cold s", "warm s", "oshash ms")
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(name) for name in arguments} or made(Path(folder))
        for name, path in paths.items():
            took = anyio.run(measure, path)
            row = f"{took.cold_s:.2f}", f"{took.warm_s:.3f}", f"{took.oshash_s * 1000:.1f}"
            table.add_row(name, *row)

    Console().print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
