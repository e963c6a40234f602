"""Requests that outlast the daemon, or the patience with a slow visitor."""

from __future__ import annotations

import anyio
import anyio.lowlevel
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_WITHIN_S = 30.0
"""For all of a request's body; a form is a few kilobytes."""
TAKEN_WITHIN_S = 30.0
"""For each piece of an answer; a visitor who takes none so long is gone."""
_GONE: Message = {"type": "http.disconnect"}


class Leaving:
    """Lets every answer end with the daemon: each request then hears that its visitor left.

    Whatever streams events for hours need not know how the daemon ends.
    """

    def __init__(self, app: ASGIApp, ended: anyio.Event) -> None:
        """Stand before an application until `ended`."""
        self._app = app
        self._ended = ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""

        async def receive_until_ended() -> Message:
            heard: list[Message] = []

            async def listen() -> None:
                heard.append(await receive())
                tasks.cancel_scope.cancel()

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(listen)
                await self._ended.wait()
                tasks.cancel_scope.cancel()
            return heard[0] if heard else _GONE

        await self._app(scope, receive_until_ended, send)


class Patience:
    """Gives up visitors who send or take nothing for too long."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        body_within_s: float = BODY_WITHIN_S,
        taken_within_s: float = TAKEN_WITHIN_S,
    ) -> None:
        """Stand before an application."""
        self._app = app
        self._body_within_s = body_within_s
        self._taken_within_s = taken_within_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        until_s = anyio.current_time() + self._body_within_s
        is_whole = False

        async def receive_in_time() -> Message:
            nonlocal is_whole
            if is_whole:
                return await receive()  # hears only that the visitor left, hours later perhaps

            message = _GONE
            with anyio.move_on_after(until_s - anyio.current_time()):
                message = await receive()
            is_whole = not message.get("more_body", False)
            return message

        async def send_in_time(message: Message) -> None:
            with anyio.move_on_after(self._taken_within_s) as waiting:
                await send(message)
            if waiting.cancelled_caught:
                answering.cancel()  # nobody is there to be told anything
                await anyio.lowlevel.checkpoint()

        with anyio.CancelScope() as answering:
            await self._app(scope, receive_in_time, send_in_time)
