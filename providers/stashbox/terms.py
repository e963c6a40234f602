"""From a file's name to words that a stash-box is searched for; pure.

Since 0.8 any word will do and hits that share more rank higher, so all words go into one term;
up to 0.7 every word must be there, so a term holds only what people write alike
(`stash-box.md` §3.1). Neither looks whether a hit makes sense (`rules.plausible`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from rules.filename import NameClues

MOST_TERMS: Final = 2
"""Where every word must be there, so many forms are tried: each is a request."""

_WORD = re.compile(r"[^\W_]+")
_WHOLE_DATE: Final = len("2024-05-17")
_FEWEST_WORDS: Final = 2
"""One word finds too much: many titles have a "night" in them."""


def is_telling(clues: NameClues) -> bool:
    """Tell whether a name looks like a release's, so that it may be sent and could find something.

    A code, or a day with anything beside it, or a studio with a title. Other names are those that
    people give to their own films: they find nothing, and are nobody's business.
    """
    if clues.code:
        return True

    has_day = len(clues.date or "") == _WHOLE_DATE
    has_title = len(words(clues.title)) >= _FEWEST_WORDS or bool(clues.performers)
    return (has_day and (has_title or bool(clues.studio))) or (bool(clues.studio) and has_title)


def terms_of_any_word(clues: NameClues) -> tuple[str, ...]:
    """Return the one term for a server that ranks by how many words a scene has."""
    parts = (clues.code, clues.studio, clues.date, *clues.performers, clues.title)
    return (_joined(parts),)


def terms_of_all_words(clues: NameClues) -> tuple[str, ...]:
    """Return terms for a server that wants every word, the most telling first."""
    title = clues.title if len(words(clues.title)) >= _FEWEST_WORDS else None
    forms = (
        _joined((clues.code,)),
        _joined((clues.studio, clues.date)) if clues.studio and clues.date else "",
        _joined((title,)),
        _joined((*clues.performers, clues.date)) if clues.performers else "",
    )
    return tuple(dict.fromkeys(form for form in forms if form))[:MOST_TERMS]


def words(text: str | None) -> tuple[str, ...]:
    """Return the words of `text`, without what is written in different ways."""
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", text or "").casefold()))


def _joined(parts: Iterable[str | None]) -> str:
    """Return the parts as plain words: quotes, hyphens and "or" would be orders to a search.

    Dates and codes keep their hyphens, which hold them together.
    """
    return " ".join(word for part in parts for word in _plain(part or ""))


def _plain(text: str) -> Iterable[str]:
    for word in unicodedata.normalize("NFKC", text).split():
        kept = "".join(each if each.isalnum() or each == "-" else " " for each in word)
        yield from (piece for each in kept.split() if (piece := each.strip("-")))
