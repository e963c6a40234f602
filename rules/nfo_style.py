"""What the owner may choose about an NFO."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NfoRoot(StrEnum):
    """What an NFO describes; the value is its outermost element.

    An episode and a show will be others, with a file name of its own for the latter (`nfo.md`
    §4.2).
    """

    MOVIE = "movie"
    MUSICVIDEO = "musicvideo"


class TagElement(StrEnum):
    """What tags are written as: both servers list works by genre, and search by tag."""

    TAG = "tag"
    GENRE = "genre"
    BOTH = "both"


class StudioParents(StrEnum):
    """Which studios are written behind that of a work."""

    NONE = "none"
    NEAREST = "nearest"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class NfoStyle:
    """What the owner may choose about an NFO."""

    root: NfoRoot = NfoRoot.MOVIE
    remote_urls: bool = True
    """Name pictures and trailer where they are; the media server fetches them.  Off: none."""
    tags_as: TagElement = TagElement.TAG
    genres: frozenset[str] = frozenset()
    """Names of tags that are written as genre in any case; compared without case."""
    studio_parents: StudioParents = StudioParents.NEAREST
