from __future__ import annotations

import pytest
from starlette.requests import Request

from daemon.web.gate.attempts import Caller, caller_at
from daemon.web.gate.caller import arrived_at, caller_of, is_from_here


def asked(peer: str | None, *headers: tuple[str, str], version: str = "1.1") -> Request:
    """Return a request from an address."""
    return Request(
        {
            "type": "http",
            "http_version": version,
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
            "client": None if peer is None else (peer, 50_000),
            "server": ("192.0.2.1", 8465),
        }
    )


FORWARDED = ("X-Forwarded-For", "203.0.113.9, 198.51.100.7")
CASES: tuple[tuple[Request, Caller], ...] = (
    (asked("127.0.0.1"), caller_at("127.0.0.1", is_here=True)),
    (asked("::1"), caller_at("::1", is_here=True)),
    (asked("::ffff:127.0.0.1"), caller_at("127.0.0.1", is_here=True)),
    (asked("127.0.0.1", FORWARDED), caller_at("198.51.100.7", is_here=False)),
    (
        asked("127.0.0.1", FORWARDED, ("X-Forwarded-For", "198.51.100.8")),
        caller_at("198.51.100.8", is_here=False),
    ),
    (asked("127.0.0.1", ("Via", "1.1 proxy")), caller_at("", is_here=False)),
    (asked("127.0.0.1", version="1.0"), caller_at("", is_here=False)),
    (asked("192.0.2.7"), caller_at("192.0.2.7", is_here=False)),
    (asked("192.0.2.7", FORWARDED), caller_at("192.0.2.7", is_here=False)),
    (asked(None), caller_at("", is_here=False)),
)


@pytest.mark.parametrize(("request_", "caller"), CASES)
def test_tries_are_counted_for_whoever_makes_them(request_: Request, caller: Caller) -> None:
    assert caller_of(request_) == caller
    assert is_from_here(request_) == caller.is_here


def test_own_address_is_known() -> None:
    assert arrived_at(asked("192.0.2.7")) == "192.0.2.1"
    assert arrived_at(Request({"type": "http", "headers": []})) is None
