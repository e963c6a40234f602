"""What the sandbox knows: scenes and what belongs to them, people with keys, votes.

Tests change it while the server answers, so every access is under one lock. Ids are made from the
order in which things are added: the same world has the same ids in every run.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, Generic, Literal, TypeVar

from providers.sandbox.hashes import padded, read_hash
from providers.sandbox.keys import make_key, user_of
from providers.sandbox.mode import Mode
from providers.sandbox.seeds import (
    FingerprintSeed,
    ImageSeed,
    PerformerSeed,
    SceneSeed,
    StudioSeed,
    TagSeed,
    WorldSeed,
)
from providers.sandbox.votes import INVALID, VALID, Vote, Votes

_IDS: Final = uuid.UUID("6f1d9c1e-5a63-4f0e-9c39-0d6d7a7c1b42")

Seed = TypeVar("Seed", SceneSeed, StudioSeed, PerformerSeed, TagSeed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Generic[Seed]):
    """A thing with its id, its images and its times."""

    id: str
    seed: Seed
    image_ids: tuple[str, ...]
    created: datetime
    updated: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody with an API key."""

    id: str
    name: str
    roles: frozenset[str]
    key: str

    def has(self, role: str) -> bool:
        """Tell whether the user may do what `role` allows.

        ADMIN implies all; every role implies READ; otherwise a role implies only itself.
        """
        if "ADMIN" in self.roles or role in self.roles:
            return True

        return role == "READ" and bool(self.roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """An applied edit that made one scene of two."""

    id: str
    source_id: str
    target_id: str


@dataclass(slots=True)
class World:
    """Hold everything the sandbox knows."""

    mode: Mode
    secret: bytes
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    phash_distance: int = 0
    """The server's own tolerance, which no client can see."""
    lock: threading.RLock = field(default_factory=threading.RLock)
    votes: Votes = field(default_factory=Votes)
    scenes: dict[str, Kept[SceneSeed]] = field(default_factory=dict)
    studios: dict[str, Kept[StudioSeed]] = field(default_factory=dict)
    performers: dict[str, Kept[PerformerSeed]] = field(default_factory=dict)
    tags: dict[str, Kept[TagSeed]] = field(default_factory=dict)
    images: dict[str, ImageSeed] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    survivors: dict[str, str] = field(default_factory=dict)
    """The performer that another was merged into, by id."""
    _made: int = 0

    def grow(self, seed: WorldSeed) -> None:
        """Add a whole world to this one; its phash distance becomes ours."""
        with self.lock:
            self.phash_distance = seed.phash_distance
            for studio in seed.studios:
                self.add_studio(studio)
            for performer in seed.performers:
                self.add_performer(performer)
            for tag in seed.tags:
                self.add_tag(tag)
            for scene in seed.scenes:
                self.add_scene(scene)

    def add_studio(self, seed: StudioSeed) -> str:
        """Add a studio, and its parent when nobody did, and return its id."""
        with self.lock:
            if seed.parent is not None:
                self.studio_id(seed.parent)

            return self._keep(self.studios, seed, seed.images)

    def add_performer(self, seed: PerformerSeed) -> str:
        """Add a performer and return the id."""
        with self.lock:
            return self._keep(self.performers, seed, seed.images)

    def add_tag(self, seed: TagSeed) -> str:
        """Add a tag and return its id."""
        with self.lock:
            return self._keep(self.tags, seed, ())

    def add_scene(self, seed: SceneSeed) -> str:
        """Add a scene with all that it names, and return its id."""
        with self.lock:
            if seed.studio is not None:
                self.studio_id(seed.studio)
            for credit in seed.performers:
                self.performer_id(credit.name)
            for tag in seed.tags:
                self.tag_id(tag)

            scene_id = self._keep(self.scenes, seed, seed.images, seed.id)
            self.add_fingerprints(scene_id, seed.fingerprints)
            return scene_id

    def add_fingerprints(self, scene_id: str, seeds: Iterable[FingerprintSeed]) -> None:
        """Add what people said about a scene's hashes; MD5 only where it is kept."""
        with self.lock:
            for seed in seeds:
                if seed.algorithm != "MD5" or self.mode.has_md5:
                    self._cast(scene_id, seed, seed.submissions, VALID)
                    self._cast(scene_id, seed, seed.reports, INVALID)

    def delete_scene(self, scene_id: str) -> None:
        """Mark a scene as deleted; it stays, and so do its fingerprints."""
        with self.lock:
            kept = self.scenes[scene_id]
            seed = kept.seed.model_copy(update={"deleted": True})
            self.scenes[scene_id] = replace(kept, seed=seed, updated=self.now())

    def merge_scene(self, source_id: str, target_id: str) -> None:
        """Let `target_id` survive as both scenes; the other's fingerprints stay behind."""
        with self.lock:
            self.delete_scene(source_id)
            merge = Merge(id=self._new_id(), source_id=source_id, target_id=target_id)
            self.merges.append(merge)

    def merge_performer(self, source_id: str, target_id: str) -> None:
        """Let `target_id` survive as both performers; scenes name the survivor from now on."""
        with self.lock:
            source, target = self.performers[source_id], self.performers[target_id]
            seed = source.seed.model_copy(update={"deleted": True})
            self.performers[source_id] = replace(source, seed=seed, updated=self.now())
            self.survivors[source_id] = target_id
            for scene_id, kept in self.scenes.items():
                credits_now = tuple(
                    credit.model_copy(update={"name": target.seed.name})
                    if credit.name == source.seed.name
                    else credit
                    for credit in kept.seed.performers
                )
                seed_now = kept.seed.model_copy(update={"performers": credits_now})
                self.scenes[scene_id] = replace(kept, seed=seed_now)

    def add_user(self, name: str, roles: Iterable[str] = ("READ",)) -> User:
        """Add somebody and return them with their key."""
        with self.lock:
            user_id = self._new_id()
            user = User(id=user_id, name=name, roles=frozenset(roles), key=self._new_key(user_id))
            self.users[user_id] = user
            return user

    def renew_key(self, user_id: str) -> str:
        """Give a user a new key, which ends the old one."""
        with self.lock:
            key = self._new_key(user_id)
            self.users[user_id] = replace(self.users[user_id], key=key)
            return key

    def remove_user(self, user_id: str) -> None:
        """Forget a user; the key stays well signed."""
        with self.lock:
            del self.users[user_id]

    def holder_of(self, key: str) -> tuple[bool, User | None]:
        """Tell whether `key` opens the door, and who it belongs to, if that user still exists."""
        with self.lock:
            user_id = user_of(key, self.secret)
            if user_id is None:
                return (False, None)

            user = self.users.get(user_id)
            return (user is None or user.key == key, user)

    def studio_id(self, name: str) -> str:
        """Return the id of the studio of that name, made when it is new."""
        return self._named(self.studios, name) or self.add_studio(StudioSeed(name=name))

    def performer_id(self, name: str) -> str:
        """Return the id of the performer of that name, made when new."""
        return self._named(self.performers, name) or self.add_performer(PerformerSeed(name=name))

    def tag_id(self, name: str) -> str:
        """Return the id of the tag of that name, made when it is new."""
        return self._named(self.tags, name) or self.add_tag(TagSeed(name=name))

    def kept_text(self, text: str) -> str:
        """Return the text under which this version keeps a hash.

        Raises:
            HashRefused: when the version reads hashes and cannot read this one.

        """
        return text if self.mode.compares_text else padded(read_hash(text))

    def _cast(self, scene_id: str, seed: FingerprintSeed, times: int, vote: Literal[1, -1]) -> None:
        """Let that many people, each time the same ones, vote."""
        for number in range(times):
            self.votes.cast(
                Vote(
                    scene_id=scene_id,
                    user_id=f"somebody {vote * (number + 1)}",
                    algorithm=seed.algorithm,
                    text=self.kept_text(seed.hash),
                    duration=seed.duration,
                    vote=vote,
                    at=self.now(),
                )
            )

    def _keep(
        self,
        table: dict[str, Kept[Seed]],
        seed: Seed,
        images: Sequence[ImageSeed],
        chosen_id: str | None = None,
    ) -> str:
        new_id, now = chosen_id or self._new_id(), self.now()
        image_ids = tuple(self._new_id() for _ in images)
        self.images.update(zip(image_ids, images, strict=True))
        table[new_id] = Kept(id=new_id, seed=seed, image_ids=image_ids, created=now, updated=now)
        return new_id

    def _named(
        self,
        table: dict[str, Kept[StudioSeed]]
        | dict[str, Kept[PerformerSeed]]
        | dict[str, Kept[TagSeed]],
        name: str,
    ) -> str | None:
        return next((kept.id for kept in table.values() if kept.seed.name == name), None)

    def _new_id(self) -> str:
        self._made += 1
        return str(uuid.uuid5(_IDS, str(self._made)))

    def _new_key(self, user_id: str) -> str:
        # The counter keeps a renewed key from equalling the old one within the same second.
        self._made += 1
        return make_key(user_id, self.secret, int(time.time()) + self._made)
