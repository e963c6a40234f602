from __future__ import annotations

import os
import pty
from collections.abc import Iterator

import pytest

from daemon.cli.review.keyboard import Keyboard, first_key


@pytest.mark.parametrize(
    ("typed", "key", "rest"),
    [
        (b"a", "a", b""),
        (b"ab", "a", b"b"),
        ("é!".encode(), "é", b"!"),
        ("🚪".encode(), "🚪", b""),
        (b"\xff1", "", b"1"),
        (b"\x1b[A", "k", b""),
        (b"\x1b[B", "j", b""),
        (b"\x1bOBa", "j", b"a"),
        (b"\x1b[3~d", "", b"d"),
        (b"\x1b[1;5Cq", "j", b"q"),
        (b"\x1b[", "", b""),
        (b"\x1b", "", b""),
        (b"\x1ba", "", b"a"),
    ],
    ids=repr,
)
def test_keys_are_told_apart(typed: bytes, key: str, rest: bytes) -> None:
    assert first_key(typed) == (key, rest)


@pytest.fixture
def ends() -> Iterator[tuple[int, int]]:
    """Return both ends of a terminal: where keys are pressed, and where they arrive."""
    fingers, arriving = pty.openpty()
    yield fingers, arriving
    os.close(arriving)
    os.close(fingers)


async def test_keys_come_one_by_one_and_what_was_pressed_too_early_is_forgotten(
    ends: tuple[int, int],
) -> None:
    fingers, arriving = ends
    with Keyboard(arriving) as keyboard:
        os.write(fingers, b"ab")
        first, second = await keyboard.key(), await keyboard.key()
        os.write(fingers, b"cd")
        third = await keyboard.key()
        keyboard.forget()
        os.write(fingers, b"e")

        assert (first, second, third, await keyboard.key()) == ("a", "b", "c", "e")


async def test_line_is_what_is_typed_with_what_was_typed_before(ends: tuple[int, int]) -> None:
    fingers, arriving = ends
    with Keyboard(arriving) as keyboard:
        os.write(fingers, b"eharbour\n")
        assert await keyboard.key() == "e"

        assert await keyboard.line("words: ") == "harbour"


async def test_line_that_nobody_types_is_none(ends: tuple[int, int]) -> None:
    fingers, arriving = ends
    with Keyboard(arriving) as keyboard:
        os.write(fingers, b"e")
        assert await keyboard.key() == "e"
        keyboard.end()

        assert await keyboard.line("words: ") is None
        assert await keyboard.key() is None
