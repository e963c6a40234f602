"""Small clips to damage and to disguise."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from daemon.demo.clips import ClipRecipe

SMALL = ClipRecipe(seed=1, duration_s=2, width=96, height=64, frame_rate=Fraction(12), gop=12)
Made = Callable[..., bytes]
"""Returns the content of a small clip by its suffix and codec."""


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
