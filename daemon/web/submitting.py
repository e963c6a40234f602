"""The part of the API that is about telling sources of fingerprints."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daemon.desk.desk import Desk
from daemon.desk.submission_views import SUBMISSIONS, SubmissionsView
from daemon.desk.submitting import Submitting

Endpoint = Callable[[Request], Awaitable[Response]]


def submitting_routes(prefix: str, desk: Desk) -> list[Route]:
    """Return the routes below `prefix`: one that shows, and one that sends."""
    submitting = Submitting(desk)
    return [
        Route(f"{prefix}/submissions", _answer(submitting.submissions), methods=["GET"]),
        Route(f"{prefix}/submit", _answer(submitting.submit), methods=["POST"]),
    ]


def _answer(act: Callable[[], Awaitable[SubmissionsView]]) -> Endpoint:
    async def endpoint(_: Request) -> Response:
        return Response(SUBMISSIONS.dump_json(await act()), media_type="application/json")

    return endpoint
