"""The pictures of works, had from where their sources keep them, one look an address.

A host that does not answer is left alone for a while: what waits beside other videos must not
wait for it again and again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import anyio
import anyio.to_thread

from daemon.journey.picture_check import check_picture
from daemon.journey.picture_decoding import taken_for_whole
from providers.errors import Transient
from providers.pictures import Picture, place_of
from rules.errors import ProviderError
from store import found_pictures
from store.database import Database
from store.found_pictures import Found, FoundPicture, NoUse

AT_ONCE = 4
REST_S = 60.0
"""How long a host is left alone that failed."""
MOST_RESTING = 1000
"""So many hosts are remembered to rest; more of them are asked again."""


class Fetcher(Protocol):
    """Whoever can fetch a picture."""

    async def fetch(self, address: str, *, source_url: str | None = None) -> Picture:
        """Return the picture at an address; `source_url` is where its source is."""
        ...


class HostRests(Transient):
    """The host failed a moment ago."""

    def __init__(self, reason: str) -> None:
        """Build the message from how it failed."""
        super().__init__(reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Had:
    """What stands at an address, and its bytes where they are of use."""

    found: Found
    content: bytes | None


@dataclass(slots=True, kw_only=True)
class PictureSupply:
    """Fetches pictures, looks at them, and remembers what they are."""

    database: Database
    fetcher: Fetcher
    now: Callable[[], float]
    damage: Callable[[bytes], Awaitable[str | None]] = field(default=taken_for_whole)
    """Returns why bytes are no whole picture, None when they are; raises Transient."""
    limiter: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(AT_ONCE))
    rest_s: float = REST_S
    _resting: dict[str, tuple[float, str]] = field(default_factory=dict)
    """Host → until when it is left alone, and why."""

    async def have(self, address: str, *, source_url: str | None) -> Had:
        """Return what stands at an address.

        Raises:
            Transient: it cannot be had now; later it may.

        """
        host = place_of(address)
        async with self.limiter:
            self._check_rested(host)
            try:
                picture = await self.fetcher.fetch(address, source_url=source_url)
            except Transient as error:
                self._let_rest(host, error)
                raise
            except ProviderError as error:
                return await self._keep(address, Had(found=NoUse(trouble=str(error)), content=None))

        found = await self._found(picture.content)
        content = picture.content if isinstance(found, FoundPicture) else None
        return await self._keep(address, Had(found=found, content=content))

    async def _found(self, content: bytes) -> Found:
        """Return what fetched bytes are.  Raises: Transient."""
        found = await anyio.to_thread.run_sync(check_picture, content)
        if isinstance(found, NoUse):
            return found

        damage = await self.damage(content)
        return found if damage is None else NoUse(trouble=f"it is broken: {damage}")

    async def _keep(self, address: str, had: Had) -> Had:
        save = partial(found_pictures.save, address=address, found=had.found, at_s=self.now())
        await self.database.write(save)
        return had

    def _check_rested(self, host: str) -> None:
        until_s, reason = self._resting.get(host, (0.0, ""))
        if self.now() < until_s:
            raise HostRests(reason)

    def _let_rest(self, host: str, error: Transient) -> None:
        if len(self._resting) >= MOST_RESTING:
            self._resting.clear()
        rest_s = max(self.rest_s, error.retry_after_s or 0.0)
        self._resting[host] = (self.now() + rest_s, str(error))
