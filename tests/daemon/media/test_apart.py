from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import psutil
import pytest

from daemon.media.apart import apart

LONG_S = 60


def crash() -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b"never"


def fail() -> bytes:
    raise RuntimeError("on purpose")


def hang() -> bytes:
    signal.pause()
    return b"never"


@pytest.mark.parametrize("answer", [b"", b"said", bytes(1 << 20)], ids=len)
def test_what_the_copy_returns_is_returned(answer: bytes) -> None:
    assert apart(lambda: answer, LONG_S) == answer


@pytest.mark.parametrize("deed", [crash, fail])
def test_copy_that_ends_badly_has_said_nothing(
    deed: Callable[[], bytes], capfd: pytest.CaptureFixture[str]
) -> None:
    assert apart(deed, LONG_S) == b""
    assert capfd.readouterr().err == ""


def test_copy_is_ended_at_its_deadline() -> None:
    began_s = time.monotonic()

    assert apart(hang, 0.1) == b""
    assert time.monotonic() - began_s < LONG_S / 2


def test_handler_of_ours_does_not_save_the_copy() -> None:
    """A time limit of a test run, for one, is such a handler."""
    before = signal.signal(signal.SIGALRM, lambda *_: None)
    try:
        assert apart(hang, 0.1) == b""
    finally:
        signal.signal(signal.SIGALRM, before)


def test_copy_changes_nothing_of_ours_and_leaves_nobody_behind() -> None:
    said = [b"before"]
    children = psutil.Process().children()

    def change() -> bytes:
        said.append(b"in the copy")
        return said[-1]

    assert apart(change, LONG_S) == b"in the copy"
    assert said == [b"before"]
    assert psutil.Process().children() == children


KILLED = """
import os, signal
from daemon.media.apart import apart

def task():
    os.write(1, b"begun")
    os.kill(os.getppid(), signal.SIGKILL)
    signal.pause()
    return b""

apart(task, 60)
"""


def test_copy_ends_with_a_killed_parent() -> None:
    """Else it would hold the other end of the pipe, and this would wait for its 60 s."""
    done = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", KILLED], stdout=subprocess.PIPE, timeout=LONG_S / 2, check=False
    )

    assert done.returncode == -signal.SIGKILL
    assert done.stdout == b"begun"
