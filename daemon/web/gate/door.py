"""The pages before and behind the gate: where the password is asked for, and where one leaves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from daemon.web.forms import Form, form_of
from daemon.web.gate.keeper import Keeper, MustWait
from daemon.web.gate.refusals import SEE_OTHER, UNKNOWN, ask_to_wait
from daemon.web.gate.targets import DOOR, HOME, LEAVE, local_target
from daemon.web.pages.rendering import render
from daemon.web.visitor import Way, visitor_of

Endpoint = Callable[[Request], Awaitable[Response]]


class PasswordForm(Form):
    """What is sent at the door."""

    password: str
    next: str = HOME


class LeaveForm(Form):
    """Nothing but the proof that a page of ours sent it."""


def door_routes(keeper: Keeper) -> list[Route]:
    """Return the way in and the way out."""
    return [
        Route(DOOR, _show, methods=["GET"]),
        Route(DOOR, _enter(keeper), methods=["POST"]),
        Route(LEAVE, _leave(keeper), methods=["POST"]),
    ]


async def _show(request: Request) -> Response:
    target = local_target(request.query_params.get("next", HOME))
    if visitor_of(request).way is not Way.STRANGER:
        return RedirectResponse(target, status_code=SEE_OTHER)

    return render(request, "enter.html", target=target, wrong=None)


def _enter(keeper: Keeper) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        form = await form_of(request, PasswordForm)
        target = local_target(form.next)
        if not keeper.is_locked:
            return RedirectResponse(target, status_code=SEE_OTHER)

        try:
            session = await keeper.enter(request, form.password)
        except MustWait as wait:
            return ask_to_wait(request, target, wait.wait_s)
        if session is None:
            wrong = "That is not the password."
            return render(request, "enter.html", status=UNKNOWN, target=target, wrong=wrong)

        answer = RedirectResponse(target, status_code=SEE_OTHER)
        keeper.cookie(request).give(answer, session.cookie)
        return answer

    return endpoint


def _leave(keeper: Keeper) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        await form_of(request, LeaveForm)
        await keeper.leave(request)
        answer = RedirectResponse(DOOR, status_code=SEE_OTHER)
        keeper.cookie(request).take_back(answer)
        return answer

    return endpoint
