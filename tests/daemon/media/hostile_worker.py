"""A worker whose tasks misbehave on purpose; what to do is the name of the file."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from daemon.media.confinement import confine
from daemon.media.errors import FileUnreadable
from daemon.media.serving import reserve_stdout, serve
from daemon.media.wire import Hashed, Request
from rules.fingerprint import Oshash

ANSWERS = -1


def hang(path: Path) -> None:
    """Say our number into the pipe beside the file, then wait for ever."""
    (path.parent / "started").write_text(str(os.getpid()))
    while True:
        signal.pause()


def wait(path: Path) -> None:
    """Say our number into the pipe beside the file, then wait until we shall go on."""
    (path.parent / "started").write_text(str(os.getpid()))
    while not (path.parent / "go on").exists():
        time.sleep(0.01)


def die(_path: Path) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def crash(_path: Path) -> None:
    raise RuntimeError("on purpose")


def eat(_path: Path) -> None:
    eaten = []
    while True:
        eaten.append(bytearray(16 << 20))


def babble(_path: Path) -> None:
    os.write(ANSWERS, b"no answer at all\n")


def chatter(_path: Path) -> None:
    os.write(ANSWERS, b"x" * (2 << 20))


def mumble(_path: Path) -> None:
    """Print as libraries do: where nobody listens for answers."""
    os.write(1, b"a library says hello\n")


def confess(path: Path) -> None:
    """Tell about this process by way of an error's detail."""
    facts = {
        "pid": os.getpid(),
        "niceness": os.getpriority(os.PRIO_PROCESS, 0),
        "session": os.getsid(0),
        "environment": sorted(os.environ),
    }
    raise FileUnreadable(path, json.dumps(facts))


DEEDS: dict[str, Callable[[Path], None]] = {
    deed.__name__: deed for deed in (hang, wait, die, crash, eat, babble, chatter, mumble, confess)
}


def task(request: Request) -> Hashed:
    path = request.path
    if path.name in DEEDS:
        DEEDS[path.name](path)
    return Hashed(oshash=Oshash(len(path.name)))


if __name__ == "__main__":
    parent, memory_limit_bytes = sys.argv[1:]
    confine(int(parent), int(memory_limit_bytes))
    with reserve_stdout() as answers:
        ANSWERS = answers.fileno()
        serve({"oshash": task, "examine": task}, sys.stdin.buffer, answers)
