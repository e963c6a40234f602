"""Jellyfin and Emby: look at just these paths again.

Both take `POST /Library/Media/Updated` with paths, wait a while for more, and then look at what
lies there; a path that is gone makes them look at its folder. Jellyfin prefers the key in an
Authorization header; Emby knows its own header only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pydantic import JsonValue

from providers.hearers.base import Heard, Outcome
from providers.hearers.exchange import Exchange
from providers.secret import SecretText
from rules.announcement import Announcement, NamedThere, Occurrence, path_there

_UPDATED = "/Library/Media/Updated"
_AT_ONCE = 200
_UPDATE_TYPES: Mapping[Occurrence, str] = MappingProxyType(
    {
        Occurrence.ACCEPTED: "Modified",
        Occurrence.UNDONE: "Modified",
        Occurrence.RENAMED: "Created",
    }
)


def jellyfin_headers(key: SecretText | None) -> dict[str, str]:
    """Return what says to Jellyfin who we are."""
    return {"Authorization": f'MediaBrowser Token="{key.reveal()}"'} if key else {}


def emby_headers(key: SecretText | None) -> dict[str, str]:
    """Return what says to Emby who we are."""
    return {"X-Emby-Token": key.reveal()} if key else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaServer:
    """A Jellyfin or an Emby."""

    exchange: Exchange
    folders: tuple[NamedThere, ...] = ()

    @property
    def name(self) -> str:
        """Return what it is called in the configuration."""
        return self.exchange.name

    async def tell(self, announcements: Sequence[Announcement]) -> list[Outcome]:
        """Have it look at the paths again; a few hundred are one request."""
        updates = {
            (path, kind): None for each in announcements for path, kind in self._updates(each)
        }
        listed: list[JsonValue] = [{"Path": path, "UpdateType": kind} for path, kind in updates]
        for begin in range(0, len(listed), _AT_ONCE):
            await self.exchange.post(_UPDATED, {"Updates": listed[begin : begin + _AT_ONCE]})
        return [Heard() for _ in announcements]

    async def check(self) -> str:
        """Return its name and version; this needs the key."""
        said = await self.exchange.get("/System/Info")
        if not isinstance(said, dict) or "Version" not in said:
            raise self.exchange.strange("it does not say its version")

        return f"{said.get('ServerName') or 'it'}, version {said['Version']}, lets us in"

    def _updates(self, each: Announcement) -> Iterator[tuple[str, str]]:
        if each.former_path is not None:
            yield path_there(each.former_path, self.folders), "Deleted"
        yield path_there(each.path, self.folders), _UPDATE_TYPES[each.occurrence]
