"""What an NFO beside a file says of its work: the word of a person or a program, never measured.

It is no work of its own. Its ids and addresses are looked up, its words are compared and searched
for, and where a work is accepted, what it said of that work is what was known of it before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath

from rules.filename import NameClues
from rules.name_text import is_dotted
from rules.wordfold import fold_solid, fold_words
from rules.work import Appearance, ExternalId, Performer, Studio, Tag, Work

_WHOLE_DATE = len("2024-05-17")
_RELEASE_WORDS = 2
"""Fewer words with dots are an abbreviation, such as `S.W.A.T.`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenId:
    """An id as it stands in an NFO."""

    kind: str
    """Whose it is in the words of its writer: `stashdb`, an endpoint's address; "" for unsaid."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SidecarSays:
    """What stands in an NFO; None and () where it says nothing."""

    ids: tuple[WrittenId, ...] = ()
    urls: tuple[str, ...] = ()
    """Web addresses in it that are no picture's; whose they are is not looked at."""
    title: str | None = None
    original_title: str | None = None
    studio: str | None = None
    """The first, where it names several."""
    date: str | None = None
    """`YYYY` or `YYYY-MM-DD`."""
    director: str | None = None
    details: str | None = None
    performers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    """Genres too: other writers put their tags there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidecar:
    """An NFO beside a file that doorman did not write, as a decision takes it into account."""

    name: str
    """Its file name, in the form of `rules.media.path_to_text`."""
    sha256: str
    """`rules.sidecar.digest` of its bytes."""
    mtime_ns: int
    says: SidecarSays
    """Without the description, and without a title that only repeats the file's name."""
    ids: frozenset[ExternalId] = frozenset()
    """What its ids and addresses are at the sources that are configured."""

    @property
    def clues(self) -> NameClues | None:
        """Return what it says in the form in which names are searched for and compared."""
        says = self.says
        clues = NameClues(
            studio=says.studio,
            date=says.date,
            title=says.title or says.original_title,
            performers=says.performers,
        )
        return None if clues == _NO_CLUES else clues


_NO_CLUES = NameClues()


def is_mere_name(title: str, video: str) -> bool:
    """Tell whether a title only repeats the name of the file `video`, or is a release's itself.

    Media servers write an NFO for what they did not recognise, too, with such a title.
    """
    if fold_solid(title) == fold_solid(PurePath(video).stem):
        return True

    words = [word for word in fold_words(title) if len(word) > 1]
    return len(words) >= _RELEASE_WORDS and " " not in title.strip() and is_dotted(title)


def without_mere_name(says: SidecarSays, video: str) -> SidecarSays:
    """Return what an NFO says without titles that only repeat the name of the file `video`."""
    return replace(
        says,
        title=_unless_mere_name(says.title, video),
        original_title=_unless_mere_name(says.original_title, video),
    )


def work_said(says: SidecarSays) -> Work:
    """Return the work that an NFO tells of, as far as its word is kept.

    A year alone is not: it says less than nearly every source, and would stand in its way.
    """
    return Work(
        title=says.title,
        details=says.details,
        director=says.director,
        date=says.date if len(says.date or "") == _WHOLE_DATE else None,
        studio=Studio(name=says.studio) if says.studio else None,
        appearances=tuple(Appearance(performer=Performer(name=name)) for name in says.performers),
        tags=tuple(Tag(name=name) for name in says.tags),
    )


def _unless_mere_name(title: str | None, video: str) -> str | None:
    return None if title and is_mere_name(title, video) else title
