"""Keep secrets out of everything that is written down."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, quote, unquote, urlsplit

MASK = "***"

Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]
"""What a log line is made of, once nothing in it can surprise."""

_SECRET_KEY = re.compile(
    r"(?:.*[_.-])?(?:api_?keys?|keys?|tokens?|passwords?|passphrases?|secrets?|targets?"
    r"|credentials?|authorization|cookies?)",
    re.IGNORECASE,
)
_SHORTEST_SECRET = 4
"""Shorter ones would blank out ordinary words, and protect nothing."""
_SHORTEST_TARGET_PART = 8
"""Shorter parts of a push address are words such as a service's path."""


def target_secrets(url: str) -> tuple[str, ...]:
    """Return what may not be shown of a push address: itself, and its parts that may be keys.

    apprise and its services name hosts, topics and tokens one by one.
    """
    try:
        parts = urlsplit(url)
        user, password = parts.username or "", parts.password or ""
        query = [value for _, value in parse_qsl(parts.query)]
    except ValueError:
        return (url,)
    pieces = [user, *parts.path.split("/"), *query]
    long = [unquote(piece) for piece in pieces if len(piece) >= _SHORTEST_TARGET_PART]
    return tuple(dict.fromkeys([url, *long, *([unquote(password)] if password else [])]))


class Redactor:
    """Masks known secrets in any text, and whatever has the name of a secret."""

    def __init__(self, secrets: Iterable[str]) -> None:
        """Take the configured secrets; also as they stand in an address."""
        forms = {
            form
            for secret in secrets
            if len(secret) >= _SHORTEST_SECRET
            for form in (secret, quote(secret), quote(secret, safe=""))
        }
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._known = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def text(self, text: str) -> str:
        """Return `text` with every known secret masked, and nothing that no file can hold."""
        masked = self._known.sub(MASK, text) if self._known else text
        return masked.encode("utf-8", "backslashreplace").decode()

    def facts(self, facts: Mapping[str, object]) -> dict[str, Plain]:
        """Return facts as plain values; those named like a secret are masked whole."""
        return {
            self.text(name): MASK if _SECRET_KEY.fullmatch(name) else self.value(value)
            for name, value in facts.items()
        }

    def value(self, value: object) -> Plain:
        """Return any value as a plain one, its texts masked."""
        if isinstance(value, float) and not math.isfinite(value):
            return str(value)  # JSON has no word for it

        if value is None or isinstance(value, bool | int | float):
            return value

        if isinstance(value, Mapping):
            return self.facts({str(name): inner for name, inner in value.items()})

        if isinstance(value, list | tuple | set | frozenset):
            return [self.value(inner) for inner in value]

        return self.text(str(value))
