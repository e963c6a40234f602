"""Standard output that takes no more: its disk is full, or its reader left."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rules.errors import DoormanError


class OutputLost(DoormanError):
    """What a command had to say could not be written."""

    def __init__(self, error: OSError) -> None:
        """Build the message from what the system says."""
        super().__init__(
            f"standard output cannot be written ({error.strerror}); "
            "free some space, or send it somewhere else"
        )


class ReaderLeft(DoormanError):
    """Whoever read standard output has seen enough, as `head` has; nobody need be told."""

    def __init__(self) -> None:
        """Build the message, which only a log would show."""
        super().__init__("nobody reads standard output any more; run it again to see the rest")


class Output(io.TextIOWrapper):
    """Standard output, whose failures are told from those of any other file.

    They are errors of ours: rich and typer end the program for a broken pipe, wherever that is
    noticed, and a loop that was running then leaves everything open.
    """

    def write(self, text: str) -> int:
        """Write as any stream does.  Raises: OutputLost; ReaderLeft."""
        with _told():
            return super().write(text)

    def flush(self) -> None:
        """Flush as any stream does.  Raises: as `write`."""
        with _told():
            super().flush()


def watch_output() -> None:
    """Let standard output take any name of a file, and tell when it fails."""
    if not isinstance(sys.stdout, io.TextIOWrapper):
        return

    sys.stdout.reconfigure(errors="backslashreplace")
    if sys.stdout is sys.__stdout__:
        sys.stdout = Output(
            sys.stdout.buffer,
            encoding=sys.stdout.encoding,
            errors="backslashreplace",
            line_buffering=sys.stdout.line_buffering,
            write_through=sys.stdout.write_through,
        )


def lost_output() -> OutputLost | None:
    """Return why what was said is not written whole, None when it is or its reader left."""
    try:
        sys.stdout.flush()
    except OutputLost as lost:
        say_no_more()
        return lost
    except (BrokenPipeError, ReaderLeft):
        say_no_more()

    return None


def say_no_more() -> None:
    """Let nobody read what is left, of which the interpreter would complain at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        raise ReaderLeft from error
    except OSError as error:
        raise OutputLost(error) from error
