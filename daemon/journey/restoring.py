"""What becomes of a sidecar when what was written there is taken back: told, before it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import pairwise
from pathlib import PurePath
from typing import TypeVar

from rules.sidecar import digest, is_nfo, lies_beside
from store.journal import Change

_Path = TypeVar("_Path", bound=PurePath)


class Fate(StrEnum):
    """What is done with a sidecar; the value is for people."""

    AS_BEFORE = "is as it was before"
    PUT_BACK = "gets its former content back"
    REMOVE = "is removed, as nothing was there before"
    CHANGED = "changed since doorman wrote it and stays"
    ELSEWHERE = "stays: its video is elsewhere now"
    LOST = "stays: what was there before was dropped when the backup folder was full"

    @property
    def is_left(self) -> bool:
        """Tell whether it stays although it was meant to change."""
        return self in {Fate.CHANGED, Fate.ELSEWHERE, Fate.LOST}


def since_somebody(changes: Sequence[Change], *, is_forced: bool) -> Sequence[Change]:
    """Return the changes that can be taken back without losing what somebody wrote in between.

    Where doorman wrote into what somebody had made of its sidecar, that comes back, not what was
    there before both; unless a person gives it up.
    """
    if is_forced:
        return changes

    begins = [
        number
        for number, (former, change) in enumerate(pairwise(changes), start=1)
        if change.before_sha256 is not None and change.before_sha256 != former.after_sha256
    ]
    return changes[begins[-1] :] if begins else changes


def brought_along(
    written: Mapping[_Path, Sequence[Change]], video: PurePath, *, is_forced: bool
) -> dict[_Path, Sequence[Change]]:
    """Return changes as they are to be taken back where the video lies now, by target.

    What somebody had written where the video lay, and doorman wrote over, belongs beside the video:
    it comes back there, as if doorman had written over it there. That place comes first: what is
    left at the other one is forgotten only when it has come back.
    """
    firsts = {
        path: since_somebody(changes, is_forced=is_forced)[0]
        for path, changes in written.items()
        if is_nfo(path)
    }
    here = [path for path in firsts if lies_beside(path, video)]
    there = [path for path in firsts if path not in here and firsts[path].before_sha256 is not None]
    told = dict(written)
    if len(here) != 1 or not there or firsts[here[0]].before_sha256 is not None:
        return told

    now, then = here[0], there[0]
    told[then] = [_with_former_of(each, None) for each in told[then]]
    latest = [_with_former_of(told[now][0], firsts[then]), *told.pop(now)[1:]]
    return {now: latest, **told}


def _with_former_of(change: Change, other: Change | None) -> Change:
    """Return a change as if what stood there before had been what it was before another."""
    return replace(
        change,
        before=other.before if other else None,
        before_bytes=other.before_bytes if other else None,
        backup_sha256=other.backup_sha256 if other else None,
    )


def fate_of(
    changes: Sequence[Change],
    present: bytes | None,
    *,
    is_beside: bool,
    is_in_library: bool,
    is_forced: bool = False,
    is_lost: bool = False,
) -> Fate:
    """Return what becomes of a sidecar that `changes` were made to, oldest first.

    Args:
        changes: What was done to it since the state that is to come back.
        present: What it holds now; None when it is not there.
        is_beside: Whether its video still lies there.
        is_in_library: Whether it lies in a library that is configured.
        is_forced: Whether a person gives up what somebody changed since.
        is_lost: Whether what was there before is kept nowhere any more.

    """
    former, latest = changes[0].before_sha256, changes[-1].after_sha256
    present_sha256 = digest(present) if present is not None else None
    if present_sha256 == former:
        return Fate.AS_BEFORE
    if present_sha256 != latest and not is_forced:
        return Fate.CHANGED
    if not is_beside and (not is_in_library or former is not None):
        return Fate.ELSEWHERE
    if is_lost:
        return Fate.LOST

    return Fate.REMOVE if former is None else Fate.PUT_BACK
