from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from pathlib import PurePath

import pytest

from providers.clock import Clock
from providers.hearers.base import Hearer
from providers.hearers.registry import HearerKind, HearerSpec, open_hearers
from providers.secret import SecretText
from rules.announcement import NamedThere
from tests.providers.hearers.double import Answer, Double, running

KEY = "k3y-of-ours"
Serve = Callable[[Answer], Double]
Open = Callable[..., AbstractAsyncContextManager[Hearer]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return what runs a program until the test ends."""
    with ExitStack() as stack:
        yield lambda answer: stack.enter_context(running(answer))


@pytest.fixture
def opened() -> Open:
    """Return what opens a program at an address."""

    @asynccontextmanager
    async def opened(
        kind: HearerKind,
        url: str,
        *,
        key: str | None = KEY,
        there: str = "/media",
        timeout_s: float = 10.0,
        updates: bool = True,
        create_missing: bool = False,
    ) -> AsyncIterator[Hearer]:
        spec = HearerSpec(
            kind=kind,
            name="there",
            url=url,
            timeout_s=timeout_s,
            key=SecretText(key) if key else None,
            user="kodi",
            folders=(NamedThere(here=PurePath("/srv"), there=there),),
            updates=updates,
            create_missing=create_missing,
            endpoints={"box": "https://box.example/graphql"},
        )

        async def no_sleep(_: float) -> None:
            return

        clock = Clock(wall_s=lambda: 1_700_000_000.5, sleep=no_sleep)
        async with open_hearers([spec], user_agent="doorman/1", clock=clock) as (hearer,):
            yield hearer

    return opened
