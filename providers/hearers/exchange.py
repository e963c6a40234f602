"""The way out to another program: one request, its deadline, its size, its errors mapped.

Nothing is repeated here: whoever owes the announcement tries again later. No redirect is
followed, for it would take the key along.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce

import anyio
import httpx
from pydantic import JsonValue, TypeAdapter, ValidationError

from providers.hearers.errors import HearerAway, HearerRefuses, HearerStrange
from providers.secret import SecretText

MOST_ANSWER_BYTES = 8 << 20
_JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)
_REFUSALS = frozenset({401, 403})
_BUSY = frozenset({408, 425, 429})
_FIRST_ERROR = 400
_FIRST_REDIRECT = 300
_FIRST_FAILURE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One program, and how it is spoken to."""

    http: httpx.AsyncClient
    name: str
    """As configured, for messages."""
    url: str
    timeout_s: float
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Sent with each request; the key is among them."""
    secret: SecretText | None = None
    """What no message may show, should the program echo it."""

    @property
    def place(self) -> str:
        """Return host and port: how messages call it."""
        return httpx.URL(self.url).netloc.decode("ascii")

    async def post(
        self, path: str, body: JsonValue, *, headers: Mapping[str, str] | None = None
    ) -> JsonValue:
        """Send JSON below the url; return the answer, None for an empty one.

        Raises:
            HearerError: it could not be told.

        """
        content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        return await self.send("POST", path, content, headers=headers)

    async def get(self, path: str) -> JsonValue:
        """Return what is answered below the url.  Raises: HearerError."""
        return await self.send("GET", path, b"")

    async def send(
        self, method: str, path: str, content: bytes, *, headers: Mapping[str, str] | None = None
    ) -> JsonValue:
        """Send bytes, which are JSON; return the answer, None for an empty one.

        Raises:
            HearerError: it could not be told.

        """
        sent = {"Content-Type": "application/json"} if content else {}
        try:
            with anyio.fail_after(self.timeout_s):
                request = self.http.build_request(
                    method,
                    self.url.rstrip("/") + path if path else self.url,
                    content=content,
                    headers={
                        "Accept": "application/json",
                        **sent,
                        **self.headers,
                        **(headers or {}),
                    },
                    timeout=self.timeout_s,
                )
                response = await self.http.send(request, stream=True)
                try:
                    return self._read(response, await self._body(response))
                finally:
                    await response.aclose()
        except TimeoutError as error:
            raise self.away(f"no answer within {self.timeout_s:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self.away(str(error) or type(error).__name__) from error

    def away(self, detail: str) -> HearerAway:
        """Return the error that says it could not be reached."""
        return HearerAway(self.name, self.place, self._without_secret(detail))

    def strange(self, detail: str) -> HearerStrange:
        """Return the error that says its answer is of no use."""
        return HearerStrange(self.name, self.place, self._without_secret(detail))

    async def _body(self, response: httpx.Response) -> bytes:
        received = bytearray()
        async for piece in response.aiter_bytes():
            received += piece
            if len(received) > MOST_ANSWER_BYTES:
                raise self.strange(f"more than {MOST_ANSWER_BYTES} bytes")
        return bytes(received)

    def _read(self, response: httpx.Response, body: bytes) -> JsonValue:
        status = response.status_code
        if status in _REFUSALS:
            raise HearerRefuses(self.name, self.place, status)
        if status in _BUSY or status >= _FIRST_FAILURE:
            raise self.away(f"HTTP {status}")
        if status >= _FIRST_ERROR:
            raise self.strange(f"HTTP {status}: {body[:200].decode('utf-8', 'replace')}")
        if status >= _FIRST_REDIRECT:
            raise self.strange(f"HTTP {status}, a redirect")
        if not body.strip():
            return None

        try:
            return _JSON.validate_json(body)
        except ValidationError:
            return None  # such as the OK of a webhook; who needs JSON says what is missing

    def _without_secret(self, text: str) -> str:
        """Return `text` without the key, also as a header holds it, such as in base64."""
        if not self.secret:
            return text

        as_sent = (SecretText(value.rpartition(" ")[2]) for value in self.headers.values())
        return reduce(lambda left, each: each.redact(left), (self.secret, *as_sent), text)
