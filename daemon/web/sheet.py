"""A file's contact sheet over HTTP: the one answer of the API that is no JSON."""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import Response

from daemon.desk.desk import Desk
from daemon.web.operations import OK, Operation, special
from daemon.web.queries import FileQuery

_UNCHANGED = 304
_HEADERS = {
    # Asked again each time, answered with nothing while the sheet is the same: the file that a
    # number stands for may get another content.
    "Cache-Control": "private, no-cache",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""A stranger's file made the picture: nothing but a picture may come of it."""


def sheet_operations(desk: Desk) -> list[Operation]:
    """Return the operation: GET ?file=REF, a WebP; 404 where there is none."""

    async def endpoint(request: Request, asked: FileQuery) -> Response:
        sheet = await desk.sheet(asked.file)
        tag = f'"{hashlib.sha256(sheet).hexdigest()[:32]}"'
        headers = {**_HEADERS, "ETag": tag}
        if tag in _tags(request):
            return Response(status_code=_UNCHANGED, headers=headers)

        return Response(sheet, headers=headers, media_type="image/webp")

    return [
        special(
            "/sheet",
            "Show the contact sheet of a file: 25 frames, in the order of time.",
            FileQuery,
            "image/webp",
            endpoint,
            statuses=(OK, _UNCHANGED),
        )
    ]


def _tags(request: Request) -> set[str]:
    """Return what the asker has already (RFC 9110 §13.1.2; weak tags compare as strong ones)."""
    listed = request.headers.get("If-None-Match", "").split(",")
    return {each.strip().removeprefix("W/") for each in listed}
