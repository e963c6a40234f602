"""Kodi: read the NFO of just this video again, or look for it in its folder (JSON-RPC over HTTP).

`VideoLibrary.RefreshMovie` for what its library has, `VideoLibrary.Scan` of the folder for what it
does not have yet. Kodi's own settings have to allow control over HTTP.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from providers.hearers.base import Heard, Outcome
from providers.hearers.exchange import Exchange
from providers.secret import SecretText
from rules.announcement import Announcement, NamedThere, folder_there, path_there

_PATH = "/jsonrpc"


def kodi_headers(user: str, key: SecretText | None) -> dict[str, str]:
    """Return what says to Kodi who we are: basic authentication, where there is a password."""
    if not key:
        return {}

    pair = base64.b64encode(f"{user}:{key.reveal()}".encode()).decode("ascii")
    return {"Authorization": f"Basic {pair}"}


class _Fault(BaseModel):
    model_config = ConfigDict(frozen=True)

    code: int = 0
    message: str = ""


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)

    result: JsonValue = None
    error: _Fault | None = None


class _Version(BaseModel):
    model_config = ConfigDict(frozen=True)

    major: int
    minor: int


class _Application(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str = ""
    version: _Version

    @property
    def says(self) -> str:
        """Return who answers."""
        return f"{self.name or 'Kodi'} {self.version.major}.{self.version.minor} answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shelf:
    """One kind of video in Kodi's library."""

    listing: str
    items: str
    number: str
    refresh: str


_SHELVES = (
    _Shelf(
        listing="VideoLibrary.GetMovies",
        items="movies",
        number="movieid",
        refresh="VideoLibrary.RefreshMovie",
    ),
    _Shelf(
        listing="VideoLibrary.GetMusicVideos",
        items="musicvideos",
        number="musicvideoid",
        refresh="VideoLibrary.RefreshMusicVideo",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kodi:
    """A Kodi."""

    exchange: Exchange
    folders: tuple[NamedThere, ...] = ()

    @property
    def name(self) -> str:
        """Return what it is called in the configuration."""
        return self.exchange.name

    async def tell(self, announcements: Sequence[Announcement]) -> list[Outcome]:
        """Have it read again what it knows, and look through folders for the rest, each once."""
        folders: dict[str, None] = {}
        for path in dict.fromkeys(path_there(each.path, self.folders) for each in announcements):
            if not await self._is_refreshed(path):
                folders[folder_there(path)] = None
        for folder in folders:
            await self._call("VideoLibrary.Scan", {"directory": folder, "showdialogs": False})
        return [Heard() for _ in announcements]

    async def check(self) -> str:
        """Return its version."""
        said = await self._call("Application.GetProperties", {"properties": ["name", "version"]})
        try:
            return _Application.model_validate(said).says
        except ValidationError as error:
            raise self.exchange.strange("it does not say its version") from error

    async def _is_refreshed(self, path: str) -> bool:
        file_name = path[len(folder_there(path)) :]
        for shelf in _SHELVES:
            found = await self._call(
                shelf.listing,
                {
                    "properties": ["file"],
                    "filter": {"field": "filename", "operator": "is", "value": file_name},
                },
            )
            for number in _numbers(found, shelf, path):
                await self._call(shelf.refresh, {shelf.number: number, "ignorenfo": False})
                return True
        return False

    async def _call(self, method: str, parameters: dict[str, JsonValue]) -> JsonValue:
        said = await self.exchange.post(
            _PATH, {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        )
        try:
            answer = _Answer.model_validate(said)
        except ValidationError as error:
            raise self.exchange.strange("it does not speak JSON-RPC") from error

        if answer.error is not None:
            raise self.exchange.strange(f"{method}: {answer.error.message}")

        return answer.result


def _numbers(found: JsonValue, shelf: _Shelf, path: str) -> list[int]:
    """Return the numbers of what lies at `path`, of all that is called alike."""
    items = found.get(shelf.items) if isinstance(found, dict) else None
    return [
        number
        for item in (items if isinstance(items, list) else [])
        if isinstance(item, dict) and item.get("file") == path
        if isinstance(number := item.get(shelf.number), int)
    ]
