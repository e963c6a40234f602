"""The names that the page may be asked for by.

A site of a stranger can have its own name lead to this machine (DNS rebinding) and then speak to
the page as if it were its own. The browser still says by which name it asks, so only names that
are known are answered. Ports do not matter for that, and a tunnel or a container changes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from daemon.settings import ServerSettings
from daemon.web.gate.ip import read_ip

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z_.-]+)(?::[0-9]{1,5})?")
_LOCAL = ("localhost", "127.0.0.1", "::1")


def host_name(header: str) -> str | None:
    """Return the name or address in a Host header, in lower case; None where it is none."""
    found = _HOST.fullmatch(header)
    return found[1].strip("[]").lower() if found else None


class TrustedHosts:
    """Names and addresses that are ours."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take the names, in lower case and without port."""
        self._names = frozenset(names)

    def trusts(self, name: str, *, arrived_at: str | None) -> bool:
        """Tell whether the page may be asked for by `name`.

        Args:
            name: As `host_name` returns it.
            arrived_at: The address of this machine that the request came to. No other site can
                have a number for its name.

        """
        if name in self._names:
            return True

        asked = read_ip(name)
        return asked is not None and arrived_at is not None and asked == read_ip(arrived_at)


def trusted_hosts(server: ServerSettings) -> TrustedHosts:
    """Return what the settings say."""
    names = [*_LOCAL, *server.hosts]
    if server.address is not None and not server.address.ip.is_unspecified:
        names.append(str(server.address.ip))
    public = public_name(server)
    if public is not None:
        names.append(public)
    return TrustedHosts(names)


def public_name(server: ServerSettings) -> str | None:
    """Return the name in public_url, in lower case; None without one."""
    return urlsplit(server.public_url).hostname if server.public_url else None
