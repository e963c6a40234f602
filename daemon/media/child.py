"""One worker process, seen from the daemon."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import anyio
from anyio.abc import Process
from anyio.streams.buffered import BufferedByteReceiveStream

from daemon.media.confinement import claim_share
from daemon.media.wire import READY

_STARTUP_S = 60  # imports take half a second; a machine that just woke up takes longer
_ENDING_S = 1  # for a worker to finish dying, so that its own exit status is seen
_KILLING_S = 0.5  # after SIGKILL; a process that waits for a hung mount outlives even that
_PATIENT_SHARE = 0.25
"""Of its deadline a file may spend with what others leave of the disk."""
_LONGEST_ANSWER_BYTES = 1 << 20
_KEPT_VARIABLES = ("LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "PYTHONPATH", "TMPDIR")
_SET_VARIABLES = {
    # Pictures are given back to the kernel when they are freed: an idle worker after a film in 4K
    # holds 90 MB instead of 360, and what it may use is not full of holes.  Measured; the first
    # threshold alone makes glibc trim so often that hashing takes a tenth longer.
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "1048576",
    "MALLOC_TRIM_THRESHOLD_": "8388608",
    "LC_ALL": "C.UTF-8",  # MediaInfo fails on names under the C locale
    "OPENBLAS_NUM_THREADS": "1",  # what is reckoned is small; more threads would only take memory
}


# What its pipes raise when a process ends, or talks nonsense.
_GONE = (
    anyio.BrokenResourceError,
    anyio.ClosedResourceError,
    anyio.DelimiterNotFound,
    anyio.EndOfStream,
    anyio.IncompleteRead,
)


class WorkerGone(Exception):
    """The worker process ended, or talks nonsense; the pool turns this into `WorkerDied`."""

    def __init__(self, exit_status: int | None) -> None:
        """Keep the status: negative is a signal's number, None when the process lives on."""
        super().__init__(exit_status)
        self.exit_status = exit_status


class Child:
    """A worker process that answers one request at a time."""

    def __init__(self, process: Process) -> None:
        """Hold a process that was just started with pipes."""
        assert process.stdin is not None  # noqa: S101  # it was started with both pipes
        assert process.stdout is not None  # noqa: S101
        self._process = process
        self._requests = process.stdin
        self._answers = BufferedByteReceiveStream(process.stdout)
        self._is_ready = False
        self._is_busy = False
        self._is_retired = False
        self._asked = 0
        self.idle_since_s = anyio.current_time()

    @property
    def pid(self) -> int:
        """The process's number, for logs and tests."""
        return self._process.pid

    @property
    def is_reusable(self) -> bool:
        """Tell whether it can be asked again: it owes no answer, lives, and is not retired."""
        return not (self._is_busy or self._is_retired) and _is_alive(self._process.pid)

    @property
    def asked(self) -> int:
        """How many requests it was given."""
        return self._asked

    async def ask(self, request: bytes, timeout_s: float) -> bytes:
        """Return the answer to a request; both are lines.

        Each request has a number, which the worker repeats (`daemon.media.serving`): whatever
        else it wrote is never taken for the answer.  Starting up has a deadline of its own.
        After anything but an answer, `close` it.  One that needed more than a quarter of its
        deadline is not reusable: it no longer yields to others.

        Raises:
            TimeoutError: when there is no answer within `timeout_s`.
            WorkerGone: when the process ended, or answers nonsense.

        """
        self._is_busy = True
        self._asked += 1
        number = b"%d " % self._asked
        try:
            await self._await_ready()
            with anyio.fail_after(timeout_s):
                await self._requests.send(number + request)
                answer = await self._read_answer(timeout_s * _PATIENT_SHARE)
        except _GONE as error:
            raise WorkerGone(await self._own_exit_status()) from error

        if not answer.startswith(number):  # one that it owed from before, or none at all
            raise WorkerGone(None)

        self._is_busy = False
        self.idle_since_s = anyio.current_time()
        return answer.removeprefix(number)

    def retire(self) -> None:
        """Say that it shall not be asked again."""
        self._is_retired = True

    async def close(self) -> bool:
        """End the process at once and tell whether it has ended; nothing interrupts this.

        A process that even SIGKILL does not end, because it waits for a dead network share, is
        left alone after 0.5 s: it takes no more requests, and dies as soon as it wakes up.
        """
        if _is_alive(self._process.pid):
            self._process.kill()

        with anyio.CancelScope(shield=True):
            with anyio.move_on_after(_KILLING_S):
                await self._process.wait()

            if self._process.returncode is not None:
                await self._process.aclose()

        return self._process.returncode is not None

    async def outlive(self) -> None:
        """Wait for a process that `close` could not end, however long that takes."""
        await self._process.wait()
        await self._process.aclose()

    async def _await_ready(self) -> None:
        if self._is_ready:
            return

        with anyio.fail_after(_STARTUP_S):
            self._is_ready = await self._read_line() + b"\n" == READY

        if not self._is_ready:
            raise anyio.EndOfStream

    async def _read_answer(self, patience_s: float) -> bytes:
        """Return a line; when it takes long, perhaps because the disk is busy, claim a share."""
        with anyio.move_on_after(patience_s):
            return await self._read_line()

        self.retire()  # a new one yields again
        claim_share(self._process.pid)
        return await self._read_line()

    async def _read_line(self) -> bytes:
        return await self._answers.receive_until(b"\n", _LONGEST_ANSWER_BYTES)

    async def _own_exit_status(self) -> int | None:
        with anyio.move_on_after(_ENDING_S):
            return await self._process.wait()

        return None


async def start(command: Sequence[str]) -> Child:
    """Start a worker process in a clean environment and its own session.

    It has no variable that could hold a secret, and a Ctrl-C at the terminal does not reach it:
    the daemon decides when its workers end.
    """
    process = await anyio.open_process(
        command,
        stderr=None,  # the worker's last words belong in the journal
        env=clean_environment(os.environ),
        start_new_session=True,
    )
    return Child(process)


def _is_alive(pid: int) -> bool:
    """Ask the kernel, without reaping: the event loop hears of a child's end a little later."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except ChildProcessError:
        return False


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the few variables that a worker needs."""
    kept = {name: environment[name] for name in _KEPT_VARIABLES if name in environment}
    return kept | _SET_VARIABLES
