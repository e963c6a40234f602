"""The walk as somebody at a terminal has it: a process of its own, keys, and what it prints."""

from __future__ import annotations

import os
import signal
import termios

import pytest

from rules.journey import FileState
from tests.daemon.cli.home import Home, spawn
from tests.daemon.cli.review.terminal import PROMPT, Terminal, at_terminal
from tests.daemon.desk.shelf import Shelf, offer

A, B = offer("a"), offer("b")


async def put_three(shelf: Shelf) -> tuple[int, int, int]:
    """Put three questions; the newest comes first."""
    return (
        await shelf.put("Harbour at Dawn.mkv", offers=(A,), at_s=3.0),
        await shelf.put("Lantern Street.mkv", offers=(A, B), at_s=2.0),
        await shelf.put("Quay.mkv", offers=(B,), at_s=1.0),
    )


def states(home: Home, numbers: tuple[int, ...]) -> list[FileState]:
    """Return where these files stand."""

    async def look(shelf: Shelf) -> list[FileState]:
        return [(await shelf.file(number)).state for number in numbers]

    return home.fill(look)


def is_cooked(terminal: Terminal) -> bool:
    """Tell whether the terminal takes whole lines and shows what is typed."""
    flags = terminal.settings()[3]
    assert isinstance(flags, int)
    return bool(flags & termios.ICANON) and bool(flags & termios.ECHO)


def test_questions_are_answered_by_keys_one_after_the_other(home: Home) -> None:
    numbers = home.fill(put_three)
    with at_terminal(["review", "--walk", "-c", str(home.config)], home.environment()) as terminal:
        first = terminal.until(PROMPT)
        terminal.press("a")
        second = terminal.until(PROMPT)
        terminal.press("a")
        refused = terminal.until("Press its number first: 1, 2")
        terminal.press("2")
        proposed = terminal.until(PROMPT)
        terminal.press("a")
        third = terminal.until(PROMPT)
        terminal.press("d")
        end = terminal.until(PROMPT.partition(" ")[0])
        terminal.press("q")
        code = terminal.ended()

        assert is_cooked(terminal)
    assert code == 0
    assert "Harbour at Dawn.mkv" in first
    assert "oshash is the same, 3 submissions" in first
    assert "Accepting 1 would set" in first
    assert "accepted as" in second
    assert "Lantern Street.mkv" in second
    assert "Choose a candidate first: 1, 2" in second
    assert "accepted" not in refused
    assert "Accepting 2 would set" in proposed
    assert "Northlight (new)" in first
    assert "Quay.mkv" in third
    assert "dismissed" in end
    assert "3 questions answered" in terminal.said
    assert states(home, numbers) == [FileState.ACCEPTED, FileState.ACCEPTED, FileState.DISMISSED]


def test_last_answer_is_taken_back_and_its_question_comes_again(home: Home) -> None:
    numbers = home.fill(put_three)
    with at_terminal(["review", "-c", str(home.config), "Quay"], home.environment()) as terminal:
        terminal.until("Quay.mkv")
        terminal.until(PROMPT)
        terminal.press("d")
        terminal.until(PROMPT)
        terminal.press("u")
        again = terminal.until(PROMPT)
        terminal.press("q")

        assert terminal.ended() == 0
    assert "Quay.mkv" in again
    assert states(home, numbers) == [FileState.REVIEW] * 3


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
    ids=["interrupt", "terminate", "hang up"],
)
def test_signal_ends_it_with_the_terminal_as_it_was(
    home: Home, number: signal.Signals, code: int
) -> None:
    numbers = home.fill(put_three)
    with at_terminal(["review", "--walk", "-c", str(home.config)], home.environment()) as terminal:
        before = terminal.settings()
        terminal.until(PROMPT)
        during = is_cooked(terminal)
        terminal.press("d")
        terminal.until(PROMPT)
        os.kill(terminal.process.pid, number)

        assert terminal.ended() == code
        assert terminal.settings() == before
    assert not during
    assert "Traceback" not in terminal.said
    assert states(home, numbers)[0] is FileState.DISMISSED


def test_terminal_is_taken_again_after_the_shell_had_it(home: Home) -> None:
    home.fill(put_three)
    with at_terminal(["review", "--walk", "-c", str(home.config)], home.environment()) as terminal:
        cooked = termios.tcgetattr(terminal.other)
        terminal.until(PROMPT)
        termios.tcsetattr(terminal.other, termios.TCSANOW, cooked)  # as a shell does after Ctrl-Z
        os.kill(terminal.process.pid, signal.SIGCONT)
        terminal.press("?")
        terminal.until("q        end")
        terminal.press("q")

        assert terminal.ended() == 0


def test_nothing_to_answer_is_said_at_once(home: Home) -> None:
    with at_terminal(["review", "--walk", "-c", str(home.config)], home.environment()) as terminal:
        assert terminal.ended() == 0

    assert "Nothing waits for you." in terminal.said


def test_walk_without_a_terminal_is_refused_with_what_to_do_instead(home: Home) -> None:
    home.fill(put_three)

    ran = spawn(["review", "--walk", "-c", str(home.config)], home.environment(), answers="aaa")

    assert (ran.code, ran.out) == (2, "")
    assert "needs a terminal" in ran.err
    assert "doorman accept" in ran.err


def test_walk_for_programs_is_refused(home: Home) -> None:
    ran = home.run("review", "--walk", "--json")

    assert ran.code == 2
    assert "--walk is for people and --json for programs" in ran.err
