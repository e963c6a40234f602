"""Answers for programs that watch over doorman: is it well, and what does it measure.

/healthz says whether the daemon works: 200, or 503 when a stage is not heard of any more. It is
answered from memory, to everybody. /readyz says more, to those who may come in: also whether the
store answers and every library can be looked through. /metrics is for Prometheus.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from daemon.desk.vital_views import Check
from daemon.desk.vitals import Vitals
from daemon.web.exposition import CONTENT_TYPE, exposition
from daemon.web.metrics import families_of
from daemon.web.probe_paths import HEALTHZ, METRICS, READYZ
from rules.errors import DoormanError

UNAVAILABLE = 503
_OK = 200

Endpoint = Callable[[Request], Awaitable[Response]]


def build_probes(vitals: Vitals) -> Starlette:
    """Return the answers as an application."""
    return Starlette(
        routes=[
            Route(HEALTHZ, _healthz(vitals), methods=["GET"]),
            Route(READYZ, _readyz(vitals), methods=["GET"]),
            Route(METRICS, _metrics(vitals), methods=["GET"]),
        ],
        exception_handlers={DoormanError: _show_error},
    )


def _healthz(vitals: Vitals) -> Endpoint:
    async def endpoint(_: Request) -> Response:
        return _told([vitals.health()])

    return endpoint


def _readyz(vitals: Vitals) -> Endpoint:
    async def endpoint(_: Request) -> Response:
        return _told(await vitals.readiness())

    return endpoint


def _metrics(vitals: Vitals) -> Endpoint:
    async def endpoint(_: Request) -> Response:
        text = exposition(families_of(await vitals.measures()))
        return Response(text.encode(errors="replace"), headers={"Content-Type": CONTENT_TYPE})

    return endpoint


async def _show_error(_: Request, error: Exception) -> Response:
    """Answer that it cannot be told; a curve with a gap is better than one with zeros."""
    return PlainTextResponse(f"{error}\n", UNAVAILABLE)


def _told(checks: Iterable[Check]) -> Response:
    told = list(checks)
    lines = (f"{'ok' if each.is_well else 'not ok'} {each.name}: {each.detail}\n" for each in told)
    status = _OK if all(each.is_well for each in told) else UNAVAILABLE
    return PlainTextResponse("".join(lines), status)
