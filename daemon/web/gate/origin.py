"""Whether a page of ours asks, or another site through the visitor's browser.

Sources: W3C Fetch Metadata Request Headers; Fetch §4.6 for Origin, which is "null" where a page
says no-referrer and sends a form, as ours do.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN = frozenset({"same-origin", "none"})
"""none: a person typed the address, or opened a bookmark."""
_HIDDEN = "null"


def is_foreign(headers: Headers) -> bool:
    """Tell whether the browser says that another site asks."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in _OWN

    origin = headers.get("origin", _HIDDEN)
    return origin != _HIDDEN and _place(origin) != headers.get("host", "").lower()


def is_followed_link(method: str, headers: Headers) -> bool:
    """Tell whether a person follows a link to here: the one thing another site may cause."""
    is_whole_page = headers.get("sec-fetch-mode") == "navigate"
    is_in_window = headers.get("sec-fetch-dest", "document") == "document"
    return method in {"GET", "HEAD"} and is_whole_page and is_in_window


def is_hidden(headers: Headers) -> bool:
    """Tell whether the browser does not say who asks for a change."""
    return headers.get("sec-fetch-site") is None and headers.get("origin") == _HIDDEN


def _place(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
