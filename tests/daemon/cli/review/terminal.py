"""A command at a terminal of its own, and somebody who waits for what it says and presses keys."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

PATIENCE_S = 60.0
LOOK_EVERY_S = 0.05
PROMPT = "q quit"

Settings = list[int | list[bytes | int]]


@dataclass(slots=True, kw_only=True)
class Terminal:
    """One end of a pseudoterminal; the command has the other."""

    descriptor: int
    other: int
    process: subprocess.Popen[bytes]
    said: str = ""

    def until(self, words: str) -> str:
        """Return what is said until these words are; it counts as heard then."""
        deadline_s = time.monotonic() + PATIENCE_S
        while words not in self.said:
            if not self._hear(deadline_s):
                raise AssertionError(f"never said {words!r}, but: {self.said}")

        heard, _, self.said = self.said.partition(words)
        return heard + words

    def press(self, keys: str) -> None:
        """Press keys, at the next moment at which they are awaited."""
        os.write(self.descriptor, keys.encode())

    def ended(self) -> int:
        """Return the exit code, once it has ended; what it says meanwhile is heard."""
        deadline_s = time.monotonic() + PATIENCE_S
        while self._hear(deadline_s):
            pass
        return self.process.wait(PATIENCE_S)

    def settings(self) -> Settings:
        """Return how the terminal is set just now."""
        return list(termios.tcgetattr(self.other))

    def _hear(self, deadline_s: float) -> bool:
        """Hear what is said next; return False when nothing will be, or was in time."""
        while time.monotonic() < deadline_s:
            is_over = self.process.poll() is not None
            readable, _, _ = select.select([self.descriptor], [], [], LOOK_EVERY_S)
            if readable:
                self.said += os.read(self.descriptor, 65_536).decode(errors="replace")
                return True
            if is_over:
                return False

        return False


@contextmanager
def at_terminal(arguments: Sequence[str], environment: Mapping[str, str]) -> Iterator[Terminal]:
    """Run a command at a terminal while the block runs."""
    descriptor, other = pty.openpty()
    process = subprocess.Popen(  # noqa: S603  # this very interpreter
        [sys.executable, "-m", "daemon", *arguments],
        stdin=other,
        stdout=other,
        stderr=other,
        env={**environment, "TERM": "dumb", "COLUMNS": "120"},
        start_new_session=True,
    )
    try:
        yield Terminal(descriptor=descriptor, other=other, process=process)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE_S)
        os.close(descriptor)
        os.close(other)
