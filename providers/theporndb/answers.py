"""What ThePornDB sends, as models that take it in every shape it was seen in.

Its server is written in PHP: an empty map comes as `[]`, a list with gaps as a map, a number as
text, and nearly everything may be null (`theporndb-and-others.md` §3.4). None of that may cost an
answer. A scene without an id does, for what cannot be read could be a rival of what can.
"""

from __future__ import annotations

import math
from typing import Annotated, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, JsonValue
from pydantic import Field as ModelField

from providers.theporndb.shelf import Shelf

Item = TypeVar("Item")

_TRUTHS: Final = frozenset({"1", "true"})


def _text(value: JsonValue) -> str | None:
    if isinstance(value, str):
        return value

    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else None


def _number(value: JsonValue) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None

    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None

    return number if math.isfinite(number) else None


def _truth(value: JsonValue) -> bool:
    return str(value).lower() in _TRUTHS


def _map(value: JsonValue) -> JsonValue:
    return value if isinstance(value, dict) else None


def _values(value: JsonValue) -> list[JsonValue]:
    if isinstance(value, dict):
        return list(value.values())

    return value if isinstance(value, list) else []


def _maps(value: JsonValue) -> list[JsonValue]:
    return [item for item in _values(value) if isinstance(item, dict)]


def _texts(value: JsonValue) -> list[JsonValue]:
    return [item for item in _values(value) if isinstance(item, str)]


Text = Annotated[str | None, BeforeValidator(_text)]
"""Text, or a number as text; None for whatever else comes."""
Number = Annotated[float | None, BeforeValidator(_number)]
"""A finite number, also one in quotes; None for whatever else comes."""
Truth = Annotated[bool, BeforeValidator(_truth)]
Maybe = Annotated[Item | None, BeforeValidator(_map)]
"""A map; None for null, for the `[]` of an empty one and for whatever else comes."""
Rows = Annotated[tuple[Item, ...], BeforeValidator(_maps)]
"""The maps in a list, or in a map that should be one."""
Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)


class SizesAnswer(_Answer):
    """One picture in several sizes."""

    full: Text = None
    large: Text = None
    medium: Text = None
    small: Text = None

    @property
    def largest(self) -> str | None:
        """The address of the largest there is."""
        return self.full or self.large or self.medium or self.small


class MediaAnswer(_Answer):
    """A picture of a performer."""

    url: Text = None


class SiteAnswer(_Answer):
    """A site, with those it belongs to."""

    uuid: Text = None
    name: Text = None
    short_name: Text = None
    parent: Maybe[SiteAnswer] = None
    network: Maybe[SiteAnswer] = None


class ExtrasAnswer(_Answer):
    """What is told of a performer beside the name."""

    gender: Text = None


class PersonAnswer(_Answer):
    """Somebody: the canonical performer behind the names that sites use."""

    id: Text = None
    name: Text = None
    disambiguation: Text = None
    aliases: Texts = ()
    extras: Maybe[ExtrasAnswer] = None
    image: Text = None
    posters: Rows[MediaAnswer] = ()


class PerformerAnswer(PersonAnswer):
    """A performer in a scene: the name that its site uses, with the person behind it."""

    is_parent: Truth = False
    """Whether this is the canonical performer itself."""
    extra: Maybe[ExtrasAnswer] = None
    parent: Maybe[PersonAnswer] = None


class TagAnswer(_Answer):
    """A tag."""

    uuid: Text = None
    id: Text = None
    name: Text = None


class HashAnswer(_Answer):
    """A fingerprint, the hash still as text."""

    hash: Text = None
    type: Text = None
    duration: Number = None
    submissions: Number = None


class DirectorAnswer(_Answer):
    """A director."""

    name: Text = None


class MovieAnswer(_Answer):
    """A movie that a scene is a part of."""

    title: Text = None


class SceneAnswer(_Answer):
    """A scene, movie or JAV; a scene's `id` is also that of the stash-box look-alike there."""

    id: str = ModelField(min_length=1)
    shelf: Shelf = ModelField(default=Shelf.SCENES, validation_alias="doorman shelf")
    """Where it was found: what was asked tells it, not the answer."""
    slug: Text = None
    title: Text = None
    description: Text = None
    date: Text = None
    duration: Number = None
    url: Text = None
    sku: Text = None
    image: Text = None
    back_image: Text = None
    poster: Text = None
    posters: Maybe[SizesAnswer] = None
    background: Maybe[SizesAnswer] = None
    site: Maybe[SiteAnswer] = None
    performers: Rows[PerformerAnswer] = ()
    directors: Rows[DirectorAnswer] = ()
    movies: Rows[MovieAnswer] = ()
    trailer: Text = None
    rating: Number = None
    """From 0 to 10; 0 is nobody's opinion."""
    hashes: Rows[HashAnswer] = ()
    tags: Rows[TagAnswer] | None = None
    """Only in the detail of a scene; None is "not told"."""

    @property
    def remote_id(self) -> str:
        """The id under which doorman knows it."""
        return self.shelf.remote_id(self.id)


class UserAnswer(_Answer):
    """Who the key belongs to."""

    id: Text = None
    name: Text = None
