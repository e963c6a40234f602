"""The stylesheet, the script and the icon: files that come with doorman, kept for good by browsers.

Their address carries a digest of what is in them, so that a new doorman is never shown in an old
one's clothes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

PREFIX = "/static"
_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8",
        "svg": "image/svg+xml",
    }
)
_FOR_GOOD = "public, max-age=31536000, immutable"
_DIGEST_DIGITS = 12
_NOT_FOUND = 404


class Asset:
    """One file, with the address it is served at."""

    def __init__(self, name: str, content: bytes) -> None:
        """Keep the content; the type follows from the end of the name."""
        stem, _, ending = name.rpartition(".")
        self.content = content
        self.media_type = _TYPES[ending]
        digest = hashlib.sha256(content).hexdigest()[:_DIGEST_DIGITS]
        self.url = f"{PREFIX}/{stem}.{digest}.{ending}"


@lru_cache(maxsize=1)
def _assets() -> Mapping[str, Asset]:
    folder = files("daemon.web") / "static"
    found = (each for each in folder.iterdir() if each.name.rpartition(".")[2] in _TYPES)
    return MappingProxyType({each.name: Asset(each.name, each.read_bytes()) for each in found})


def asset_url(name: str) -> str:
    """Return the address of a file that comes with doorman.

    Raises:
        KeyError: there is none of that name.

    """
    return _assets()[name].url


def asset_route() -> Route:
    """Return the route that serves all of them."""
    return Route(f"{PREFIX}/{{name}}", _serve, methods=["GET"])


async def _serve(request: Request) -> Response:
    asked = request.url.path
    found = next((each for each in _assets().values() if each.url == asked), None)
    if found is None:
        return PlainTextResponse("there is no such file", status_code=_NOT_FOUND)

    headers = {"Cache-Control": _FOR_GOOD, "X-Content-Type-Options": "nosniff"}
    return Response(found.content, media_type=found.media_type, headers=headers)
