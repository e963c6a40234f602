"""From kinds in the configuration to programs that can be told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal, assert_never

from providers.client import open_http
from providers.clock import Clock
from providers.hearers.base import Hearer
from providers.hearers.exchange import Exchange
from providers.hearers.jellyfin import MediaServer, emby_headers, jellyfin_headers
from providers.hearers.kodi import Kodi, kodi_headers
from providers.hearers.stash import Stash
from providers.hearers.stash_api import StashApi
from providers.hearers.webhook import Webhook
from providers.secret import SecretText
from rules.announcement import NamedThere

HearerKind = Literal["jellyfin", "emby", "kodi", "stash", "webhook"]
_GRAPHQL = "/graphql"


@dataclass(frozen=True, slots=True, kw_only=True)
class HearerSpec:
    """One program as configured."""

    kind: HearerKind
    name: str
    url: str
    timeout_s: float
    key: SecretText | None = None
    user: str = ""
    folders: tuple[NamedThere, ...] = ()
    updates: bool = True
    create_missing: bool = False
    endpoints: Mapping[str, str] = field(default_factory=dict)
    """The address of each stash-box, by the source's name here."""


@asynccontextmanager
async def open_hearers(
    specs: Sequence[HearerSpec], *, user_agent: str, clock: Clock | None = None
) -> AsyncIterator[tuple[Hearer, ...]]:
    """Yield the programs, in order; they share one HTTP client."""
    used = clock or Clock()
    async with open_http(user_agent=user_agent) as http:
        yield tuple(
            _hearer(
                spec,
                Exchange(
                    http=http,
                    name=spec.name,
                    url=_url(spec),
                    timeout_s=spec.timeout_s,
                    headers=_headers(spec),
                    secret=spec.key,
                ),
                used,
            )
            for spec in specs
        )


def _url(spec: HearerSpec) -> str:
    """Return where requests go; Stash's address may be that of its page, a webhook's is as told."""
    if spec.kind == "webhook":
        return spec.url

    url = spec.url.rstrip("/")
    return f"{url}{_GRAPHQL}" if spec.kind == "stash" and not url.endswith(_GRAPHQL) else url


def _headers(spec: HearerSpec) -> dict[str, str]:
    match spec.kind:
        case "jellyfin":
            return jellyfin_headers(spec.key)
        case "emby":
            return emby_headers(spec.key)
        case "kodi":
            return kodi_headers(spec.user, spec.key)
        case "stash":
            return {"ApiKey": spec.key.reveal()} if spec.key else {}
        case "webhook":
            return {}
        case _:  # pragma: no cover  # the type checker proves it
            assert_never(spec.kind)


def _hearer(spec: HearerSpec, exchange: Exchange, clock: Clock) -> Hearer:
    match spec.kind:
        case "jellyfin" | "emby":
            return MediaServer(exchange=exchange, folders=spec.folders)
        case "kodi":
            return Kodi(exchange=exchange, folders=spec.folders)
        case "stash":
            return Stash(
                api=StashApi(exchange=exchange),
                sleep=clock.sleep,
                endpoints=spec.endpoints,
                folders=spec.folders,
                updates=spec.updates,
                create_missing=spec.create_missing,
            )
        case "webhook":
            return Webhook(
                exchange=exchange, now_s=clock.wall_s, key=spec.key, folders=spec.folders
            )
        case _:  # pragma: no cover  # the type checker proves it
            assert_never(spec.kind)
