"""What the name of a release says about the work that is in the file.

A guess from form, and never more: it helps to search by text and to explain a candidate, and
nothing is accepted because of it (`rules.evidence`).

guessit 4.4.0 was measured for this and not taken. It knows films and episodes: of
`HarbourFilms.23.05.17.Ada.Quill…` it makes a film of 23 May 2017, of `ABC-123` season 1 with
episode 23; it knows no performers and settles ambiguous dates by itself. It needs 10 to 15 ms for
a name where this needs a tenth of one, takes 0.2 s to import, and is under the LGPL.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from rules.name_brackets import Opened, open_brackets
from rules.name_dates import DateFound, find_date
from rules.name_parts import (
    as_performers,
    as_studio,
    find_code,
    is_camel,
    is_list,
    leading_performers,
    segments,
    split_featured,
    without_noise,
)
from rules.name_text import DASH, is_dotted, plain_name, says_nothing
from rules.release_words import ORDINARY_FOLDERS

_DATE_STOOD_HERE = "\N{NULL}"
"""No plain name has it: `plain_name` leaves out controls."""

_COUNTED = re.compile(r"(?:part|pt|episode|ep|chapter|volume|vol|scene)\b", re.IGNORECASE)
"""How a part begins that goes on with the title before it."""

_LEAST_RELEASE_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class NameClues:
    """What a file's name seems to say; None and () where it says nothing."""

    studio: str | None = None
    date: str | None = None
    """`YYYY`, `YYYY-MM` or `YYYY-MM-DD`."""
    title: str | None = None
    """What is left when everything else is taken away, in words."""
    performers: tuple[str, ...] = ()
    code: str | None = None
    """The studio's own number, such as `ABC-123`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """A name without brackets, number, noise and date."""

    date: DateFound | None
    head: tuple[str, ...]
    """What stands before the date, dash by dash; everything where nothing stands behind it."""
    tail: tuple[str, ...]
    is_dashed: bool
    """Whether dashes stand between its parts."""
    is_release: bool
    """Whether words are joined as releases join them, and noise follows."""


_NOTHING = NameClues()


def clues_of(path: PurePath, *, folders: int = 1) -> NameClues | None:
    """Return what a file's name seems to say; None where it says nothing.

    Up to `folders` folders above it are asked for what the name lacks: a release's folder where
    the name is a number or a hash, and a studio's where the name begins with its date.
    """
    clues = _read(path.name)
    above = [folder.name for folder in list(path.parents)[: max(folders, 0)] if folder.name]
    if clues is None or _is_one_word(clues):
        return next((read for name in above if (read := _read_release_folder(name))), clues)

    if clues.studio is None and clues.date and _begins_with_date(path.name):
        return replace(clues, studio=next(filter(None, map(_studio_of_folder, above)), None))

    return clues


def _read(name: str) -> NameClues | None:
    plain = plain_name(name)
    if says_nothing(plain):
        return None

    opened = open_brackets(plain)
    code = find_code(opened.text)
    layout = _lay_out(code.rest if code else opened.text, is_release=is_dotted(name))
    clues = _assemble(layout, opened)
    clues = replace(
        clues,
        date=layout.date.date if layout.date else opened.year,
        performers=clues.performers or opened.performers,
        code=opened.code or (code.code if code else None),
    )
    return None if clues == _NOTHING else clues


def _lay_out(text: str, *, is_release: bool) -> _Layout:
    day = find_date(text)
    marked = _mark(text, day if day and day.has_day else None)
    clean = without_noise(marked, is_release=is_release)
    # A year stands at the end only when what speaks of the file is gone.
    date = day if marked != text else find_date(clean)
    clean = clean if marked != text else _mark(clean, date)
    head, _, tail = clean.partition(_DATE_STOOD_HERE)
    layout = _Layout(
        date=date,
        head=segments(head),
        tail=segments(tail),
        is_dashed=DASH in text,
        is_release=is_release and len(clean.split()) < len(marked.split()),
    )
    if date and date.has_day and layout.tail:
        return layout

    # A year or month divides nothing: `Harbour at Dawn 2023`, `2023 - Harbour at Dawn`.
    return replace(layout, head=(*layout.head, *layout.tail), tail=())


def _mark(text: str, date: DateFound | None) -> str:
    return f"{text[: date.begin]} {_DATE_STOOD_HERE} {text[date.end :]}" if date else text


def _assemble(layout: _Layout, opened: Opened) -> NameClues:
    studio = as_studio(opened.studio) if opened.studio else None
    if layout.tail:
        return _dated(layout, studio)

    parts = layout.head
    if studio is None:
        studio, parts = _led_by_studio(layout)
    return _titled(parts, studio)


def _dated(layout: _Layout, studio: str | None) -> NameClues:
    """Return the clues of `studio date performers title`."""
    head, tail = layout.head, layout.tail
    if studio is None and head:
        studio, head = as_studio(head[0]), head[1:]
    elif studio is None and len(tail) > 1 and not is_list(tail[0]):
        studio, tail = as_studio(tail[0]), tail[1:]
    if not layout.is_dashed:
        performers, title = leading_performers(tail[0])
        if performers:
            return NameClues(studio=studio, performers=performers, title=_title(title))

    return _titled((*head, *tail), studio)


def _led_by_studio(layout: _Layout) -> tuple[str | None, tuple[str, ...]]:
    """Return the studio that an undated name begins with, and the other parts."""
    first, *others = layout.head or ("",)
    if others:
        is_people = is_list(first) or (len(others) == 1 and is_list(others[0]))
        return (None, layout.head) if is_people else (as_studio(first), tuple(others))

    words = first.split()
    is_undated_release = layout.is_release and len(words) >= _LEAST_RELEASE_WORDS
    is_bare_release = layout.date is not None and layout.date.has_day and len(words) == 1
    if (is_undated_release or is_bare_release) and is_camel(words[0]):
        return as_studio(words[0]), (" ".join(words[1:]),)

    return None, layout.head


def _titled(parts: Sequence[str], studio: str | None) -> NameClues:
    """Return the clues of parts that are a title, with or without people in a part of their own."""
    people = next(
        (at for at, part in enumerate(parts) if len(parts) > 1 and _is_people(parts, at)), None
    )
    performers = as_performers(parts[people]) if people is not None else ()
    left = [part for at, part in enumerate(parts) if at != people]
    title, featured = split_featured(DASH.join(left))
    return NameClues(studio=studio, performers=performers or featured, title=_title(title))


def _is_people(parts: Sequence[str], at: int) -> bool:
    """Tell whether a part lists people: the first may be one person, any part several."""
    if is_list(parts[at]):
        return True

    is_counted = at + 1 < len(parts) and _COUNTED.match(parts[at + 1])
    return at == 0 and not is_counted and bool(as_performers(parts[at]))


def _title(text: str) -> str | None:
    bare = " ".join(text.split()).strip(" -.,")
    return bare if any(sign.isalnum() for sign in bare) else None


def _is_one_word(clues: NameClues) -> bool:
    """Tell whether the name is one word, as groups call the files in a release's folder."""
    return (
        clues.title is not None and " " not in clues.title and clues == NameClues(title=clues.title)
    )


def _read_release_folder(name: str) -> NameClues | None:
    """Return the clues of a folder that is called like a release; None of any other."""
    clues = _read(name)
    is_release = clues is not None and (
        clues.code or (clues.date and (clues.title or clues.studio))
    )
    return clues if is_release else None


def _studio_of_folder(name: str) -> str | None:
    plain = plain_name(name)
    is_ordinary = all(word in ORDINARY_FOLDERS for word in plain.casefold().split())
    if is_ordinary or says_nothing(plain) or find_date(plain):
        return None

    return as_studio(plain)


def _begins_with_date(name: str) -> bool:
    plain = plain_name(name).lstrip("[(")
    date = find_date(plain)
    return date is not None and date.has_day and date.begin == 0
