"""The gate before everything that is served over TCP.

Whether the daemon works (/healthz) everybody is told, by any name: what watches over services has
neither a token nor a name of ours, and learns nothing else. For all the rest, in this order: the
name that the page is asked for by; whether another site asks; the door itself and what it is made
of; who asks; and for a change through the API, whether a page of ours, or a program with a token,
wants it. Pages check the last for themselves, in their forms.
"""

from __future__ import annotations

import hmac

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from daemon.web import assets
from daemon.web.gate.caller import arrived_at, is_sent_on
from daemon.web.gate.door import door_routes
from daemon.web.gate.hosts import TrustedHosts, host_name
from daemon.web.gate.keeper import Keeper, Known
from daemon.web.gate.origin import SAFE_METHODS, is_followed_link, is_foreign, is_hidden
from daemon.web.gate.refusals import (
    admit_trouble,
    ask_for_password,
    come_again,
    is_for_program,
    refuse_foreign,
    refuse_host,
    refuse_proxied,
    refuse_token,
    refuse_unlocked,
    refuse_unproven,
)
from daemon.web.gate.targets import ACT, DOOR, LEAVE, path_of
from daemon.web.headers import SafeHeaders
from daemon.web.pages.trouble import build_pages
from daemon.web.probe_paths import HEALTHZ
from daemon.web.visitor import Visitor, Way, let_in
from rules.errors import DoormanError

CSRF_HEADER = "x-doorman-csrf"
_JSON = "application/json"
_STRANGER = Visitor(way=Way.STRANGER, csrf="")


def build_gate(site: ASGIApp, keeper: Keeper, hosts: TrustedHosts) -> ASGIApp:
    """Return the site behind the gate, with safe headers on every answer."""
    return SafeHeaders(_Gate(site, keeper, hosts))


class _Gate:
    """Answers those who may not come in, and passes the others on."""

    def __init__(self, site: ASGIApp, keeper: Keeper, hosts: TrustedHosts) -> None:
        self._site = site
        self._keeper = keeper
        self._hosts = hosts
        self._door = build_pages(door_routes(keeper))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return  # nobody is asked for anything else here

        request = Request(scope)
        let_in(request, _STRANGER)
        try:
            answer = await self._way_of(request)
        except DoormanError as error:
            structlog.get_logger().error("visitor.refused", error=str(error))
            answer = admit_trouble(request)
        await answer(scope, receive, send)

    async def _way_of(self, request: Request) -> ASGIApp:
        """Return who answers."""
        if path_of(request) == HEALTHZ and request.method in SAFE_METHODS:
            return self._site

        refusal = self._check_request(request)
        if refusal is not None:
            return refusal

        path = path_of(request)
        if path.startswith(f"{assets.PREFIX}/"):
            return self._site

        known = self._keeper.know(request)
        if path == DOOR and request.method not in SAFE_METHODS:
            return self._door  # whoever tries the password is a stranger, with and without session

        if known.visitor is not None:
            let_in(request, known.visitor)
        if known.session is not None:
            await self._keeper.note(known.session)
        if path == DOOR:
            return self._door
        if path.startswith(ACT) and self._keeper.is_locked:
            return self._site

        refusal = self._check_visitor(request, known)
        return refusal or (self._door if path == LEAVE else self._site)

    def _check_request(self, request: Request) -> Response | None:
        """Return why a request is refused, whoever sends it."""
        shown = request.headers.getlist("host")
        name = host_name(shown[0]) if len(shown) == 1 else None
        if name is None or not self._hosts.trusts(name, arrived_at=arrived_at(request)):
            return refuse_host(request, name or "?")
        if is_foreign(request.headers) and not is_followed_link(request.method, request.headers):
            return refuse_foreign(request)

        return None

    def _check_visitor(self, request: Request, known: Known) -> Response | None:
        """Return why this visitor is refused."""
        if known.visitor is None:
            return self._refuse_stranger(request, known)
        if is_for_program(request) and not _is_wanted(request, known.visitor):
            return refuse_unproven(request)

        return None

    def _refuse_stranger(self, request: Request, known: Known) -> Response:
        if known.is_refused_token:
            return refuse_token(request)
        if not self._keeper.is_locked:
            is_proxied = self._keeper.is_local and is_sent_on(request)
            return refuse_proxied(request) if is_proxied else refuse_unlocked(request)
        if is_foreign(request.headers) and not is_for_program(request):
            return come_again(request)

        return ask_for_password(request)


def _is_wanted(request: Request, visitor: Visitor) -> bool:
    """Tell whether the visitor wants a change, and not another site through the browser."""
    if request.method in SAFE_METHODS or not visitor.is_browser:
        return True

    shown = request.headers.get(CSRF_HEADER)
    if shown is not None:
        return hmac.compare_digest(shown.encode(), visitor.csrf.encode())

    # Another site cannot send JSON without being allowed to, which nobody is; that it is not
    # another site was seen before.
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    return media_type == _JSON and not is_hidden(request.headers)
