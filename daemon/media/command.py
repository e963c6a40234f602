"""Run a program from inside a worker: it dies with the worker, and what it says is bounded."""

from __future__ import annotations

import os
import selectors
import subprocess
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from daemon.media.confinement import tie_to

_CHUNK_BYTES = 1 << 16
_KEPT_COMPLAINT_BYTES = 2000
_KEPT_VARIABLES = ("LD_LIBRARY_PATH", "PATH", "TMPDIR")


class OutputTooLong(Exception):
    """A program wrote more than was expected of it; it was ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a program that ended."""

    exit_status: int
    """Negative is a signal's number."""
    output: bytes
    complaint: str
    """Its last line on standard error, "" for none; a stranger's text."""


def run(command: Sequence[str], *, most_bytes: int) -> Outcome:
    """Run a program to its end.

    It has no input and no variable that could hold a secret; limits on memory and priority are
    this process's. There is no deadline: it ends when this process is killed at its own.

    Raises:
        OSError: when it cannot be started.
        OutputTooLong: when it writes more than `most_bytes`.

    """
    with _started(command) as process:
        output, errors = _read(process, most_bytes)
        exit_status = process.wait()

    return Outcome(exit_status=exit_status, output=output, complaint=_last_line(errors))


def program_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the few variables that a program needs to find its interpreter and libraries."""
    kept = {name: environment[name] for name in _KEPT_VARIABLES if name in environment}
    return kept | {"LC_ALL": "C"}


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    # The tie to the parent is not inherited, and nothing else sets it before the program runs.
    # Python 3.12 warns of any other thread; what is called here takes no lock that one may hold.
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        return subprocess.Popen(  # noqa: S603  # the owner named the program
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=program_environment(os.environ),
            cwd="/",
            preexec_fn=tie_to(os.getpid()),  # noqa: PLW1509
        )


@contextmanager
def _started(command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    with _start(command) as process:
        try:
            yield process
        finally:
            process.kill()  # nothing happens to one that has ended


def _read(process: subprocess.Popen[bytes], most_bytes: int) -> tuple[bytes, bytes]:
    """Return all output, and the end of what was written to standard error."""
    assert process.stdout is not None  # noqa: S101  # it was started with both pipes
    assert process.stderr is not None  # noqa: S101
    output, errors = bytearray(), bytearray()
    for pipe, chunk in _chunks(process.stdout, process.stderr):
        if pipe is process.stderr:
            errors = (errors + chunk)[-_KEPT_COMPLAINT_BYTES:]
            continue

        output += chunk
        if len(output) > most_bytes:
            raise OutputTooLong

    return bytes(output), bytes(errors)


def _chunks(*pipes: IO[bytes]) -> Iterator[tuple[object, bytes]]:
    """Yield what comes, and where from, until every pipe is closed."""
    with selectors.DefaultSelector() as waiting:
        for pipe in pipes:
            waiting.register(pipe, selectors.EVENT_READ)
        while waiting.get_map():
            for key, _ in waiting.select():
                chunk = os.read(key.fd, _CHUNK_BYTES)
                if chunk:
                    yield key.fileobj, chunk
                else:
                    waiting.unregister(key.fileobj)


def _last_line(errors: bytes) -> str:
    lines = errors.decode(errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else ""
