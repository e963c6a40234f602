"""The three shelves that works stand on there, and how one of any shelf is named; pure.

Ids are a shelf's own: a scene and a movie may have the same number or slug. A scene's id stays as
it is, since it is that of the stash-box look-alike too (`theporndb-and-others.md` §3.1); another
carries its shelf, as in `movies/…`, which is its address as well.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from rules.candidate import Query

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,254}", re.ASCII)
"""A uuid, a number or a slug; anything else is no address below a shelf."""
_FEATURE_S: Final = 40 * 60.0
"""Shorter files are asked about as scenes alone: a movie is as long as several of them, and each
shelf costs a request or two for every file that nobody knows."""


class Shelf(StrEnum):
    """What kind of work; the value is the first part of its address."""

    SCENES = "scenes"
    MOVIES = "movies"
    JAV = "jav"

    @property
    def path(self) -> str:
        """The address of the shelf."""
        return f"/{self.value}"

    def remote_id(self, name: str) -> str:
        """Return the id under which doorman knows a work of this shelf."""
        return name if self is Shelf.SCENES else f"{self.value}/{name}"

    def page(self, name: str) -> str:
        """Return where the page of a work lies below the site's home."""
        return f"{self.value}/{name}"


def path_of(remote_id: str) -> str | None:
    """Return the address of a work by its id; None for what is no id."""
    shelf, _, name = remote_id.rpartition("/")
    is_shelf = shelf in {"", Shelf.MOVIES, Shelf.JAV}
    return f"/{shelf or Shelf.SCENES}/{name}" if is_shelf and _NAME.fullmatch(name) else None


def is_name(text: str) -> bool:
    """Tell whether `text` may name a work in an address."""
    return _NAME.fullmatch(text) is not None


def shelves_for(query: Query) -> tuple[Shelf, ...]:
    """Return where to look for a file, the likeliest first; the next only where one had nothing.

    Numbers such as ABC-123 are a custom of JAV. A file of unknown length may be any.
    """
    has_code = any(clues.code for clues in query.texts)
    duration_s = query.fingerprints.duration_s
    is_long = duration_s <= 0 or duration_s >= _FEATURE_S
    movies = (Shelf.MOVIES,) if is_long else ()
    jav = (Shelf.JAV,) if is_long or has_code else ()
    return (Shelf.SCENES, *jav, *movies) if has_code else (Shelf.SCENES, *movies, *jav)
