"""The lookup by fingerprints, with each version's oddities (`stash-box.md` §1 and §4).

It looks neither at durations nor at votes, and does not say what matched: that is the point.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from providers.sandbox.hashes import read_hash
from providers.sandbox.votes import Vote
from providers.sandbox.world import World

MOST_SCENES: Final = 40


class TooManyScenes(ValueError):
    """The request asks about more than the server takes."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One hash of a question."""

    algorithm: str
    text: str


class Lookup:
    """Answer one request from one state of the world."""

    def __init__(self, world: World) -> None:
        """Index the votes on scenes that are not deleted."""
        self._mode = world.mode
        self._distance = world.phash_distance
        live = [vote for vote in world.votes.all() if not world.scenes[vote.scene_id].seed.deleted]
        self._by_hash: dict[str, list[Vote]] = {}
        for vote in live:
            self._by_hash.setdefault(vote.text, []).append(vote)
        self._phashes = [vote for vote in live if vote.algorithm == "PHASH"]

    def groups(self, asked: Sequence[Sequence[Asked]]) -> list[list[str]]:
        """Return the ids of the scenes for each group, in the order of its hashes.

        Raises:
            TooManyScenes: for more than 40 groups.
            HashRefused: when any hash of any group cannot be read.

        """
        if len(asked) > MOST_SCENES:
            raise TooManyScenes(self._mode.too_many_scenes)

        kept = [[one for one in group if self._is_kept(one)] for group in asked]
        # All are read before any is looked up: one bad hash fails the whole request.
        readable = [[(one, self._readable(one)) for one in group] for group in kept]
        return [_once(self._scenes(one, text) for one, text in group) for group in readable]

    def _is_kept(self, asked: Asked) -> bool:
        return asked.algorithm != "MD5" or self._mode.has_md5

    def _is_near(self, asked: Asked) -> bool:
        return asked.algorithm == "PHASH" and self._distance > 0

    def _readable(self, asked: Asked) -> str:
        """Return the text that is compared; reading it may fail."""
        if not self._mode.compares_text:
            return f"{read_hash(asked.text):016x}"

        if self._is_near(asked):
            read_hash(asked.text)

        return asked.text

    def _scenes(self, asked: Asked, text: str) -> list[str]:
        if self._is_near(asked):
            return self._near(asked, read_hash(text))

        # One pool for all algorithms: an oshash finds an equal phash too.
        found = _once([[vote.scene_id] for vote in self._by_hash.get(text, [])])
        return found[-1:] if self._mode.keeps_one_scene_a_hash else found

    def _near(self, asked: Asked, value: int) -> list[str]:
        if self._mode.routes_by_unpadded_text and asked.text != f"{value:x}":
            return []

        most = 0 if self._mode.loses_near_hits else self._distance
        return _once(
            [vote.scene_id]
            for vote in self._phashes
            if (read_hash(vote.text) ^ value).bit_count() <= most
        )


def _once(found: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(scene_id for ids in found for scene_id in ids))
