"""Speak to the journal in its own protocol: facts become fields that it can be searched by.

    journalctl DOORMAN_EVENT=file.finished DOORMAN_VERDICT=review

The protocol: systemd.io/JOURNAL_NATIVE_PROTOCOL, a datagram for an entry. One that is too large
for a datagram goes to standard error instead, as does everything that the journal does not take.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from daemon.logs.lines import priority_of, words_of
from daemon.logs.redaction import Plain

SOCKET: Final = Path("/run/systemd/journal/socket")
_IDENTIFIER: Final = "doorman"
_PREFIX: Final = "DOORMAN_"
_LONGEST_NAME: Final = 64
"""What journald takes (`journal_field_valid`, src/libsystemd/sd-journal/journal-file.c)."""
_TAKEN_WITHIN_S: Final = 0.05
"""The event loop waits meanwhile; standard error has a buffer of its own."""


class Journal:
    """Hands entries to the journal."""

    def __init__(self, path: Path) -> None:
        """Find the journal at its socket; whether it is there shows with each entry."""
        self._path = str(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._socket.settimeout(_TAKEN_WITHIN_S)

    def takes(self, entry: bytes) -> bool:
        """Hand an entry over; tell whether the journal has it."""
        try:
            self._socket.sendto(entry, self._path)
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Let go of the socket."""
        self._socket.close()


def entry_of(level: str, event: str, facts: Mapping[str, Plain]) -> bytes:
    """Return an event as an entry: its line as people read it, and each fact as a field.

    Args:
        level: As logging names it.
        event: What happened.
        facts: Free of secrets.

    """
    return b"".join(_field(name, text) for name, text in _fields(level, event, facts))


def _fields(level: str, event: str, facts: Mapping[str, Plain]) -> Iterator[tuple[str, str]]:
    yield "MESSAGE", words_of(event, facts)
    yield "PRIORITY", str(priority_of(level))
    yield "SYSLOG_IDENTIFIER", _IDENTIFIER
    yield f"{_PREFIX}EVENT", event
    for name, value in facts.items():
        if value is not None:
            yield _name(name), value if isinstance(value, str) else _json(value)


def _name(name: str) -> str:
    """Return a fact's name as the journal takes it: capital letters, digits and underscores."""
    return (_PREFIX + re.sub(r"[^A-Z0-9_]", "_", name.upper()))[:_LONGEST_NAME]


def _json(value: Plain) -> str:
    return json.dumps(value, ensure_ascii=False)


def _field(name: str, text: str) -> bytes:
    """Return one field; a value of several lines is told with its length before it."""
    value = text.encode("utf-8", "backslashreplace")
    if b"\n" not in value:
        return b"%b=%b\n" % (name.encode(), value)

    return b"%b\n%b%b\n" % (name.encode(), len(value).to_bytes(8, "little"), value)
