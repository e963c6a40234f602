"""What becomes of a sidecar when what was written there is taken back: told, before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

from rules.sidecar import digest
from store.journal import Change


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
