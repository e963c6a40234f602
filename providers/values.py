"""What servers write, as values that doorman can use; pure, and the same for every dialect.

What cannot be used is None or left out: it is no evidence, and no reason to lose the rest.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from rules.candidate import RemoteFingerprint
from rules.fingerprint import Algorithm, HashMalformed, parse_hash
from rules.work import Gender

_PARTIAL_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?)?", re.ASCII)
_FULL_DATE_CHARACTERS: Final = 10
_MATCHABLE: Final = {
    Algorithm.OSHASH.value: Algorithm.OSHASH,
    Algorithm.PHASH.value: Algorithm.PHASH,
}
"""MD5 has 128 bits and was dropped by stash-box 0.8; algorithms yet to come mean nothing to us."""


def said(text: str | None) -> str | None:
    """Return `text` without surrounding space; nothing said is None."""
    return (text or "").strip() or None


def positive(seconds: float | None) -> float | None:
    """Return a duration that can be one."""
    return seconds if seconds is not None and 0 < seconds < math.inf else None


def pixels(number: int | None) -> int | None:
    """Return a width or height that can be one."""
    return number if number is not None and number > 0 else None


def gender(text: str | None) -> Gender | None:
    """Return the gender that `text` names as stash-box does, in any case, None for others."""
    return next((known for known in Gender if known.value == (text or "").upper()), None)


def other_names(name: str, aliases: Iterable[str]) -> tuple[str, ...]:
    """Return the aliases, once each whatever their case, in the server's order."""
    by_folded = {"": "", name.casefold(): name}
    for alias in aliases:
        by_folded.setdefault(alias.strip().casefold(), alias.strip())

    return tuple(by_folded.values())[2:]


def partial_date(text: str | None) -> str | None:
    """Return `text` when it is `YYYY`, `YYYY-MM` or a day of the calendar, else None."""
    stripped = said(text)
    if stripped is None or not _PARTIAL_DATE.fullmatch(stripped):
        return None

    return stripped if len(stripped) < _FULL_DATE_CHARACTERS or _is_day(stripped) else None


def remote_fingerprint(
    algorithm: str,
    text: str,
    *,
    duration_s: float | None,
    submissions: int | None,
    reports: int | None,
) -> RemoteFingerprint | None:
    """Return a fingerprint that can be compared with ours, else None.

    Left out are MD5, unknown algorithms, malformed hashes, and zero, which older servers made of
    any text too long to be a hash.
    """
    known = _MATCHABLE.get(algorithm.upper())
    try:
        value = parse_hash(text)
    except HashMalformed:
        return None

    if known is None or value == 0:
        return None

    return RemoteFingerprint(
        algorithm=known,
        value=value,
        duration_s=positive(duration_s),
        submissions=max(0, submissions or 0),
        reports=max(0, reports or 0),
    )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False

    return True
