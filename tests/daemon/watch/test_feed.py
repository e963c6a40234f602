from pathlib import PurePath

import anyio
import pytest

from daemon.watch.backlog import LIMIT, Backlog
from daemon.watch.feed import HintFeed
from daemon.watch.library import Hint

A, B, C = PurePath("/a.mp4"), PurePath("/b.mp4"), PurePath("/c.mp4")
RESCAN = Hint(library="films", path=None)


def test_a_path_waits_once_in_the_order_first_heard() -> None:
    backlog = Backlog()
    for path in (A, B, A):
        assert backlog.add(path)

    assert len(backlog) == 2
    assert [backlog.take(), backlog.take(), backlog.take()] == [A, B, None]


def test_too_many_paths_are_dropped_and_that_is_said() -> None:
    backlog = Backlog(limit=2)

    assert [backlog.add(path) for path in (A, B, C)] == [True, True, False]
    assert len(backlog) == 0


async def test_hints_come_out_in_order_and_a_rescan_first() -> None:
    send, receive = anyio.create_memory_object_stream[Hint](0)
    feed = HintFeed("films", send, gap_s=0)
    feed.add(A)
    feed.rescan_soon()
    async with anyio.create_task_group() as tasks, receive:
        tasks.start_soon(feed.run)
        with anyio.fail_after(10):
            assert await receive.receive() == RESCAN
            assert await receive.receive() == Hint(library="films", path=A)

            feed.add(B)
            assert await receive.receive() == Hint(library="films", path=B)
        tasks.cancel_scope.cancel()


async def test_an_overflow_becomes_a_rescan() -> None:
    send, receive = anyio.create_memory_object_stream[Hint](0)
    feed = HintFeed("films", send, gap_s=0)
    for number in range(LIMIT + 1):
        feed.add(PurePath(f"/{number}.mp4"))
    async with anyio.create_task_group() as tasks, receive:
        tasks.start_soon(feed.run)
        with anyio.fail_after(10):
            assert await receive.receive() == RESCAN
        tasks.cancel_scope.cancel()


async def test_a_timer_asks_again_and_again() -> None:
    send, receive = anyio.create_memory_object_stream[Hint](0)
    feed = HintFeed("films", send, gap_s=0)
    async with anyio.create_task_group() as tasks, receive:
        tasks.start_soon(feed.run)
        await anyio.wait_all_tasks_blocked()
        feed.rescan_every(0.01)
        with anyio.fail_after(10):
            for _ in range(3):
                assert await receive.receive() == RESCAN
        tasks.cancel_scope.cancel()


async def test_a_stopped_feed_sends_nothing_and_its_end_is_closed_when_cancelled() -> None:
    send, receive = anyio.create_memory_object_stream[Hint](10)
    feed = HintFeed("films", send, gap_s=0)
    feed.add(A)
    feed.rescan_soon()
    feed.stop()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(feed.run)
        await anyio.wait_all_tasks_blocked()
        tasks.cancel_scope.cancel()

    with pytest.raises(anyio.EndOfStream):
        receive.receive_nowait()
    receive.close()
