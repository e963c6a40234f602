"""From the configuration to sources that can be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import httpx

from providers.base import Source
from providers.client import Client, Endpoint, Persistence, open_http
from providers.clock import Clock
from providers.limits import REQUESTS_PER_MINUTE, Limiters
from providers.secret import SecretText
from providers.stashbox.exchange import Exchange
from providers.stashbox.mapping import SceneMapping
from providers.stashbox.source import StashBox
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
    search: bool = True
    """Whether names of files may be sent to it."""


class SourceUnusable(ConfigurationError):
    """A source is configured in a way that can never work."""

    def __init__(self, name: str, problem: str) -> None:
        """Build the message from the source's name and what is to be mended."""
        super().__init__(f"source {name!r}: {problem}")
        self.name = name


Maker = Callable[[SourceSpec, Client], Source]


def _stashbox(spec: SourceSpec, client: Client) -> Source:
    mapping = SceneMapping(source=spec.name, endpoint=client.endpoint.url)
    return StashBox(Exchange(client), mapping, search=spec.search)


KINDS: Final[dict[str, Maker]] = {"stashbox": _stashbox}
"""What each kind in the configuration is made by."""


@asynccontextmanager
async def open_sources(
    specs: Sequence[SourceSpec],
    *,
    limiters: Limiters | None = None,
    persistence: Persistence | None = None,
    user_agent: str = "doorman",
) -> AsyncIterator[tuple[Source, ...]]:
    """Open the sources in the order of `specs`; they share one HTTP client.

    `limiters` carries the clock too; whoever opens sources twice in one life (a changed
    configuration) hands in the same ones, so that no host is asked faster for it.

    Raises:
        ConfigurationError: when a source can never work; nothing was opened.

    """
    shared = limiters or Limiters(clock=Clock())
    endpoints = _endpoints(specs)
    async with open_http(user_agent=user_agent) as http:
        yield tuple(
            KINDS[spec.kind](
                spec,
                Client(
                    http,
                    endpoint,
                    limiter=shared.of(endpoint.place, spec.requests_per_minute),
                    clock=shared.clock,
                    persistence=persistence,
                ),
            )
            for spec, endpoint in zip(specs, endpoints, strict=True)
        )


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

    return Endpoint(url=_url(spec), key=spec.key, timeout_s=spec.timeout_s)


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
