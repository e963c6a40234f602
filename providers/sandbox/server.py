"""The sandbox on a real socket: connections, and the faults that happen on the wire."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from providers.sandbox.faults import Drip, Drop, Fault, Instead, Mislabel, Slow, Truncate
from providers.sandbox.messages import Request, Response

Answerer = Callable[[Request], tuple[Response, Fault | None]]
"""Answer a request, and say what is to go wrong with the answer."""

_POLL_S: Final = 0.02
_HOST: Final = "127.0.0.1"
_QUEUED_CONNECTIONS: Final = 128


class Server(ThreadingHTTPServer):
    """Listen on loopback; one thread for each connection, all ended by `stop`."""

    request_queue_size = _QUEUED_CONNECTIONS
    daemon_threads = False
    block_on_close = True

    def __init__(self, port: int, answer: Answerer) -> None:
        """Bind `port`, 0 for any that is free."""
        self._answer = answer
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, args=(_POLL_S,))
        super().__init__((_HOST, port), _Handler)

    @property
    def address(self) -> str:
        """Scheme, host and port."""
        return f"http://{_HOST}:{self.server_port}"

    def start(self) -> None:
        """Serve in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """End every connection, and wait until all threads have ended."""
        self._stopping.set()
        self.shutdown()
        with self._open_lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

        self.server_close()
        self._thread.join()

    def pause(self, for_s: float) -> None:
        """Wait, unless the server stops."""
        self._stopping.wait(for_s)

    def answered(self, request: Request) -> tuple[Response, Fault | None]:
        """Answer one request."""
        return self._answer(request)

    def finish_request(
        self,
        request: socket.socket | tuple[bytes, socket.socket],
        client_address: object,
    ) -> None:
        """Let the handler know its server by type."""
        _Handler(request, client_address, self)

    def process_request(
        self,
        request: socket.socket | tuple[bytes, socket.socket],
        client_address: object,
    ) -> None:
        """Remember the connection until it is closed."""
        if isinstance(request, socket.socket):
            with self._open_lock:
                self._open.add(request)

        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """Forget the connection and close it."""
        if isinstance(request, socket.socket):
            with self._open_lock:
                self._open.discard(request)

        super().shutdown_request(request)

    def handle_error(
        self,
        request: socket.socket | tuple[bytes, socket.socket],
        client_address: object,
    ) -> None:
        """Stay quiet: clients that hang up in the middle are what the faults are for."""


class _Handler(BaseHTTPRequestHandler):
    """Read requests off one connection and write the answers."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(
        self,
        request: socket.socket | tuple[bytes, socket.socket],
        client_address: object,
        server: Server,
    ) -> None:
        self._box = server
        super().__init__(request, client_address, server)

    def _serve(self) -> None:
        length_bytes = int(self.headers.get("Content-Length") or 0)
        request = Request(
            method=self.command,
            path=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length_bytes),
        )
        response, fault = self._box.answered(request)
        with contextlib.suppress(OSError):
            self._send(response, fault)

    # The base looks its methods up by these names.
    do_GET = do_POST = do_PUT = do_DELETE = do_OPTIONS = _serve  # noqa: N815

    def _send(self, response: Response, fault: Fault | None) -> None:
        match fault:
            case Drop():
                self.close_connection = True
            case Slow(delay_s):
                self._box.pause(delay_s)
                self.wfile.write(_written(response))
            case Drip(pause_s):
                self._drip(_written(response), pause_s)
            case Truncate(kept_bytes):
                head, _, body = _written(response).partition(b"\r\n\r\n")
                self.wfile.write(head + b"\r\n\r\n" + body[:kept_bytes])
                self.close_connection = True
            case Mislabel(content_type):
                mislabelled = Response(
                    response.status, content_type, response.body, response.headers
                )
                self.wfile.write(_written(mislabelled))
            case Instead(instead):
                self.wfile.write(_written(instead))
            case None:
                self.wfile.write(_written(response))

    def _drip(self, content: bytes, pause_s: float) -> None:
        for position in range(len(content)):
            self.wfile.write(content[position : position + 1])
            self._box.pause(pause_s)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        """Write no log: `Sandbox.requests` holds what came."""


def _written(response: Response) -> bytes:
    """Return the bytes of `response`, in one piece so that no delayed acknowledgement waits."""
    lines = [
        f"HTTP/1.1 {response.status} {_phrase(response.status)}",
        f"Content-Type: {response.content_type}",
        f"Content-Length: {len(response.body)}",
        *(f"{name}: {value}" for name, value in response.headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + response.body


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
