"""HTTP requests and responses without a socket, and the notes kept about them."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What came in."""

    method: str
    path: str
    """With its query."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """What goes out."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """One request, for tests to look at."""

    at_s: float
    """By the server's monotonic clock."""
    path: str
    operations: tuple[str, ...]
    """The root fields of the document; () for anything else."""
    scenes: int | None
    """How many scenes a lookup asks about; None when it is none."""
    query: str
    variables: JsonValue
    has_key: bool
    headers: Mapping[str, str]


@dataclass(slots=True)
class Notes:
    """Hold what was asked, oldest first; any thread may look."""

    _noted: list[Noted] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, noted: Noted) -> None:
        """Keep one more."""
        with self._lock:
            self._noted.append(noted)

    def all(self) -> tuple[Noted, ...]:
        """Return every request."""
        with self._lock:
            return tuple(self._noted)

    def of(self, operation: str) -> tuple[Noted, ...]:
        """Return the requests with that root field."""
        return tuple(noted for noted in self.all() if operation in noted.operations)

    def clear(self) -> None:
        """Forget what was asked so far."""
        with self._lock:
            self._noted.clear()
