"""What can go wrong with a source, and the one place where foreign errors become ours.

ProviderError                (rules.errors)
 ├─ KeyRefused               no key, a wrong key, or a key that may not do this
 ├─ Transient                asking the same again may help; may carry the wait asked for
 │   ├─ Unreachable          no connection: name, network, proxy, certificate
 │   ├─ TimedOut             no whole answer in time
 │   ├─ ConnectionDropped    the answer broke off, or was no HTTP
 │   ├─ RateLimited          HTTP 429 and its kin
 │   └─ ServerFailed         HTTP 5xx and 408
 ├─ WrongPlace               something answers there, but not the API
 ├─ Blocked                  something in front of the API keeps us out
 ├─ AddressUnusable          the address cannot be asked at all
 ├─ AnswerMalformed          the answer is not what the protocol promises
 ├─ AnswerTooLarge           more than we are willing to read
 └─ QueryRejected            the server understood us and refuses this query
     ├─ FieldsUnknown        it names fields that its schema does not have
     └─ TooManyScenes        more scenes than it takes in one request

Every class takes the place (host and port of the endpoint) and facts. Text that a server wrote
enters a message only through `quoted`, so that it can neither flood a log nor move a cursor.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum

import httpx

from rules.errors import ProviderError

_QUOTED_CHARACTERS = 200


def quoted(text: str) -> str:
    """Return `text` as one printable, quoted line of at most about 200 characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    shortened = line if len(line) <= _QUOTED_CHARACTERS else f"{line[:_QUOTED_CHARACTERS]}…"
    return f"“{shortened}”"


class KeyProblem(Enum):
    """What is wrong with a key; the value completes "HOST …" and ends with the remedy."""

    MISSING = "needs an API key; copy it from your user page there into this source's key"
    NOT_VALID = (
        "refuses the API key: it is incomplete, was replaced by a newer one, or belongs to another"
        " server; copy it again from your user page there"
    )
    MALFORMED = (
        "refuses the API key, which has not the shape of a stash-box's: those begin with eyJ and"
        " have three parts joined by dots; copy all of it again from your user page there"
    )
    NOT_ALLOWED = (
        "knows the API key, but its account was removed or lacks the READ role; ask the"
        " administrators there, or use another account's key"
    )


class KeyRefused(ProviderError):
    """The source does not let our key in; asking again will not help."""

    def __init__(self, place: str, problem: KeyProblem) -> None:
        """Build the message from what is wrong with the key."""
        super().__init__(f"{place} {problem.value}")
        self.problem = problem


class Transient(ProviderError):
    """The source failed in a way that may pass by itself."""

    retry_after_s: float | None = None
    """The wait that the source asked for, where it did."""


class Unreachable(Transient):
    """No connection could be made."""

    def __init__(self, place: str, detail: str) -> None:
        """Build the message from what the network said."""
        super().__init__(
            f"{place} cannot be reached ({quoted(detail)}); check the source's url and the network,"
            " doorman asks again later"
        )


class TimedOut(Transient):
    """The whole answer did not arrive in time."""

    def __init__(self, place: str, timeout_s: float | None = None) -> None:
        """Build the message from the limit, where one is known."""
        limit = "" if timeout_s is None else f" within {timeout_s:g} s"
        super().__init__(
            f"{place} gave no whole answer{limit}; doorman asks again later, raise the source's"
            " timeout if it is always slow"
        )


class ConnectionDropped(Transient):
    """The connection ended before the answer did, or carried something that is no HTTP."""

    def __init__(self, place: str, detail: str) -> None:
        """Build the message from what the network said."""
        super().__init__(
            f"{place} broke off its answer ({quoted(detail)}); doorman asks again later, look at"
            " the server or the proxy before it if it goes on"
        )


class RateLimited(Transient):
    """The source says that we ask too often."""

    def __init__(self, place: str, retry_after_s: float | None = None) -> None:
        """Build the message from the wait that the source asked for."""
        # Rounded up, so that nobody is told to come back a moment too early.
        wait = (
            "" if retry_after_s is None else f" and asks for {math.ceil(retry_after_s)} s of rest"
        )
        super().__init__(
            f"{place} says that we ask too often{wait}; doorman waits, lower the source's"
            " requests_per_minute if it goes on"
        )
        self.retry_after_s = retry_after_s


