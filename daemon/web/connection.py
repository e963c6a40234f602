"""A visitor's connection: the head of each request in time, and not too many at once.

uvicorn waits for the first request of a connection for ever (0.54, h11_impl.py).
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

from daemon.web.gate.ip import is_loopback

HEAD_WITHIN_S = 10.0
MOST_CONNECTIONS = 200
MOST_FROM_ONE_ADDRESS = 40
"""A browser opens six; a proxy on this machine speaks for everybody and is not held to it."""


class Connection(H11Protocol):
    """Is closed when a request does not come, or too many are open."""

    head_within_s = HEAD_WITHIN_S
    _clock: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a new visitor, or none where there are too many.

        As in uvicorn, the transport is one of a TCP connection.
        """
        super().connection_made(transport)
        if self._is_one_too_many():
            transport.close()
        else:
            self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Read on; what is no whole head yet must become one in time."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_clock()
        elif self._clock is None:
            self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the visitor."""
        self._stop_clock()
        super().connection_lost(exc)

    def _is_one_too_many(self) -> bool:
        if len(self.connections) > MOST_CONNECTIONS:
            return True
        if self.client is None or is_loopback(self.client[0]):
            return False

        address = self.client[0]
        same = sum(_address(each) == address for each in self.connections)
        return same > MOST_FROM_ONE_ADDRESS

    def _expect_head(self) -> None:
        self._clock = self.loop.call_later(self.head_within_s, self._give_up)

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _give_up(self) -> None:
        self._clock = None
        self.transport.close()


def _address(connection: object) -> str | None:
    return (
        connection.client[0] if isinstance(connection, Connection) and connection.client else None
    )
