"""The configured sources as their providers are opened, and one of them asked who we are."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from daemon.settings import Settings, SourceSettings
from daemon.version import doorman_version
from providers.base import Source
from providers.limits import Limiters
from providers.registry import SourceSpec, open_sources
from providers.secret import SecretText


def source_spec(source: SourceSettings) -> SourceSpec:
    """Return a source as its provider is opened with."""
    key = SecretText(source.key.get_secret_value()) if source.key is not None else None
    return SourceSpec(
        name=source.name,
        kind=source.kind,
        url=str(source.url),
        key=key,
        requests_per_minute=source.requests_per_minute,
        timeout_s=source.timeout_s,
        search=source.search,
        pages=source.pages,
        is_nsfw=source.nsfw,
    )


@asynccontextmanager
async def opened_sources(settings: Settings) -> AsyncIterator[Sequence[Source]]:
    """Yield the sources that are asked, in the order of the configuration.

    Raises:
        ConfigurationError: one cannot be asked as it is configured.

    """
    specs = [source_spec(source) for source in settings.sources if source.enabled]
    async with open_sources(specs, user_agent=f"doorman/{doorman_version()}") as sources:
        yield sources


async def check_source(source: SourceSettings, *, limiters: Limiters | None = None) -> str:
    """Return what a source says of us.

    `limiters` are to be shared by all that are checked: several may be on one host.

    Raises:
        ProviderError: it refuses us, or gave no usable answer.

    """
    user_agent = f"doorman/{doorman_version()}"
    spec = source_spec(source)
    async with open_sources([spec], limiters=limiters, user_agent=user_agent) as (opened,):
        return await opened.check()