class ServerFailed(Transient):
    """The source, or a proxy before it, reports a failure of its own."""

    def __init__(self, place: str, status: int, retry_after_s: float | None = None) -> None:
        """Build the message from the HTTP status."""
        super().__init__(
            f"{place} failed with HTTP {status}; doorman asks again later, nothing is wrong here"
        )
        self.status = status
        self.retry_after_s = retry_after_s


class WrongPlace(ProviderError):
    """Something answers at the address, but it is not the API."""

    def __init__(self, place: str, found: str) -> None:
        """Build the message from what was found there instead."""
        super().__init__(
            f"{place} answers with {found} instead of the API; check the source's url: a"
            " stash-box's ends in /graphql, that of ThePornDB's REST API is https://api.theporndb.net"
        )


class Blocked(ProviderError):
    """Something in front of the API keeps this machine out."""

    def __init__(self, place: str, status: int) -> None:
        """Build the message from the HTTP status."""
        super().__init__(
            f"something in front of {place} answers HTTP {status} with a web page; open the site in"
            " a browser on this network to see what it wants"
        )
        self.status = status


class AddressUnusable(ProviderError):
    """The address is none that a request could be sent to."""

    def __init__(self, place: str, detail: str) -> None:
        """Build the message from what is wrong with it."""
        super().__init__(f"{place} cannot be asked ({quoted(detail)}); mend the source's url")


class AnswerMalformed(ProviderError):
    """The answer is not what the protocol promises."""

    def __init__(self, place: str, detail: str) -> None:
        """Build the message from the promise that was broken."""
        super().__init__(
            f"{place} gave an answer that cannot be read ({quoted(detail)}); doorman asks again"
            " later, report it to the people who run it if it goes on"
        )


class AnswerTooLarge(ProviderError):
    """The answer is larger than we are willing to read."""

    def __init__(self, place: str, limit_bytes: int) -> None:
        """Build the message from the limit."""
        super().__init__(
            f"{place} sent more than {limit_bytes} bytes in one answer; check that the source's url"
            " is right, report it to the people who run it if it is"
        )
        self.limit_bytes = limit_bytes


class QueryRejected(ProviderError):
    """The server understood the request and refuses it."""

    def __init__(self, place: str, message: str) -> None:
        """Build the message from what the server said."""
        super().__init__(
            f"{place} rejects the query ({quoted(message)}); doorman asks again later, report it"
            " to doorman with this text if it goes on"
        )
        self.message = message


class FieldsUnknown(QueryRejected):
    """The query names fields that the server's schema does not have."""

    def __init__(self, place: str, message: str, fields: frozenset[tuple[str, str]]) -> None:
        """Keep which fields, each as (type, field)."""
        super().__init__(place, message)
        self.fields = fields


class TooManyScenes(QueryRejected):
    """The query asks about more scenes than the server takes at once."""


@contextmanager
def foreign_errors_mapped(place: str) -> Iterator[None]:
    """Raise our own error, from the foreign one, for whatever httpx raises inside.

    Errors that httpx keeps for mistakes in the calling code (`StreamError`, `CookieConflict`) go
    through: they are bugs.

    Raises:
        ProviderError: the class that the table below names for the foreign one.

    """
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise mapped(error, place) from error


def mapped(error: httpx.HTTPError | httpx.InvalidURL, place: str) -> ProviderError:
    """Return our own error for one of httpx's."""
    detail = str(error) or type(error).__name__
    made = next(make for foreign, make in FOREIGN_ERRORS if isinstance(error, foreign))
    return made(place, detail)


def _timed_out(place: str, _detail: str) -> ProviderError:
    return TimedOut(place)


FOREIGN_ERRORS: tuple[
    tuple[type[httpx.HTTPError | httpx.InvalidURL], Callable[[str, str], ProviderError]], ...
] = (
    (httpx.TimeoutException, _timed_out),
    (httpx.ConnectError, Unreachable),
    (httpx.ProxyError, Unreachable),
    (httpx.UnsupportedProtocol, AddressUnusable),
    (httpx.LocalProtocolError, AddressUnusable),
    (httpx.InvalidURL, AddressUnusable),
    (httpx.TooManyRedirects, WrongPlace),
    (httpx.DecodingError, AnswerMalformed),
    (httpx.NetworkError, ConnectionDropped),
    (httpx.RemoteProtocolError, ConnectionDropped),
    (httpx.HTTPError, ConnectionDropped),
)
"""httpx's classes, most specific first, and what each of them means to us."""
