"""Operations: each is one thing that the API does, and the line of the document that says so.

Routes and the OpenAPI document are made of the same table, so neither can say what the other does
not. To add one, write a function that takes the desk and returns operations, in a module of its
own beside this one, and name it in `daemon.web.api.operations_of`:

    def queue_operations(desk: Desk) -> list[Operation]:
        queue = Queue(desk)
        return [
            reading("/queue", "List what waits for a person.", QueueQuery, QUEUE, queue.list),
            changing("/bulk", "Answer several questions.", BulkRequest, BULK, queue.answer_all),
        ]

What is asked is a `Query` (daemon.web.queries) or a `Body` (daemon.web.bodies), what is answered
has a TypeAdapter; `act` is awaited with the former and returns the latter. What is answered
otherwise (a picture, a stream of events) is a `special` with an endpoint of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import TypeAdapter
from pydantic_core import CoreSchema
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daemon.web.bodies import Body, Body_, body_of
from daemon.web.errors import CONFLICT, NOT_FOUND
from daemon.web.queries import NoQuery, Query, Query_, query_of

Value = TypeVar("Value")
Endpoint = Callable[[Request], Awaitable[Response]]
JSON = "application/json"
OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that the API does."""

    method: str
    path: str
    """Below the prefix of the API."""
    summary: str
    """What it does, in one sentence."""
    endpoint: Endpoint
    query: type[Query] = NoQuery
    body: type[Body] | None = None
    """What it is sent as JSON; None when nothing."""
    answer: CoreSchema | None = None
    """What it answers as JSON; None when that is something else."""
    media_type: str = JSON
    """What it answers."""
    statuses: tuple[int, ...] = (OK,)
    """What it answers when it could be done; beside 200 only what has no body."""
    errors: frozenset[int] = frozenset()
    """What else may come, beside 400 (asked wrongly), 415 (not in JSON) and 500 (unable)."""

    @property
    def name(self) -> str:
        """Return what it is called in the document: unique, and the same for ever."""
        return "_".join([self.method.lower(), *self.path.strip("/").split("/")])


def reading(
    path: str,
    summary: str,
    query: type[Query_],
    answer: TypeAdapter[Value],
    act: Callable[[Query_], Awaitable[Value]],
    *,
    errors: frozenset[int] = frozenset(),
) -> Operation:
    """Return an operation that tells something and changes nothing."""

    async def endpoint(request: Request) -> Response:
        return _json(answer, await act(query_of(request, query)))

    return Operation(
        method="GET",
        path=path,
        summary=summary,
        endpoint=endpoint,
        query=query,
        answer=answer.core_schema,
        errors=errors | _of_file(query),
    )


def changing(
    path: str,
    summary: str,
    body: type[Body_],
    answer: TypeAdapter[Value],
    act: Callable[[Body_], Awaitable[Value]],
    *,
    errors: frozenset[int] = frozenset(),
) -> Operation:
    """Return an operation that is sent a body; it usually changes something."""

    async def endpoint(request: Request) -> Response:
        query_of(request, NoQuery)
        return _json(answer, await act(await body_of(request, body)))

    return Operation(
        method="POST",
        path=path,
        summary=summary,
        endpoint=endpoint,
        body=body,
        answer=answer.core_schema,
        errors=errors | _of_body(body),
    )


def special(
    path: str,
    summary: str,
    query: type[Query_],
    media_type: str,
    endpoint: Callable[[Request, Query_], Awaitable[Response]],
    *,
    statuses: Sequence[int] = (OK,),
    errors: frozenset[int] = frozenset(),
) -> Operation:
    """Return an operation that answers something else than JSON, as a picture."""

    async def reached(request: Request) -> Response:
        return await endpoint(request, query_of(request, query))

    return Operation(
        method="GET",
        path=path,
        summary=summary,
        endpoint=reached,
        query=query,
        media_type=media_type,
        statuses=tuple(statuses),
        errors=errors | _of_file(query),
    )


def routes_of(prefix: str, operations: Sequence[Operation]) -> list[Route]:
    """Return the routes of these operations: one for each path, whatever the methods."""
    by_path: dict[str, dict[str, Endpoint]] = {}
    for each in operations:
        by_path.setdefault(each.path, {})[each.method] = each.endpoint
    return [
        Route(prefix + path, _dispatch(endpoints), methods=list(endpoints))
        for path, endpoints in by_path.items()
    ]


def _dispatch(endpoints: Mapping[str, Endpoint]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await endpoints[method](request)

    return endpoint


def _of_file(query: type[Query]) -> frozenset[int]:
    """Return 404 where a file or a library is named that may not be there."""
    return (
        frozenset({NOT_FOUND}) if {"file", "library"} & query.model_fields.keys() else frozenset()
    )


def _of_body(body: type[Body]) -> frozenset[int]:
    """Return what may come of naming something, and of saying how it was."""
    named = {"file", "files", "library", "libraries"} & body.model_fields.keys()
    found = {NOT_FOUND} if named else set()
    return frozenset(found | ({CONFLICT} if "revision" in body.model_fields else set()))


def _json(adapter: TypeAdapter[Value], value: Value) -> Response:
    return Response(adapter.dump_json(value), media_type=JSON)
