"""From the configuration to sources that can be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import httpx

from providers.base import Source
from providers.client import Client, Endpoint, Persistence, open_http
from providers.clock import Clock
from providers.guard import GuardedSource, Instruments
from providers.limits import REQUESTS_PER_MINUTE, Limiters
from providers.secret import SecretText
from providers.stashbox.exchange import Exchange
from providers.stashbox.mapping import SceneMapping
from providers.stashbox.source import StashBox
from providers.theporndb.exchange import Exchange as RestExchange
from providers.theporndb.mapping import SceneMapping as RestMapping
from providers.theporndb.mapping import home_of
from providers.theporndb.source import ThePornDB
from providers.traffic import Traffic
from rules.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpec:
    """One source, as the configuration states it."""

    name: str
    url: str
    kind: str = "stashbox"
    key: SecretText | None = None
    requests_per_minute: float = REQUESTS_PER_MINUTE
    timeout_s: float = 30.0
    """For each attempt, from the first byte out to the last byte in."""
    is_nsfw: bool = True
    """Whether its works are adult."""
    search: bool = True
    """Whether names of files may be sent to it."""
    pages: str | None = None
    """Where people look at works, as in `https://theporndb.net`; None follows from the url."""


class SourceUnusable(ConfigurationError):
    """A source is configured in a way that can never work."""

    def __init__(self, name: str, problem: str) -> None:
        """Build the message from the source's name and what is to be mended."""
        super().__init__(f"source {name!r}: {problem}")
        self.name = name


Maker = Callable[[SourceSpec, Client], Source]


def _stashbox(spec: SourceSpec, client: Client) -> Source:
    mapping = SceneMapping(source=spec.name, endpoint=client.endpoint.url, pages=spec.pages)
    return StashBox(Exchange(client), mapping, search=spec.search)


def _theporndb(spec: SourceSpec, client: Client) -> Source:
    endpoint = client.endpoint.url
    pages = (spec.pages or home_of(endpoint)).rstrip("/")
    mapping = RestMapping(source=spec.name, endpoint=endpoint, pages=pages)
    return ThePornDB(RestExchange(client), mapping, search=spec.search)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A dialect: what makes its sources, and how it wants to be shown the key."""

    make: Maker
    key_header: str = "ApiKey"
    key_prefix: str = ""


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "stashbox": Kind(make=_stashbox),
        "theporndb": Kind(make=_theporndb, key_header="Authorization", key_prefix="Bearer "),
    }
)
"""What each kind in the configuration is made by."""


@asynccontextmanager
async def open_sources(
    specs: Sequence[SourceSpec],
    *,
    limiters: Limiters | None = None,
    persistence: Persistence | None = None,
    user_agent: str = "doorman",
) -> AsyncIterator[tuple[GuardedSource, ...]]:
    """Open the sources in the order of `specs`, each behind its guard; they share one HTTP client.

    `limiters` carries the clock too; whoever opens sources twice in one life (a changed
    configuration) hands in the same ones, so that no host is asked faster for it.

    Raises:
        ConfigurationError: when a source can never work; nothing was opened.

    """
    shared = limiters or Limiters(clock=Clock())
    endpoints = _endpoints(specs)
    async with open_http(user_agent=user_agent) as http:
        yield tuple(
            _guarded(spec, endpoint, http, shared, persistence)
            for spec, endpoint in zip(specs, endpoints, strict=True)
        )


def _guarded(
    spec: SourceSpec,
    endpoint: Endpoint,
    http: httpx.AsyncClient,
    limiters: Limiters,
    persistence: Persistence | None,
) -> GuardedSource:
    instruments = Instruments(
        clock=limiters.clock,
        limiter=limiters.of(endpoint.place, spec.requests_per_minute),
        traffic=Traffic(),
    )
    client = Client(
        http,
        endpoint,
        limiter=instruments.limiter,
        clock=instruments.clock,
        persistence=persistence,
        traffic=instruments.traffic,
    )
    source = KINDS[spec.kind].make(spec, client)
    return GuardedSource(source, instruments=instruments, is_nsfw=spec.is_nsfw)


def _endpoints(specs: Sequence[SourceSpec]) -> list[Endpoint]:
    for name, count in Counter(spec.name for spec in specs).items():
        if count > 1:
            raise SourceUnusable(name, f"{count} sources have this name; give each its own")

    return [_endpoint(spec) for spec in specs]


def _endpoint(spec: SourceSpec) -> Endpoint:
    if spec.kind not in KINDS:
        known = ", ".join(sorted(KINDS))
        raise SourceUnusable(spec.name, f"there is no kind {spec.kind!r}; use one of: {known}")

    if spec.requests_per_minute <= 0 or spec.timeout_s <= 0:
        raise SourceUnusable(spec.name, "requests_per_minute and timeout_s must be above 0")

    if spec.key is not None and not spec.key.fits_a_header:
        raise SourceUnusable(
            spec.name, "the key holds spaces or characters that no key has; copy it again"
        )

    kind = KINDS[spec.kind]
    return Endpoint(
        url=_url(spec),
        key=spec.key,
        key_header=kind.key_header,
        key_prefix=kind.key_prefix,
        timeout_s=spec.timeout_s,
    )


def _url(spec: SourceSpec) -> httpx.URL:
    """Return the address; what it may not hold would end up in messages or be lost."""
    try:
        url = httpx.URL(spec.url.strip())
    except httpx.InvalidURL as error:
        raise SourceUnusable(spec.name, f"the url is none ({error}); write it anew") from error

    if url.scheme not in {"http", "https"} or not url.host:
        raise SourceUnusable(spec.name, "the url must begin with https:// or http:// and a host")

    if url.userinfo or url.query or url.fragment:
        raise SourceUnusable(
            spec.name, "the url holds a user, a question mark or a hash; a key goes into `key`"
        )

    return url
