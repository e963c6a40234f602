"""The programs that the settings name, opened to be told or asked who we are."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import PurePath

from daemon.settings import Settings
from daemon.settings.announce_section import AnnounceSettings
from daemon.version import doorman_version
from providers.hearers.base import Hearer
from providers.hearers.registry import HearerSpec, open_hearers
from providers.secret import SecretText
from rules.announcement import NamedThere


def endpoints_of(settings: Settings) -> dict[str, str]:
    """Return the address of each stash-box, by its name: as Stash knows them."""
    return {
        source.name: str(source.url) for source in settings.sources if source.kind == "stashbox"
    }


def hearer_spec(announce: AnnounceSettings, endpoints: Mapping[str, str]) -> HearerSpec:
    """Return a program as it is opened with."""
    key = SecretText(announce.key.get_secret_value()) if announce.key is not None else None
    return HearerSpec(
        kind=announce.kind,
        name=announce.name,
        url=announce.url,
        timeout_s=announce.timeout_s,
        key=key,
        user=announce.user,
        folders=tuple(
            NamedThere(here=PurePath(each.here), there=each.there) for each in announce.paths
        ),
        updates=announce.update,
        create_missing=announce.create_missing,
        endpoints=endpoints,
    )


@asynccontextmanager
async def opened_hearers(settings: Settings) -> AsyncIterator[Sequence[Hearer]]:
    """Yield the programs that hear of anything, in the order of the configuration."""
    endpoints = endpoints_of(settings)
    specs = [hearer_spec(each, endpoints) for each in settings.announces if each.enabled]
    async with open_hearers(specs, user_agent=f"doorman/{doorman_version()}") as hearers:
        yield hearers


async def check_hearer(announce: AnnounceSettings, settings: Settings) -> str:
    """Return what a program says of us.

    Raises:
        HearerError: it refuses us, or gave no usable answer.

    """
    spec = hearer_spec(announce, endpoints_of(settings))
    async with open_hearers([spec], user_agent=f"doorman/{doorman_version()}") as (hearer,):
        return await hearer.check()
