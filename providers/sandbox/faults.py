"""What can be made to go wrong, for the next requests or until further notice."""

from __future__ import annotations

import gzip
import threading
from collections import deque
from dataclasses import dataclass, field

from providers.sandbox.messages import Response

_TOO_MANY = b'{"errors":[{"message":"Too Many Attempts."}]}'
_WEB_PAGE = b"<!doctype html><html><head><title>Box</title></head><body></body></html>"


@dataclass(frozen=True, slots=True)
class Instead:
    """Answer with this instead of what was asked."""

    response: Response


@dataclass(frozen=True, slots=True)
class Slow:
    """Answer after a while."""

    delay_s: float


@dataclass(frozen=True, slots=True)
class Drip:
    """Answer byte by byte."""

    pause_s: float


@dataclass(frozen=True, slots=True)
class Drop:
    """Close the connection without a word."""


@dataclass(frozen=True, slots=True)
class Truncate:
    """Promise the whole answer, send its beginning, close the connection."""

    kept_bytes: int = 40


@dataclass(frozen=True, slots=True)
class Mislabel:
    """Send the answer under another content type."""

    content_type: str


Fault = Instead | Slow | Drip | Drop | Truncate | Mislabel


def too_many(retry_after: str | None = None) -> Instead:
    """Return a 429 as look-alikes send it."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return Instead(Response(429, "application/json", _TOO_MANY, headers))


def server_error(status: int = 502, retry_after: str | None = None) -> Instead:
    """Return a proxy's error page."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return Instead(Response(status, "text/html", _WEB_PAGE, headers))


def web_page(status: int = 200, content_type: str = "text/html; charset=utf-8") -> Instead:
    """Return a page for people where the API should be."""
    return Instead(Response(status, content_type, _WEB_PAGE))


def redirect(location: str, status: int = 302) -> Instead:
    """Return a redirect."""
    return Instead(Response(status, "text/plain", b"", {"Location": location}))


def document(content: bytes, status: int = 200) -> Instead:
    """Return exactly these bytes as JSON."""
    return Instead(Response(status, "application/json", content))


def huge(size_bytes: int, *, packed: bool = False) -> Instead:
    """Return so many bytes of spaces; packed they are a thousand times fewer on the wire."""
    content = b" " * size_bytes
    if not packed:
        return Instead(Response(200, "application/json", content))

    headers = {"Content-Encoding": "gzip"}
    return Instead(Response(200, "application/json", gzip.compress(content, mtime=0), headers))


@dataclass(slots=True)
class Faults:
    """Hold what is to go wrong; any thread may set it while the server answers."""

    _next: deque[Fault] = field(default_factory=deque)
    _always: Fault | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, *faults: Fault) -> None:
        """Let the next requests meet these faults, one each."""
        with self._lock:
            self._next.extend(faults)

    def always(self, fault: Fault) -> None:
        """Let every request meet this fault, once the next ones are used up."""
        with self._lock:
            self._always = fault

    def clear(self) -> None:
        """Let everything go well again."""
        with self._lock:
            self._next.clear()
            self._always = None

    def take(self) -> Fault | None:
        """Return the fault of the request at hand."""
        with self._lock:
            return self._next.popleft() if self._next else self._always
