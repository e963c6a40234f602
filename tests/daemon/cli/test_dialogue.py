from __future__ import annotations

import os
import pty
import subprocess
import sys
from contextlib import suppress

import pytest

from daemon.cli.dialogue import NobodyAnswers, ask
from tests.daemon.cli.home import PATIENCE_S, Home

ASK = """
import sys
from daemon.cli.dialogue import NobodyAnswers, ask, ask_secret
try:
    answers = [ask("Which folder?"), ask_secret("Which key?")]
except NobodyAnswers as error:
    print(error, error.exit_code)
else:
    print(ascii(answers))
"""


def test_line_is_the_answer() -> None:
    asked: list[str] = []

    def read(prompt: str) -> str:
        asked.append(prompt)
        return "/srv/films"

    assert ask("Which folder?", read=read) == "/srv/films"
    assert asked == ["Which folder?\n> "]


def test_end_of_all_lines_is_no_answer() -> None:
    def read(_: str) -> str:
        raise EOFError

    with pytest.raises(NobodyAnswers, match=r'nobody answers "Which folder[?]"'):
        ask("Which folder?", read=read)


def answered(home: Home, answers: bytes) -> str:
    """Return what is printed when these lines stand in a pipe."""
    ended = subprocess.run(  # noqa: S603  # this very interpreter
        [sys.executable, "-c", ASK],
        env=home.environment(),
        input=answers,
        capture_output=True,
        timeout=PATIENCE_S,
        check=True,
    )
    assert ended.stderr == b""
    return ended.stdout.decode()


def test_lines_of_a_pipe_are_answers(home: Home) -> None:
    said = answered(home, b"/srv/films\nhunter2\n")

    assert said == "Which folder?\n> Which key?\n> ['/srv/films', 'hunter2']\n"


@pytest.mark.parametrize(
    ("answers", "question"), [(b"", "Which folder?"), (b"/srv/films\n", "Which key?")]
)
def test_who_says_nothing_is_told_of_the_options(home: Home, answers: bytes, question: str) -> None:
    assert answered(home, answers).endswith(
        f'nobody answers "{question}"; give the answers as options, '
        "which doorman init --help lists 2\n"
    )


def test_terminal_shows_answers_but_no_secrets(home: Home) -> None:
    screen, keyboard = pty.openpty()
    with subprocess.Popen(  # noqa: S603  # this very interpreter
        [sys.executable, "-c", ASK],
        env=home.environment(TERM="dumb"),
        stdin=keyboard,
        stdout=keyboard,
        stderr=keyboard,
        start_new_session=True,
    ) as asking:
        os.close(keyboard)
        shown = read_until(screen, b"Which folder?\r\n> ")
        os.write(screen, b"/srv/films\n")
        shown += read_until(screen, b"Which key?\r\n> ")
        os.write(screen, b"hunter2\n")
        shown += read_until(screen, b"]\r\n")
        assert asking.wait(PATIENCE_S) == 0
    os.close(screen)

    assert b"/srv/films\r\n" in shown
    before_the_end = shown.rsplit(b"[", 1)[0]
    assert b"hunter2" not in before_the_end
    assert shown.endswith(b"['/srv/films', 'hunter2']\r\n")


def read_until(screen: int, wanted: bytes) -> bytes:
    shown = b""
    while not shown.endswith(wanted):
        with suppress(OSError):  # a terminal that nobody writes to any more
            part = os.read(screen, 1000)
        assert part, shown
        shown += part
    return shown
