"""What the sandbox's world is made of, as a test or a JSON file states it.

Studios, performers and tags are named by their names, and are made when nobody made them before.
"""

from __future__ import annotations

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, JsonValue, field_validator


class _Seed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ImageSeed(_Seed):
    """An image; the sandbox paints one of that size when it is fetched."""

    width: int = 1280
    """-1 marks an SVG, as is `height`."""
    height: int = 720


class UrlSeed(_Seed):
    """A link, at a site."""

    url: str
    site: str = "Studio"


class StudioSeed(_Seed):
    """A studio."""

    name: str
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    urls: tuple[UrlSeed, ...] = ()
    images: tuple[ImageSeed, ...] = ()
    deleted: bool = False


class PerformerSeed(_Seed):
    """A performer."""

    name: str
    disambiguation: str | None = None
    gender: str | None = None
    aliases: tuple[str, ...] = ()
    birth_date: str | None = None
    country: str | None = None
    urls: tuple[UrlSeed, ...] = ()
    images: tuple[ImageSeed, ...] = ()
    deleted: bool = False


class TagSeed(_Seed):
    """A tag."""

    name: str
    description: str | None = None
    aliases: tuple[str, ...] = ()
    deleted: bool = False


class CreditSeed(_Seed):
    """A performer in a scene; in JSON a plain name will do."""

    name: str
    credited_as: str | None = Field(
        default=None, validation_alias=AliasChoices("as", "credited_as")
    )


class FingerprintSeed(_Seed):
    """A fingerprint with the votes of people who are nobody in particular."""

    algorithm: str
    hash: str
    """Text, as somebody sent it: the version decides what becomes of it."""
    duration: int
    submissions: int = 1
    reports: int = 0


class SceneSeed(_Seed):
    """A scene."""

    id: str | None = None
    """A UUID; made from the order of things when left out."""
    title: str | None = None
    code: str | None = None
    details: str | None = None
    director: str | None = None
    release_date: str | None = None
    production_date: str | None = None
    duration: int | None = None
    studio: str | None = None
    performers: tuple[CreditSeed, ...] = ()
    tags: tuple[str, ...] = ()
    urls: tuple[UrlSeed, ...] = ()
    images: tuple[ImageSeed, ...] = ()
    fingerprints: tuple[FingerprintSeed, ...] = ()
    deleted: bool = False

    @field_validator("performers", mode="before")
    @classmethod
    def _named(cls, value: JsonValue) -> JsonValue:
        """Accept a name where a credit is expected."""
        if not isinstance(value, list):
            return value

        return [{"name": item} if isinstance(item, str) else item for item in value]


class WorldSeed(_Seed):
    """A whole world."""

    phash_distance: int = 0
    """The server's setting; stash-box's default is 0, its advice at most 8."""
    studios: tuple[StudioSeed, ...] = ()
    performers: tuple[PerformerSeed, ...] = ()
    tags: tuple[TagSeed, ...] = ()
    scenes: tuple[SceneSeed, ...] = ()
