"""A phone for the demonstration: takes the push messages that apprise delivers over loopback."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

_HOST = "127.0.0.1"
_LONGEST_BODY_BYTES = 1 << 20
_POLL_S = 0.05
_SILENT_AFTER_S = 10.0
"""A connection on which nothing comes is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A message as it arrived."""

    title: str
    body: str

    def names(self, file_name: str) -> bool:
        """Tell whether the message is about that file."""
        return file_name in self.title or file_name in self.body


class _Body(BaseModel):
    """What apprise's `json://` posts, version 1.0; the rest of it is not needed."""

    model_config = ConfigDict(extra="ignore")

    title: str
    message: str


class _Server(ThreadingHTTPServer):
    """Remembers messages in the order of their arrival."""

    daemon_threads = False
    block_on_close = True

    def __init__(self) -> None:
        self.pushes: list[Push] = []
        self.lock = threading.Lock()
        super().__init__((_HOST, 0), _Handler)

    def finish_request(self, request: object, client_address: object) -> None:
        """Let the handler know its server by type."""
        _Handler(request, client_address, self)

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay quiet about clients that hang up."""


class _Handler(BaseHTTPRequestHandler):
    """Reads one message."""

    timeout = _SILENT_AFTER_S

    def __init__(self, request: object, client_address: object, server: _Server) -> None:
        self._phone = server
        super().__init__(request, client_address, server)  # type: ignore[arg-type]  # the base's own

    def do_POST(self) -> None:  # the base looks it up by this name
        """Keep the message, or refuse what is none."""
        length_bytes = int(self.headers.get("Content-Length") or 0)
        try:
            body = _Body.model_validate_json(
                self.rfile.read(min(length_bytes, _LONGEST_BODY_BYTES))
            )
        except ValidationError:
            self.send_error(400)
            return

        with self._phone.lock:
            self._phone.pushes.append(Push(title=body.title, body=body.message))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        """Write no log: the messages are what counts."""


class Receiver:
    """Receives messages for as long as the context lasts."""

    def __init__(self) -> None:
        """Bind a free port at once."""
        self._server = _Server()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_POLL_S,))

    @property
    def target(self) -> str:
        """The address, as `[notify] targets` takes it."""
        return f"json://{_HOST}:{self._server.server_port}/"

    @property
    def pushes(self) -> tuple[Push, ...]:
        """What has arrived so far, oldest first."""
        with self._server.lock:
            return tuple(self._server.pushes)

    def __enter__(self) -> Self:
        """Start to listen."""
        self._thread.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop, and wait for every thread."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
