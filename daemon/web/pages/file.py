"""The page of one file: what it may be, what accepting would do, and the whole story."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from daemon.desk.answering import is_answerable
from daemon.desk.candidate_views import WitnessView
from daemon.desk.desk import Desk
from daemon.desk.editing import Editing
from daemon.desk.judging import Judging
from daemon.desk.proposal_views import ProposalView
from daemon.desk.proposing import Proposing
from daemon.desk.queue import Queue
from daemon.desk.queue_views import LastAnswer
from daemon.desk.refusals import CandidateUnknown, NoCandidate, NotAnswerable
from daemon.desk.searching import Searching
from daemon.desk.views import EventView, FileView
from daemon.web.errors import CONFLICT, status_code_of
from daemon.web.forms import form_of
from daemon.web.pages.chosen import chosen_of, reasons_of, teller_of
from daemon.web.pages.coming_back import ANSWERED
from daemon.web.pages.file_forms import AcceptForm, EditForm, RevisionForm, SearchForm
from daemon.web.pages.rendering import render
from rules.badges import badges
from rules.candidate import Way
from rules.errors import ConflictError, DoormanError, UsageError
from rules.journey import FileState
from rules.lookup import lookup_of
from rules.trays import Tray
from store.waiting import Place

Endpoint = Callable[[Request], Awaitable[Response]]
_SEE_OTHER, _OK = 303, 200
_MOST_NEWS = 5
_MOST_DIGITS = 9
_REJECTABLE = frozenset(
    {
        FileState.REVIEW,
        FileState.NO_MATCH,
        FileState.DEFERRED,
        FileState.IGNORED,
        FileState.DISMISSED,
        FileState.ACCEPTED,
        FileState.DONE,
    }
)
_UNDONE_BY = frozenset({FileState.ACCEPTED, FileState.DONE, FileState.DISMISSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a page says first."""

    text: str
    is_bad: bool = False
    news: tuple[EventView, ...] = ()
    """What happened to the file since it was looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Searched:
    """What the search form holds."""

    source: str
    way: Way
    query: str


def file_routes(desk: Desk) -> list[Route]:
    """Return the routes of the page of one file."""
    page = FilePage(desk)
    return [
        Route("/files/{file:int}", page.show, methods=["GET"]),
        Route("/files/{file:int}/accept", page.accept, methods=["POST"]),
        Route("/files/{file:int}/undo", page.undo, methods=["POST"]),
        Route("/files/{file:int}/edit", page.edit, methods=["POST"]),
        Route("/files/{file:int}/identify", page.identify, methods=["POST"]),
        Route("/files/{file:int}/search", page.search, methods=["POST"]),
        Route("/files/{file:int}/{deed}", _lead_back, methods=["GET"]),
    ]


class FilePage:
    """Shows one file and takes what is said on its page."""

    def __init__(self, desk: Desk) -> None:
        """Show files of this desk."""
        self._desk = desk
        self._judging = Judging(desk)
        self._proposing = Proposing(desk)
        self._searching = Searching(desk)
        self._editing = Editing(desk)
        self._queue = Queue(desk)

    async def show(self, request: Request) -> Response:
        """Show the file, with the candidate that the address names."""
        return await self._page(request, candidate=_candidate(request))

    async def accept(self, request: Request) -> Response:
        """Accept a candidate with what is ticked of it."""
        form = await form_of(request, AcceptForm)
        reference = _reference(request)
        try:
            await self._desk.accept(
                reference, number=form.candidate, revision=form.revision, fields=form.field
            )
        except ConflictError as error:
            return await self._refused(request, error, form.seen_at_s, form.candidate)

        return _back(reference)

    async def undo(self, request: Request) -> Response:
        """Take back what was decided or changed last."""
        form = await form_of(request, RevisionForm)
        try:
            await self._desk.undo(_reference(request), revision=form.revision)
        except ConflictError as error:
            return await self._refused(request, error, form.seen_at_s)

        return RedirectResponse(f"/files/{_reference(request)}", _SEE_OTHER)

    async def edit(self, request: Request) -> Response:
        """Keep what was written into a field of the work."""
        form = await form_of(request, EditForm)
        reference = _reference(request)
        try:
            await self._editing.edit(reference, form.field, form.text, revision=form.revision)
        except ConflictError as error:
            return await self._refused(request, error, form.seen_at_s)
        except UsageError as error:
            notice = Notice(text=_sentence(error), is_bad=True)
            return await self._page(request, notice=notice, status=status_code_of(error))

        return RedirectResponse(f"/files/{reference}#work", _SEE_OTHER)

    async def identify(self, request: Request) -> Response:
        """Have the sources asked again."""
        await form_of(request, RevisionForm)
        await self._desk.identify([_reference(request)])
        return RedirectResponse(f"/files/{_reference(request)}", _SEE_OTHER)

    async def search(self, request: Request) -> Response:
        """Look for the work at one source; show what was found, or what came of it in words."""
        form = await form_of(request, SearchForm)
        reference = _reference(request)
        searched = _Searched(source=form.source, way=form.way, query=form.query)
        try:
            lookup = lookup_of(**{_ARGUMENT[form.way]: form.query})
            found = await self._searching.search(
                reference, form.source, lookup, revision=form.revision
            )
        except ConflictError as error:
            return await self._refused(request, error, form.seen_at_s)
        except UsageError as error:
            notice = Notice(text=_sentence(error), is_bad=True)
            return await self._page(
                request, notice=notice, searched=searched, status=status_code_of(error)
            )

        notice = Notice(text=f"{found.message}.", is_bad=not found.candidates)
        best = found.candidates[0].number if found.candidates else None
        return await self._page(request, candidate=best, notice=notice, searched=searched)

    async def _refused(
        self,
        request: Request,
        error: ConflictError,
        seen_at_s: float,
        candidate: int | None = None,
    ) -> Response:
        """Show the file as it is now, and what happened to it since it was looked at."""
        view = await self._desk.show(_reference(request))
        news = [event for event in view.events if event.at_s >= seen_at_s]
        notice = Notice(
            text=f"Nothing was done. {_sentence(error)}",
            is_bad=True,
            news=tuple(news[-_MOST_NEWS:]),
        )
        return await self._page(request, candidate=candidate, notice=notice, status=CONFLICT)

    async def _page(
        self,
        request: Request,
        *,
        candidate: int | None = None,
        notice: Notice | None = None,
        searched: _Searched | None = None,
        status: int = _OK,
    ) -> Response:
        reference = _reference(request)
        view = await self._judging.why(reference)
        chosen = chosen_of(view, candidate)
        teller = teller_of(chosen, candidate)
        return render(
            request,
            "file.html",
            status=status,
            file=view,
            name=PurePosixPath(view.line.path).name,
            folder=str(PurePosixPath(view.line.path).parent),
            reasons=reasons_of(view),
            chosen=chosen,
            teller=teller,
            proposal=await self._proposal(view, teller),
            badges=badges,
            fields=await self._editing.fields(reference) if view.work is not None else (),
            answered=await self._answered(request, reference),
            notice_=notice,
            next_=await self._next(view),
            sources=self._searching.sources,
            searched=searched
            or _Searched(source="", way=Way.TEXT, query=PurePosixPath(view.line.path).stem),
            is_rejectable=view.line.state in _REJECTABLE,
            is_undoable=view.line.state in _UNDONE_BY,
            now_s=self._desk.now(),
        )

    async def _proposal(self, view: FileView, teller: WitnessView | None) -> ProposalView | None:
        """Return what accepting would do; None where nothing can be accepted now."""
        if teller is None or not is_answerable(view.line.state):
            return None

        try:
            return await self._proposing.proposal(str(view.line.number), number=teller.number)
        except (NotAnswerable, NoCandidate, CandidateUnknown):  # it went on since it was read
            return None

    async def _answered(self, request: Request, reference: str) -> LastAnswer | None:
        if ANSWERED not in request.query_params:
            return None

        return await self._queue.last_answer(reference)

    async def _next(self, view: FileView) -> int | None:
        """Return the file that waits behind this one, or in front of all; None without one."""
        place = Place(at_s=view.line.changed_at_s, file_id=view.line.number)
        return await self._queue.behind(Tray.OPEN, place)


_ARGUMENT = {Way.TEXT: "text", Way.URL: "url", Way.ID: "remote_id", Way.FINGERPRINT: "text"}
"""What a way of looking is called where one is asked for; by fingerprint nobody asks here."""


async def _lead_back(request: Request) -> Response:
    """Show the file where somebody comes again by the address that a form was sent to."""
    return RedirectResponse(f"/files/{_reference(request)}", _SEE_OTHER)


def _reference(request: Request) -> str:
    return str(request.path_params["file"])


def _candidate(request: Request) -> int | None:
    text = request.query_params.get("candidate", "")
    is_number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if is_number else None


def _back(reference: str) -> Response:
    return RedirectResponse(f"/files/{reference}?{ANSWERED}={reference}", _SEE_OTHER)


def _sentence(error: DoormanError) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."
