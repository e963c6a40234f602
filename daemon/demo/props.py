"""The videos of the demonstration: made aside, measured, and told to the source.

The source is told of a video before anybody can see it, as if people had known it for years.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread

from daemon.demo.clips import make_clip, reencode, truncate
from daemon.demo.role import Offer, Role
from daemon.media.examine import examine
from daemon.media.oshash import oshash
from providers.sandbox.seeds import CreditSeed, FingerprintSeed, ImageSeed, SceneSeed
from providers.sandbox.world import World
from rules.fingerprint import Algorithm

SERVER_DISTANCE_BITS = 4
"""How far a phash may lie from a submitted one for the server to offer its scene."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prop:
    """A video as it will come into the library, and what the source says of it."""

    path: Path
    sha256: str
    scenes: tuple[SceneSeed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """What people submitted of a video."""

    hashes: Mapping[Algorithm, str]
    duration_s: float


def make_prop(role: Role, folder: Path) -> Prop:
    """Make the video of a role in `folder`; blocks for about a second."""
    path = folder / role.name
    original = path
    if role.reencoded is not None:
        original = folder / f"original of {role.name}.mp4"
    make_clip(original, role.clip)
    scenes = _scenes(role.offers, original)
    if role.reencoded is not None:
        reencode(original, path, role.reencoded)
    if role.kept_share < 1:
        whole = path.rename(folder / f"whole {role.name}")
        truncate(whole, path, role.kept_share)
    return Prop(path=path, sha256=sha256_of(path), scenes=scenes)


def sha256_of(path: Path) -> str:
    """Return the digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _scenes(offers: Sequence[Offer], original: Path) -> tuple[SceneSeed, ...]:
    if not offers:
        return ()

    measured = _measure(original)
    return tuple(_scene(offer, measured) for offer in offers)


def _measure(path: Path) -> _Measured:
    examined = examine(path)
    hashes = {Algorithm.OSHASH: str(oshash(path))}
    if examined.phash is not None:
        hashes[Algorithm.PHASH] = str(examined.phash)
    return _Measured(hashes=hashes, duration_s=examined.facts.duration_s)


def _scene(offer: Offer, measured: _Measured) -> SceneSeed:
    duration_s = round(measured.duration_s if offer.duration_s is None else offer.duration_s)
    fingerprint = FingerprintSeed(
        algorithm=offer.algorithm,
        hash=measured.hashes[offer.algorithm],
        duration=round(measured.duration_s),
        submissions=offer.submissions,
        reports=offer.reports,
    )
    return SceneSeed(
        title=offer.title,
        release_date=offer.date,
        duration=duration_s,
        studio=offer.studio,
        performers=tuple(CreditSeed(name=name) for name in offer.performers),
        details=f"An invented work for the demonstration: {offer.title}.",
        tags=("demonstration",),
        images=(ImageSeed(),),
        fingerprints=(fingerprint,),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Props:
    """The videos, made one after the other; whoever needs one waits for it."""

    folder: Path
    world: World
    _made: dict[str, Prop] = field(default_factory=dict)
    _ready: dict[str, anyio.Event] = field(default_factory=dict)

    async def make(self, roles: Sequence[Role]) -> None:
        """Make the videos of `roles` in their order, and tell the source of each.

        Raises:
            ClipImpossible: this machine's encoders cannot make one.

        """
        self.world.phash_distance = SERVER_DISTANCE_BITS
        for role in roles:
            made = await anyio.to_thread.run_sync(partial(make_prop, role, self.folder))
            for scene in made.scenes:
                self.world.add_scene(scene)
            self._made[role.name] = made
            self._event(role).set()

    async def of(self, role: Role) -> Prop:
        """Return a role's video as soon as it is made."""
        await self._event(role).wait()
        return self._made[role.name]

    def _event(self, role: Role) -> anyio.Event:
        return self._ready.setdefault(role.name, anyio.Event())
