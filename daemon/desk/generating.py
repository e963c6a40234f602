"""Have fingerprints computed again, as a person asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from daemon.desk import answering
from daemon.desk.pace import waiting_for
from daemon.desk.views import Requested
from rules.journey import FileState
from store import files, regeneration
from store.database import Connection
from store.regeneration import Complete


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutSheet:
    """Contents that have no contact sheet."""

    wanted: Collection[int] = ()
    """Those for whose sheets there is room."""
    left_out: Collection[int] = ()
    """The rest."""


NO_SHEETS = WithoutSheet()
"""Sheets that are missing don't matter."""


def request(
    connection: Connection,
    *,
    libraries: Collection[str],
    complete: Complete,
    is_all: bool,
    without_sheet: WithoutSheet = NO_SHEETS,
    at_s: float,
) -> Requested:
    """Want everything examined again that lacks something; with `is_all` simply everything.

    A file that could never be examined lacks everything: it is tried as a new one.
    Contents without a sheet, as far as they are wanted, are examined for it alone.
    """
    found = (
        regeneration.held(connection, libraries)
        if is_all
        else regeneration.incomplete(connection, libraries, complete)
    )
    found = sorted({*found, *without_sheet.wanted})
    regeneration.ask(connection, found, at_s=at_s)
    failed = [
        file
        for file in files.in_state(connection, (FileState.FAILED,))
        if file.library in libraries
    ]
    for file in failed:
        answering.ask_again(connection, file=file, at_s=at_s)
    waiting, left_s = waiting_for(connection, complete=complete)
    return Requested(
        contents=len(found),
        failed=len(failed),
        waiting=waiting,
        left_s=left_s,
        sheets_left_out=len({*without_sheet.left_out} - {*found}),
    )


def describe_again(connection: Connection, content_id: int) -> str | None:
    """Return how examining a content again stands, in words; None when that is not wanted."""
    asked = regeneration.of_content(connection, content_id)
    if asked is None or asked.done_at_s is not None:
        return None

    if asked.is_given_up:
        return f"could not be examined again: {asked.reason}; ask once more: doorman generate"

    if asked.reason is None:
        return "waits to be examined again"

    return f"waits to be examined again, which failed so far: {asked.reason}"
