"""The HTTP API under /api/v1: the desk's questions and answers as JSON.

What there is stands in one table, `operations_of`, of which the routes are made and the OpenAPI
document, which lies at /api/v1/openapi.json.  How to add to it: `daemon.web.operations`.

Errors are `{"error": {"message": …, "exit_code": …}}`: 400 the request is wrong, 403 not by
this way, 404 there is no such thing, 405 not by this method, 409 it changed meanwhile, 415 not in
JSON, 500 doorman cannot do it. What is a bug is told without its details: those are in the log.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import cache

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from daemon.desk.desk import Desk
from daemon.web.answers import ERROR, ErrorAnswer, Refusal
from daemon.web.bulk import bulk_operations
from daemon.web.comparing import comparing_operations
from daemon.web.errors import BAD_REQUEST, NOT_FOUND, UNABLE, status_code_of
from daemon.web.filing import answering_operations, showing_operations
from daemon.web.importing import importing_operations
from daemon.web.judging import judging_operations
from daemon.web.openapi import openapi_json
from daemon.web.operations import JSON, Operation, routes_of
from daemon.web.outward import outward_operations
from daemon.web.reviewing import reviewing_operations
from daemon.web.rewriting import rewriting_operations
from daemon.web.sheet import sheet_operations
from daemon.web.submitting import submitting_operations
from daemon.web.taking_back import taking_back_operations
from daemon.web.telling import telling_operations
from daemon.web.waiting import waiting_operations
from daemon.web.working import working_operations
from rules.errors import DoormanError, UsageError

PREFIX = "/api/v1"
DOCUMENT = f"{PREFIX}/openapi.json"
_FAILED = DoormanError.exit_code


def operations_of(desk: Desk) -> list[Operation]:
    """Return everything that the API does, in the order of its document."""
    return [
        *showing_operations(desk),
        *sheet_operations(desk),
        *waiting_operations(desk),
        *answering_operations(desk),
        *bulk_operations(desk),
        *taking_back_operations(desk),
        *reviewing_operations(desk),
        *working_operations(desk),
        *comparing_operations(desk),
        *judging_operations(desk),
        *submitting_operations(desk),
        *telling_operations(desk),
        *outward_operations(desk),
        *importing_operations(desk),
        *rewriting_operations(desk),
    ]


def build_api(desk: Desk) -> Starlette:
    """Return the API as an ASGI application."""
    operations = operations_of(desk)

    @cache
    def document() -> bytes:
        return openapi_json(PREFIX, operations, version=desk.household.version)

    return Starlette(
        routes=[
            *routes_of(PREFIX, operations),
            Route(DOCUMENT, _documented(document), methods=["GET"]),
        ],
        exception_handlers={
            DoormanError: _show_error,
            HTTPException: _show_wrong_address,
            ClientDisconnect: _show_nobody,
            Exception: _show_bug,
        },
    )


def _documented(document: Callable[[], bytes]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(_: Request) -> Response:
        return Response(document(), media_type=JSON)

    return endpoint


async def _show_error(_: Request, error: Exception) -> Response:
    exit_code = error.exit_code if isinstance(error, DoormanError) else _FAILED
    return _error(str(error), exit_code, status_code=status_code_of(error))


async def _show_wrong_address(request: Request, error: Exception) -> Response:
    """Answer in JSON as everywhere; most likely the command line is of another version."""
    status_code = error.status_code if isinstance(error, HTTPException) else NOT_FOUND
    headers = error.headers if isinstance(error, HTTPException) else None
    message = (
        f"the daemon knows no {request.method} {request.url.path}; it may be of another version "
        "than the command, so start it again"
    )
    return _error(message, UsageError.exit_code, status_code=status_code, headers=headers)


async def _show_nobody(_: Request, __: Exception) -> Response:
    """Answer somebody who went away while asking: nobody reads it, and nothing is amiss."""
    return Response(status_code=BAD_REQUEST)


async def _show_bug(_: Request, __: Exception) -> Response:
    """Answer for an error that nobody foresaw; the server logs it, with its place."""
    message = "doorman has made a mistake and did nothing; its log says where, so report it"
    return _error(message, _FAILED, status_code=UNABLE)


def _error(
    message: str, exit_code: int, *, status_code: int, headers: Mapping[str, str] | None = None
) -> Response:
    told = ErrorAnswer(error=Refusal(message=message, exit_code=exit_code))
    return Response(ERROR.dump_json(told), status_code, headers=headers, media_type=JSON)
