"""Where the links in messages lead: a question, and what became of it.

Looking changes nothing, for programs look at links before people do; only the button acts. It
needs no other proof than the link, which another site cannot know.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daemon.desk.acting import Acting
from daemon.desk.desk import Desk
from daemon.web.pages.rendering import render


def act_routes(desk: Desk) -> list[Route]:
    """Return the routes."""
    acting = Acting(desk)

    async def confirm(request: Request) -> Response:
        return render(request, "act.html", action=await acting.look(_token(request)))

    async def do(request: Request) -> Response:
        return render(request, "acted.html", answered=await acting.act(_token(request)))

    return [
        Route("/act/{token}", confirm, methods=["GET"]),
        Route("/act/{token}", do, methods=["POST"]),
    ]


def _token(request: Request) -> str:
    return str(request.path_params["token"])
