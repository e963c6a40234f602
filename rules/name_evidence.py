"""How far a file's name and a candidate say the same: hearsay, not measured from the content.

A name is a guess (`rules.filename`), so each part agrees, differs or is unknown by itself, and
what form could not tell apart is looked for in all of it: people may stand in the title, a studio
may be taken for a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rules.filename import NameClues
from rules.release_words import STOP_WORDS
from rules.wordfold import fold_solid, fold_words
from rules.work import Appearance, Studio, Work

_WHOLE_DATE = len("2024-05-17")
_YEAR = len("2024")
_LONGEST_SHORT_NAME = 4
"""Letters of an abbreviation: `HFX` may be any studio's, so it differs from none."""
_LEAST_SOLID_TITLE = 8
"""Letters of a title that is not found in a name without its spaces by accident."""
_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_PLAUSIBLE_SHARE = 0.75
"""Of the title's words: with more of them missing, a name tells of another work or of none."""
_SHARE_WITH_DAY = 0.3
"""Of the title's words, where the day agrees: works of one day share a word by accident only."""
_FEWEST_WORDS = 2
"""Of a title that nothing but itself speaks for: one word is in many a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameEvidence:
    """What a file's name says for and against a candidate; None is unknown, which never agrees."""

    studio_agrees: bool | None = None
    """Parents and aliases of the candidate's studio count as the studio."""
    date_agrees: bool | None = None
    """Of whole dates only."""
    year_agrees: bool | None = None
    """Of dates that say as much or more than a year."""
    code_agrees: bool | None = None
    performers_agreeing: int = 0
    """People of the candidate whom the name names, by any of their names."""
    performers_named: int = 0
    """People whom the name names, as far as it can be told."""
    title_share: float | None = None
    """Part, 0 to 1, of the words of the candidate's title that stand in the name."""

    title_words: int = 0
    """How many of those words there are, without those of no weight."""

    @property
    def date_differs(self) -> bool:
        """Tell whether the day or the year is known to be another."""
        return self.date_agrees is False or self.year_agrees is False

    @property
    def agreement(self) -> float:
        """Return how much agrees, less what differs: to put the likelier before the others."""
        truths = (self.studio_agrees, self.date_agrees, self.year_agrees, self.code_agrees)
        return (
            sum((1.0 if agrees else -1.0) for agrees in truths if agrees is not None)
            + (self.performers_agreeing / self.performers_named if self.performers_named else 0.0)
            + (self.title_share or 0.0)
        )

    @property
    def is_plausible(self) -> bool:
        """Tell whether the name may well be that of the candidate.

        The one notion for what a search for words offers to a person, and for what then counts as
        a rival. The number decides where both have one, and another year rules out. Studio and day
        will do together; the day with a part of the title or somebody seen; the studio with most
        of the title; and that alone where nothing contradicts it.
        """
        if self.code_agrees is not None:
            return self.code_agrees

        if self.year_agrees is False:
            return False

        share = self.title_share or 0.0
        if self.date_agrees:
            has_part = share >= _SHARE_WITH_DAY or self.performers_agreeing > 0
            return bool(self.studio_agrees) or has_part

        is_alone = not self.studio_agrees
        is_contradicted = is_alone and False in {self.studio_agrees, self.date_agrees}
        is_short = is_alone and self.title_words < _FEWEST_WORDS
        return share >= _PLAUSIBLE_SHARE and not is_contradicted and not is_short


NO_NAME_EVIDENCE = NameEvidence()
"""What a name says that says nothing."""


def compare_name(clues: NameClues | None, work: Work) -> NameEvidence:
    """Return what the clues of a file's name say for and against `work`."""
    if clues is None:
        return NO_NAME_EVIDENCE

    said = _Said.of(clues)
    people = tuple(_spans_of(said, work.appearances))
    found = [span for span in people if span is not None]
    unmatched = [span for span in said.named if not any(_overlap(span, each) for each in found)]
    is_person = _overlaps_any(said.studio, found)
    studio_agrees = _studio_agrees(None if is_person else clues.studio, said, work.studio)
    title_words, title_share = _title_in(
        said.words[said.studio[1] :] if studio_agrees else said.words, work.title
    )
    return NameEvidence(
        studio_agrees=studio_agrees,
        date_agrees=_date_agrees(clues.date, work.date),
        year_agrees=_year_agrees(clues.date, work.date),
        code_agrees=_code_agrees(clues.code, work.code),
        performers_agreeing=len(found),
        performers_named=len(found) + (len(unmatched) if people else 0),
        title_share=title_share,
        title_words=title_words,
    )


