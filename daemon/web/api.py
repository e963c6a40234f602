"""The HTTP API under /api/v1: the desk's questions and answers as JSON.

Errors are `{"error": {"message": …, "exit_code": …}}`: 400 the request is wrong, 404 there is no
such thing, 405 not by this method, 409 it changed meanwhile, 500 doorman cannot do it. What is a
bug is told without its details: those are in the log.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from pydantic import TypeAdapter
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from daemon.desk.comparing import Comparing
from daemon.desk.desk import Desk
from daemon.desk.duplicate_views import DUPLICATES, MOST_CLUSTERS, MOST_CLUSTERS_AT_ONCE, NEAR
from daemon.desk.views import ANSWERED, FILE, FILE_LINES, MANY_ANSWERED, REQUESTED, STATUS
from daemon.web.bodies import (
    AnswerRequest,
    BadRequest,
    FilesRequest,
    GenerateRequest,
    LibrariesRequest,
    body_of,
)
from daemon.web.errors import BAD_REQUEST, NOT_FOUND, UNABLE, status_code_of
from daemon.web.judging import judging_routes
from daemon.web.sheet import sheet_endpoint
from daemon.web.submitting import submitting_routes
from rules.duplicates import DEFAULT_DISTANCE_BITS, Nearness
from rules.errors import DoormanError, UsageError
from rules.journey import FileState

Value = TypeVar("Value")
Endpoint = Callable[[Request], Awaitable[Response]]

PREFIX = "/api/v1"
NAMES = TypeAdapter(tuple[str, ...])
_MOST_DIGITS = 9
_FAILED = DoormanError.exit_code


def build_api(desk: Desk) -> Starlette:
    """Return the API as an ASGI application."""
    comparing = Comparing(desk)
    return Starlette(
        routes=[
            Route(f"{PREFIX}/status", _status(desk), methods=["GET"]),
            Route(f"{PREFIX}/files", _files(desk), methods=["GET"]),
            Route(f"{PREFIX}/file", _file(desk), methods=["GET"]),
            Route(f"{PREFIX}/sheet", sheet_endpoint(desk), methods=["GET"]),
            Route(f"{PREFIX}/duplicates", _duplicates(comparing), methods=["GET"]),
            Route(f"{PREFIX}/near", _near(comparing), methods=["GET"]),
            Route(f"{PREFIX}/accept", _accept(desk), methods=["POST"]),
            Route(f"{PREFIX}/reject", _reject(desk), methods=["POST"]),
            Route(f"{PREFIX}/dismiss", _dismiss(desk), methods=["POST"]),
            Route(f"{PREFIX}/undo", _undo(desk), methods=["POST"]),
            Route(f"{PREFIX}/identify", _identify(desk), methods=["POST"]),
            Route(f"{PREFIX}/scan", _scan(desk), methods=["POST"]),
            Route(f"{PREFIX}/generate", _generate(desk), methods=["POST"]),
            *judging_routes(PREFIX, desk),
            *submitting_routes(PREFIX, desk),
        ],
        exception_handlers={
            DoormanError: _show_error,
            HTTPException: _show_wrong_address,
            ClientDisconnect: _show_nobody,
            Exception: _show_bug,
        },
    )


def _status(desk: Desk) -> Endpoint:
    async def endpoint(_: Request) -> Response:
        return _json(STATUS, await desk.status())

    return endpoint


def _files(desk: Desk) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        states = [_state(text) for text in request.query_params.getlist("state")]
        return _json(FILE_LINES, await desk.list_files(states or list(FileState)))

    return endpoint


def _file(desk: Desk) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return _json(FILE, await desk.show(request.query_params.get("file", "")))

    return endpoint


def _duplicates(comparing: Comparing) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        library, limit = _library(request), _number(request, "limit", MOST_CLUSTERS)
        if limit > MOST_CLUSTERS_AT_ONCE:
            raise BadRequest(f"limit is {limit}; at most {MOST_CLUSTERS_AT_ONCE} are given at once")

        found = await comparing.duplicates(_nearness(request), library=library, limit=limit)
        return _json(DUPLICATES, found)

    return endpoint


def _near(comparing: Comparing) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        reference, library = request.query_params.get("file", ""), _library(request)
        return _json(NEAR, await comparing.near(reference, _nearness(request), library=library))

    return endpoint


def _accept(desk: Desk) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        asked = await body_of(request, AnswerRequest)
        answered = await desk.accept(asked.file, number=asked.candidate, revision=asked.revision)
        return _json(ANSWERED, answered)

    return endpoint


def _reject(desk: Desk) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        asked = await body_of(request, AnswerRequest)
        answered = await desk.reject(asked.file, number=asked.candidate, revision=asked.revision)
        return _json(ANSWERED, answered)

    return endpoint


def _dismiss(desk: Desk) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        asked = await body_of(request, AnswerRequest)
        return _json(ANSWERED, await desk.dismiss(asked.file, revision=asked.revision))

    return endpoint


def _undo(desk: Desk) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        asked = await body_of(request, AnswerRequest)
        return _json(ANSWERED, await desk.undo(asked.file, revision=asked.revision))

    return endpoint


def _identify(desk: Desk) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        asked = await body_of(request, FilesRequest)
        return _json(MANY_ANSWERED, await desk.identify(asked.files))

    return endpoint


def _scan(desk: Desk) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        asked = await body_of(request, LibrariesRequest)
        names = await desk.scan(asked.libraries, is_confirmed=asked.is_confirmed)
        return _json(NAMES, names)

    return endpoint


def _generate(desk: Desk) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        asked = await body_of(request, GenerateRequest)
        requested = await desk.generate(
            asked.libraries, is_all=asked.is_all, with_sheets=asked.with_sheets
        )
        return _json(REQUESTED, requested)

    return endpoint


def _json(adapter: TypeAdapter[Value], value: Value, *, status_code: int = 200) -> Response:
    return Response(adapter.dump_json(value), status_code, media_type="application/json")


def _nearness(request: Request) -> Nearness:
    return Nearness(distance_bits=_number(request, "distance", DEFAULT_DISTANCE_BITS))


def _library(request: Request) -> str | None:
    return request.query_params.get("library")


def _number(request: Request, name: str, otherwise: int) -> int:
    text = request.query_params.get(name, str(otherwise))
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise BadRequest(f"{name} is {text!r}; it must be a whole number")

    return int(text)


def _state(text: str) -> FileState:
    try:
        return FileState(text)
    except ValueError as error:
        known = ", ".join(FileState)
        raise BadRequest(f"there is no state {text!r}; there is {known}") from error


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
    body = {"error": {"message": message, "exit_code": exit_code}}
    return JSONResponse(body, status_code=status_code, headers=headers)
