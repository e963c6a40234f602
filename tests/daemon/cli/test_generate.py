from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator

import pytest

from daemon.desk.views import REQUESTED, STATUS, Requested
from rules.journey import FileState
from tests.daemon.cli.home import PATIENCE_S, Home
from tests.daemon.cli.test_run_commands import await_log, put_broken_video, running


@pytest.fixture
def daemon(home: Home) -> Iterator[subprocess.Popen[str]]:
    """Return a running daemon."""
    home.configure("\n[fingerprint]\nattempts = 1\n")
    with running(home, "run") as process:
        await_log(process, "daemon.started")
        yield process


def test_nothing_to_do_is_said_at_once_where_no_daemon_runs(home: Home) -> None:
    ran = home.run("generate")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "No fingerprint is missing or outdated; doorman generate --all makes all anew.\n"
    )


def test_file_that_failed_is_tried_again_where_no_daemon_runs(home: Home) -> None:
    home.configure("\n[fingerprint]\nattempts = 1\n")
    put_broken_video(home)
    home.run("scan")

    ran = home.run("generate")

    assert ran.code == 0
    assert ran.out.startswith("1 file that failed will be tried once more\ndoorman 0.1.0, not ")
    assert ran.out.endswith("1 cannot be examined: doorman review --failed\n")
    assert ran.err.count("file.failed") == 1


def test_answer_for_programs_is_one_document(home: Home) -> None:
    home.configure("\n[fingerprint]\nattempts = 1\n")
    put_broken_video(home)
    home.run("scan")

    ran = home.run("generate", "films", "--all", "--json")

    assert REQUESTED.validate_json(ran.out) == Requested(
        contents=0, failed=1, waiting=1, left_s=None
    )
    status = STATUS.validate_json(home.run("status", "--json").out)
    assert (status.states[FileState.FAILED], status.is_idle) == (1, True)


def test_what_was_done_before_an_interruption_is_kept(home: Home) -> None:
    home.configure("\n[fingerprint]\nattempts = 1\n")
    put_broken_video(home)
    home.run("scan")
    home.config.write_text(home.config.read_text().replace("100ms", "1h"))
    (home.films / "Lantern Street.mkv").write_bytes(b"it takes an hour to settle")

    with running(home, "generate") as generate:
        await_log(generate, "file.failed")
        generate.send_signal(signal.SIGINT)
        generate.communicate(timeout=PATIENCE_S)

    assert generate.returncode == 130
    states = STATUS.validate_json(home.run("status", "--json").out).states
    assert (states[FileState.FAILED], states[FileState.SEEN]) == (1, 1)


@pytest.mark.usefixtures("daemon")
def test_running_daemon_does_it_in_the_background(home: Home) -> None:
    put_broken_video(home)
    home.run("scan")

    ran = home.run("generate")
    home.run("scan")  # follows until the file has failed once more

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "1 file that failed will be tried once more\n"
        "The daemon does it in the background; see how far it is: doorman status\n"
    )
    status = STATUS.validate_json(home.run("status", "--json").out)
    assert status.states[FileState.FAILED] == 1


@pytest.mark.parametrize(
    ("more", "arguments", "said"),
    [
        ("", ("generate", "flims"), "there is no library 'flims'; there is films"),
        (
            "\n[fingerprint]\ncontact_sheet = false\n",
            ("generate", "--sheets"),
            "set [fingerprint] contact_sheet = true",
        ),
    ],
    ids=["library", "sheets"],
)
def test_what_cannot_be_asked_for_is_refused(
    home: Home, more: str, arguments: tuple[str, ...], said: str
) -> None:
    home.configure(more)

    ran = home.run(*arguments)

    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
