"""What becomes of the sidecars of files when an accept is taken back, as the disk is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path, PurePath

import anyio

from daemon.desk.taking_back_views import SidecarFate
from daemon.journey.restoring import Fate, brought_along, fate_of, since_somebody
from daemon.journey.sidecar_hand import ask, read_if_there
from rules.errors import LibraryError
from rules.media import path_from_text, path_to_text
from rules.sidecar import lies_beside
from store import files, journal
from store.database import Connection
from store.journal import Change
from store.outbox import Errand, owed_for
from store.restore_order import read_order

LOOKED_AT_WITHIN_S = 20.0
"""So long the disk is asked."""
_NOT_LOOKED_AT = "is put back unless it changed since; the disk was too slow to tell"
Touched = tuple[PurePath, Mapping[PurePath, Sequence[Change]]]
"""Where a video lies, and what was done beside it that a rehearsed undo takes back."""


def touched(connection: Connection, number: int) -> Touched:
    """Return what the errand that was just written would put back."""
    file = files.get(connection, number)
    if file is None:
        return PurePath(), {}

    found: dict[PurePath, list[Change]] = {}
    for owed in owed_for(connection, number, Errand.RESTORE)[-1:]:
        first_plan = read_order(owed.payload).first_plan
        for change in journal.file_changes_since(connection, number, first_plan):
            found.setdefault(path_from_text(change.target), []).append(change)
    return file.path, found


async def fates(
    some: Mapping[int, Touched], *, is_forced: bool
) -> dict[int, tuple[SidecarFate, ...]]:
    """Return what would become of sidecars, by the file's number; as it is on the disk now."""
    found: dict[int, tuple[SidecarFate, ...]] = {}
    with anyio.move_on_after(LOOKED_AT_WITHIN_S):
        for number, (video, written) in some.items():
            told = brought_along(written, video, is_forced=is_forced)
            found[number] = tuple(
                [
                    await _fate(video, target, changes, is_forced=is_forced)
                    for target, changes in told.items()
                ]
            )
    return {
        number: found.get(number) or tuple(_unseen(target) for target in written)
        for number, (_, written) in some.items()
    }


async def _fate(
    video: PurePath, target: PurePath, changes: Sequence[Change], *, is_forced: bool
) -> SidecarFate:
    try:
        present = await ask(partial(read_if_there, Path(target)))
    except LibraryError as error:
        return SidecarFate(
            path=path_to_text(target), is_left=True, is_changed=False, message=str(error)
        )

    fate = fate_of(
        since_somebody(changes, is_forced=is_forced),
        present,
        is_beside=lies_beside(target, video),
        is_in_library=True,
        is_forced=is_forced,
    )
    return SidecarFate(
        path=path_to_text(target),
        is_left=fate.is_left,
        is_changed=fate in {Fate.PUT_BACK, Fate.REMOVE},
        message=f"{target.name} {fate}",
    )


def _unseen(target: PurePath) -> SidecarFate:
    return SidecarFate(
        path=path_to_text(target),
        is_left=False,
        is_changed=True,
        message=f"{target.name} {_NOT_LOOKED_AT}",
    )
