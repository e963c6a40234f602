"""The life of a worker: read a request, do the task, write the answer, until the pipe closes."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Mapping
from typing import BinaryIO

from daemon.media.errors import FileRefused, OutOfMemory
from daemon.media.wire import READY, Answer, Answers, Request, request_from_line, to_refusal

Task = Callable[[Request], Answer]

_STDOUT, _STDERR = 1, 2


def serve(tasks: Mapping[str, Task], requests: BinaryIO, answers: BinaryIO) -> None:
    """Serve requests one after the other.

    Whatever stands before a request, its number, is repeated before its answer.
    An error that a task does not foresee ends the worker, and with it costs one file.  So does
    running out of memory: what is left of the process is not to be trusted with the next file.
    """
    lines = Answers()
    answers.write(READY)
    for line in iter(requests.readline, b""):
        number, brace, words = line.partition(b"{")
        request = request_from_line(brace + words)
        try:
            answer = _answer(tasks[request.task], request)
        except MemoryError:
            answers.write(number + lines.to_line(to_refusal(OutOfMemory(request.path))))
            return

        answers.write(number + lines.to_line(answer))
        gc.collect()  # decoders are held by cycles; an idle worker shall hold none


def reserve_stdout() -> BinaryIO:
    """Return standard output for the answers; what libraries print goes to standard error."""
    reserved = os.fdopen(os.dup(_STDOUT), "wb", buffering=0)
    os.dup2(_STDERR, _STDOUT)
    return reserved


def _answer(task: Task, request: Request) -> Answer:
    try:
        return task(request)
    except FileRefused as error:
        return to_refusal(error)
