from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import httpx
import pytest
from starlette.types import Message

from daemon.desk.queue import Queue
from daemon.desk.surveying import Surveying
from daemon.desk.views import LibraryLine
from daemon.web.events import Events
from daemon.web.server import served
from rules.journey import FileState
from tests.daemon.desk.shelf import Shelf

PATIENCE_S = 20.0


@asynccontextmanager
async def serving_events(shelf: Shelf, **limits: float) -> AsyncIterator[httpx.AsyncClient]:
    events = Events("queue", Queue(shelf.desk), **{"pause_s": 0.0, **limits})  # type: ignore[arg-type]  # numbers all
    async with serving(events) as client:
        yield client


@asynccontextmanager
async def serving(events: Events) -> AsyncIterator[httpx.AsyncClient]:
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)  # noqa: FBT003  # positional-only
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with served(events, listener), httpx.AsyncClient(base_url=base, timeout=10) as client:
        yield client


class Stream:
    """What a page hears."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.aiter_lines()

    async def next(self) -> list[str]:
        """Return the lines of the next message."""
        message: list[str] = []
        with anyio.fail_after(PATIENCE_S):
            async for line in self._lines:
                if not line:
                    return message
                message.append(line)
        return []


@asynccontextmanager
async def listening(client: httpx.AsyncClient, heard: str | None = None) -> AsyncIterator[Stream]:
    headers = {"Last-Event-ID": heard} if heard else {}
    async with client.stream("GET", "/", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
        stream = Stream(answer)
        assert await stream.next() == ["retry: 3000"]
        yield stream


def id_of(event: list[str]) -> str:
    assert event[0] == "event: queue"
    return event[1].removeprefix("id: ")


async def test_each_change_of_the_queue_is_told(shelf: Shelf) -> None:
    async with serving_events(shelf) as client, listening(client) as stream:
        ids = [id_of(await stream.next())]
        number = await shelf.put()
        ids.append(id_of(await stream.next()))
        await shelf.desk.dismiss(str(number))
        ids.append(id_of(await stream.next()))

    assert ids[0] != ids[1]
    assert ids[2] == ids[0]


async def test_who_comes_back_is_told_what_was_missed(shelf: Shelf) -> None:
    async with serving_events(shelf) as client:
        async with listening(client) as stream:
            heard = id_of(await stream.next())
        await shelf.put()

        async with listening(client, heard) as stream:
            assert id_of(await stream.next()) != heard


async def test_who_missed_nothing_is_told_nothing(shelf: Shelf) -> None:
    async with serving_events(shelf, heartbeat_s=0.05) as client:
        async with listening(client) as stream:
            heard = id_of(await stream.next())

        async with listening(client, heard) as stream:
            assert await stream.next() == [": still here"]
            assert await stream.next() == [": still here"]


async def test_what_is_no_open_question_is_not_told(shelf: Shelf) -> None:
    async with (
        serving_events(shelf, heartbeat_s=0.5) as client,
        listening(client) as stream,
    ):
        await stream.next()
        await shelf.put(state=FileState.SETTLED)

        assert await stream.next() == [": still here"]


async def test_too_many_do_not_listen(shelf: Shelf) -> None:
    async with serving_events(shelf, most=1) as client:
        async with listening(client):
            refused = await client.get("/")

        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")


async def test_who_left_makes_room(shelf: Shelf) -> None:
    async with serving_events(shelf, most=1) as client:
        async with listening(client):
            pass
        with anyio.fail_after(PATIENCE_S):
            while (await client.head("/")).status_code == 503:
                pass

        async with listening(client) as stream:
            assert await stream.next()


async def test_stream_ends_with_the_daemon_at_once(shelf: Shelf) -> None:
    async with anyio.create_task_group() as tasks:
        told = anyio.Event()
        ended = anyio.Event()

        async def listen(base: httpx.URL) -> None:
            async with (
                httpx.AsyncClient(base_url=base, timeout=10) as client,
                listening(client) as stream,
            ):
                await stream.next()
                told.set()
                assert await stream.next() == []
                ended.set()

        async with serving_events(shelf) as client:
            tasks.start_soon(listen, client.base_url)
            await told.wait()
        with anyio.fail_after(PATIENCE_S):
            await ended.wait()  # in order, not cut off


async def test_who_takes_nothing_is_dropped(shelf: Shelf) -> None:
    """The listener's side of the connection is full: what is sent is not taken."""
    events = Events("queue", Queue(shelf.desk), taken_within_s=0.01)
    sent: list[Message] = []

    async def receive() -> Message:
        await anyio.sleep_forever()
        return {}

    async def send(message: Message) -> None:
        sent.append(message)
        if message.get("more_body"):
            await anyio.sleep_forever()

    with anyio.fail_after(PATIENCE_S):
        await events({"type": "http", "method": "GET", "headers": []}, receive, send)

    assert [message["type"] for message in sent] == [
        "http.response.start",
        "http.response.body",
        "http.response.body",
    ]
    assert sent[-1] == {"type": "http.response.body"}


@pytest.mark.parametrize("pause_s", [0.0, 0.05])
async def test_many_changes_are_told_as_few(shelf: Shelf, pause_s: float) -> None:
    async with serving_events(shelf, pause_s=pause_s) as client, listening(client) as stream:
        await stream.next()
        for number in range(5):
            await shelf.put(f"{number}.mkv")
        last = await Queue(shelf.desk).look()

        with anyio.fail_after(PATIENCE_S):
            while id_of(await stream.next()) != last:
                pass


async def test_stream_ends_in_order_when_the_store_fails(shelf: Shelf) -> None:
    """The page comes back by itself, and asks again."""
    async with serving_events(shelf) as client, listening(client) as stream:
        await stream.next()
        await shelf.change(lambda connection: connection.execute("DROP TABLE file"))

        assert await stream.next() == []


async def test_overview_tells_of_what_is_not_in_the_store_too(shelf: Shelf) -> None:
    events = Events("overview", Surveying(shelf.desk), heartbeat_s=0.05, pause_s=0.0)
    async with serving(events) as client, listening(client) as stream:
        first = await stream.next()
        shelf.library_lines.append(LibraryLine(name="b", root="/b", state="offline"))
        second = await stream.next()
        while second == [": still here"]:
            second = await stream.next()

    assert [first[0], second[0]] == ["event: overview", "event: overview"]
    assert second[1] == f"id: {await Surveying(shelf.desk).look()}"
