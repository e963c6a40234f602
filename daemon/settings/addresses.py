"""Where the page is served, and the names it may be asked for by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, WithJsonSchema

from daemon.settings.fields import WebAddress, wrong
from daemon.settings.writing import quoted

DEFAULT_LISTEN = "127.0.0.1:8465"
NOWHERE = "off"
_MOST_PORT = 65_535
_ADDRESS = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<four>[^\[\]:]+)):(?P<port>[0-9]{1,5})")
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_LONGEST_HOST = 253
"""RFC 1035 §2.3.4, less what only the wire needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenAddress:
    """An address of this machine, and a port."""

    ip: IPv4Address | IPv6Address
    port: int
    """From 1; 0, any that is free, is for tests only."""

    @property
    def is_loopback(self) -> bool:
        """Tell whether only this machine reaches it."""
        return self.ip.is_loopback

    @property
    def url(self) -> str:
        """Return where a browser on this machine finds it."""
        host = f"[{self.ip}]" if self.ip.version == _SIX else str(self.ip)
        return f"http://{host}:{self.port}"


_SIX = 6


def parse_listen(text: str) -> ListenAddress | None:
    """Return the address that `text` says, None for nowhere.

    Raises:
        ValueError: it is none; the message is a sentence for the owner.

    """
    if text.strip().lower() in {"", NOWHERE}:
        return None

    found = _ADDRESS.fullmatch(text.strip())
    if found is None:
        raise _no_address(text)

    host = found["six"] or found["four"]
    try:
        ip = ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise _no_address(text) from None
    if (ip.version == _SIX) != bool(found["six"]):
        raise _no_address(text)

    port = int(found["port"])
    if not 0 < port <= _MOST_PORT:
        raise ValueError(f"a port is a number from 1 to {_MOST_PORT}; write another than {port}")

    return ListenAddress(ip=ip, port=port)


def _no_address(text: str) -> ValueError:
    return ValueError(
        f'{quoted(text)} is no address with a port; write one as in "{DEFAULT_LISTEN}" or '
        f'"[::1]:8465", or "{NOWHERE}" for no page'
    )


def _check_listen(text: str) -> str:
    try:
        parse_listen(text)
    except ValueError as error:
        raise wrong(str(error)) from None
    return text


def _check_host(text: str) -> str:
    if (
        not text.isascii()
        or len(text) > _LONGEST_HOST
        or not (_HOST.fullmatch(text) or _is_ip(text))
    ):
        raise wrong(
            f"{quoted(text)} is no name of a machine; write it without port and without what "
            'stands before it, as in "nas.example"'
        )

    return text.lower()


def _check_public_url(url: str) -> str:
    if urlsplit(url).path not in {"", "/"}:
        raise wrong(
            'leave out the path: the page needs a name of its own, as in "https://doorman.example"'
        )

    return url


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


Listen = Annotated[
    str,
    AfterValidator(_check_listen),
    WithJsonSchema({"type": "string", "pattern": r"^(|off|[^\s]+:[0-9]{1,5})$"}),
]
"""An address of this machine with a port; empty or "off": none."""

PublicUrl = Annotated[WebAddress, AfterValidator(_check_public_url)]
"""Where people find the page: scheme and host, and a port where it is another."""

Host = Annotated[
    str,
    AfterValidator(_check_host),
    WithJsonSchema({"type": "string", "pattern": "^[0-9A-Za-z_.:-]+$"}),
]
"""A machine's name or address, in lower case."""
