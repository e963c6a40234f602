"""Look at an ffmpeg that the owner named: whether it is one, by running it; blocks."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from daemon.media.command import program_environment
from daemon.setup.findings import Finding, Level

_THING = "ffmpeg"
_ANSWERS_WITHIN_S = 5.0
"""It has nothing to do but to print; the first start after a boot reads 100 MB of libraries."""
_VERSION = re.compile(r"ffmpeg version (\S{1,80})")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """Why a program is no ffmpeg that works, as a sentence without what to do."""

    text: str


def look_at_ffmpeg(path: Path, *, timeout_s: float = _ANSWERS_WITHIN_S) -> list[Finding]:
    """Find whether the program at `path` says that it is ffmpeg."""
    answer = _ask(path, timeout_s)
    if isinstance(answer, _Problem):
        message = f"{answer.text}; install ffmpeg, correct [fingerprint] ffmpeg, or remove it"
        return [Finding(level=Level.ERROR, thing=_THING, message=message)]

    message = f"{path} is version {answer}; it is asked for what doorman cannot decode"
    return [Finding(level=Level.OK, thing=_THING, message=message)]


def ffmpeg_problem(path: Path, *, timeout_s: float = _ANSWERS_WITHIN_S) -> str | None:
    """Return why the program at `path` is no ffmpeg that works, None when it is one."""
    answer = _ask(path, timeout_s)
    return answer.text if isinstance(answer, _Problem) else None


def _ask(path: Path, timeout_s: float) -> str | _Problem:
    """Return the version that the program says."""
    try:
        done = subprocess.run(  # noqa: S603  # the owner named the program
            [path, "-nostdin", "-version"],
            capture_output=True,
            check=False,
            env=program_environment(os.environ),
            stdin=subprocess.DEVNULL,
            timeout=timeout_s,
        )
    except OSError as error:
        return _Problem(text=f"{path} cannot be run ({error.strerror})")
    except subprocess.TimeoutExpired:
        return _Problem(text=f"{path} did not say its version within {timeout_s:g} s")

    version = _VERSION.match(done.stdout.decode(errors="replace"))
    if version is None or done.returncode != 0:
        return _Problem(text=f"{path} is no ffmpeg that works (status {done.returncode})")

    return version[1]
