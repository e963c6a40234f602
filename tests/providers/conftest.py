"""Sandboxes, clients and sources for the tests of this floor; time is told, sockets are real."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import anyio.lowlevel
import httpx
import pytest

from providers.client import Client, Endpoint, Persistence, open_http
from providers.clock import Clock
from providers.limits import Limiters
from providers.sandbox import Sandbox
from providers.secret import SecretText


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def slept() -> list[float]:
    """What was slept so far; its sum is the time."""
    return []


@pytest.fixture
def clock(slept: list[float]) -> Clock:
    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await anyio.lowlevel.checkpoint()

    return Clock(
        now_s=lambda: sum(slept),
        wall_s=lambda: 1_800_000_000.0 + sum(slept),
        sleep=sleep,
        chance=lambda: 0.5,
    )


@pytest.fixture
def limiters(clock: Clock) -> Limiters:
    return Limiters(clock=clock)


OpenClient = Callable[..., AbstractAsyncContextManager[Client]]


@pytest.fixture
def open_client(limiters: Limiters) -> OpenClient:
    @asynccontextmanager
    async def opened(
        url: str,
        *,
        key: str = "",
        attempts: int = 1,
        timeout_s: float = 10.0,
        maximum_answer_bytes: int = 100_000,
    ) -> AsyncIterator[Client]:
        endpoint = Endpoint(
            url=httpx.URL(url),
            key=SecretText(key),
            timeout_s=timeout_s,
            maximum_answer_bytes=maximum_answer_bytes,
        )
        async with open_http(user_agent="doorman-tests") as http:
            yield Client(
                http,
                endpoint,
                limiter=limiters.of(endpoint.place, 60_000),
                clock=limiters.clock,
                persistence=Persistence(attempts=attempts),
            )

    return opened
