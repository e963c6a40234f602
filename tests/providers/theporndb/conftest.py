from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx
import pytest

from providers.base import Source
from providers.client import Client, Endpoint, Persistence, open_http
from providers.limits import Limiters
from providers.registry import KINDS, SourceSpec
from providers.sandbox.theporndb import RestSandbox
from providers.secret import SecretText
from rules.candidate import Query
from rules.filename import NameClues
from rules.fingerprint import Fingerprints, Oshash, Phash
from rules.work import ExternalId

OpenSource = Callable[..., AbstractAsyncContextManager[Source]]
MakeQuery = Callable[..., Query]


@pytest.fixture
def rest_box() -> Iterator[RestSandbox]:
    with RestSandbox() as sandbox:
        yield sandbox


@pytest.fixture(params=["plain", "quirks"])
def any_box(request: pytest.FixtureRequest) -> Iterator[RestSandbox]:
    with RestSandbox(mode=request.param) as sandbox:
        yield sandbox


@pytest.fixture
def open_source(limiters: Limiters) -> OpenSource:
    """Open the dialect alone; the guard before every source has tests of its own."""

    @asynccontextmanager
    async def opened(
        box: RestSandbox,
        *,
        url: str | None = None,
        key: str | None = None,
        timeout_s: float = 10,
        attempts: int = 1,
        search: bool = True,
    ) -> AsyncIterator[Source]:
        spec = SourceSpec(name="porndb", url=url or box.url, search=search)
        kind = KINDS["theporndb"]
        endpoint = Endpoint(
            url=httpx.URL(spec.url),
            key=SecretText(box.key if key is None else key),
            key_header=kind.key_header,
            key_prefix=kind.key_prefix,
            timeout_s=timeout_s,
        )
        async with open_http(user_agent="doorman-tests") as http:
            client = Client(
                http,
                endpoint,
                limiter=limiters.of(endpoint.place, 60_000),
                clock=limiters.clock,
                persistence=Persistence(attempts=attempts),
            )
            yield kind.make(spec, client)

    return opened


@pytest.fixture
def query_of() -> MakeQuery:
    def made(
        oshash: int = 0,
        phash: int | None = None,
        *,
        ids: tuple[ExternalId, ...] = (),
        urls: tuple[str, ...] = (),
        clues: NameClues | None = None,
    ) -> Query:
        fingerprints = Fingerprints(
            oshash=Oshash(oshash),
            phash=None if phash is None else Phash(phash),
            size_bytes=1_000_000,
            duration_s=1800.0,
        )
        return Query(fingerprints=fingerprints, ids=ids, urls=urls, clues=clues)

    return made
