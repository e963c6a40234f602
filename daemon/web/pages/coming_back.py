"""Where a form goes back to: a page of ours, with word of what was answered."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode

_LOCAL = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")
"""A path below our own root, and nothing that a browser would read as another place."""
_LONGEST = 2000
ANSWERED = "answered"
"""The parameter that names the file whose answer a page tells of."""


def local(address: str) -> str:
    """Return the address if it is one of ours, else that of the queue."""
    return address if len(address) <= _LONGEST and _LOCAL.fullmatch(address) else "/"


def with_answered(address: str, number: int) -> str:
    """Return the address of a page of ours that is to tell what was answered about a file."""
    path, _, query = local(address).partition("?")
    kept = [each for each in parse_qsl(query, keep_blank_values=True) if each[0] != ANSWERED]
    return f"{path}?{urlencode([*kept, (ANSWERED, str(number))])}"


def without_answered(address: str) -> str:
    """Return the address of a page of ours, telling of nothing."""
    path, _, query = local(address).partition("?")
    kept = [each for each in parse_qsl(query, keep_blank_values=True) if each[0] != ANSWERED]
    return f"{path}?{urlencode(kept)}" if kept else path
