"""The overview page: how everything stands, and the buttons that set doorman to work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from daemon.desk.desk import Desk
from daemon.desk.survey_views import OverviewView
from daemon.desk.surveying import Surveying
from daemon.desk.wording import counted, describe_examining
from daemon.web.events import Events
from daemon.web.forms import Form, form_of
from daemon.web.pages.rendering import render
from rules.journey import IN_PROGRESS, FileState

Endpoint = Callable[[Request], Awaitable[Response]]
_SEE_OTHER = 303
PAUSE_S = 2.0
"""Between two times that a page is told to look again, which costs more than to look at a queue."""

TONES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("watching", "polling", "healthy"), "good"),
        **dict.fromkeys(("degraded", "starting", "slowed", "failing", "resting", "trying"), "warn"),
        **dict.fromkeys(("offline", "refused", "not watched"), "bad"),
    }
)
"""How a state of a library or of a source looks."""


class Deed(StrEnum):
    """What a button asks for."""

    SCAN = "scan"
    IDENTIFY = "identify"
    GENERATE = "generate"


_SAID: Mapping[Deed, str] = MappingProxyType(
    {
        Deed.SCAN: "doorman looks through it now; what is new goes its way by itself.",
        Deed.IDENTIFY: "Every file that nobody knew, or that waits for a source, is asked about"
        " again.",
        Deed.GENERATE: "Fingerprints that are missing are computed, whenever no new file waits.",
    }
)


class LibraryForm(Form):
    """Something about one library."""

    library: str


class NothingForm(Form):
    """Something about everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How far the files have come, as a bar."""

    done: int
    all: int
    text: str


def overview_routes(desk: Desk) -> list[Route]:
    """Return the routes of the page."""
    surveying = Surveying(desk)
    events = Events("overview", surveying, pause_s=PAUSE_S)
    return [
        Route("/overview", _page(surveying), methods=["GET"]),
        Route("/overview/events", events, methods=["GET"]),
        Route("/overview/scan", _scan(desk), methods=["POST"]),
        Route("/overview/identify", _identify(desk), methods=["POST"]),
        Route("/overview/generate", _generate(desk), methods=["POST"]),
    ]


def _page(surveying: Surveying) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        seen = await surveying.look()
        found = await surveying.overview()
        return render(
            request,
            "overview.html",
            it=found,
            seen=seen,
            tones=TONES,
            backlog=backlog_of(found),
            way=tuple((state, found.status.states[state]) for state in FileState),
            counted=counted,
            said=_said(request),
        )

    return endpoint


def _scan(desk: Desk) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        form = await form_of(request, LibraryForm)
        await desk.scan([form.library])
        return _back(Deed.SCAN)

    return endpoint


def _identify(desk: Desk) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        await form_of(request, NothingForm)
        await desk.identify([])
        return _back(Deed.IDENTIFY)

    return endpoint


def _generate(desk: Desk) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        form = await form_of(request, LibraryForm)
        await desk.generate([form.library])
        return _back(Deed.GENERATE)

    return endpoint


def _back(deed: Deed) -> Response:
    return RedirectResponse(f"/overview?asked={deed}", _SEE_OTHER)


def _said(request: Request) -> str | None:
    """Return word of what was asked for just before; never what an address says by itself."""
    asked = request.query_params.get("asked")
    return next((said for deed, said in _SAID.items() if deed == asked), None)


def backlog_of(found: OverviewView) -> Backlog | None:
    """Return how far the present files have come; None when none is under way."""
    states, examining = found.status.states, found.status.examining
    under_way = sum(states[state] for state in IN_PROGRESS)
    left = under_way + examining.again
    if not left:
        return None

    words = describe_examining(examining) or f"{counted(left, 'file')} left"
    every = sum(states.values()) + examining.again
    return Backlog(done=every - left, all=every, text=words)
