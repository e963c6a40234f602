"""From the world to the JSON of the REST API (`theporndb-and-others.md` §3.4)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from providers.sandbox.seeds import CreditSeed, PerformerSeed, SceneSeed
from providers.sandbox.votes import Tally, tallies
from providers.sandbox.world import Kept, World

_ALIASES: Final = uuid.UUID("5b0cbb5a-0a55-4c7b-9b0f-31e2a6d1f6b8")
_NO_SIZES: Final[dict[str, JsonValue]] = {}
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")

Scene = Kept[SceneSeed]
Json = dict[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One request's look at the world."""

    world: World
    base_url: str
    collected: frozenset[str]

    def scene(self, scene: Scene, *, is_detail: bool) -> Json:
        """Return a scene; its tags only in the detail."""
        seed = scene.seed
        images = self._images(scene.image_ids)
        shown: Json = {
            "id": scene.id,
            "_id": number_of(self.world, scene.id),
            "type": "Scene",
            "slug": slug_of(scene),
            "title": seed.title,
            "description": seed.details,
            "date": seed.release_date,
            "duration": seed.duration,
            "url": seed.urls[0].url if seed.urls else None,
            "sku": seed.code,
            "external_id": seed.code,
            "rating": 0,
            "trailer": None,
            "format": None,
            "image": images[0] if images else None,
            "back_image": images[1] if len(images) > 1 else None,
            "poster": images[0] if images else None,
            "posters": self._sizes(images),
            "background": self._sizes(images),
            "performers": [self._performer(scene, credit) for credit in seed.performers],
            "site": self.site(seed.studio) if seed.studio else None,
            "hashes": [self._hash(scene, tally) for tally in hashes_of(self.world, scene.id)],
            "directors": [{"id": 1, "name": seed.director}] if seed.director else [],
            "markers": [],
            "is_collected": scene.id in self.collected,
        }
        return {**shown, "tags": self._tags(seed.tags)} if is_detail else shown

    def site(self, name: str) -> Json:
        """Return a site with its parent, which is its own network as well."""
        kept = self.world.studios[self.world.studio_id(name)]
        parent = self.site(kept.seed.parent) if kept.seed.parent else None
        return {
            "uuid": kept.id,
            "id": list(self.world.studios).index(kept.id) + 1,
            "parent_id": parent["id"] if parent else None,
            "network_id": parent["id"] if parent else None,
            "name": kept.seed.name,
            "short_name": _slug(kept.seed.name).replace("-", ""),
            "url": None,
            "parent": parent,
            "network": parent,
        }

    def _performer(self, scene: Scene, credit: CreditSeed) -> JsonValue:
        """Return the alias that the site uses, with the person behind it."""
        person = self.world.performers[self.world.performer_id(credit.name)]
        name = credit.credited_as or credit.name
        images = self._images(person.image_ids)
        return {
            "id": str(uuid.uuid5(_ALIASES, f"{scene.seed.studio} {name}")),
            "_id": 1,
            "name": name,
            "bio": None,
            "image": images[0] if images else None,
            "is_parent": False,
            "extra": {"gender": (person.seed.gender or "").title() or None},
            "parent": self._person(person, images),
        }

    def _person(self, person: Kept[PerformerSeed], images: Sequence[str]) -> JsonValue:
        posters: list[JsonValue] = [
            {"id": at, "url": url, "size": 1, "order": at} for at, url in enumerate(images)
        ]
        return {
            "id": person.id,
            "_id": 1,
            "name": person.seed.name,
            "disambiguation": person.seed.disambiguation,
            "is_parent": True,
            "aliases": list(person.seed.aliases),
            "extras": {"gender": (person.seed.gender or "").title() or None, "links": {}},
            "image": images[0] if images else None,
            "posters": posters,
        }

    def _tags(self, names: Sequence[str]) -> JsonValue:
        ids = {name: self.world.tag_id(name) for name in names}
        return [{"id": at, "uuid": ids[name], "name": name} for at, name in enumerate(names, 1)]

    def _hash(self, scene: Scene, tally: Tally) -> JsonValue:
        return {
            "id": 1,
            "hash": tally.hash,
            "type": tally.algorithm,
            "duration": tally.duration,
            "submissions": tally.submissions,
            "scene_id": number_of(self.world, scene.id),
        }

    def _images(self, image_ids: Sequence[str]) -> list[str]:
        return [f"{self.base_url}/images/{image_id}" for image_id in image_ids]

    def _sizes(self, images: Sequence[str]) -> JsonValue:
        if not images:
            return _NO_SIZES

        return {"full": images[0], **dict.fromkeys(("large", "medium", "small"), images[0])}


def hashes_of(world: World, scene_id: str) -> list[Tally]:
    """Return the hashes that anybody submitted; there are no reports here."""
    found = tallies(world.votes.of_scene(scene_id), "")
    return [tally for tally in found if tally.submissions and tally.algorithm != "MD5"]


def number_of(world: World, scene_id: str) -> int:
    """Return the `_id`, which the collection wants instead of the uuid."""
    return list(world.scenes).index(scene_id) + 1


def slug_of(scene: Scene) -> str:
    """Return the name that a scene has in the address of its page."""
    return _slug(f"{scene.seed.studio or ''} {scene.seed.title or scene.id}")


def _slug(text: str) -> str:
    return _BETWEEN_WORDS.sub("-", text.lower()).strip("-")
