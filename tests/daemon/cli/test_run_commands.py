from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from daemon.desk.views import FILE_LINES, STATUS
from daemon.occupied import is_occupied
from rules.journey import FileState
from tests.daemon.cli.home import PATIENCE_S, Home

LOOK_EVERY_S = 0.02


def command(home: Home, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "daemon", *arguments, "--config", str(home.config)]


@contextmanager
def running(home: Home, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Have a command run in a process of its own; end it whatever happens."""
    with subprocess.Popen(  # noqa: S603  # this very interpreter
        command(home, *arguments),
        env=home.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def await_socket(home: Home, process: subprocess.Popen[str]) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not is_occupied(home.socket):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline_s
        time.sleep(LOOK_EVERY_S)


def await_call(process: subprocess.Popen[str]) -> None:
    """Wait until it talks with the daemon."""
    caller, deadline_s = psutil.Process(process.pid), time.monotonic() + PATIENCE_S
    while not caller.net_connections("unix"):
        assert time.monotonic() < deadline_s
        time.sleep(LOOK_EVERY_S)


def await_log(process: subprocess.Popen[str], event: str) -> None:
    """Read its log until it has said so."""
    assert process.stderr is not None
    for line in process.stderr:
        if event in line:
            return

    raise AssertionError(f"it ended before {event}")


def put_broken_video(home: Home) -> Path:
    """Put a file that is a video by its name only."""
    path = home.films / "Harbour at Dawn.mkv"
    path.write_bytes(b"no video" * 20_000)
    return path


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_daemon_runs_until_it_is_asked_to_end(home: Home, number: signal.Signals) -> None:
    with running(home, "run") as daemon:
        await_log(daemon, "daemon.started")
        assert home.socket.exists()
        daemon.send_signal(number)
        out, err = daemon.communicate(timeout=PATIENCE_S)

    assert (daemon.returncode, out) == (0, "")
    assert "daemon.stopped" in err
    assert "Traceback" not in err
    assert not home.socket.exists()


def test_second_daemon_on_the_same_store_is_refused(home: Home) -> None:
    with running(home, "run") as first:
        await_log(first, "daemon.started")
        second = subprocess.run(  # noqa: S603  # this very interpreter
            command(home, "run"),
            env=home.environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert first.poll() is None
        assert is_occupied(home.socket)

    assert second.returncode == 1
    assert second.stderr.startswith(f"doorman: {home.store} is held by process {first.pid}; ")


def test_state_that_nothing_can_be_held_in_is_wrong_usage(home: Home) -> None:
    ran = home.run("run", "--hold", "review")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "doorman: files cannot be held in 'review'; "
        "hold one of: settled, ready, answered, accepted\n"
    )


def test_socket_that_cannot_be_made_is_a_wrong_configuration(home: Home) -> None:
    home.socket.parent.write_text("in the way")

    ran = home.run("run")

    assert ran.code == 78
    assert f"doorman: the socket {home.socket} cannot be made: " in ran.err


def test_scan_does_all_that_is_to_be_done_where_no_daemon_runs(home: Home) -> None:
    home.configure("\n[fingerprint]\nattempts = 1\n")
    put_broken_video(home)

    ran = home.run("scan")

    assert ran.code == 0
    assert " warning  file.failed file=" in ran.err
    assert ran.err.count("\n") == 1
    assert ran.out.startswith("doorman 0.1.0, not running\n")
    assert "files: 1 failed\n" in ran.out
    assert not home.socket.exists()


def test_scan_for_programs_is_json(home: Home) -> None:
    ran = home.run("scan", "films", "--json")

    status = STATUS.validate_json(ran.out)
    assert (ran.code, status.is_running, status.is_idle) == (0, False, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("scan", "flims"), "there is no library 'flims'; there is films"),
        (("scan", "--confirm"), "doorman scan --confirm NAME"),
        (("identify", "Quiet Orchard"), "doorman knows no file 'Quiet Orchard'"),
    ],
)
def test_work_that_cannot_be_done_is_refused_at_once(
    home: Home, arguments: tuple[str, ...], said: str
) -> None:
    ran = home.run(*arguments)

    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_loss_is_believed_when_a_person_confirms_it(home: Home) -> None:
    home.configure("\n[fingerprint]\nattempts = 1\n")
    video = put_broken_video(home)
    home.run("scan")
    video.unlink()

    doubted = STATUS.validate_json(home.run("scan", "--json").out)
    confirmed = STATUS.validate_json(home.run("scan", "--confirm", "films", "--json").out)

    assert (doubted.missing, doubted.states[FileState.FAILED]) == (0, 1)
    assert (confirmed.missing, confirmed.states[FileState.FAILED]) == (1, 0)


def test_identify_leads_a_file_on_where_no_daemon_runs(home: Home) -> None:
    home.configure("\n[fingerprint]\nattempts = 1\n")
    put_broken_video(home)
    home.run("scan")
    home.fill(lambda shelf: shelf.desk.dismiss("Harbour at Dawn.mkv"))

    (line,) = FILE_LINES.validate_json(home.run("identify", "dawn", "--json").out)
    told = home.run("identify", "dawn").out

    assert (line.path.endswith("Harbour at Dawn.mkv"), line.state) == (True, FileState.FAILED)
    assert told.startswith("1 Harbour at Dawn.mkv: failed: ")


@pytest.fixture
def daemon(home: Home) -> Iterator[subprocess.Popen[str]]:
    """Return a running daemon."""
    with running(home, "run") as process:
        await_log(process, "daemon.started")
        yield process


@pytest.mark.usefixtures("daemon")
def test_commands_speak_to_the_running_daemon(home: Home) -> None:
    status = STATUS.validate_json(home.run("status", "--json").out)

    assert status.is_running
    assert status.pid not in {None, os.getpid()}
    assert home.run("review").out == "Nothing waits for you.\n"
    refused = home.run("accept", "7")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("doorman: doorman knows no file '7'")


@pytest.mark.usefixtures("daemon")
def test_work_is_followed_until_the_daemon_has_done_it(home: Home) -> None:
    put_broken_video(home)

    looked = home.run("scan", "films")
    asked = home.run("identify", "--json")

    assert (looked.code, looked.err) == (0, "")
    assert ", started " in looked.out
    assert "files: 1 failed\n" in looked.out
    assert STATUS.validate_json(asked.out).is_idle


def test_work_that_is_interrupted_is_exit_code_130(home: Home) -> None:
    home.config.write_text(home.config.read_text().replace("100ms", "1h"))
    put_broken_video(home)  # which takes an hour to settle

    with running(home, "scan") as scan:
        await_socket(home, scan)
        scan.send_signal(signal.SIGINT)
        _, err = scan.communicate(timeout=PATIENCE_S)

    assert (scan.returncode, err) == (130, "")


def test_following_that_is_interrupted_leaves_the_daemon_alone(home: Home) -> None:
    home.config.write_text(home.config.read_text().replace("100ms", "1h"))
    put_broken_video(home)
    with running(home, "run") as daemon:
        await_log(daemon, "daemon.started")
        with running(home, "scan") as scan:
            await_call(scan)
            time.sleep(0.5)  # until the command follows; before that it ends as well
            scan.send_signal(signal.SIGINT)
            _, err = scan.communicate(timeout=PATIENCE_S)

        assert (scan.returncode, err) == (130, "")
        assert daemon.poll() is None


def test_demo_that_cannot_begin_says_why(home: Home) -> None:
    occupied = home.folder / "file"
    occupied.touch()

    ran = home.run_bare("demo", "--folder", str(occupied / "below"))

    assert ran.code == 2
    assert ran.err.startswith(f"doorman: {occupied}/below cannot be used (Not a directory); ")
