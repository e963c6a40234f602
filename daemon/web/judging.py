"""The part of the API that is about rules: those in force, others on trial, and why."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daemon.desk.desk import Desk
from daemon.desk.judgement_views import FORESEEN, RULE_LINES, TRIAL_PART
from daemon.desk.judging import Judging
from daemon.desk.views import FILE
from daemon.web.bodies import FilesRequest, TrialRequest, body_of

Value = TypeVar("Value")
Endpoint = Callable[[Request], Awaitable[Response]]


def judging_routes(prefix: str, desk: Desk) -> list[Route]:
    """Return the routes below `prefix`; none of them changes anything."""
    judging = Judging(desk)
    return [
        Route(f"{prefix}/why", _why(judging), methods=["GET"]),
        Route(f"{prefix}/rules", _rules(judging), methods=["GET"]),
        Route(f"{prefix}/rules/try", _try(judging), methods=["POST"]),
        Route(f"{prefix}/foresee", _foresee(judging), methods=["POST"]),
    ]


def _why(judging: Judging) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return _json(FILE, await judging.why(request.query_params.get("file", "")))

    return endpoint


def _rules(judging: Judging) -> Endpoint:
    async def endpoint(_: Request) -> Response:
        return _json(RULE_LINES, await judging.rules())

    return endpoint


def _try(judging: Judging) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        asked = await body_of(request, TrialRequest)
        part = await judging.try_rules(asked.texts(), library=asked.library, after=asked.after)
        return _json(TRIAL_PART, part)

    return endpoint


def _foresee(judging: Judging) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        asked = await body_of(request, FilesRequest)
        return _json(FORESEEN, await judging.foresee(asked.files))

    return endpoint


def _json(adapter: TypeAdapter[Value], value: Value) -> Response:
    return Response(adapter.dump_json(value), media_type="application/json")
