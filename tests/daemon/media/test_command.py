from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from daemon.media.command import Outcome, OutputTooLong, run

SH = "/bin/sh"
LOTS = 1 << 20
WORKER = """
import sys
from daemon.media.command import run
run(["/bin/sh", "-c", 'echo $$ > "$0"; exec sleep 1000', sys.argv[1]], most_bytes=1)
"""


def run_shell(text: str, most_bytes: int = LOTS) -> Outcome:
    return run([SH, "-c", text], most_bytes=most_bytes)


def test_program_is_heard_to_its_end() -> None:
    outcome = run_shell("echo out; echo first >&2; echo last >&2; exit 3")

    assert outcome == Outcome(exit_status=3, output=b"out\n", complaint="last")


def test_program_that_says_nothing_has_no_complaint() -> None:
    assert run_shell("exit 0") == Outcome(exit_status=0, output=b"", complaint="")


def test_signal_is_a_negative_status() -> None:
    assert run_shell("kill -TERM $$").exit_status == -signal.SIGTERM


def test_long_output_arrives_whole() -> None:
    outcome = run_shell("head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2")

    assert outcome.output == bytes(300_000)
    assert len(outcome.complaint) == 2000


def test_endless_output_ends_the_program() -> None:
    with pytest.raises(OutputTooLong):
        run_shell("exec cat /dev/zero", most_bytes=1000)


def test_endless_complaint_costs_no_memory() -> None:
    outcome = run_shell("head -c 50000000 /dev/zero >&2; echo the end >&2")

    assert outcome.complaint.endswith("the end")
    assert len(outcome.complaint) <= 2000


def test_program_sees_no_secret_and_no_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOORMAN_SECRET", "not-a-real-key")

    outcome = run_shell("env; cat")

    names = {line.split(b"=")[0] for line in outcome.output.splitlines()}
    assert names <= {b"LC_ALL", b"PATH", b"LD_LIBRARY_PATH", b"TMPDIR", b"PWD", b"SHLVL", b"_"}


def test_missing_program_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        run([str(tmp_path / "none")], most_bytes=1)


def test_killed_worker_leaves_no_program_behind(tmp_path: Path) -> None:
    started = tmp_path / "started"
    os.mkfifo(started)
    worker = subprocess.Popen([sys.executable, "-c", WORKER, str(started)])  # noqa: S603  # ours
    descriptor = os.pidfd_open(int(started.read_text()))
    end = select.poll()
    end.register(descriptor, select.POLLIN)
    try:
        assert not end.poll(0)
        worker.kill()

        assert end.poll(20_000)
    finally:
        os.close(descriptor)
        worker.wait()
