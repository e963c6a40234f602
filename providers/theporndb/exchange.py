"""One address asked, its rows returned, its refusals told apart.

Only GET is ever sent: the one POST that looks harmless, `/user/collection`, is a toggle that a
retry would undo, and `add_to_collection=1` makes even a GET change the account
(`theporndb-and-others.md` §3.2). Neither has a place here.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from providers.client import Call, Client
from providers.errors import (
    AnswerMalformed,
    KeyProblem,
    KeyRefused,
    QueryRejected,
    RateLimited,
    WrongPlace,
    quoted,
)
from providers.theporndb.answers import SceneAnswer, UserAnswer
from providers.theporndb.shelf import Shelf
from rules.errors import ProviderError

Parameters = tuple[tuple[str, str], ...]

_READABLE: Final = frozenset({HTTPStatus.OK, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY})
_NOTHING_FOUND = re.compile(
    r"(?:hash|fingerprint|scene|movie|jav) not found\b|no query results for model\b", re.IGNORECASE
)
"""How a 404 says that it looked and has nothing; a missing route is worded otherwise, and would
be a wrong address taken for "nobody knows it"."""


_NO_ROUTE = re.compile(r"the route .{0,300} could not be found|$", re.IGNORECASE)
"""How the framework that the server is made with says that it has no such address."""


class _Envelope(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    data: JsonValue = None
    message: str | None = None
    errors: dict[str, JsonValue] | list[JsonValue] | None = None


class Exchange:
    """Ask one server."""

    def __init__(self, client: Client) -> None:
        """Ask through `client`."""
        self._client = client

    @property
    def place(self) -> str:
        """Host and port: how messages call the server."""
        return self._client.endpoint.place

    async def one(self, path: str, parameters: Parameters = ()) -> SceneAnswer | None:
        """Return the scene, movie or JAV at an address that has one or answers 404.

        Raises:
            ProviderError: when there is no answer, or none that can be read.

        """
        envelope = await self._get(path, parameters)
        if envelope is None or envelope.data == []:
            return None

        return self._scene(path, envelope.data)

    async def many(self, path: str, parameters: Parameters) -> tuple[SceneAnswer, ...]:
        """Return the works of one shelf that a search finds, its first page.

        Raises:
            ProviderError: when there is no answer, or a row that cannot be read: without it the
                others would look as if they had no rival.

        """
        envelope = await self._get(path, parameters)
        if envelope is None and _shelf(path) is not Shelf.SCENES:
            return ()

        if envelope is None or not isinstance(envelope.data, list):
            raise AnswerMalformed(self.place, "a search without a list of scenes")

        return tuple(self._scene(path, row) for row in envelope.data)

    async def user(self) -> UserAnswer:
        """Return whose key this is.

        Raises:
            ProviderError: saying what is wrong and what to do about it.

        """
        envelope = await self._get("/auth/user", ())
        if envelope is None or not isinstance(envelope.data, dict):
            raise AnswerMalformed(self.place, "a user of another shape")

        return UserAnswer.model_validate(envelope.data)

    async def _get(self, path: str, parameters: Parameters) -> _Envelope | None:
        """Return the answer; None for a 404 that says that there is nothing."""
        call = Call(method="GET", path=path, parameters=parameters, readable_statuses=_READABLE)
        reply = await self._client.send(call)
        envelope = self._envelope(reply.body)
        message = self._client.endpoint.without_key(envelope.message or "")
        if reply.status == HTTPStatus.NOT_FOUND:
            if _NOTHING_FOUND.match(message) or _is_shelf_missing(path, message):
                return None
            raise WrongPlace(self.place, f"HTTP 404 ({quoted(message)})")

        if reply.status != HTTPStatus.OK:
            raise QueryRejected(self.place, self._client.endpoint.without_key(_told(envelope)))

        if envelope.data is None:
            raise self._error(message)

        return envelope

    def _envelope(self, body: JsonValue) -> _Envelope:
        try:
            return _Envelope.model_validate(body)
        except ValidationError as error:
            raise AnswerMalformed(self.place, "no answer of ThePornDB's shape") from error

    def _error(self, message: str) -> ProviderError:
        """Return what a message without data means, whatever its HTTP status says."""
        text = message.lower()
        if "unauthenticated" in text:
            has_key = bool(self._client.endpoint.key)
            return KeyRefused(self.place, KeyProblem.NOT_VALID if has_key else KeyProblem.MISSING)

        if "too many attempts" in text or "too many requests" in text:
            return RateLimited(self.place)

        return AnswerMalformed(self.place, message or "an answer without data")

    def _scene(self, path: str, row: JsonValue) -> SceneAnswer:
        try:
            return SceneAnswer.model_validate(row).model_copy(update={"shelf": _shelf(path)})
        except ValidationError as error:
            raise AnswerMalformed(self.place, "a scene of another shape") from error


def _told(envelope: _Envelope) -> str:
    """Return the message with the fields that a 422 complains of."""
    fields = envelope.errors if isinstance(envelope.errors, dict) else {}
    return " ".join((envelope.message or "no message", *(f"[{name}]" for name in fields)))


def _shelf(path: str) -> Shelf:
    """Return the shelf that an address is of."""
    first = path.split("/")[1]
    return Shelf(first) if first in set(Shelf) else Shelf.SCENES


def _is_shelf_missing(path: str, message: str) -> bool:
    """Tell whether a server has scenes only; without those it would be another server."""
    return _shelf(path) is not Shelf.SCENES and _NO_ROUTE.fullmatch(message.strip(" .")) is not None
