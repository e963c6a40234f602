"""What stands in brackets in a file's name: a studio, a year, a number, an id, people, noise."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rules.name_dates import find_date, read_year
from rules.name_parts import as_performers, find_code, is_list
from rules.release_words import is_noise, is_perhaps_noise

_BRACKETED = re.compile(r"\[(?P<square>[^\[\]]*)\]|\((?P<round>[^()]*)\)|\{(?P<curly>[^{}]*)\}")
_STRAY = re.compile(r"[\[\](){}]")
_NAMED_ID = re.compile(
    r"(?:tmdb|tvdb|imdb|tpdb|stashdb|id|uuid|yt)(?:id)?[-_ :=][\w-]+|tt\d{6,}", re.IGNORECASE
)
_BARE_ID = re.compile(
    r"[0-9a-f]{8}|[0-9a-f]{16,}|[0-9a-f-]{36}|(?=[\w-]*\d)(?=[\w-]*[a-zA-Z])[\w-]{11}|\d+",
    re.IGNORECASE,
)
"""A checksum, a hash, a UUID, a video's 11 signs, a number."""
_SITE = re.compile(r"(?:www\.)?[\w-]+\.[a-z]{2,4}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A name without brackets, and what stood in them."""

    text: str = ""
    studio: str | None = None
    """What a name begins with in square brackets."""
    year: str | None = None
    code: str | None = None
    performers: tuple[str, ...] = ()


def open_brackets(text: str) -> Opened:
    """Return the name with every pair of brackets taken away or, where it holds words, opened."""
    found = Opened()
    kept: list[str] = []
    end = 0
    for match in _BRACKETED.finditer(text):
        kept.append(text[end : match.start()])
        is_first = match["square"] is not None and not "".join(kept).strip()
        inside = (match["square"] or match["round"] or match["curly"] or "").strip()
        found, left = _sort(found, inside, is_first=is_first)
        kept.append(f" {left} ")
        end = match.end()
    kept.append(text[end:])
    return replace(found, text=" ".join(_STRAY.sub(" ", "".join(kept)).split()))


def _sort(found: Opened, inside: str, *, is_first: bool) -> tuple[Opened, str]:
    """Return what is known with this pair of brackets, and what of it stays in the name."""
    if _NAMED_ID.fullmatch(inside):
        return found, ""
    if (year := read_year(inside)) is not None:
        return replace(found, year=year), ""
    if (date := find_date(inside)) is not None and date.has_day:
        return found, inside
    if (code := find_code(inside)) is not None and not code.rest:
        return replace(found, code=code.code), ""
    if _is_nothing(inside):
        return found, ""
    if is_list(inside):
        return replace(found, performers=as_performers(inside)), ""
    if is_first:
        return replace(found, studio=inside), ""
    return found, inside


def _is_nothing(inside: str) -> bool:
    return bool(_BARE_ID.fullmatch(inside) or _SITE.fullmatch(inside)) or all(
        is_noise(word) or is_perhaps_noise(word) for word in re.split(r"[\s,/]+", inside)
    )
