"""Things of the world as the schema shows them; every attribute is named as its field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from graphql import GraphQLResolveInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageView:
    """An image."""

    id: str
    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """A site that links lead to."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlView:
    """A link."""

    url: str
    site: SiteView
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioView:
    """A studio."""

    id: str
    name: str
    aliases: tuple[str, ...]
    urls: list[UrlView]
    parent: StudioView | None
    images: list[ImageView]
    deleted: bool
    created: str
    updated: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformerView:
    """A performer."""

    id: str
    name: str
    disambiguation: str | None
    aliases: tuple[str, ...]
    gender: str | None
    urls: list[UrlView]
    birth_date: str | None
    country: str | None
    images: list[ImageView]
    deleted: bool
    created: str
    updated: str
    death_date: str | None = None
    height: int | None = None
    merged_ids: tuple[str, ...] = ()
    merged_into_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppearanceView:
    """A performer in a scene."""

    performer: PerformerView
    credited_as: str | None
    """The schema's word is `as`, which is no name in Python."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagView:
    """A tag."""

    id: str
    name: str
    description: str | None
    aliases: tuple[str, ...]
    deleted: bool
    category: None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FingerprintView:
    """A hash with what all votes on it come to."""

    hash: str
    algorithm: str
    duration: int
    submissions: int
    reports: int
    created: str
    updated: str
    user_submitted: bool
    user_reported: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneView:
    """A scene."""

    id: str
    title: str | None
    details: str | None
    director: str | None
    code: str | None
    release_date: str | None
    production_date: str | None
    date: str | None
    duration: int | None
    deleted: bool
    created: str
    updated: str
    urls: list[UrlView]
    studio: StudioView | None
    tags: list[TagView]
    images: list[ImageView]
    performers: list[AppearanceView]
    tallied: Callable[[bool], list[FingerprintView]]
    """Fingerprints by the votes of all, or of the caller alone."""

    def fingerprints(
        self,
        _info: GraphQLResolveInfo[object],
        is_submitted: bool | None = None,  # noqa: FBT001  # the schema's argument, given by name
    ) -> list[FingerprintView]:
        """Return the fingerprints, most net votes first."""
        return self.tallied(bool(is_submitted))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenesView:
    """A page of scenes, and how many there are on all pages."""

    count: int
    scenes: list[SceneView]


@dataclass(frozen=True, slots=True, kw_only=True)
class EditView:
    """A merge of scenes: the only edits that the sandbox has."""

    id: str
    target: SceneView | None
    operation: str = "MERGE"
    applied: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class EditsView:
    """A page of edits, and how many there are on all pages."""

    count: int
    edits: list[EditView]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingView:
    """What is there already; the sandbox has no edits that create."""

    scenes: list[SceneView]
    edits: tuple[()] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UserView:
    """The caller."""

    id: str
    name: str
    roles: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    """What the server is."""

    version: str
    hash: str = "0000000"
    build_time: str = "2026-01-01 00:00:00"
    build_type: str = "SANDBOX"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigView:
    """What anybody may know of the server's settings."""

    host_url: str
    require_invite: bool = True
    require_activation: bool = True
    voting_period: int = 345_600


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionView:
    """What became of one hash of a batch."""

    hash: str
    scene_id: str
    error: str | None
