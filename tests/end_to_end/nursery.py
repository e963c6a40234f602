"""Doormen that are there at once: forked from a process that has imported everything already.

Importing takes more of the processor than anything else that a daemon does in these tests. What
comes of it are processes like any other: of a session of their own, with signals, exit codes and
an environment that is theirs alone. The tests of the service start the installed program itself.

The nursery itself (`python -m tests.end_to_end.nursery`) has no other thread, takes an order a
line on its standard input and answers each with a line.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

_MILLISECONDS = 1000
_IMPORTED = (
    *("daemon.app", "daemon.own_desk", "daemon.remote", "daemon.logs.setup"),
    *("daemon.cli.show", "daemon.cli.show_why", "daemon.cli.dry_run", "daemon.cli.quiet"),
    *("anyio._backends._asyncio", "httpcore", "uvicorn.lifespan.off"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a doorman is to begin with."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    out: Path
    """Both outputs are added to files."""
    err: Path


class Child:
    """A doorman that was forked; used as a `subprocess.Popen`."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        """Keep what it is waited for by."""
        self.pid = pid
        self._nursery = nursery
        self._descriptor = os.pidfd_open(pid)
        self._code: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        if self._code is None and self._has_ended(0):
            self._code = self._nursery.buried(self.pid)
            os.close(self._descriptor)
        return self._code

    def wait(self, timeout: float) -> int:
        """Return the exit code.  Raises: subprocess.TimeoutExpired."""
        if self._code is None and not self._has_ended(timeout):
            raise subprocess.TimeoutExpired("doorman", timeout)

        code = self.poll()
        if code is None:
            raise AssertionError("it had ended")

        return code

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal, unless it is known to have ended."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._descriptor, number)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.send_signal(signal.SIGKILL)

    def _has_ended(self, timeout_s: float) -> bool:
        watched = select.poll()
        watched.register(self._descriptor, select.POLLIN)
        return bool(watched.poll(timeout_s * _MILLISECONDS))


class Nursery:
    """The process that doormen are forked from, for as long as the context lasts."""

    def __init__(self) -> None:
        """Start it; it is waited for by the first order."""
        self._process = subprocess.Popen(  # noqa: S603  # this very interpreter
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def fork(self, order: Order) -> Child:
        """Return a doorman that begins so."""
        told = {
            "arguments": list(order.arguments),
            "environment": dict(order.environment),
            "out": str(order.out),
            "err": str(order.err),
        }
        return Child(self, self._ask(json.dumps(told)))

    def buried(self, pid: int) -> int:
        """Return with what a forked doorman has ended, as `Popen.returncode` says it."""
        return self._ask(str(pid))

    def _ask(self, line: str) -> int:
        asked, answered = self._process.stdin, self._process.stdout
        if asked is None or answered is None:
            raise AssertionError("it was started with both pipes")

        asked.write(line.encode() + b"\n")
        asked.flush()
        return int(answered.readline())

    def __enter__(self) -> Self:
        """Do nothing more."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """End it by letting its input end."""
        self._process.communicate()


def _serve(orders: BinaryIO, answers: BinaryIO) -> Sequence[str] | None:
    """Follow orders until they end; return the arguments of a doorman in each that is forked."""
    for line in orders:
        order = json.loads(line)
        if isinstance(order, int):
            _, status = os.waitpid(order, 0)
            answer = os.waitstatus_to_exitcode(status)
        else:
            answer = os.fork()
            if not answer:
                _become(order["environment"], order["out"], order["err"])
                return [str(each) for each in order["arguments"]]
        answers.write(b"%d\n" % answer)
        answers.flush()
    return None


def _become(environment: Mapping[str, str], out: str, err: str) -> None:
    """Leave all behind that a process of its own would not have."""
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    paths = (os.devnull, out, err)
    flags = (os.O_RDONLY, *(os.O_WRONLY | os.O_APPEND | os.O_CREAT for _ in (out, err)))
    for target, (path, flag) in enumerate(zip(paths, flags, strict=True)):
        opened = os.open(path, flag, 0o600)
        os.dup2(opened, target)
        os.close(opened)


def _import_all() -> None:
    for name in _IMPORTED:
        import_module(name)


def _live() -> None:
    """Serve; in every process that is forked, be doorman."""
    from daemon.cli.main import main  # noqa: PLC0415  # whoever only asks the nursery needs none

    _import_all()
    with (
        os.fdopen(os.dup(0), "rb", buffering=0) as orders,
        os.fdopen(os.dup(1), "wb") as answers,
    ):
        arguments = _serve(orders, answers)
    if arguments is not None:
        sys.argv = ["doorman", *arguments]
        main(arguments)


if __name__ == "__main__":
    _live()
