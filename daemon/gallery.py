"""Pictures of works as the page shows them: fetched by the daemon once, and kept.

Whoever asks waits for the picture alone, never for another one; few are fetched at a time, each of
them once however many ask, and what cannot be had is left alone for a while.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Protocol

import anyio
import anyio.to_thread
import structlog

from daemon.disk.pictures import KeptPicture, Pictures
from daemon.opening import pictures_of
from daemon.settings import Settings
from daemon.version import doorman_version
from providers.pictures import Picture, opened_fetcher
from rules.errors import ProviderError

AT_ONCE = 4
LEFT_ALONE_S = 600.0
"""Somebody who reloads a page must not ask a server that is down again and again."""
MOST_FAILURES = 1000
"""So many addresses are remembered to be bad; more of them are tried again."""


class Fetcher(Protocol):
    """Whoever can fetch a picture."""

    async def fetch(self, address: str, *, source_url: str | None = None) -> Picture:
        """Return the picture at an address; `source_url` is where its source is."""
        ...


class Log(Protocol):
    """What is needed of a logger."""

    def info(self, event: str, **facts: object) -> object:
        """Record that a picture cannot be had."""


class Gallery:
    """The pictures that can be shown."""

    def __init__(
        self,
        fetcher: Fetcher,
        kept: Pictures,
        *,
        now: Callable[[], float],
        log: Log,
        at_once: int = AT_ONCE,
    ) -> None:
        """Fetch by `fetcher`, and keep in `kept`; `now` need not be a time of day."""
        self._fetcher = fetcher
        self._kept = kept
        self._now = now
        self._log = log
        self._limiter = anyio.CapacityLimiter(at_once)
        self._under_way: dict[str, anyio.Event] = {}
        self._failed_at_s: dict[str, float] = {}

    async def picture(self, address: str, *, source_url: str | None) -> KeptPicture | None:
        """Return the picture at an address; None when it cannot be had now."""
        present = await anyio.to_thread.run_sync(self._kept.at, address)
        if present is not None or self._is_left_alone(address):
            return present

        under_way = self._under_way.get(address)
        if under_way is None:
            await self._fetch(address, source_url)
        else:
            await under_way.wait()
        return await anyio.to_thread.run_sync(self._kept.at, address)

    def _is_left_alone(self, address: str) -> bool:
        failed_at_s = self._failed_at_s.get(address)
        return failed_at_s is not None and self._now() - failed_at_s < LEFT_ALONE_S

    async def _fetch(self, address: str, source_url: str | None) -> None:
        done = self._under_way[address] = anyio.Event()
        try:
            async with self._limiter:
                found = await self._fetcher.fetch(address, source_url=source_url)
            keep = partial(self._kept.keep, address, found.content)
            await anyio.to_thread.run_sync(keep)
        except (ProviderError, OSError) as error:
            self._note_failure(address)
            self._log.info("picture.missed", reason=str(error))
        finally:
            del self._under_way[address]
            done.set()

    def _note_failure(self, address: str) -> None:
        if len(self._failed_at_s) >= MOST_FAILURES:
            self._failed_at_s.clear()
        self._failed_at_s[address] = self._now()


@asynccontextmanager
async def opened_gallery(settings: Settings) -> AsyncIterator[Gallery]:
    """Yield the gallery of a doorman: its pictures lie beside its store."""
    kept = pictures_of(settings)
    async with opened_fetcher(user_agent=f"doorman/{doorman_version()}") as fetcher:
        yield Gallery(fetcher, kept, now=time.monotonic, log=structlog.get_logger())
