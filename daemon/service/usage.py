"""What the daemon's own process takes of the machine; its workers are not counted."""

from __future__ import annotations

import resource
from dataclasses import dataclass
from pathlib import Path

_OWN = Path("/proc/self")
_RESIDENT = 1
"""The field of statm that holds it, in pages (proc(5))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a process takes."""

    resident_bytes: int
    cpu_s: float
    """Since it started."""
    descriptors: int
    """Open files, sockets and the like."""


def own_usage() -> Usage:
    """Return what this process takes now.

    Raises:
        OSError: /proc cannot be read, as in a sandbox that hides it.

    """
    pages = int((_OWN / "statm").read_text().split()[_RESIDENT])
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return Usage(
        resident_bytes=pages * resource.getpagesize(),
        cpu_s=spent.ru_utime + spent.ru_stime,
        descriptors=sum(1 for _ in (_OWN / "fd").iterdir()),
    )
