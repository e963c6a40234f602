from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from daemon.media.confinement import without_new_descriptors

CONFINED = """
import os, resource, sys
from daemon.media.confinement import confine
confine(int(sys.argv[1]), 300 << 20)
print(os.getpriority(os.PRIO_PROCESS, 0) >= 10)
print(resource.getrlimit(resource.RLIMIT_CORE))
try:
    bytearray(400 << 20)
except MemoryError:
    print("no memory")
"""


def run_confined(parent: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", CONFINED, str(parent)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_process_yields_leaves_no_core_and_gets_no_more_memory() -> None:
    done = run_confined(os.getpid())

    assert done.stdout.splitlines() == ["True", "(0, 0)", "no memory"]


def test_process_whose_parent_is_gone_already_ends_itself() -> None:
    done = run_confined(os.getppid())

    assert (done.returncode, done.stdout) == (-9, "")


def test_no_file_and_no_socket_can_be_opened_inside(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()

    with without_new_descriptors():
        with pytest.raises(OSError, match=os.strerror(errno.EMFILE)):
            path.open()
        with pytest.raises(OSError, match=os.strerror(errno.EMFILE)):
            socket.socket()


def test_files_can_be_opened_again_outside(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), without_new_descriptors():
        raise ZeroDivisionError

    (tmp_path / "file").write_text("again")
