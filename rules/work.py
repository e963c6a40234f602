"""What a file is a copy of, in words no source owns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

NFO = "nfo"
"""The source of a work that has no id anywhere: a digest of the content's number is its name."""
NFO_DIGEST_DIGITS = 32
_DIGEST = re.compile(rf"[0-9a-f]{{{NFO_DIGEST_DIGITS}}}")


class Gender(StrEnum):
    """The genders stash-box knows; anything else it may learn is None."""

    MALE = "MALE"
    FEMALE = "FEMALE"
    TRANSGENDER_MALE = "TRANSGENDER_MALE"
    TRANSGENDER_FEMALE = "TRANSGENDER_FEMALE"
    INTERSEX = "INTERSEX"
    NON_BINARY = "NON_BINARY"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ExternalId:
    """The name that one source has for a thing."""

    source: str
    """The source's name in the configuration."""
    remote_id: str

    @property
    def is_made_up(self) -> bool:
        """Tell whether doorman made it up for a work without one; nobody else is to be told it."""
        return self.source == NFO and _DIGEST.fullmatch(self.remote_id) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image at a source."""

    url: str
    width: int | None = None
    """Pixels, as is `height`; None when the source does not say (stash-box: -1, an SVG)."""
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """Who made a work."""

    name: str
    ids: tuple[ExternalId, ...] = ()
    parent: Studio | None = None
    """The network the studio belongs to; one level in practice."""
    aliases: tuple[str, ...] = ()
    """Other names it goes by, as far as the source tells them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Performer:
    """Somebody seen in a work."""

    name: str
    disambiguation: str | None = None
    """What tells this performer from another of the same name."""
    gender: Gender | None = None
    aliases: tuple[str, ...] = ()
    ids: tuple[ExternalId, ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """A performer in one work."""

    performer: Performer
    credited_as: str | None = None
    """The name in this work's credits where it differs from the performer's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A word that describes a work."""

    name: str
    ids: tuple[ExternalId, ...] = ()
    aliases: tuple[str, ...] = ()
    """Other words for the same, as far as the source tells them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """What the people of a source think of a work."""

    source: str
    """The source's name in the configuration."""
    value: float
    """From 0 to `best`; 0 is nobody's opinion."""
    best: float = 10
    votes: int | None = None
    """How many people; None when the source does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A scene, movie or episode; None and () mean "not said", never "empty"."""

    title: str | None = None
    code: str | None = None
    """The studio's own number for it."""
    details: str | None = None
    director: str | None = None
    date: str | None = None
    """`YYYY`, `YYYY-MM` or `YYYY-MM-DD`: as much as the source knows."""
    duration_s: float | None = None
    studio: Studio | None = None
    appearances: tuple[Appearance, ...] = ()
    tags: tuple[Tag, ...] = ()
    urls: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    """Best cover first."""
    ids: tuple[ExternalId, ...] = ()
    groups: tuple[str, ...] = ()
    """Titles of what it is a part of, such as the movie that a scene is in."""
    trailer: str | None = None
    """Where a trailer can be watched."""
    ratings: tuple[Rating, ...] = ()
    """One a source."""
