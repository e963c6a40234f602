from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from daemon.media.errors import NoVideoStream
from daemon.media.serving import serve
from daemon.media.wire import READY, Answers, Hashed, Refused, Request, request_to_line
from rules.fingerprint import Oshash


def hash_of_name(request: Request) -> Hashed:
    return Hashed(oshash=Oshash(len(request.path.name)))


def refuse(request: Request) -> Hashed:
    raise NoVideoStream(request.path, "why")


def exhaust(_request: Request) -> Hashed:
    raise MemoryError


def crash(_request: Request) -> Hashed:
    raise ZeroDivisionError


def served(*requests: tuple[str, str]) -> list[Hashed | Refused]:
    answers = BytesIO()
    lines = b"".join(
        request_to_line(Request(task=task, path=Path(name))) for task, name in requests
    )
    tasks = {"hash": hash_of_name, "refuse": refuse, "exhaust": exhaust, "crash": crash}
    serve(tasks, BytesIO(lines), answers)
    ready, *rest = answers.getvalue().splitlines(keepends=True)
    assert ready == READY
    return [answer for line in rest if isinstance(answer := read(line), Hashed | Refused)]


def read(line: bytes) -> object:
    return Answers().from_line(line)


def test_worker_says_that_it_is_ready_and_ends_with_its_pipe() -> None:
    assert served() == []


def test_requests_are_answered_in_order() -> None:
    assert served(("hash", "a"), ("refuse", "b"), ("hash", "ccc")) == [
        Hashed(oshash=Oshash(1)),
        Refused(reason="NoVideoStream", detail="why"),
        Hashed(oshash=Oshash(3)),
    ]


def test_number_of_a_request_is_repeated_before_its_answer() -> None:
    answers = BytesIO()
    request = request_to_line(Request(task="hash", path=Path("abc")))

    serve({"hash": hash_of_name}, BytesIO(b"17 " + request), answers)

    number, answer = answers.getvalue().removeprefix(READY).split(b" ", 1)
    assert (number, read(answer)) == (b"17", Hashed(oshash=Oshash(3)))


def test_worker_without_memory_answers_and_ends() -> None:
    assert served(("exhaust", "a"), ("hash", "b")) == [Refused(reason="OutOfMemory", detail="")]


def test_error_that_nobody_foresaw_ends_the_worker() -> None:
    with pytest.raises(ZeroDivisionError):
        served(("crash", "a"))
