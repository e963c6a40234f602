"""What somebody is told who is not let in: programs in JSON, people on a page."""

from __future__ import annotations

import math
from collections.abc import Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from daemon.web.errors import UNABLE
from daemon.web.gate.targets import DOOR, HOME, path_of, target_of
from daemon.web.pages.rendering import render
from daemon.web.probe_paths import PROBES
from rules.errors import UsageError

API = "/api/"
SEE_OTHER, UNKNOWN, FORBIDDEN, TOO_OFTEN, MISDIRECTED = 303, 401, 403, 429, 421
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="doorman"'}


def is_for_program(request: Request) -> bool:
    """Tell whether the answer is for a program."""
    path = path_of(request)
    return path.startswith(API) or path in PROBES


def refuse(
    request: Request,
    status: int,
    heading: str,
    message: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return an answer that says why not, and what can be done."""
    if is_for_program(request):
        body = {"error": {"message": message, "exit_code": UsageError.exit_code}}
        return JSONResponse(body, status_code=status, headers=headers)

    page = render(request, "refused.html", status=status, heading=heading, message=message)
    page.headers.update(headers or {})
    return page


def refuse_host(request: Request, name: str) -> Response:
    """Refuse a name that the page is not known by."""
    return refuse(
        request,
        MISDIRECTED,
        "Not by this name",
        f'doorman is not known as "{name}". If this is your machine, add the name in the '
        f'configuration: [server] hosts = ["{name}"], and restart the daemon.',
    )


def refuse_foreign(request: Request) -> Response:
    """Refuse what another site asks for."""
    return refuse(
        request,
        FORBIDDEN,
        "Nothing was changed",
        "Another site asked for this through your browser. If it was you, open the page itself "
        "and repeat it there.",
    )


def refuse_unproven(request: Request) -> Response:
    """Refuse a change of the API that may have come from another site."""
    return refuse(
        request,
        FORBIDDEN,
        "Nothing was changed",
        "nothing was changed: send JSON from a page of ours, or the header X-Doorman-CSRF, or use "
        "a token of your own (doorman token create NAME)",
    )


def refuse_proxied(request: Request) -> Response:
    """Refuse what a proxy passes on while everybody on this machine may come in."""
    return refuse(
        request,
        FORBIDDEN,
        "No password is set",
        "This came through a proxy, and no password is set. Set one with: doorman password; then "
        "name the proxy's address as [server] public_url.",
    )


def refuse_unlocked(request: Request) -> Response:
    """Refuse everybody from elsewhere while there is no password to ask for."""
    return refuse(
        request,
        FORBIDDEN,
        "No password is set",
        "Nobody can come in from another machine until a password is set: doorman password.",
    )


def ask_for_password(request: Request) -> Response:
    """Send a person to the door; tell a program what it lacks."""
    if is_for_program(request):
        message = "say who you are: send a token as Authorization: Bearer (doorman token create)"
        return refuse(request, UNKNOWN, "", message, _CHALLENGE)

    target = target_of(request) if request.method == "GET" else HOME
    wanted = "" if target == HOME else f"?next={quote(target, safe='/')}"
    return RedirectResponse(f"{DOOR}{wanted}", status_code=SEE_OTHER)


def come_again(request: Request) -> Response:
    """Have the browser ask once more, by itself.

    It keeps a strict cookie back while a person follows a link from elsewhere, such as the one in
    a message read on the web; what our own page leads to, it is shown for.
    """
    return render(request, "again.html", target=target_of(request))


def refuse_token(request: Request) -> Response:
    """Refuse a token that is none of ours."""
    message = "the token is not known; it may be revoked: make another with doorman token create"
    return refuse(request, UNKNOWN, "The token is not known", message, _CHALLENGE)


def admit_trouble(request: Request) -> Response:
    """Say that it cannot be told who may come in."""
    return refuse(
        request,
        UNABLE,
        "Nobody can come in",
        "doorman cannot tell who may come in; its log says why, and the command line goes on.",
    )


def ask_to_wait(request: Request, target: str, wait_s: float) -> Response:
    """Say when the password may be tried again, where it is tried."""
    seconds = max(math.ceil(wait_s), 1)
    unit = "second" if seconds == 1 else "seconds"
    wrong = f"The password was wrong too often. Try again in {seconds} {unit}."
    page = render(request, "enter.html", status=TOO_OFTEN, target=target, wrong=wrong)
    page.headers["Retry-After"] = str(seconds)
    return page
