"""Processes in uninterruptible sleep, as a dead network share makes them: SIGKILL has to wait."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FREEZER = Path("/sys/fs/cgroup/freezer")
"""Of cgroups v1; version 2 lets SIGKILL through (cgroups: freezer-subsystem.rst)."""


def can_freeze() -> bool:
    """Tell whether this system lets us put processes to such a sleep."""
    return (FREEZER / "cgroup.procs").exists() and os.access(FREEZER, os.W_OK)


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """Keep a process in state D inside the block."""
    group = FREEZER / f"doorman-{pid}"
    group.mkdir()
    try:
        (group / "cgroup.procs").write_text(f"{pid}\n")
        (group / "freezer.state").write_text("FROZEN\n")
        yield
    finally:
        (group / "freezer.state").write_text("THAWED\n")
        while (group / "cgroup.procs").read_text():
            os.sched_yield()
        group.rmdir()
