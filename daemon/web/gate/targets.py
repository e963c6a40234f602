"""Addresses on this page: where somebody wanted to go before being asked who it is."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request

DOOR = "/enter"
LEAVE = "/leave"
HOME = "/"
ACT = "/act/"
"""Links in messages that carry a proof of their own, which the pages behind check."""
_LONGEST = 2000


def local_target(text: str) -> str:
    """Return an address on this page: `text` where it is one, and otherwise the first page."""
    is_plain = len(text) <= _LONGEST and text.isprintable() and "\\" not in text
    if not is_plain or not text.startswith("/") or text.startswith("//"):
        return HOME

    try:
        parts = urlsplit(text)
    except ValueError:
        return HOME
    is_here = not parts.scheme and not parts.netloc
    return text if is_here and parts.path not in {DOOR, LEAVE} else HOME


def path_of(request: Request) -> str:
    """Return the path that routes go by; what stands in request.url is parsed once more."""
    return str(request.scope["path"])


def target_of(request: Request) -> str:
    """Return the address that was asked for, as the browser wrote it."""
    path = bytes(request.scope["raw_path"]).decode("ascii", "replace")
    query = bytes(request.scope["query_string"]).decode("ascii", "replace")
    return local_target(f"{path}?{query}" if query else path)
