"""What a person sees when something cannot be done: what, why, and the way back."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from daemon.web.errors import BAD_REQUEST, NOT_FOUND, UNABLE, status_code_of
from daemon.web.pages.rendering import render
from rules.errors import DoormanError

_HEADINGS = {
    400: "That cannot be done",
    403: "That is not for you",
    404: "There is no such thing",
    405: "That cannot be done",
    409: "It changed meanwhile",
    500: "doorman could not do it",
}


def build_pages(routes: Sequence[BaseRoute]) -> Starlette:
    """Return pages whose errors are pages too."""
    return Starlette(
        routes=list(routes),
        exception_handlers={
            DoormanError: _show_error,
            HTTPException: _show_wrong_address,
            ClientDisconnect: _show_nobody,
            Exception: _show_bug,
        },
    )


async def _show_error(request: Request, error: Exception) -> Response:
    return _trouble(request, status_code_of(error), str(error))


async def _show_wrong_address(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else NOT_FOUND
    return _trouble(request, status, f"There is no page {request.url.path}.")


async def _show_nobody(_: Request, __: Exception) -> Response:
    """Answer somebody who went away while asking: nobody reads it, and nothing is amiss."""
    return Response(status_code=BAD_REQUEST)


async def _show_bug(request: Request, _: Exception) -> Response:
    """Answer for an error that nobody foresaw; the server logs it, with its place."""
    message = "This is a mistake of doorman's, and nothing was changed. Its log says where."
    return _trouble(request, UNABLE, message)


def _trouble(request: Request, status: int, message: str) -> Response:
    heading = _HEADINGS.get(status, _HEADINGS[UNABLE])
    sentence = message[:1].upper() + message[1:]
    return render(
        request, "trouble.html", status=status, heading=heading, message=sentence, back="/"
    )
