from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from daemon.media.confinement import claim_share, without_new_descriptors
from tests.daemon.media import refusing
from tests.daemon.media.refusing import can_refuse

CONFINED = """
import os, psutil, resource, sys
from daemon.media.confinement import confine
confine(int(sys.argv[1]), 300 << 20)
print(os.getpriority(os.PRIO_PROCESS, 0) >= 10)
print(psutil.Process().ionice().ioclass.name)
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

    assert done.stdout.splitlines() == [
        "True",
        "IOPRIO_CLASS_IDLE",
        "(0, 0)",
        "no memory",
    ]


@pytest.mark.skipif(not can_refuse(), reason="the numbers of this machine's calls are not known")
def test_sandbox_that_refuses_priorities_costs_nothing() -> None:
    done = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-P", str(Path(refusing.__file__)), str(os.getpid())],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (done.stdout, done.stderr) == ("as before", "")


def test_process_can_have_its_share_of_a_busy_disk() -> None:
    with subprocess.Popen(["sleep", "60"]) as idle:  # noqa: S607  # wherever it lies
        process = psutil.Process(idle.pid)
        process.ionice(psutil.IOPRIO_CLASS_IDLE)

        claim_share(idle.pid)

        assert process.ionice() == (psutil.IOPRIO_CLASS_BE, 7)
        idle.kill()


def test_share_for_a_process_that_has_ended_is_no_error() -> None:
    with subprocess.Popen(["true"]) as ended:  # noqa: S607  # wherever it lies
        ended.wait()

    claim_share(ended.pid)


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
