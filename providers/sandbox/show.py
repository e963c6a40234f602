"""From the world to its views, for one visitor."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from providers.sandbox.seeds import CreditSeed, ImageSeed, SceneSeed, UrlSeed
from providers.sandbox.views import (
    AppearanceView,
    FingerprintView,
    ImageView,
    PerformerView,
    SceneView,
    SiteView,
    StudioView,
    TagView,
    UrlView,
)
from providers.sandbox.votes import Tally, tallies
from providers.sandbox.world import Kept, User, World

_PORTRAIT: Final = 2 / 3
_DAY_CHARACTERS: Final = len("2026-01-01")
_SITES: Final = uuid.UUID("0d7f3c3a-95a9-4bbf-8d0c-0f2f7a2c3f11")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request: whose it is, and how links to this server look in it."""

    world: World
    user: User | None
    base_url: str
    """Scheme and host as the client wrote them; the scheme is http unless a proxy objects."""

    @property
    def user_id(self) -> str:
        """The caller's id; empty for nobody."""
        return self.user.id if self.user else ""

    def scene(self, scene_id: str) -> SceneView | None:
        """Return a scene, deleted or not; None when there is none."""
        kept = self.world.scenes.get(scene_id)
        return None if kept is None else self._scene(kept, kept.seed)

    def scenes(self, scene_ids: list[str]) -> list[SceneView]:
        """Return the scenes of those ids, in their order."""
        found = (self.scene(scene_id) for scene_id in scene_ids)
        return [scene for scene in found if scene is not None]

    def studio(self, studio_id: str) -> StudioView | None:
        """Return a studio, deleted or not, with its parents."""
        kept = self.world.studios.get(studio_id)
        if kept is None:
            return None

        seed = kept.seed
        return StudioView(
            id=kept.id,
            name=seed.name,
            aliases=seed.aliases,
            urls=_urls(seed.urls),
            parent=self.studio(self.world.studio_id(seed.parent)) if seed.parent else None,
            images=self._images(kept.image_ids, _landscape),
            deleted=seed.deleted,
            created=_time(kept.created),
            updated=_time(kept.updated),
        )

    def performer(self, performer_id: str) -> PerformerView | None:
        """Return a performer, deleted or not."""
        kept = self.world.performers.get(performer_id)
        if kept is None:
            return None

        seed = kept.seed
        return PerformerView(
            id=kept.id,
            name=seed.name,
            disambiguation=seed.disambiguation,
            aliases=seed.aliases,
            gender=seed.gender,
            urls=_urls(seed.urls),
            birth_date=seed.birth_date,
            country=seed.country,
            images=self._images(kept.image_ids, _portrait),
            deleted=seed.deleted,
            created=_time(kept.created),
            updated=_time(kept.updated),
            merged_ids=self._merged_into(kept.id),
            merged_into_id=self.world.survivors.get(kept.id),
        )

    def _merged_into(self, performer_id: str) -> tuple[str, ...]:
        survivors = self.world.survivors.items()
        return tuple(source for source, target in survivors if target == performer_id)

    def tag(self, tag_id: str) -> TagView | None:
        """Return a tag, deleted or not."""
        kept = self.world.tags.get(tag_id)
        if kept is None:
            return None

        seed = kept.seed
        return TagView(
            id=kept.id,
            name=seed.name,
            description=seed.description,
            aliases=seed.aliases,
            deleted=seed.deleted,
        )

    def _scene(self, kept: Kept[SceneSeed], seed: SceneSeed) -> SceneView:
        return SceneView(
            id=kept.id,
            title=seed.title,
            details=seed.details,
            director=seed.director,
            code=seed.code,
            release_date=seed.release_date,
            production_date=seed.production_date,
            date=_completed(seed.release_date),
            duration=seed.duration,
            deleted=seed.deleted,
            created=_time(kept.created),
            updated=_time(kept.updated),
            urls=_urls(seed.urls),
            studio=self.studio(self.world.studio_id(seed.studio)) if seed.studio else None,
            tags=self._tags(seed.tags),
            images=self._images(kept.image_ids, _landscape),
            performers=self._appearances(seed.performers),
            tallied=lambda is_mine: self._fingerprints(kept.id, is_mine=is_mine),
        )

    def _tags(self, names: tuple[str, ...]) -> list[TagView]:
        found = (self.tag(self.world.tag_id(name)) for name in names)
        return [tag for tag in found if tag is not None]

    def _appearances(self, credits_: tuple[CreditSeed, ...]) -> list[AppearanceView]:
        found = (
            (self.performer(self.world.performer_id(credit.name)), credit) for credit in credits_
        )
        return [
            AppearanceView(performer=performer, credited_as=credit.credited_as)
            for performer, credit in found
            if performer is not None
        ]

    def _fingerprints(self, scene_id: str, *, is_mine: bool) -> list[FingerprintView]:
        votes = self.world.votes.of_scene(scene_id)
        mine = [vote for vote in votes if vote.user_id == self.user_id]
        return [_fingerprint(tally) for tally in tallies(mine if is_mine else votes, self.user_id)]

    def _images(
        self, image_ids: tuple[str, ...], badness: Callable[[ImageView], float]
    ) -> list[ImageView]:
        views = [self._image(image_id, self.world.images[image_id]) for image_id in image_ids]
        return sorted(views, key=badness)

    def _image(self, image_id: str, seed: ImageSeed) -> ImageView:
        url = f"{self.base_url}/images/{image_id}"
        return ImageView(id=image_id, url=url, width=seed.width, height=seed.height)


def _landscape(image: ImageView) -> float:
    """Rank scene images: the most landscape first."""
    return -image.width / image.height


def _portrait(image: ImageView) -> float:
    """Rank performer images: the closest to 2:3 first."""
    return abs(image.width / image.height - _PORTRAIT)


def _urls(seeds: tuple[UrlSeed, ...]) -> list[UrlView]:
    return [UrlView(url=seed.url, site=_site(seed.site), type=seed.site.upper()) for seed in seeds]


def _site(name: str) -> SiteView:
    return SiteView(id=str(uuid.uuid5(_SITES, name)), name=name)


def _fingerprint(tally: Tally) -> FingerprintView:
    return FingerprintView(
        hash=tally.hash,
        algorithm=tally.algorithm,
        duration=tally.duration,
        submissions=tally.submissions,
        reports=tally.reports,
        created=_time(tally.created),
        updated=_time(tally.updated),
        user_submitted=tally.user_submitted,
        user_reported=tally.user_reported,
    )


def _completed(date: str | None) -> str | None:
    """Return the deprecated form of a date: partial ones get the first of the month."""
    return None if date is None else date + "-01" * ((_DAY_CHARACTERS - len(date)) // 3)


def _time(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
