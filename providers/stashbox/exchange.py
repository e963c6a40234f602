"""One GraphQL document sent, its data returned, its errors told apart."""

from __future__ import annotations

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from pydantic import JsonValue, ValidationError

from providers.client import Call, Client
from providers.errors import (
    AnswerMalformed,
    FieldsUnknown,
    KeyProblem,
    KeyRefused,
    QueryRejected,
    RateLimited,
    TooManyScenes,
)
from providers.reply import Reply
from providers.stashbox.answers import Envelope
from providers.stashbox.fields import named_as_unknown
from rules.errors import ProviderError

_READABLE: Final = frozenset(
    {HTTPStatus.OK, HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
)
_VALIDATION_FAILED: Final = "GRAPHQL_VALIDATION_FAILED"


class Exchange:
    """Send documents to one GraphQL endpoint."""

    def __init__(self, client: Client) -> None:
        """Send through `client`."""
        self._client = client

    @property
    def place(self) -> str:
        """Host and port: how messages call the server."""
        return self._client.endpoint.place

    @property
    def has_key(self) -> bool:
        """Tell whether there is a key to send."""
        return bool(self._client.endpoint.key)

    def without_key(self, text: str) -> str:
        """Return what the server wrote, with our key masked should it echo it."""
        return self._client.endpoint.without_key(text)

    async def run(self, document: str, **variables: JsonValue) -> dict[str, JsonValue]:
        """Return the data of `document`.

        Any error in the answer makes it a failure, even beside data: a null in a list cannot be
        told from a scene that the server failed to load.

        Raises:
            ProviderError: the class says why there is no data.

        """
        content = json.dumps({"query": document, "variables": variables}).encode()
        reply = await self._sent(Call(content=content, readable_statuses=_READABLE))
        envelope = self._envelope(reply.body)
        if envelope.errors:
            error = self._error(envelope)
            self._client.heed(error)
            raise error

        if reply.status != HTTPStatus.OK or envelope.data is None:
            raise AnswerMalformed(self.place, f"HTTP {reply.status} with neither data nor errors")

        return envelope.data

    async def _sent(self, call: Call) -> Reply:
        try:
            return await self._client.send(call)
        except KeyRefused as error:
            key = self._client.endpoint.key
            if error.problem is not KeyProblem.NOT_VALID or key is None or key.is_shaped_as_token:
                raise

            raise KeyRefused(self.place, KeyProblem.MALFORMED) from error

    def _envelope(self, body: JsonValue) -> Envelope:
        try:
            return Envelope.model_validate(body)
        except ValidationError as error:
            raise AnswerMalformed(self.place, "no GraphQL answer") from error

    def _error(self, envelope: Envelope) -> ProviderError:
        """Return what the errors mean; resolver errors have only their text to tell."""
        message = self.without_key("; ".join(error.message for error in envelope.errors))
        text = message.lower()
        codes = {error.extensions.code for error in envelope.errors if error.extensions}
        fields = named_as_unknown(message)
        if fields or _VALIDATION_FAILED in codes:
            return FieldsUnknown(self.place, message, fields)

        if "not authorized" in text or "unauthenticated" in text:
            problem = KeyProblem.NOT_ALLOWED if self.has_key else KeyProblem.MISSING
            return KeyRefused(self.place, problem)

        if _has_any(text, ("too many attempts", "too many requests")):
            return RateLimited(self.place)

        if "too many scenes" in text:
            return TooManyScenes(self.place, message)

        return QueryRejected(self.place, message)


def _has_any(text: str, phrases: Iterable[str]) -> bool:
    return any(phrase in text for phrase in phrases)
