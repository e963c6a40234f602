"""The history page: every decision, who made it, and the way to take it back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daemon.desk.desk import Desk
from daemon.desk.history_views import MOST_REMEMBERED, Pick
from daemon.desk.remembering import Remembering
from daemon.web.forms import Form, FormUnreadable, form_of
from daemon.web.history_query import history_wanted_by
from daemon.web.pages.coming_back import local
from daemon.web.pages.rendering import render
from store.decisions import Decider, Outcome

Endpoint = Callable[[Request], Awaitable[Response]]
_MOST_DIGITS = 18
"""Of what a number in the store can be."""
_TONES = {
    Outcome.ACCEPTED: "good",
    Outcome.REVIEW: "warn",
    Outcome.REJECTED: "bad",
    Outcome.DEFERRED: "new",
}


class PicksForm(Form):
    """Decisions that are to be taken back."""

    pick: tuple[str, ...] = Field(default=(), max_length=MOST_REMEMBERED)
    """Of each file its number and revision: `12.3`."""
    back: str = "/history"
    force: str = ""
    """Anything: also what somebody changed since is put back."""

    @property
    def picks(self) -> tuple[Pick, ...]:
        """Return them as values.

        Raises:
            FormUnreadable: one is no file and revision, or there is none.

        """
        if not self.pick:
            raise FormUnreadable("nothing is chosen")

        return tuple(map(_pick, self.pick))


def history_routes(desk: Desk) -> list[Route]:
    """Return the routes of the page."""
    remembering = Remembering(desk)
    return [
        Route("/history", _page(remembering), methods=["GET"]),
        Route("/history/preview", _preview(remembering), methods=["POST"]),
        Route("/history/undo", _undo(remembering), methods=["POST"]),
    ]


def _page(remembering: Remembering) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        wanted = history_wanted_by(request)
        page = await remembering.history(wanted.sieve, before=wanted.before, limit=wanted.limit)
        return render(
            request,
            "history.html",
            page=page,
            wanted=wanted,
            outcomes=tuple(Outcome),
            deciders=tuple(Decider),
            tones=_TONES,
            back=wanted.address(before=wanted.before),
        )

    return endpoint


def _preview(remembering: Remembering) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        form = await form_of(request, PicksForm)
        foreseen = await remembering.preview(form.picks)
        return render(
            request,
            "history_undo.html",
            lines=foreseen,
            picks=form.picks,
            will=sum(each.is_done for each in foreseen),
            is_preview=True,
            back=local(form.back),
        )

    return endpoint


def _undo(remembering: Remembering) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        form = await form_of(request, PicksForm)
        undone = await remembering.undo(form.picks, is_forced=bool(form.force))
        return render(
            request,
            "history_undo.html",
            lines=undone,
            picks=(),
            will=sum(each.is_done for each in undone),
            is_preview=False,
            back=local(form.back),
        )

    return endpoint


def _pick(text: str) -> Pick:
    number, _, revision = text.partition(".")
    if not (_is_number(number) and _is_number(revision)):
        raise FormUnreadable("what is chosen cannot be read")

    return Pick(number=int(number), revision=int(revision))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
