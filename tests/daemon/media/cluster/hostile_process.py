"""A worker process that misbehaves on purpose, as `tests.daemon.media.hostile_worker` does."""

from __future__ import annotations

import sys
from pathlib import Path

from daemon.media.confinement import confine
from daemon.media.serving import reserve_stdout, serve
from daemon.media.wire import Hashed, Request
from daemon.media.worker import stamp_task
from rules.fingerprint import Oshash
from tests.daemon.media.hostile_worker import DEEDS, hang


def hang_once(path: Path) -> None:
    """Hang unless somebody hung here before."""
    if not (path.parent / "started").exists():
        hang(path)


def task(request: Request) -> Hashed:
    path = request.path
    deeds = {**DEEDS, "hang once": hang_once}
    if path.name in deeds:
        deeds[path.name](path)
    return Hashed(oshash=Oshash(len(path.name)))


if __name__ == "__main__":
    parent, memory_limit_bytes = sys.argv[1:]
    confine(int(parent), int(memory_limit_bytes))
    serve(
        {"oshash": task, "examine": task, "stamp": stamp_task},
        sys.stdin.buffer,
        reserve_stdout(),
    )
