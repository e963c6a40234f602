"""A daemon that runs as a process of its own, and how tests speak to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from anyio.from_thread import BlockingPortal

from daemon.desk.views import Answered, FileView, StatusView
from daemon.remote import DaemonError, Remote, over_socket
from rules.journey import FileState
from tests.end_to_end.nursery import Child, Nursery, Order

DOORMAN = Path(sys.executable).with_name("doorman")
PATIENCE_S = 40.0
"""How long anything may take; all of it takes a second or two on an idle machine."""
FIRST_LOOK_S, LONGEST_LOOK_S = 0.03, 0.3
"""Between two looks; what takes longer is looked at more rarely, for each look costs the daemon."""
LOOK_GROWTH = 1.3
_LOG_LINES = 60

Value = TypeVar("Value")


@dataclass(kw_only=True)
class Daemon:
    """`doorman run` in a session of its own; ended with the block whatever happens."""

    arguments: list[str]
    environment: dict[str, str]
    nursery: Nursery | None
    """None: the installed program is started."""
    socket: Path
    log: Path
    portal: BlockingPortal
    is_awaited: bool = True
    """Whether entering waits until it can be spoken to."""
    _life: ExitStack = field(default_factory=ExitStack)
    _process: subprocess.Popen[bytes] | Child | None = None
    _remote: Remote | None = None

    def __enter__(self) -> Self:
        """Start it."""
        self._process = self._start() if self.nursery is None else self._fork(self.nursery)
        if self.is_awaited:
            self.until(self._is_listening, "it listens")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """End it, in order unless the test has failed."""
        try:
            if self.process.poll() is None and kind is None:
                self.terminate()
        finally:
            self.kill()

    def _start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603  # the installed doorman
                [str(DOORMAN), *self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
                start_new_session=True,
            )

    def _fork(self, nursery: Nursery) -> Child:
        order = Order(
            arguments=self.arguments, environment=self.environment, out=self.log, err=self.log
        )
        return nursery.fork(order)

    @property
    def process(self) -> subprocess.Popen[bytes] | Child:
        """Return the process."""
        if self._process is None:
            raise AssertionError("it was not started")

        return self._process

    @property
    def remote(self) -> Remote:
        """Return its desk."""
        if self._remote is None:
            raise AssertionError("it does not listen")

        return self._remote

    def kill(self) -> None:
        """End it as a power cut would; its children are left to themselves."""
        self._forget_remote()
        with suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait(PATIENCE_S)

    def end_by(self, number: signal.Signals, *, within_s: float = 8.0) -> int:
        """Send a signal and return the exit code."""
        self._forget_remote()
        self.process.send_signal(number)
        try:
            return self.process.wait(within_s)
        except subprocess.TimeoutExpired:
            raise AssertionError(
                self._failure(f"it still ran {within_s} s after {number}")
            ) from None

    def terminate(self) -> None:
        """End it in order, and see that it was in order."""
        code = self.end_by(signal.SIGTERM)
        if code != 0:
            raise AssertionError(self._failure(f"it ended with {code}"))

    def status(self) -> StatusView:
        """Return how everything stands."""
        return self.portal.call(self.remote.status)

    def file(self, name: str) -> FileView | None:
        """Return everything about a file; None while it is unknown."""
        try:
            return self.portal.call(self.remote.show, name)
        except DaemonError:
            return None

    def accept(self, name: str, candidate: int | None = None) -> Answered:
        """Answer that a file is a candidate."""
        return self.portal.call(self.remote.accept, name, candidate)

    def reject(self, name: str, candidate: int | None = None) -> Answered:
        """Answer that a file is not a candidate."""
        return self.portal.call(self.remote.reject, name, candidate)

    def dismiss(self, name: str) -> Answered:
        """Leave a file alone."""
        return self.portal.call(self.remote.dismiss, name)

    def undo(self, name: str) -> Answered:
        """Take the latest decision back."""
        return self.portal.call(self.remote.undo, name)

    def identify(self, *names: str) -> tuple[Answered, ...]:
        """Ask the sources again."""
        return self.portal.call(self.remote.identify, names)

    def scan(self) -> tuple[str, ...]:
        """Look through all libraries."""
        return self.portal.call(partial(self.remote.scan, (), is_confirmed=False))

    def until(
        self, question: Callable[[], Value | None], what: str, *, within_s: float = PATIENCE_S
    ) -> Value:
        """Return the first answer that says anything, or fail with the log."""
        deadline_s = time.monotonic() + within_s
        look_s = FIRST_LOOK_S
        while True:
            answer = question()
            if answer:
                return answer
            if time.monotonic() >= deadline_s:
                raise AssertionError(self._failure(f"not in {within_s} s: {what}"))
            if self.process.poll() is not None:
                raise AssertionError(self._failure(f"it ended before: {what}"))

            time.sleep(look_s)
            look_s = min(look_s * LOOK_GROWTH, LONGEST_LOOK_S)

    def until_state(self, name: str, *states: FileState, within_s: float = PATIENCE_S) -> FileView:
        """Return the file once it is in one of these states and present."""

        def question() -> FileView | None:
            view = self.file(name)
            is_so = view is not None and view.line.state in states and not view.line.is_missing
            return view if is_so else None

        return self.until(question, f"{name} is {' or '.join(states)}", within_s=within_s)

    def until_idle(self) -> StatusView:
        """Return how everything stands once nothing is left to do."""

        def question() -> StatusView | None:
            status = self.status()
            return status if status.is_idle else None

        return self.until(question, "it is idle")

    def children(self) -> list[int]:
        """Return its child processes."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(number) for number in listed.read_text().split()]

    def workers(self) -> list[int]:
        """Return the processes that open media files."""
        return [
            child
            for child in self.children()
            if b"daemon.media.worker" in Path(f"/proc/{child}/cmdline").read_bytes()
        ]

    def words(self) -> str:
        """Return its whole log."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def _is_listening(self) -> bool:
        manager = self._life.enter_context(
            self.portal.wrap_async_context_manager(over_socket(self.socket))
        )
        if manager is None:
            self._life.close()
            return False

        self._remote = manager
        return True

    def _forget_remote(self) -> None:
        self._remote = None
        self._life.close()

    def _failure(self, what: str) -> str:
        lines = self.words().splitlines()[-_LOG_LINES:]
        status = ""
        if self._remote is not None and self.process.poll() is None:
            with suppress(Exception):  # only for the words of the failure
                status = repr(self.status())
        return "\n".join([what, status, "its log:", *lines])


def is_running(number: int) -> bool:
    """Tell whether a process is there and no zombie."""
    try:
        return ") Z " not in Path(f"/proc/{number}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def environment_of(home: Path) -> dict[str, str]:
    """Return what a daemon of a test may know of the world."""
    kept = ("PATH", "LANG", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
    inherited = {name: os.environ[name] for name in kept if name in os.environ}
    return inherited | {"HOME": str(home), "TMPDIR": str(home)}
