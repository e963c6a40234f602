"""Addresses that a server gives us: where a redirect may lead, which links are worth keeping."""

from __future__ import annotations

from typing import Final

import httpx

_WEB: Final = frozenset({"http", "https"})


def redirect_target(here: httpx.URL, location: str) -> httpx.URL | None:
    """Return where `location` leads from `here`, None when we do not go there.

    Only the same host at the same port will do, or the step from http to https at their usual
    ports: a key is meant for one server and travels neither elsewhere nor back into the clear.
    """
    try:
        target = here.join(location)
    except httpx.InvalidURL:
        return None

    if target.userinfo or target.host != here.host:
        return None

    is_same_server = target.scheme == here.scheme and target.port == here.port
    is_step_up = (here.scheme, target.scheme) == (
        "http",
        "https",
    ) and here.port == target.port is None
    return target if is_same_server or is_step_up else None


def web_link(text: str, endpoint: httpx.URL) -> str | None:
    """Return `text` when it is a web address a person or a download may follow, else None.

    A stash-box with its own certificate writes http links to itself (`stash-box.md` §2, Images):
    a link to the endpoint's own host and port gets the endpoint's scheme.
    """
    try:
        link = httpx.URL(text.strip())
    except (httpx.InvalidURL, UnicodeError):
        return None

    if link.scheme not in _WEB or not link.host:
        return None

    if link.scheme == "http" and link.netloc == endpoint.netloc:
        return str(link.copy_with(scheme=endpoint.scheme))

    return text.strip()
