"""Programs that hear of files, as they speak over real HTTP on this machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from pydantic import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a program was asked."""

    method: str
    path: str
    headers: dict[str, str]
    """By their names in lower case."""
    content: bytes

    @property
    def body(self) -> JsonValue:
        """Return what was sent as JSON."""
        sent: JsonValue = json.loads(self.content)
        return sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What it answers."""

    status: int = 200
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def said(value: JsonValue, status: int = 200) -> Reply:
    """Return JSON as an answer."""
    return Reply(status=status, content=json.dumps(value).encode())


Answer = Callable[[Request], Reply]


@dataclass(frozen=True, slots=True, kw_only=True)
class Double:
    """A program that runs, and what it was asked so far."""

    url: str
    requests: list[Request]

    def bodies(self, path: str) -> list[JsonValue]:
        """Return what was sent to a path, in order."""
        return [each.body for each in self.requests if each.path == path]


@contextmanager
def running(answer: Answer) -> Iterator[Double]:
    """Run a program that answers so, on a port that is free."""
    requests: list[Request] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._take()

        def do_POST(self) -> None:
            self._take()

        def _take(self) -> None:
            length = int(self.headers.get("content-length", 0))
            request = Request(
                method=self.command,
                path=self.path,
                headers={name.lower(): value for name, value in self.headers.items()},
                content=self.rfile.read(length),
            )
            requests.append(request)
            reply = answer(request)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.content)))
            self.end_headers()
            self.wfile.write(reply.content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield Double(url=f"http://127.0.0.1:{server.server_port}", requests=requests)
        finally:
            server.shutdown()
            thread.join()
