"""Look at an ffmpeg that the owner named: whether it is one, by running it; blocks."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from daemon.media.command import program_environment
from daemon.setup.findings import Finding, Level

_THING = "ffmpeg"
_ANSWERS_WITHIN_S = 5.0
"""It has nothing to do but to print; the first start after a boot reads 100 MB of libraries."""
_VERSION = re.compile(r"ffmpeg version (\S{1,80})")
_REMEDY = "install ffmpeg, correct [fingerprint] ffmpeg, or remove it"


def look_at_ffmpeg(path: Path, *, timeout_s: float = _ANSWERS_WITHIN_S) -> list[Finding]:
    """Find whether the program at `path` says that it is ffmpeg."""
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
        return _error(f"{path} cannot be run ({error.strerror}); {_REMEDY}")
    except subprocess.TimeoutExpired:
        return _error(f"{path} did not say its version within {timeout_s:g} s; {_REMEDY}")

    version = _VERSION.match(done.stdout.decode(errors="replace"))
    if version is None or done.returncode != 0:
        return _error(f"{path} is no ffmpeg that works (status {done.returncode}); {_REMEDY}")

    message = f"{path} is version {version[1]}; it is asked for what doorman cannot decode"
    return [Finding(level=Level.OK, thing=_THING, message=message)]


def _error(message: str) -> list[Finding]:
    return [Finding(level=Level.ERROR, thing=_THING, message=message)]
