from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from providers.base import Source
from providers.client import Persistence
from providers.limits import Limiters
from providers.registry import SourceSpec, open_sources
from providers.sandbox import Sandbox
from providers.secret import SecretText
from rules.candidate import Query
from rules.fingerprint import Fingerprints, Oshash, Phash

OpenSource = Callable[..., AbstractAsyncContextManager[Source]]
MakeQuery = Callable[..., Query]


@pytest.fixture
def open_source(limiters: Limiters) -> OpenSource:
    @asynccontextmanager
    async def opened(
        box: Sandbox, *, key: str | None = None, timeout_s: float = 10, attempts: int = 1
    ) -> AsyncIterator[Source]:
        spec = SourceSpec(
            name="box",
            url=box.url,
            key=SecretText(box.key if key is None else key),
            requests_per_minute=60_000,
            timeout_s=timeout_s,
        )
        persistence = Persistence(attempts=attempts)
        async with open_sources([spec], limiters=limiters, persistence=persistence) as (source,):
            yield source

    return opened


@pytest.fixture
def query_of() -> MakeQuery:
    def made(oshash: int, phash: int | None = None) -> Query:
        fingerprints = Fingerprints(
            oshash=Oshash(oshash),
            phash=None if phash is None else Phash(phash),
            size_bytes=1_000_000,
            duration_s=1800.0,
        )
        return Query(fingerprints=fingerprints)

    return made
