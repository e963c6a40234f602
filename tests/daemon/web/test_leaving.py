"""Slow visitors, and the end of the daemon."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address

import anyio
import anyio.to_thread
import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from daemon.settings.addresses import ListenAddress
from daemon.web.connection import MOST_CONNECTIONS, Connection
from daemon.web.leaving import Patience
from daemon.web.listening import listen
from daemon.web.server import served

PATIENCE_S = 20


@asynccontextmanager
async def listening(app: ASGIApp, strangers: type[Connection] = Connection) -> AsyncIterator[int]:
    """Serve strangers while the block runs; yield the port."""
    listener = listen(ListenAddress(ip=ip_address("127.0.0.1"), port=0))
    port = int(listener.getsockname()[1])
    async with served(app, listener, strangers=strangers):
        yield port


def call(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)


async def greet(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("hello")(scope, receive, send)


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """Send an event, and then nothing for ever."""

    async def events() -> AsyncIterator[str]:
        yield "data: hello\n\n"
        await anyio.sleep_forever()

    await StreamingResponse(events(), media_type="text/event-stream")(scope, receive, send)


async def test_open_event_stream_delays_no_end() -> None:
    with anyio.fail_after(PATIENCE_S):
        async with listening(stream) as port:
            caller = await anyio.to_thread.run_sync(call, port)
            await anyio.to_thread.run_sync(caller.sendall, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await anyio.to_thread.run_sync(caller.recv, 10)
            began_s = anyio.current_time()
        took_s = anyio.current_time() - began_s
    caller.close()

    assert took_s < 1.9  # uvicorn's own patience with answers under way is two seconds


class Hurried(Connection):
    """A connection whose requests must come at once."""

    head_within_s = 0.1


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        (b"", b""),
        (b"", b"GET / HT"),
        (b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HT"),
    ],
)
async def test_request_that_does_not_come_ends_the_connection(whole: bytes, part: bytes) -> None:
    def wait(port: int) -> bytes:
        with call(port) as caller:
            caller.sendall(whole)
            heard = b""
            while whole and not heard.endswith(b"hello"):
                heard += caller.recv(1000)
            caller.sendall(part)
            assert caller.recv(1000) == b""
            return heard

    async with listening(greet, Hurried) as port:
        heard = await anyio.to_thread.run_sync(wait, port)

    assert heard.endswith(b"hello" if whole else b"")


async def test_too_many_connections_are_closed_and_the_first_stay() -> None:
    def crowd(port: int) -> tuple[bytes, bytes]:
        callers = [call(port) for _ in range(MOST_CONNECTIONS)]
        with call(port) as one_too_many:
            refused = one_too_many.recv(100)
        callers[0].sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        answered = callers[0].recv(1000)
        for each in callers:
            each.close()
        return refused, answered

    async with listening(greet) as port:
        refused, answered = await anyio.to_thread.run_sync(crowd, port)

    assert refused == b""
    assert answered.startswith(b"HTTP/1.1 200")


def asked(*messages: Message) -> Receive:
    """Return a visitor who sends these, and then nothing for ever."""
    left = list(messages)

    async def receive() -> Message:
        if not left:
            await anyio.sleep_forever()
        return left.pop(0)

    return receive


async def keep(_: Message) -> None:
    """Take whatever is answered."""


SCOPE: dict[str, object] = {"type": "http", "method": "POST", "headers": []}


async def test_body_that_does_not_come_is_given_up() -> None:
    async def read(scope: Scope, receive: Receive, _: Send) -> None:
        with pytest.raises(ClientDisconnect):
            await Request(scope, receive).body()

    part = {"type": "http.request", "body": b"half", "more_body": True}
    with anyio.fail_after(PATIENCE_S):
        await Patience(read, body_within_s=0.02)(SCOPE, asked(part), keep)


async def test_whoever_sent_everything_may_listen_for_long() -> None:
    heard: list[str] = []

    async def wait(_: Scope, receive: Receive, __: Send) -> None:
        await receive()
        with anyio.move_on_after(0.1):
            heard.append((await receive())["type"])

    whole = {"type": "http.request", "body": b"", "more_body": False}
    await Patience(wait, body_within_s=0.01)(SCOPE, asked(whole), keep)

    assert heard == []


async def test_visitor_who_takes_nothing_is_given_up() -> None:
    async def never(_: Message) -> None:
        await anyio.sleep_forever()

    async def answer(_: Scope, __: Receive, send: Send) -> None:
        while True:
            await send({"type": "http.response.body", "body": b"x", "more_body": True})

    with anyio.fail_after(PATIENCE_S):
        await Patience(answer, taken_within_s=0.02)(SCOPE, asked(), never)


async def test_answer_that_is_taken_in_time_is_whole() -> None:
    sent: list[Message] = []

    async def take(message: Message) -> None:
        sent.append(message)

    await Patience(Response(b"hello"))(SCOPE, asked(), take)

    assert [each.get("body") for each in sent] == [None, b"hello"]
