"""What a Dask worker does with an order: scheduler and worker live in this process."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import anyio
import distributed
import pytest

from daemon.media.cluster.errors import DoormanMissing
from daemon.media.cluster.link import Errand, connect
from daemon.media.cluster.resident import serve_order
from daemon.media.cluster.wire import Done, Edition, GivenUp, Letters, Mismatch, Order, Reply
from daemon.media.wire import (
    Answer,
    Answers,
    Examined,
    Hashed,
    Refused,
    Request,
    Stamped,
    request_to_line,
)
from rules.fingerprint import Oshash
from tests.daemon.media.cluster.errands import HOSTILE

LETTERS = Letters()


@pytest.fixture
async def worker(tmp_path: Path) -> AsyncIterator[distributed.Worker]:
    async with AsyncExitStack() as life:
        scheduler = await life.enter_async_context(
            distributed.Scheduler(host="127.0.0.1", port=0, dashboard=False)
        )
        yield await life.enter_async_context(
            distributed.Worker(
                scheduler.address, nthreads=2, host="127.0.0.1", local_directory=str(tmp_path)
            )
        )


async def told(worker: distributed.Worker, order: Order, errand: Errand = serve_order) -> Reply:
    link = await connect(worker.scheduler.address, errand)
    try:
        with anyio.fail_after(60):
            return LETTERS.reply_from_text(await link.ask(LETTERS.order_to_text(order)))
    finally:
        await link.close()


def order(task: str, path: Path, *, timeout_s: float = 60, edition: Edition | None = None) -> Order:
    return Order(
        edition=edition or Edition.own(),
        request=request_to_line(Request(task=task, path=path)).decode(),
        timeout_s=timeout_s,
        memory_limit_bytes=1 << 30,
    )


def answer_in(reply: Reply) -> Answer:
    assert isinstance(reply, Done)
    return Answers().from_line(reply.answer.encode())


async def test_order_is_answered_with_what_was_seen_before(
    worker: distributed.Worker, videos: Path
) -> None:
    path = videos / "short_1s.mp4"
    seen = path.stat()

    hashed = await told(worker, order("oshash", path))
    examined = await told(worker, order("examine", path))
    stamped = await told(worker, order("stamp", path))

    assert isinstance(hashed, Done)
    assert hashed.stamp is not None
    assert (hashed.stamp.size_bytes, hashed.stamp.mtime_ns) == (seen.st_size, seen.st_mtime_ns)
    assert hashed.worker == worker.address
    assert answer_in(hashed) == Hashed(oshash=Oshash(0x14A34B1FC832510C))
    assert isinstance(answer_in(examined), Examined)
    assert answer_in(stamped) == Stamped(size_bytes=seen.st_size, mtime_ns=seen.st_mtime_ns)


async def test_file_that_is_not_there_is_refused_without_a_stamp(
    worker: distributed.Worker, tmp_path: Path
) -> None:
    reply = await told(worker, order("examine", tmp_path / "none.mkv"))

    assert isinstance(reply, Done)
    assert reply.stamp is None
    assert answer_in(reply) == Refused(reason="FileVanished", detail="")


async def test_order_of_another_doorman_is_not_done(
    worker: distributed.Worker, videos: Path
) -> None:
    stranger = Edition(version="9.0", grid="7x7")

    reply = await told(worker, order("oshash", videos / "short_1s.mp4", edition=stranger))

    assert reply == Mismatch(worker=worker.address, edition=Edition.own())


async def serve_hostile_here(text: str) -> str:
    return await serve_order(text, HOSTILE)


@pytest.mark.parametrize(
    ("deed", "is_late", "exit_status"), [("hang", True, None), ("die", False, -9)]
)
async def test_end_of_a_process_is_told(
    worker: distributed.Worker,
    tmp_path: Path,
    deed: str,
    exit_status: int | None,
    *,
    is_late: bool,
) -> None:
    (tmp_path / deed).touch()

    reply = await told(worker, order("oshash", tmp_path / deed, timeout_s=1), serve_hostile_here)

    assert reply == GivenUp(worker=worker.address, is_late=is_late, exit_status=exit_status)


async def test_processes_stay_warm_for_the_next_order_with_the_same_limits(
    worker: distributed.Worker, videos: Path
) -> None:
    path = videos / "short_1s.mp4"
    first = set(worker.plugins)

    for timeout_s in (60, 60, 61):
        await told(worker, order("oshash", path, timeout_s=timeout_s))

    assert len(set(worker.plugins) - first) == 2


async def serve_nothing(text: str) -> str:
    return await serve_order(text, ["/no/such/interpreter"])


async def test_worker_that_can_start_no_process_tries_again_with_the_next_order(
    worker: distributed.Worker, videos: Path
) -> None:
    before = set(worker.plugins)
    link = await connect(worker.scheduler.address, serve_nothing)
    try:
        for _ in range(2):
            with pytest.raises(DoormanMissing, match="no/such/interpreter"):
                await link.ask(LETTERS.order_to_text(order("oshash", videos / "short_1s.mp4")))
    finally:
        await link.close()

    assert set(worker.plugins) == before


async def serve_confusion(text: str) -> str:
    """Serve with a process that answers an oshash whatever it is asked."""
    return await serve_order(text, (sys.executable, "-P", "-c", CONFUSED))


CONFUSED = """
import os, sys
from daemon.media.serving import reserve_stdout, serve
from daemon.media.wire import Hashed
from rules.fingerprint import Oshash
def task(request):
    return Hashed(oshash=Oshash(1))
serve(dict.fromkeys(["stamp"], task), sys.stdin.buffer, reserve_stdout())
"""


async def test_wrong_answer_is_as_good_as_none(worker: distributed.Worker, videos: Path) -> None:
    reply = await told(worker, order("oshash", videos / "short_1s.mp4"), serve_confusion)

    assert reply == GivenUp(worker=worker.address, is_late=False)
