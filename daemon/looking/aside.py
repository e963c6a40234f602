"""Ask a disk that may never answer, without waiting for it for ever.

A system call into a dead share hangs until the share is back, and no signal ends it. anyio's
worker threads are joined when the interpreter ends, so one of them in such a call would keep the
whole daemon from ending; the threads here are left behind instead.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

import anyio

from rules.errors import LibraryError

T = TypeVar("T")

_TICK_S = 1.0
"""How often progress is reported."""


class NoAnswer(LibraryError):
    """The disk neither answered nor made progress in time; the call is still under way."""

    def __init__(self, waited_s: float) -> None:
        """Build the message from the time that was waited."""
        super().__init__(
            f"no answer from the disk for {waited_s:g} s; see whether its share or drive is alive"
        )
        self.waited_s = waited_s


def _nothing_to_report() -> int:
    return 0


async def run_aside(
    function: Callable[[], T],
    *,
    patience_s: float,
    progress: Callable[[], int] = _nothing_to_report,
    on_progress: Callable[[int], None] | None = None,
) -> T:
    """Return what `function` returns, run in a thread that may be left behind.

    Args:
        function: Must not rely on being waited for: after a cancellation it goes on alone.
        patience_s: How long to wait without progress.
        progress: Called now and then; another number than before means that it is alive.
        on_progress: Told each such number.

    Raises:
        NoAnswer: when the patience is over.

    """
    answer: Future[T] = Future()
    reader, writer = os.pipe()
    Thread(target=_run, args=(function, answer, writer), name="disk", daemon=True).start()
    try:
        await _wait(reader, patience_s, progress, on_progress)
    finally:
        os.close(reader)

    return answer.result()


def _run(function: Callable[[], T], answer: Future[T], writer: int) -> None:
    try:
        answer.set_result(function())
    except BaseException as error:  # noqa: BLE001 - whatever it is, the waiting side raises it
        answer.set_exception(error)
    finally:
        os.close(writer)


async def _wait(
    reader: int,
    patience_s: float,
    progress: Callable[[], int],
    on_progress: Callable[[int], None] | None,
) -> None:
    """Return when the other end is closed."""
    done, since_s = progress(), anyio.current_time()
    while True:
        with anyio.move_on_after(min(_TICK_S, patience_s)):
            await anyio.wait_readable(reader)
            return

        now = progress()
        if now != done:
            done, since_s = now, anyio.current_time()
            if on_progress:
                on_progress(now)
        elif anyio.current_time() - since_s >= patience_s:
            raise NoAnswer(patience_s)
