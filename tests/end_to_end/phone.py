"""A phone: receives the push messages that apprise sends to a real address on loopback."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from pydantic import BaseModel

PASSWORD = "pass-word-nobody-may-see"  # noqa: S105  # invented
USER = "receiver-of-pushes"
_LONGEST_WAIT_S = 20.0


class _Payload(BaseModel):
    """What apprise's json:// posts, as far as it matters."""

    title: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A message as it came."""

    title: str
    body: str

    def is_about(self, text: str) -> bool:
        """Tell whether it speaks of that."""
        return text in self.title or text in self.body


class Phone:
    """Takes messages for as long as the context lasts; can be made to refuse them."""

    def __init__(self) -> None:
        """Bind any free port on loopback."""
        phone = self
        self.status = 200
        self.is_free = threading.Event()
        """Cleared: callers wait for an answer."""
        self.is_free.set()
        self._pushes: list[Push] = []
        self._lock = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                phone.is_free.wait(_LONGEST_WAIT_S)
                if phone.status < HTTPStatus.BAD_REQUEST:
                    phone.take(_Payload.model_validate_json(body))
                self.send_response(phone.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def target(self) -> str:
        """Return its address as apprise takes it, with a password."""
        return f"json://{USER}:{PASSWORD}@127.0.0.1:{self._server.server_port}/"

    @property
    def pushes(self) -> tuple[Push, ...]:
        """Return what came so far, oldest first."""
        with self._lock:
            return tuple(self._pushes)

    def about(self, text: str) -> tuple[Push, ...]:
        """Return what came about something."""
        return tuple(push for push in self.pushes if push.is_about(text))

    def take(self, payload: _Payload) -> None:
        """Keep a message."""
        with self._lock:
            self._pushes.append(Push(title=payload.title, body=payload.message))

    def __enter__(self) -> Self:
        """Start to listen."""
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Stop listening."""
        self.is_free.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
