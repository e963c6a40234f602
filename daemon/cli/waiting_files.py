"""Which files wait, as the daemon tells it over its bare socket: for completion, quick and silent.

To load what commands speak to the daemon with takes longer than the daemon's answer.
"""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

DEADLINE_S = 0.5
MOST_FILES = 50
_OK = 200


def waiting_files(path: Path, text: str) -> Iterator[tuple[str, str]]:
    """Yield numbers and names of files that wait, as the daemon tells them."""
    query = urlencode({"text": "" if text.isdecimal() else text, "limit": MOST_FILES})
    try:
        answer = _asked(path, f"/api/v1/queue?{query}")
        for line in json.loads(answer)["lines"]:
            yield str(line["number"]), str(line["name"])
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return  # no daemon, or one of another version


def _asked(path: Path, target: str) -> bytes:
    connection = _SocketConnection(path)
    try:
        connection.request("GET", target)
        answer = connection.getresponse()
        return answer.read() if answer.status == _OK else b"{}"
    finally:
        connection.close()


class _SocketConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("doorman", timeout=DEADLINE_S)
        self._path = path

    def connect(self) -> None:
        """Reach the socket.  Raises: OSError."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(DEADLINE_S)
        self.sock.connect(str(self._path))
