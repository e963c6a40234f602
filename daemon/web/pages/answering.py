"""Answers that a page sends: one question at a time, with the way back and the way to undo."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from daemon.desk.desk import Desk
from daemon.desk.queue import Queue
from daemon.desk.queue_views import LastAnswer
from daemon.desk.views import Answered
from daemon.web.errors import status_code_of
from daemon.web.forms import Form, form_of
from daemon.web.pages.coming_back import local, with_answered, without_answered
from daemon.web.pages.queue import row_html
from rules.errors import DoormanError
from rules.trays import Tray

Endpoint = Callable[[Request], Awaitable[Response]]
SCRIPT_HEADER = "X-Doorman-Script"
"""Set by our own script, which wants to know what came of it instead of a page."""
_SEE_OTHER = 303
_LARGEST_NUMBER = 2**63 - 1


class Verb(StrEnum):
    """What a person says of a file."""

    ACCEPT = "accept"
    REJECT = "reject"
    DISMISS = "dismiss"
    UNDO = "undo"
    """Take back what was decided last, whoever did, and however long ago."""


class AnswerForm(Form):
    """One answer."""

    verb: Verb
    file: int = Field(ge=0, le=_LARGEST_NUMBER)
    revision: int
    """Of the file as the page showed it."""
    candidate: int | None = None
    tray: Tray = Tray.OPEN
    """Where the page shows it, for a script that wants its row again."""
    back: str = "/"


class RetractForm(Form):
    """Take back one answer."""

    file: int = Field(ge=0, le=_LARGEST_NUMBER)
    decision: int
    tray: Tray = Tray.OPEN
    back: str = "/"


def answering_routes(desk: Desk) -> list[Route]:
    """Return the routes that take answers; every page may send them."""
    queue = Queue(desk)
    return [
        Route("/answer", _answer(desk, queue), methods=["POST"]),
        Route("/retract", _retract(desk, queue), methods=["POST"]),
    ]


def _answer(desk: Desk, queue: Queue) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        form = await form_of(request, AnswerForm)
        telling = _Telling(request=request, desk=desk, queue=queue, form=form)
        try:
            answered = await _answered(desk, form)
        except DoormanError as error:
            return await telling.refusal(error)

        is_answer = form.verb is not Verb.UNDO
        told_at = with_answered(form.back, form.file) if is_answer else without_answered(form.back)
        return await telling.outcome(answered, told_at, is_answer=is_answer)

    return endpoint


def _retract(desk: Desk, queue: Queue) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        form = await form_of(request, RetractForm)
        telling = _Telling(request=request, desk=desk, queue=queue, form=form)
        try:
            answered = await queue.retract(str(form.file), form.decision)
        except DoormanError as error:
            return await telling.refusal(error)

        return await telling.outcome(answered, without_answered(form.back), is_answer=False)

    return endpoint


async def _answered(desk: Desk, form: AnswerForm) -> Answered:
    reference, revision = str(form.file), form.revision
    match form.verb:
        case Verb.ACCEPT:
            return await desk.accept(reference, number=form.candidate, revision=revision)
        case Verb.REJECT:
            return await desk.reject(reference, number=form.candidate, revision=revision)
        case Verb.DISMISS:
            return await desk.dismiss(reference, revision=revision)
        case Verb.UNDO:
            return await desk.undo(reference, revision=revision)
        case _:  # pragma: no cover  # the type checker proves it
            assert_never(form.verb)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Telling:
    """Tells a browser, or our script in it, what came of an answer about a file."""

    request: Request
    desk: Desk
    queue: Queue
    form: AnswerForm | RetractForm

    async def outcome(self, answered: Answered, address: str, *, is_answer: bool) -> Response:
        """Return the way back, or what the script shows; an answer can be taken back."""
        if SCRIPT_HEADER not in self.request.headers:
            return RedirectResponse(address, _SEE_OTHER)

        message = "; ".join((answered.message, *answered.left))
        last = await self.queue.last_answer(str(self.form.file)) if is_answer else None
        return JSONResponse(await self._told(message, last))

    async def refusal(self, error: DoormanError) -> Response:
        """Return what the script shows; without one, the error is a page like any other."""
        if SCRIPT_HEADER not in self.request.headers:
            raise error

        return JSONResponse(await self._told(str(error)), status_code_of(error))

    async def _told(
        self, message: str, last: LastAnswer | None = None
    ) -> dict[str, str | int | None]:
        """Return word of the file, its row if it still lies where the page shows it, the undo."""
        lying = await self.queue.lies_in(self.form.tray, self.form.file)
        lines = await self.queue.lines([self.form.file]) if lying else ()
        row = (
            row_html(
                self.request,
                lines[0],
                self.form.tray,
                back=local(self.form.back),
                now_s=self.desk.now(),
            )
            if lines
            else None
        )
        return {
            "file": self.form.file,
            "message": message,
            "row": row,
            "decision": last.decision if last else None,
        }
