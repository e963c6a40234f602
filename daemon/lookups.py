"""Names of hosts are looked up where nobody has to wait for the answer at the end.

The system's resolver cannot be interrupted, and waits for seconds where the network is away.
asyncio asks it in threads of its default executor and joins them when its loop closes, so the
process would outlive its last word by as long as a lookup takes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Thread
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")


def leave_lookups_behind() -> None:
    """Let the running loop end without waiting for the calls in its default executor."""
    asyncio.get_running_loop().set_default_executor(_LeftBehind())


class _LeftBehind(ThreadPoolExecutor):
    """Runs each call in a thread that may be left behind; has none of its own to join."""

    def submit(
        self, fn: Callable[Given, Result], /, *args: Given.args, **kwargs: Given.kwargs
    ) -> Future[Result]:
        """Start the call at once: how many there are is bounded by the requests under way."""
        answer: Future[Result] = Future()
        call = partial(fn, *args, **kwargs)
        Thread(target=_run, args=(call, answer), name="lookup", daemon=True).start()
        return answer


def _run(call: Callable[[], Result], answer: Future[Result]) -> None:
    if not answer.set_running_or_notify_cancel():
        return

    try:
        answer.set_result(call())
    except BaseException as error:  # noqa: BLE001 - whatever it is, the waiting side raises it
        answer.set_exception(error)
