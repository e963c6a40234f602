"""What pages send: forms, read into values; each carries the proof that a page of ours sent it."""

from __future__ import annotations

import hmac
from typing import TypeVar
from urllib.parse import parse_qs

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request

from daemon.web.visitor import Visitor, visitor_of
from rules.errors import UsageError

CSRF_FIELD = "csrf"
LONGEST_FORM_BYTES = 1 << 20
_MOST_FIELDS = 10_000
_MEDIA_TYPE = "application/x-www-form-urlencoded"


class Form(BaseModel):
    """The fields of a form; a list takes every field of its name, anything else the last."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FormUnreadable(UsageError):
    """What was sent is no form of ours."""

    def __init__(self, detail: str) -> None:
        """Build the message from what is wrong."""
        super().__init__(f"the form cannot be read: {detail}; load the page again and repeat it")


class FormForged(UsageError):
    """The form does not come from a page that this visitor was given."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__(
            "nothing was changed: the form is older than your visit, or another site sent it;"
            " load the page again and repeat it"
        )


Form_ = TypeVar("Form_", bound=Form)


async def form_of(request: Request, kind: type[Form_]) -> Form_:
    """Return the form that a page sent.

    Raises:
        FormUnreadable: it is too long, no form, or not of this kind.
        FormForged: it lacks the proof that a page of ours sent it.

    """
    fields = _fields(request, await _body(request))
    check_csrf(visitor_of(request), fields.pop(CSRF_FIELD, [""])[-1])
    named = kind.model_fields
    values = {
        name: given if name in named and _takes_many(kind, name) else given[-1]
        for name, given in fields.items()
    }
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "form"
        raise FormUnreadable(f"{place}: {first['msg']}") from error


def check_csrf(visitor: Visitor, given: str) -> None:
    """Refuse a change that a page of ours did not ask for.

    Raises:
        FormForged: always then.

    """
    if not hmac.compare_digest(given.encode(), visitor.csrf.encode()):
        raise FormForged


async def _body(request: Request) -> bytes:
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > LONGEST_FORM_BYTES:
            raise FormUnreadable(f"it is longer than {LONGEST_FORM_BYTES} bytes")

    return bytes(received)


def _fields(request: Request, body: bytes) -> dict[str, list[str]]:
    media_type = request.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if media_type != _MEDIA_TYPE:
        raise FormUnreadable(f"it is sent as {media_type or 'nothing'}, not as {_MEDIA_TYPE}")

    try:
        return parse_qs(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError as error:
        raise FormUnreadable("its text is broken") from error


def _takes_many(kind: type[Form], name: str) -> bool:
    return str(kind.model_fields[name].annotation).startswith(("tuple[", "list[", "frozenset["))
