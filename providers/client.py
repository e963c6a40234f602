"""The one way out to a source: key, deadlines, sizes, redirects, retries, errors mapped.

What stands in here holds for every dialect; a dialect (`providers.stashbox`) says only what to
send and which HTTP statuses it can read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final

import anyio
import httpx

from providers.body import ACCEPT_ENCODING
from providers.clock import Clock
from providers.errors import (
    RateLimited,
    TimedOut,
    Transient,
    WrongPlace,
    foreign_errors_mapped,
)
from providers.limits import Backoff, Limiter
from providers.links import redirect_target
from providers.reply import Reply, Terms, read_reply
from providers.secret import SecretText
from providers.traffic import Traffic
from rules.errors import ProviderError

MAXIMUM_ANSWER_BYTES: Final = 32 * 1024 * 1024
"""40 popular scenes with hundreds of fingerprints each are a few MiB; this is far above."""

_MOST_REDIRECTS: Final = 3
_REPEATABLE_REDIRECTS: Final = frozenset({301, 302, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a source is, who we are there, and how long an answer may take."""

    url: httpx.URL
    key: SecretText | None = None
    key_header: str = "ApiKey"
    key_prefix: str = ""
    """What stands before the key in its header, such as `Bearer `."""
    timeout_s: float = 30.0
    """From the first byte out to the last byte in, for each attempt: a slow drip ends too."""
    maximum_answer_bytes: int = MAXIMUM_ANSWER_BYTES
    """Measured unpacked."""

    @property
    def place(self) -> str:
        """Host and port: how messages call it."""
        return self.url.netloc.decode("ascii")

    def address(self, call: Call) -> httpx.URL:
        """Return where `call` goes: below the endpoint, never elsewhere."""
        url = self.url
        if call.path:
            url = url.copy_with(path=url.path.rstrip("/") + call.path)

        return url.copy_merge_params(call.parameters) if call.parameters else url

    def key_headers(self) -> dict[str, str]:
        """Return the header that says who we are; empty without a key."""
        return {self.key_header: f"{self.key_prefix}{self.key.reveal()}"} if self.key else {}

    def without_key(self, text: str) -> str:
        """Return `text`, which a server wrote, with our key masked should it echo it."""
        return self.key.redact(text) if self.key else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Persistence:
    """How often a failure that may pass is met by asking again, and how long that may take."""

    attempts: int = 3
    backoff: Backoff = field(default_factory=Backoff)
    patience_s: float = 20.0
    """A longer wait belongs to the caller, who has other things to do meanwhile."""
    budget_s: float = 45.0
    """No attempt begins later than this after the first: a call ends within this and one
    attempt's time-out, whatever the server does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to an endpoint, repeated as it is when that may help."""

    method: str = "POST"
    path: str = ""
    """What follows the endpoint's own path; its parts are already quoted."""
    parameters: tuple[tuple[str, str], ...] = ()
    """The query of the address, in this order."""
    content: bytes = b""
    readable_statuses: frozenset[int] = frozenset({200})
    """HTTP statuses whose JSON body means something to the dialect."""


def open_http(*, user_agent: str) -> httpx.AsyncClient:
    """Return the HTTP client that all sources share; use it as a context manager.

    It keeps no cookies (a session would outlive a changed key) and follows no redirects (it would
    take our key header along).
    """
    return httpx.AsyncClient(
        headers={"User-Agent": user_agent, "Accept-Encoding": ACCEPT_ENCODING},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        follow_redirects=False,
    )


