"""What a stash-box sends, as models: strict where a mistake could mislead, lenient elsewhere.

New enum values appear without notice, look-alikes leave lists null and add fields of their own:
none of that may cost an answer. A scene without an id or a fingerprint without a hash does, for
what cannot be read could be a rival of what can.
"""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, JsonValue
from pydantic import Field as ModelField

Item = TypeVar("Item")


def _without_nulls(value: JsonValue) -> JsonValue:
    if value is None:
        return []

    return [item for item in value if item is not None] if isinstance(value, list) else value


Items = Annotated[tuple[Item, ...], BeforeValidator(_without_nulls)]
"""A list that may be missing, null, or hold nulls."""


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)


class ImageAnswer(_Answer):
    """An image."""

    url: str
    width: int | None = None
    height: int | None = None


class StudioAnswer(_Answer):
    """A studio, with the network it belongs to."""

    id: str
    name: str
    aliases: Items[str] = ()
    parent: StudioAnswer | None = None


class TagAnswer(_Answer):
    """A tag."""

    id: str
    name: str
    aliases: Items[str] = ()


class PerformerAnswer(_Answer):
    """A performer; look-alikes may send no more than the name."""

    id: str | None = None
    name: str
    disambiguation: str | None = None
    gender: str | None = None
    aliases: Items[str] = ()
    images: Items[ImageAnswer] = ()
    merged_into_id: str | None = None
    """Of a deleted one: who this turned out to be."""
    merged_ids: Items[str] = ()
    """Who else turned out to be this performer."""


class AppearanceAnswer(_Answer):
    """A performer in a scene."""

    performer: PerformerAnswer
    credited_as: str | None = ModelField(default=None, validation_alias="as")


class UrlAnswer(_Answer):
    """A link."""

    url: str


class FingerprintAnswer(_Answer):
    """A fingerprint, the hash still as text."""

    hash: str
    algorithm: str
    duration: float | None = None
    submissions: int | None = None
    reports: int | None = None


class SceneAnswer(_Answer):
    """A scene."""

    id: str = ModelField(min_length=1)
    deleted: bool | None = None
    title: str | None = None
    code: str | None = None
    details: str | None = None
    director: str | None = None
    duration: float | None = None
    release_date: str | None = None
    date: str | None = None
    urls: Items[UrlAnswer] = ()
    images: Items[ImageAnswer] = ()
    studio: StudioAnswer | None = None
    tags: Items[TagAnswer] = ()
    performers: Items[AppearanceAnswer] = ()
    fingerprints: Items[FingerprintAnswer] = ()


class TargetAnswer(_Answer):
    """What an edit is about; nothing of it is known when it is no scene."""

    id: str | None = None
    deleted: bool | None = None


class EditAnswer(_Answer):
    """An edit."""

    target: TargetAnswer | None = None


class EditsAnswer(_Answer):
    """A page of edits."""

    edits: Items[EditAnswer]


class ErrorExtensions(_Answer):
    """What a GraphQL server adds to an error."""

    code: str | None = None


class ErrorAnswer(_Answer):
    """One entry of `errors`; resolver errors have no code (`stash-box.md` §2)."""

    message: str = "no message"
    extensions: ErrorExtensions | None = None


class Envelope(_Answer):
    """Every GraphQL answer."""

    data: dict[str, JsonValue] | None = None
    errors: Items[ErrorAnswer] = ()


class UserAnswer(_Answer):
    """Who the key belongs to."""

    name: str


class VersionAnswer(_Answer):
    """What the server is."""

    version: str


class SchemaField(_Answer):
    """A field of a type, by introspection."""

    name: str


class SchemaType(_Answer):
    """A type, by introspection."""

    fields_: Items[SchemaField] = ModelField(default=(), validation_alias="fields")


class SchemaInput(_Answer):
    """A type of what is sent, by introspection."""

    fields_: Items[SchemaField] = ModelField(default=(), validation_alias="inputFields")


class VoteAnswer(_Answer):
    """What became of one vote in a batch; no error is a vote taken."""

    hash: str
    scene_id: str
    error: str | None = None
