"""What the picture of a performer is called: a name that every file system of a household takes.

Sources: Microsoft, "Naming Files, Paths, and Namespaces" (characters, reserved names, dots and
spaces at the end), which SMB and exFAT share; ext4's limit of 255 bytes.
"""

from __future__ import annotations

import re
from typing import Final

from rules.work import Performer

MOST_NAME_BYTES: Final = 200
"""Leaves room for an extension, and for what copying programs append."""

_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\ud800-\udfff]')
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def portrait_name(performer: Performer) -> str | None:
    """Return the stem of the file for a performer's picture; None where no name is left.

    What tells a performer from another of the same name stands behind it, in parentheses.
    """
    full = performer.name
    if performer.disambiguation:
        full = f"{full} ({performer.disambiguation})"
    name = " ".join(_FORBIDDEN.sub("_", full).split())
    name = _shortened(name).strip(" .")
    if not name.strip("_ "):
        return None

    return f"_{name}" if _RESERVED.fullmatch(name) else name


def _shortened(name: str) -> str:
    return name.encode()[:MOST_NAME_BYTES].decode(errors="ignore")
