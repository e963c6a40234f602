"""Tell pages that what they show changed, as it happens (server-sent events).

An event says only that there is something new to read, so none has to be kept for whoever was
away: its id tells one state from the next, and who comes back with the present one has missed
nothing.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Protocol

import anyio
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from rules.errors import StoreError

MOST_LISTENERS = 32
"""Pages that listen at once; who comes beyond them looks every now and then instead."""
HEARTBEAT_S = 15.0
"""Proxies close what is silent for longer, most of them after 60 s."""
PAUSE_S = 1.0
"""Between two events; a round changes a hundred files a second."""
TAKEN_WITHIN_S = 10.0
"""Who does not take a few bytes so long is gone; a page comes back by itself."""
_RETRY_MS = 3000
_AWAY_S = 30
_UNAVAILABLE = 503
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class Subject(Protocol):
    """What pages are told of."""

    def next_change(self) -> anyio.Event:
        """Return what the next change sets that can be waited for; take it before `look`."""
        ...

    async def look(self) -> str:
        """Return what tells one state from the next, on one line."""
        ...


class Events:
    """A stream of events; an ASGI application, as it outlasts what a request usually is."""

    def __init__(
        self,
        name: str,
        subject: Subject,
        *,
        most: int = MOST_LISTENERS,
        heartbeat_s: float = HEARTBEAT_S,
        pause_s: float = PAUSE_S,
        taken_within_s: float = TAKEN_WITHIN_S,
    ) -> None:
        """Tell of this subject by events of that name."""
        self._name = name
        self._subject = subject
        self._most = most
        self._heartbeat_s = heartbeat_s
        self._pause_s = pause_s
        self._taken_within_s = taken_within_s
        self._listeners = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell one listener, until it leaves or the daemon ends."""
        if self._listeners >= self._most:
            headers = {"Retry-After": str(_AWAY_S)}
            refusal = PlainTextResponse("too many listen", _UNAVAILABLE, headers=headers)
            await refusal(scope, receive, send)
            return

        self._listeners += 1
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            if scope["method"] != "HEAD":
                await self._tell(_last_heard(scope), receive, send)
            await send({"type": "http.response.body"})
        finally:
            self._listeners -= 1

    async def _tell(self, heard: str, receive: Receive, send: Send) -> None:
        async with anyio.create_task_group() as tasks:

            async def feed() -> None:
                with suppress(StoreError):  # the page comes back, and is told then
                    await self._feed(heard, send)
                tasks.cancel_scope.cancel()

            tasks.start_soon(feed)
            while (await receive())["type"] != "http.disconnect":
                pass
            tasks.cancel_scope.cancel()

    async def _feed(self, heard: str, send: Send) -> None:
        """Send events and heartbeats until they are no longer taken, or the store fails."""
        text = f"retry: {_RETRY_MS}\n\n"
        while await self._is_taken(text, send):
            sent_at_s, text = anyio.current_time(), ""
            await anyio.sleep(self._pause_s if heard else 0)
            while not text:
                change = self._subject.next_change()
                seen = await self._subject.look()
                if seen != heard:
                    heard, text = seen, f"event: {self._name}\nid: {seen}\ndata: {seen}\n\n"
                elif anyio.current_time() >= sent_at_s + self._heartbeat_s:
                    text = ": still here\n\n"
                else:
                    await self._quiet(change, until_s=sent_at_s + self._heartbeat_s)

    async def _quiet(self, change: anyio.Event, *, until_s: float) -> None:
        """Wait for the next change; several of them, one soon after the other, are as one."""
        with anyio.move_on_after(until_s - anyio.current_time()):
            await change.wait()
            await anyio.sleep(self._pause_s)

    async def _is_taken(self, text: str, send: Send) -> bool:
        body = {"type": "http.response.body", "body": text.encode(), "more_body": True}
        with anyio.move_on_after(self._taken_within_s) as waiting:
            await send(body)
        return not waiting.cancelled_caught


def _last_heard(scope: Scope) -> str:
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    return next(
        (value.decode("latin-1") for name, value in headers if name == b"last-event-id"), ""
    )
