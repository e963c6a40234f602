"""From a file's name to words that a stash-box is searched for, and back from its hits; pure.

Since 0.8 any word will do and hits that share more rank higher, so all words go into one term;
up to 0.7 every word must be there, so a term holds only what people write alike
(`stash-box.md` §3.1). Neither looks whether a hit makes sense: that is done here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from rules.candidate import Candidate
from rules.filename import NameClues
from rules.work import Work

MOST_HITS: Final = 5
"""More candidates than a person would read through for one file are no help."""
MOST_TERMS: Final = 2
"""Where every word must be there, so many forms are tried: each is a request."""

_WORD = re.compile(r"[^\W_]+")
_WHOLE_DATE: Final = len("2024-05-17")
_MONTH: Final = len("2024-05")
_FEWEST_WORDS: Final = 2
"""One shared word is chance: both titles have a "night" in them."""
_FEWEST_ALONE: Final = 3
_SHARE_ALONE: Final = 0.8
"""Of a name that has neither studio nor date, nearly all must be in the work."""


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


def plausible(clues: NameClues, hits: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return the hits that the name could mean, those that share most with it first."""
    shared = {hit.remote_id: _agreement(clues, hit.work) for hit in hits}
    kept = [hit for hit in hits if shared[hit.remote_id] > 0]
    return tuple(sorted(kept, key=lambda hit: -shared[hit.remote_id]))[:MOST_HITS]


def words(text: str | None) -> tuple[str, ...]:
    """Return the words of `text`, without what is written in different ways."""
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", text or "").casefold()))


def _agreement(clues: NameClues, work: Work) -> int:
    """Return how much of the name is in the work; 0 when that could be chance."""
    said = _words_of(clues.title, *clues.performers)
    shared = len(said & _words_in(work))
    kinds = _same_studio(clues, work) + _same_date(clues, work)
    if clues.code and _packed(clues.code) == _packed(work.code):
        return 1000 + shared

    if kinds:
        is_enough = kinds > 1 or (said and shared >= min(_FEWEST_WORDS, len(said)))
        return 100 * kinds + shared if is_enough else 0

    is_silent = not clues.studio and not clues.date
    is_enough = shared >= _FEWEST_ALONE and shared >= _SHARE_ALONE * len(said)
    return shared if is_silent and is_enough else 0


def _words_in(work: Work) -> frozenset[str]:
    performers = [appearance.performer for appearance in work.appearances]
    return _words_of(
        work.title,
        *(performer.name for performer in performers),
        *(alias for performer in performers for alias in performer.aliases),
        *(appearance.credited_as for appearance in work.appearances),
    )


def _words_of(*texts: str | None) -> frozenset[str]:
    return frozenset(word for text in texts for word in words(text))


def _same_studio(clues: NameClues, work: Work) -> bool:
    """Tell whether studio or network have the name; release names leave out its spaces."""
    studio, names = work.studio, set[str]()
    while studio is not None:
        names.add(_packed(studio.name))
        studio = studio.parent
    return bool(clues.studio) and _packed(clues.studio) in names


def _same_date(clues: NameClues, work: Work) -> bool:
    """Tell whether both dates are the same as far as both go; a year alone says too little."""
    ours, theirs = clues.date or "", work.date or ""
    length = min(len(ours), len(theirs))
    return length >= _MONTH and ours[:length] == theirs[:length]


def _packed(text: str | None) -> str:
    return "".join(words(text))


def _joined(parts: Iterable[str | None]) -> str:
    """Return the parts as plain words: quotes, hyphens and "or" would be orders to a search.

    Dates and codes keep their hyphens, which hold them together.
    """
    return " ".join(word for part in parts for word in _plain(part or ""))


def _plain(text: str) -> Iterable[str]:
    for word in unicodedata.normalize("NFKC", text).split():
        kept = "".join(each if each.isalnum() or each == "-" else " " for each in word)
        yield from (piece for each in kept.split() if (piece := each.strip("-")))
