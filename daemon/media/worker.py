"""A worker process: `python -P -m daemon.media.worker PARENT MEMORY_LIMIT_BYTES`.

Everything that opens a media file happens here, confined.  `daemon.media.pool` starts it.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

import av.logging

from daemon.media.confinement import confine
from daemon.media.examine import examine
from daemon.media.oshash import oshash
from daemon.media.picture import damage_of, examine_picture
from daemon.media.reading import stamp
from daemon.media.serving import Task, reserve_stdout, serve
from daemon.media.still import still_of
from daemon.media.wire import Decoded, Examined, Hashed, Pictured, Request, Stamped, Stilled


def examine_task(request: Request) -> Examined:
    """Answer an examine request.  Raises: as `examine`."""
    return Examined(examination=examine(request.path, request.wanted))


def oshash_task(request: Request) -> Hashed:
    """Answer an oshash request.  Raises: as `oshash`."""
    return Hashed(oshash=oshash(request.path))


def picture_task(request: Request) -> Pictured:
    """Answer a picture request.  Raises: as `examine_picture`."""
    return Pictured(examination=examine_picture(request.path))


def decode_task(request: Request) -> Decoded:
    """Answer a decode request.  Raises: as `damage_of`."""
    return Decoded(damage=damage_of(request.path))


def stamp_task(request: Request) -> Stamped:
    """Answer a stamp request.  Raises: as `stamp`."""
    size_bytes, mtime_ns = stamp(request.path)
    return Stamped(size_bytes=size_bytes, mtime_ns=mtime_ns)


def still_task(request: Request) -> Stilled:
    """Answer a still request.  Raises: as `still_of`."""
    return Stilled(still=still_of(request.path))


def main(arguments: Sequence[str]) -> None:
    """Confine this process and serve standard input until it closes."""
    parent, memory_limit_bytes = arguments
    confine(int(parent), int(memory_limit_bytes))
    av.logging.set_level(None)
    gc.freeze()  # what was imported stays; the collector shall look at the files' objects only
    tasks: dict[str, Task] = {
        "decode": decode_task,
        "examine": examine_task,
        "oshash": oshash_task,
        "picture": picture_task,
        "stamp": stamp_task,
        "still": still_task,
    }
    serve(tasks, sys.stdin.buffer, reserve_stdout())


if __name__ == "__main__":
    main(sys.argv[1:])
