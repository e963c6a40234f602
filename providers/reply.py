"""What an HTTP answer means, before any dialect looks at it."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import httpx
from pydantic import JsonValue, TypeAdapter, ValidationError

from providers.body import Body
from providers.errors import (
    AnswerMalformed,
    Blocked,
    KeyProblem,
    KeyRefused,
    RateLimited,
    ServerFailed,
    WrongPlace,
)
from providers.limits import parse_retry_after
from rules.errors import ProviderError

_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
_JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the caller can take, and what the messages need to know."""

    place: str
    readable_statuses: frozenset[int]
    maximum_bytes: int
    has_key: bool
    wall_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A JSON document, with a status that the caller can read."""

    status: int
    body: JsonValue


async def read_reply(response: httpx.Response, terms: Terms) -> Reply:
    """Return what `response` holds; it is open and unread.

    Raises:
        ProviderError: when it is no JSON answer of the API; the class says why.

    """
    if response.status_code not in terms.readable_statuses:
        raise refusal(response, terms)

    _demand_json(response, terms.place)
    body = Body(
        terms.place,
        encoding=response.headers.get("Content-Encoding", ""),
        limit_bytes=terms.maximum_bytes,
    )
    async for raw in response.aiter_raw():
        body.feed(raw)

    return Reply(status=response.status_code, body=parsed(body.whole(), terms.place))


def refusal(response: httpx.Response, terms: Terms) -> ProviderError:
    """Return the error that an HTTP status stands for (`stash-box.md` §2, the table)."""
    status, place = response.status_code, terms.place
    retry_after_s = parse_retry_after(response.headers.get("Retry-After"), terms.wall_s)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(place, retry_after_s)

    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        return ServerFailed(place, status, retry_after_s)

    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        # A stash-box refuses with an empty body; a page for people comes from a proxy before it.
        if _media_type(response) in _HTML:
            return Blocked(place, status)

        return KeyRefused(place, _key_problem(status, has_key=terms.has_key))

    return WrongPlace(place, f"HTTP {status}")


def parsed(content: bytes, place: str) -> JsonValue:
    """Return the JSON value of `content`.

    Raises:
        WrongPlace: when it is a web page under a JSON label.
        AnswerMalformed: when it is no JSON.

    """
    try:
        return _JSON.validate_json(content)
    except ValidationError as error:
        if content.lstrip().startswith(b"<"):
            raise WrongPlace(place, "a web page labelled as JSON") from error

        raise AnswerMalformed(place, "no JSON document") from error


def _key_problem(status: int, *, has_key: bool) -> KeyProblem:
    if not has_key:
        return KeyProblem.MISSING

    is_unknown = status == HTTPStatus.UNAUTHORIZED
    return KeyProblem.NOT_VALID if is_unknown else KeyProblem.NOT_ALLOWED


def _demand_json(response: httpx.Response, place: str) -> None:
    media_type = _media_type(response)
    if media_type in _HTML:
        raise WrongPlace(place, "a web page")

    if media_type != "application/json" and not media_type.endswith("+json"):
        raise AnswerMalformed(place, f"content type {media_type or 'missing'}")


def _media_type(response: httpx.Response) -> str:
    header: str = response.headers.get("Content-Type", "")
    return header.partition(";")[0].strip().lower()
