"""Words compared as people do: without case, accents, width or punctuation."""

from __future__ import annotations

import re
import unicodedata

_ACCENTS_FROM = 200
"""Canonical combining classes of marks around a letter; below are marks that make another letter
in Indic, Hebrew or Japanese script (Unicode 15, UCD §5.7.4)."""

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "\N{LATIN SMALL LETTER DOTLESS I}": "i"}
)
"""Letters that have an accent in them which Unicode takes for no mark."""

_APOSTROPHES = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}`\N{ACUTE ACCENT}]")
_BETWEEN = re.compile(r"[\W_]+")


def fold_words(text: str) -> tuple[str, ...]:
    """Return the words of a text in the form in which they are compared."""
    if text.isascii():  # nearly all are, and nothing below would change them
        return _split(_APOSTROPHES.sub("", text).lower())

    whole = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", text))
    decomposed = unicodedata.normalize("NFKD", whole.casefold())
    bare = "".join(sign for sign in decomposed if unicodedata.combining(sign) < _ACCENTS_FROM)
    folded = unicodedata.normalize("NFKC", bare).translate(_LETTERS)
    return _split(folded)


def fold_solid(text: str) -> str:
    """Return the folded text without anything between its words: `Harbour-Films` as one."""
    return "".join(fold_words(text))


def _split(text: str) -> tuple[str, ...]:
    return tuple(word for word in _BETWEEN.split(text) if word)