class Client:
    """Ask one endpoint."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        endpoint: Endpoint,
        *,
        limiter: Limiter,
        clock: Clock,
        persistence: Persistence | None = None,
        traffic: Traffic | None = None,
    ) -> None:
        """Use `http` and take turns from `limiter`, both of which others may share.

        `traffic` is told of every request that was sent.
        """
        self.endpoint = endpoint
        self._http = http
        self._limiter = limiter
        self._clock = clock
        self._persistence = persistence or Persistence()
        self._traffic = traffic or Traffic()

    async def send(self, call: Call) -> Reply:
        """Return the reply to `call`, asking again after failures that may pass.

        Raises:
            ProviderError: the last failure, when asking again did not help or cannot.

        """
        await self._turn()
        began_s, failures = self._clock.now_s(), 0
        while True:
            try:
                return await self._counted(call)
            except Transient as error:
                failures += 1
                wait_s = self._wait_s(error, failures)
                if self._gives_up(failures, wait_s, self._clock.now_s() - began_s):
                    raise

            await self._clock.sleep(wait_s)
            await self._turn()

    def heed(self, error: ProviderError) -> None:
        """Heed what a dialect read in the latest reply: some complain with HTTP 200 or 400.

        The call is not repeated; the next ones wait and go slower, as after an HTTP 429.
        """
        self._traffic.was_failure(error)
        if isinstance(error, RateLimited):
            self._wait_s(error, failures=1)

    def _gives_up(self, failures: int, wait_s: float, took_s: float) -> bool:
        persistence = self._persistence
        is_out_of_time = took_s + wait_s > persistence.budget_s
        return failures >= persistence.attempts or wait_s > persistence.patience_s or is_out_of_time

    async def _turn(self) -> None:
        if not await self._limiter.turn(patience_s=self._persistence.patience_s):
            raise RateLimited(self.endpoint.place, self._limiter.rest_s)

    def _wait_s(self, error: Transient, failures: int) -> float:
        """Return the wait before the next attempt; a rest asked for holds for the whole host."""
        wait_s = self._persistence.backoff.wait_s(failures, self._clock.chance())
        if error.retry_after_s is not None:
            wait_s = max(wait_s, error.retry_after_s)

        if isinstance(error, RateLimited):
            self._limiter.complained(wait_s)
        elif error.retry_after_s is not None:
            self._limiter.rest(wait_s)

        return wait_s

    async def _counted(self, call: Call) -> Reply:
        try:
            reply = await self._attempt(call)
        except ProviderError as error:
            self._traffic.failed(error)
            raise

        self._traffic.answered()
        return reply

    async def _attempt(self, call: Call) -> Reply:
        place, timeout_s = self.endpoint.place, self.endpoint.timeout_s
        try:
            with foreign_errors_mapped(place), anyio.fail_after(timeout_s):
                return await self._exchange(call)
        except TimeoutError as error:
            raise TimedOut(place, timeout_s) from error

    async def _exchange(self, call: Call) -> Reply:
        url = self.endpoint.address(call)
        for _ in range(_MOST_REDIRECTS + 1):
            request = self._http.build_request(
                call.method,
                url,
                headers=self._headers(call),
                content=call.content,
                timeout=self.endpoint.timeout_s,
            )
            response = await self._http.send(request, stream=True)
            try:
                if not response.has_redirect_location:
                    return await read_reply(response, self._terms(call))

                url = self._redirected(response)
            finally:
                await response.aclose()

        raise WrongPlace(self.endpoint.place, "redirects in a circle")

    def _headers(self, call: Call) -> dict[str, str]:
        headers = {"Accept": "application/json"}
        if call.content:
            headers["Content-Type"] = "application/json"

        return {**headers, **self.endpoint.key_headers()}

    def _redirected(self, response: httpx.Response) -> httpx.URL:
        target = redirect_target(response.url, response.headers["Location"])
        # 303 means "look elsewhere with GET", which no API call survives.
        if target is None or response.status_code not in _REPEATABLE_REDIRECTS:
            raise WrongPlace(self.endpoint.place, "a redirect to somewhere else")

        return target

    def _terms(self, call: Call) -> Terms:
        return Terms(
            place=self.endpoint.place,
            readable_statuses=call.readable_statuses,
            maximum_bytes=self.endpoint.maximum_answer_bytes,
            has_key=bool(self.endpoint.key),
            wall_s=self._clock.wall_s(),
        )
