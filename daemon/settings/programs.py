"""Programs that a configuration names: they have to be there when it is read."""

from __future__ import annotations

import os
from pathlib import Path


def program_problem(path: Path) -> str | None:
    """Return why `path` is no program that can be run, None when it is one; it is not run."""
    if not path.exists():
        return f"there is no program {path}; install it, correct the path, or remove the line"
    if not path.is_file():
        return f"{path} is no program; name the file itself, as in /usr/bin/ffmpeg"
    if not os.access(path, os.X_OK):
        return f"{path} may not be run; let the user that doorman runs as run it (chmod +x)"

    return None
