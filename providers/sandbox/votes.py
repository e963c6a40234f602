"""Who said which hash belongs to which scene (`stash-box.md` §4, fingerprint rows)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

VALID: Final = 1
INVALID: Final = -1

Hash = tuple[str, str]
"""The algorithm, and the text as this version keeps it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One user's word on one hash of one scene."""

    scene_id: str
    user_id: str
    algorithm: str
    text: str
    """As this version keeps it: 16 digits, or for old ones whatever was sent."""
    duration: int
    vote: Literal[1, -1]
    at: datetime

    @property
    def hash(self) -> Hash:
        """What is voted on."""
        return (self.algorithm, self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What all votes on one hash of one scene come to."""

    algorithm: str
    hash: str
    duration: int
    """The commonest, the lowest among equals."""
    submissions: int
    reports: int
    created: datetime
    updated: datetime
    user_submitted: bool
    user_reported: bool


class Votes:
    """Hold one vote for each scene, user and hash."""

    def __init__(self) -> None:
        """Start without any."""
        self._votes: dict[tuple[str, str, Hash], Vote] = {}

    def cast(self, vote: Vote) -> None:
        """Keep `vote` instead of what that user said before."""
        self._votes[(vote.scene_id, vote.user_id, vote.hash)] = vote

    def withdraw(self, scene_id: str, user_id: str, voted: Hash) -> None:
        """Forget what that user said; with its last vote a hash is gone."""
        self._votes.pop((scene_id, user_id, voted), None)

    def all(self) -> tuple[Vote, ...]:
        """Return every vote, oldest first."""
        return tuple(self._votes.values())

    def of_scene(self, scene_id: str) -> tuple[Vote, ...]:
        """Return the votes on one scene, oldest first."""
        return tuple(vote for vote in self.all() if vote.scene_id == scene_id)

    def was_submitted(self, scene_id: str, voted: Hash) -> bool:
        """Tell whether anybody says that the hash belongs to the scene."""
        return any(vote.vote == VALID for vote in self.of_scene(scene_id) if vote.hash == voted)


def tallies(votes: Iterable[Vote], user_id: str) -> list[Tally]:
    """Return one tally for each hash, most net votes first; the last two fields are the user's."""
    by_hash: dict[Hash, list[Vote]] = {}
    for vote in votes:
        by_hash.setdefault(vote.hash, []).append(vote)

    made = [_tally(group, user_id) for group in by_hash.values()]
    return sorted(made, key=lambda tally: tally.reports - tally.submissions)


def _tally(group: list[Vote], user_id: str) -> Tally:
    durations = Counter(vote.duration for vote in group)
    mine = {vote.vote for vote in group if vote.user_id == user_id}
    return Tally(
        algorithm=group[0].algorithm,
        hash=group[0].text,
        duration=min(durations, key=lambda duration: (-durations[duration], duration)),
        submissions=sum(vote.vote == VALID for vote in group),
        reports=sum(vote.vote == INVALID for vote in group),
        created=min(vote.at for vote in group),
        updated=max(vote.at for vote in group),
        user_submitted=VALID in mine,
        user_reported=INVALID in mine,
    )
