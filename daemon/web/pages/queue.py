"""The queue page: what waits, sifted, with the answers that need no second look."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from daemon.desk.desk import Desk
from daemon.desk.finding import FileUnknown
from daemon.desk.queue import Queue
from daemon.desk.queue_views import LastAnswer, QueueLine
from daemon.web.events import Events
from daemon.web.pages.ages import age
from daemon.web.pages.coming_back import ANSWERED
from daemon.web.pages.rendering import render
from daemon.web.pages.sieving import Wanted, wanted_by
from rules.errors import UsageError
from rules.trays import Tray

Endpoint = Callable[[Request], Awaitable[Response]]
MOST_RELOADED = 400
"""Rows that a page asks about at once: two pages' worth and more."""


def queue_routes(desk: Desk) -> list[Route]:
    """Return the routes of the queue."""
    queue = Queue(desk)
    return [
        Route("/", _page(desk, queue), methods=["GET"]),
        Route("/events", Events("queue", queue), methods=["GET"]),
        Route("/queue/rows", _rows(desk, queue), methods=["GET"]),
    ]


def _page(desk: Desk, queue: Queue) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        wanted = wanted_by(request)
        page = await queue.page(wanted.sieve, after=request.query_params.get("after"))
        return render(
            request,
            "queue.html",
            page=page,
            wanted=wanted,
            tray=wanted.tray,
            back=wanted.address(),
            is_later="after" in request.query_params,
            answered=await _answered(request, queue),
            doing=None if page.lines else await desk.status(),
            age=age,
            now_s=desk.now(),
        )

    return endpoint


def _rows(desk: Desk, queue: Queue) -> Endpoint:
    """Return what became of rows that a page shows, and who came since."""

    async def endpoint(request: Request) -> Response:
        wanted = wanted_by(request)
        since = await queue.since(wanted.sieve, _shown(request.query_params.get("shown", "")))
        told = [_told(request, desk, wanted, line) for line in since.lines]
        told_all = {"files": since.files, "rows": told, "gone": since.gone}
        return JSONResponse(told_all, headers={"Cache-Control": "no-store"})

    return endpoint


def _told(
    request: Request, desk: Desk, wanted: Wanted, line: QueueLine
) -> dict[str, int | float | str]:
    return {
        "file": line.number,
        "since": line.since_s,
        "html": row_html(request, line, wanted.tray, back=wanted.address(), now_s=desk.now()),
    }


def row_html(request: Request, line: QueueLine, tray: Tray, *, back: str, now_s: float) -> str:
    """Return one row of the queue, as it stands in a tray."""
    page = render(request, "queue_row.html", line=line, tray=tray, back=back, age=age, now_s=now_s)
    return bytes(page.body).decode()


async def _answered(request: Request, queue: Queue) -> LastAnswer | None:
    """Return what was answered just before, where the address says about which file."""
    reference = request.query_params.get(ANSWERED, "")
    if not (reference.isascii() and reference.isdigit()):
        return None

    try:
        return await queue.last_answer(reference)
    except FileUnknown:
        return None


def _shown(text: str) -> dict[int, int]:
    """Return the revisions of files that a page shows, by file: `12.3 13.1`."""
    try:
        pairs = [each.split(".") for each in text.split()[:MOST_RELOADED]]
        return {int(number): int(revision) for number, revision in pairs}
    except ValueError as error:
        raise UsageError("what the page shows cannot be read; load it again") from error