_Span = tuple[int, int]
"""The first word and the one after the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """The folded words of a name in a row, and what form took for whom."""

    words: tuple[str, ...]
    studio: _Span
    named: tuple[_Span, ...]

    @classmethod
    def of(cls, clues: NameClues) -> _Said:
        """Return the words of studio, people and title, in this order."""
        studio = fold_words(clues.studio or "")
        words = [*studio]
        named: list[_Span] = []
        for performer in clues.performers:
            folded = fold_words(performer)
            named.append((len(words), len(words) + len(folded)))
            words.extend(folded)
        words.extend(fold_words(clues.title or ""))
        return cls(words=tuple(words), studio=(0, len(studio)), named=tuple(named))


def _spans_of(said: _Said, appearances: Sequence[Appearance]) -> Iterator[_Span | None]:
    """Yield where each performer stands; each word of the name is one person's only."""
    taken: list[_Span] = []
    for appearance in appearances:
        spans = (span for name in _names_of(appearance) for span in _find_name(said, name))
        span = next((span for span in spans if not _overlaps_any(span, taken)), None)
        if span is not None:
            taken.append(span)
        yield span


def _names_of(appearance: Appearance) -> Iterator[tuple[str, ...]]:
    performer = appearance.performer
    for name in (performer.name, appearance.credited_as, *performer.aliases):
        if folded := fold_words(name or ""):
            yield folded


def _find_name(said: _Said, name: tuple[str, ...]) -> Iterator[_Span]:
    """Yield where a person's name stands, family name first or last.

    A name of one word may be any word of a title, so it must stand by itself.
    """
    if len(name) == 1:
        places: Sequence[_Span] = (*said.named, said.studio)
        yield from (span for span in places if said.words[slice(*span)] == name)
        return

    if not all(word in said.words for word in name):
        return

    for begin in range(len(said.words) - len(name) + 1):
        if said.words[begin : begin + len(name)] in {name, name[::-1]}:
            yield begin, begin + len(name)


def _overlap(one: _Span, other: _Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _overlaps_any(span: _Span, others: Sequence[_Span]) -> bool:
    return any(_overlap(span, other) for other in others)


def _studio_agrees(clue: str | None, said: _Said, studio: Studio | None) -> bool | None:
    names = tuple(fold_solid(name) for name in _studio_names(studio))
    if clue is None:
        return True if any(_leads(said.words, name) for name in names) else None

    folded = fold_solid(clue)
    if folded in names:
        return True
    if not names or _may_be_either(folded, names):
        return None
    return False


def _studio_names(studio: Studio | None) -> Iterator[str]:
    while studio is not None:
        yield studio.name
        yield from studio.aliases
        studio = studio.parent


def _leads(words: Sequence[str], name: str) -> bool:
    """Tell whether a name begins with the studio's two or more words, in one or apart."""
    return any("".join(words[:count]) == name for count in range(2, len(words) + 1))


def _may_be_either(clue: str, names: Sequence[str]) -> bool:
    """Tell whether one is an abbreviation or a part of the other, which is no contradiction."""
    return len(clue) <= _LONGEST_SHORT_NAME or any(
        name.startswith(clue) or clue.startswith(name) for name in names
    )


def _date_agrees(said: str | None, known: str | None) -> bool | None:
    if said is None or known is None or min(len(said), len(known)) < _WHOLE_DATE:
        return None

    return said == known


def _year_agrees(said: str | None, known: str | None) -> bool | None:
    if said is None or known is None or min(len(said), len(known)) < _YEAR:
        return None

    return said[:_YEAR] == known[:_YEAR]


def _code_agrees(said: str | None, known: str | None) -> bool | None:
    """Compare numbers without what sources write differently: hyphens, leading zeros.

    A number without letters is another scheme, such as a page's, and differs from none.
    """
    if said is None or known is None:
        return None

    ours, theirs = (_LEADING_ZEROS.sub("", fold_solid(code)) for code in (said, known))
    if ours == theirs:
        return True
    return None if not theirs or theirs.isdigit() else False


def _title_in(words: Sequence[str], title: str | None) -> tuple[int, float | None]:
    """Return how many of a title's words stand among `words`, and their share of it.

    Words of no weight count only in a title that has no others.
    """
    wanted = set(fold_words(title or ""))
    wanted = wanted - STOP_WORDS or wanted
    if not wanted or not words:
        return 0, None

    solid = fold_solid(title or "")
    if len(solid) >= _LEAST_SOLID_TITLE and solid in "".join(words):
        return len(wanted), 1.0

    found = len(wanted & set(words))
    return found, round(found / len(wanted), 2)
