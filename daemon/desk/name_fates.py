"""What becomes of the names of files when an accept is taken back, as the disk is now."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath

import anyio

from daemon.journey.sidecar_hand import ask
from rules.errors import LibraryError
from rules.media import path_to_text
from store import files, renames
from store.database import Connection
from store.outbox import Errand, owed_for
from store.restore_order import read_order

LOOKED_AT_WITHIN_S = 10.0
"""So long the disk is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameBack:
    """A file that doorman gave its name."""

    path: PurePath
    """Where it is."""
    given: PurePath
    """Where doorman put it."""
    former: PurePath
    """Where it was."""


def name_back(connection: Connection, number: int) -> NameBack | None:
    """Return which name the errand that was just written would give back, None for none."""
    file = files.get(connection, number)
    for owed in owed_for(connection, number, Errand.RESTORE)[-1:]:
        given = renames.standing(connection, number, read_order(owed.payload).first_plan)
        if file is not None and given:
            return NameBack(
                path=file.path,
                given=renames.renaming_of(given[-1]).new_path,
                former=renames.renaming_of(given[0]).former_path,
            )

    return None


async def name_fates(names: Mapping[int, NameBack]) -> dict[int, str]:
    """Return what would become of names, in words, by the file's number."""
    found: dict[int, str | None] = {}
    with anyio.move_on_after(LOOKED_AT_WITHIN_S):
        for number, name in names.items():
            found[number] = await _fate(name)
    return {
        number: found.get(number) or f"is called {path_to_text(name.former)} again, if that is free"
        for number, name in names.items()
    }


async def _fate(name: NameBack) -> str | None:
    former = path_to_text(name.former)
    if name.path != name.given:
        return "keeps its name: it is not where doorman put it"

    try:
        is_taken = await ask(partial(os.path.lexists, name.former))
    except LibraryError:
        return None

    if is_taken:
        return f"keeps its name: {former} is there already and is never written over"

    return f"is called {former} again"
