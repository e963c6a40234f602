"""Answering many questions: a preview that names each file, then what came of it.

The preview hands over exactly what it showed, so nothing else is answered about, however long the
person looks at it. What takes long is done in parts, each asked for by a form of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daemon.desk.bulk import Bulk
from daemon.desk.bulk_views import Bound, BulkPreview, BulkVerb
from daemon.desk.desk import Desk
from daemon.web.forms import Form, FormUnreadable, form_of
from daemon.web.pages.coming_back import local
from daemon.web.pages.rendering import render
from daemon.web.pages.sieving import wanted_by

Endpoint = Callable[[Request], Awaitable[Response]]
_LARGEST_NUMBER = 2**63 - 1
_MOST_BOUND = 5000
_PARTS = 3


class Scope(StrEnum):
    """What a person wants to do, and about which files."""

    ACCEPT_SELECTED = "accept-selected"
    ACCEPT_ALL = "accept-all"
    DISMISS_SELECTED = "dismiss-selected"
    DISMISS_ALL = "dismiss-all"

    @property
    def verb(self) -> BulkVerb:
        """Return what is said of them."""
        return BulkVerb(self.value.split("-")[0])

    @property
    def is_all(self) -> bool:
        """Tell whether everything that fits is meant."""
        return self in {Scope.ACCEPT_ALL, Scope.DISMISS_ALL}


class BulkForm(Form):
    """What was shown, and is to be done."""

    verb: BulkVerb
    bound: str
    """As `bound_to_text` wrote it."""
    done: int = Field(default=0, ge=0)
    """How many the parts before this answered about; so `left`: left as they were."""
    left: int = Field(default=0, ge=0)
    back: str = "/"


def bulk_routes(desk: Desk) -> list[Route]:
    """Return the routes of the preview, and of doing it."""
    bulk = Bulk(desk)
    return [
        Route("/bulk", _preview(bulk), methods=["GET"]),
        Route("/bulk", _carry_out(bulk), methods=["POST"]),
    ]


def bound_to_text(bound: Sequence[Bound]) -> str:
    """Return files as they were shown, for a form to hand back."""
    return " ".join(f"{each.file}.{each.revision}.{each.candidate or ''}" for each in bound)


def bound_from_text(text: str) -> tuple[Bound, ...]:
    """Return what `bound_to_text` wrote.

    Raises:
        FormUnreadable: it did not write that, or not so much.

    """
    words = text.split()
    if len(words) > _MOST_BOUND:
        raise FormUnreadable(f"it is about more than {_MOST_BOUND} files")

    return tuple(map(_bound, words))


def _bound(word: str) -> Bound:
    numbers = word.split(".")
    is_whole = all(each.isascii() and each.isdigit() for each in numbers if each)
    if len(numbers) != _PARTS or not is_whole or not all(numbers[:2]):
        raise FormUnreadable("what it is about is broken")

    file, revision, candidate = (int(each) if each else None for each in numbers)
    if file is None or revision is None or file > _LARGEST_NUMBER:
        raise FormUnreadable("what it is about is broken")

    return Bound(file=file, revision=revision, candidate=candidate)


def _preview(bulk: Bulk) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        wanted = wanted_by(request)
        scope = _scope(request)
        preview = (
            await bulk.preview_all(scope.verb, wanted.sieve)
            if scope.is_all
            else await bulk.preview_of(scope.verb, _numbers(request))
        )
        return render(
            request,
            "bulk.html",
            preview=preview,
            bound=_bound_of(preview),
            is_selected=not scope.is_all,
            back=wanted.address(),
        )

    return endpoint


def _carry_out(bulk: Bulk) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        form = await form_of(request, BulkForm)
        part = await bulk.carry_out(form.verb, bound_from_text(form.bound))
        return render(
            request,
            "bulk_done.html",
            part=part,
            rest=bound_to_text(part.rest),
            done=form.done + len(part.done),
            left=form.left + len(part.left_out),
            back=local(form.back),
        )

    return endpoint


def _bound_of(preview: BulkPreview) -> str:
    return bound_to_text([item.bound for item in preview.items])


def _scope(request: Request) -> Scope:
    try:
        return Scope(request.query_params.get("of", ""))
    except ValueError as error:
        raise FormUnreadable("it does not say what is to be done") from error


def _numbers(request: Request) -> list[int]:
    given = request.query_params.getlist("file")
    if not all(each.isascii() and each.isdigit() for each in given):
        raise FormUnreadable("a file is no number")

    return [number for number in map(int, given) if number <= _LARGEST_NUMBER]
