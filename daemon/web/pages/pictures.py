"""Pictures of works, as the daemon fetched them: never from anywhere else, and nothing but that."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daemon.desk.desk import Desk
from daemon.desk.picturing import PicturePlace, Picturing
from daemon.gallery import Gallery
from rules.errors import NotFound

Endpoint = Callable[[Request], Awaitable[Response]]
_UNCHANGED = 304
_HEADERS = {
    # Asked again each time and answered with nothing while it is the same: what a number stands
    # for may be offered with other pictures later.
    "Cache-Control": "private, no-cache",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""A stranger made the picture: nothing but a picture may come of it."""
_NONE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 90" role="img" '
    b'aria-label="no picture"><rect width="160" height="90" fill="#8886"/>'
    b'<path d="M52 62l18-22 12 14 8-9 18 17z" fill="#8889"/><circle cx="98" cy="32" r="6" '
    b'fill="#8889"/></svg>'
)


def picture_routes(desk: Desk, gallery: Gallery) -> list[Route]:
    """Return the routes of pictures."""
    picturing = Picturing(desk)

    async def offered(request: Request) -> PicturePlace:
        asked = request.path_params
        return await picturing.offered(str(asked["file"]), asked["candidate"], asked["index"])

    async def accepted(request: Request) -> PicturePlace:
        asked = request.path_params
        return await picturing.accepted(str(asked["file"]), asked["index"])

    return [
        Route("/pictures/{file:int}/work/{index:int}", _shown(gallery, accepted), methods=["GET"]),
        Route(
            "/pictures/{file:int}/{candidate:int}/{index:int}",
            _shown(gallery, offered),
            methods=["GET"],
        ),
    ]


def _shown(gallery: Gallery, find: Callable[[Request], Awaitable[PicturePlace]]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        try:
            place = await find(request)
        except NotFound:
            return _nothing()

        kept = await gallery.picture(place.address, source_url=place.source_url)
        if kept is None:
            return _nothing()

        headers = {**_HEADERS, "ETag": f'"{kept.digest[:32]}"'}
        if headers["ETag"] in request.headers.get("If-None-Match", ""):
            return Response(status_code=_UNCHANGED, headers=headers)

        return Response(kept.content, headers=headers, media_type=kept.media_type)

    return endpoint


def _nothing() -> Response:
    """Return a grey field in place of a picture: a page must not look broken for want of one."""
    headers = {**_HEADERS, "Cache-Control": "no-store"}
    return Response(_NONE, headers=headers, media_type="image/svg+xml")
