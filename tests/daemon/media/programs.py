"""Programs that stand in for an installed ffmpeg, and the real one where there is one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

FFMPEG = Path(found) if (found := shutil.which("ffmpeg")) else None

needs_ffmpeg = pytest.mark.skipif(FFMPEG is None, reason="no ffmpeg is installed to compare with")


def program(folder: Path, text: str) -> Path:
    """Write a shell program and return its path."""
    path = folder / "ffmpeg"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path
