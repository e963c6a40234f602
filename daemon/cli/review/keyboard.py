"""The keyboard of a terminal: single keys, and lines; the terminal is left as it was found."""

from __future__ import annotations

import os
import sys
import termios
import tty
from types import TracebackType
from typing import Self

import anyio

from rules.errors import UsageError

_MOST_BYTES = 1024
_LONGEST_CHARACTER_BYTES = 4
_ARROWS = {b"A": "k", b"B": "j", b"C": "j", b"D": "k"}
"""Up and left are the one before, down and right the next (ECMA-48 §8.3.22, CUU)."""
_ESCAPE, _INTRODUCERS = b"\x1b", (b"\x1b[", b"\x1bO")
_ENTER = (b"\r", b"\n")
_FINAL = range(0x40, 0x7F)
"""What ends a control sequence (ECMA-48 §5.4)."""


class NoTerminal(UsageError):
    """Nobody can press keys."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__(
            "walking through questions needs a terminal; list them with doorman review, and answer "
            "with doorman accept, reject or dismiss"
        )


def is_at_terminal() -> bool:
    """Tell whether somebody sits there: keys can be read, and what is printed is seen."""
    return sys.stdin.isatty() and sys.stdout.isatty()


class Keyboard:
    """A terminal whose keys are read one by one while the block runs."""

    def __init__(self, descriptor: int) -> None:
        """Read from this terminal."""
        self._descriptor = descriptor
        self._before = termios.tcgetattr(descriptor)
        self._typed = b""
        self._waiting: anyio.CancelScope | None = None
        self._is_ended = False

    def __enter__(self) -> Self:
        """Take keys as they are pressed."""
        self.take()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave the terminal as it was."""
        self._give_back()

    def take(self) -> None:
        """Take keys as they are pressed; again, where the shell had the terminal meanwhile."""
        tty.setcbreak(self._descriptor, termios.TCSADRAIN)

    def end(self) -> None:
        """Let whoever waits for a key wait no longer, and nobody any more."""
        self._is_ended = True
        if self._waiting is not None:
            self._waiting.cancel()

    def forget(self) -> None:
        """Forget what was pressed until now: it was not meant for what is shown next."""
        self._typed = b""
        termios.tcflush(self._descriptor, termios.TCIFLUSH)

    async def key(self) -> str | None:
        """Return the next key as a character, an arrow as the letter for it; None at the end."""
        while True:
            if not self._typed:
                self._typed = await self._read()
            if not self._typed:
                return None

            key, self._typed = first_key(self._typed)
            if key:
                return key

    async def line(self, question: str) -> str | None:
        """Return a line as it is typed and mended; None when nobody answers."""
        typed, self._typed = self._typed, b""
        self._give_back()
        try:
            sys.stdout.write(question + typed.decode(errors="replace"))
            sys.stdout.flush()
            if not typed.endswith(_ENTER):
                rest = await self._read()
                typed = typed + rest if rest else b""
        finally:
            self.take()
        return typed.decode(errors="replace").strip() if typed else None

    async def _read(self) -> bytes:
        """Return what is typed next; nothing at the end."""
        if self._is_ended:
            return b""

        with anyio.CancelScope() as self._waiting:
            await anyio.wait_readable(self._descriptor)
        self._waiting = None
        if self._is_ended:
            return b""

        try:
            return os.read(self._descriptor, _MOST_BYTES)
        except OSError:  # EIO: the terminal is gone
            return b""

    def _give_back(self) -> None:
        try:
            termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)
        except termios.error:  # the terminal is gone, and its settings with it
            self._is_ended = True


def first_key(typed: bytes) -> tuple[str, bytes]:
    """Return the first key of what was typed, and the rest; no text where it means nothing."""
    if typed[:2] in _INTRODUCERS:
        end = next((at for at, byte in enumerate(typed[2:], 2) if byte in _FINAL), len(typed) - 1)
        return _ARROWS.get(typed[end : end + 1], ""), typed[end + 1 :]
    if typed[:1] == _ESCAPE:
        return "", typed[1:]

    for length in range(1, _LONGEST_CHARACTER_BYTES + 1):
        try:
            return typed[:length].decode(), typed[length:]
        except UnicodeDecodeError:
            continue

    return "", typed[1:]
