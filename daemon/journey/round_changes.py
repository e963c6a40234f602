"""Write what a round through a library found into the store."""

from __future__ import annotations

from pathlib import PurePath

from daemon.journey.noticing import move
from rules.listing import Listing, NoListing, Sighting
from rules.reconcile import Reconciliation, Suspicion
from store import files, libraries, news, renames, sightings
from store.database import Connection
from store.files import FileRecord
from store.news import LIBRARY_IS_BACK, News, NewsKind

SAY_AGAIN_S = 6 * 3600.0
"""The same complaint about a library is news again after so long."""


def files_by_path(connection: Connection, library: str) -> dict[PurePath, FileRecord]:
    """Return the library's files by path: a missing one only if no other took its place."""
    known = files.of_library(connection, library)
    present_last = sorted(known, key=lambda file: file.missing_since_s is None)
    return {file.path: file for file in present_last}


def is_stray(file: FileRecord, root: PurePath) -> bool:
    """Tell whether a file lies where its library no longer is: it was given another root."""
    return not str(file.path).startswith(f"{str(root).rstrip('/')}/")


def note_round(
    connection: Connection,
    *,
    library: str,
    root: PurePath,
    listing: Listing | NoListing,
    found: Reconciliation,
    gone: list[PurePath],
    at_s: float,
) -> None:
    """Write all that a round found, in one transaction."""
    by_path = files_by_path(connection, library)
    for each in found.moved:
        if (file := by_path.get(each.origin)) is not None:
            move(connection, file=file, library=library, seen=each.sighting, at_s=at_s)
    for seen in found.changed:
        file = by_path.get(seen.path)
        if file is not None and not _is_noted(file, seen):
            sightings.note_changed(connection, file, seen, at_s=at_s)
    for seen in found.back:
        if (file := by_path.get(seen.path)) is not None:
            sightings.note_back(connection, file, at_s=at_s)
    for seen in found.renumbered:
        if (file := by_path.get(seen.path)) is not None:
            sightings.set_sighting(connection, file.id, seen)
    ours = renames.paths_under_way(connection)
    lost = [by_path[path].id for path in gone if path in by_path and path not in ours]
    if isinstance(listing, Listing) and listing.sightings and found.suspicion is None:
        lost += _strays(by_path, root, found)
    sightings.note_gone(connection, lost, at_s=at_s)
    new = [seen for seen in found.new if seen.path not in ours]
    sightings.add_seen(connection, library, new, at_s=at_s)
    _note_root(connection, library, root, listing, found.suspicion, at_s=at_s)


def _strays(
    by_path: dict[PurePath, FileRecord], root: PurePath, found: Reconciliation
) -> list[int]:
    """Return the files that stayed at a former root, to be found again by their content."""
    moved = {each.origin for each in found.moved}
    return [file.id for path, file in by_path.items() if is_stray(file, root) and path not in moved]


def _is_noted(file: FileRecord, seen: Sighting) -> bool:
    """Tell whether a hint was quicker than the round."""
    return file.missing_since_s is None and file.stamp == seen.stamp


def _note_root(
    connection: Connection,
    library: str,
    root: PurePath,
    listing: Listing | NoListing,
    suspicion: Suspicion | None,
    *,
    at_s: float,
) -> None:
    """Remember a root that is believed; tell a person of one that is not, and when it is back."""
    if suspicion is not None:
        told = News(
            kind=NewsKind.LIBRARY, subject=library, detail=suspicion.reason, about=(library,)
        )
        is_news = news.add_once(connection, told, quiet_s=SAY_AGAIN_S, at_s=at_s)
        if is_news:  # whoever was not told that it went is not told that it is back
            libraries.mark_doubted(connection, library, root, at_s=at_s)
        return

    if isinstance(listing, NoListing):
        return

    if libraries.is_doubted(connection, library, root):
        back = News(
            kind=NewsKind.LIBRARY, subject=library, detail=LIBRARY_IS_BACK, about=(library,)
        )
        news.add(connection, back, file_id=None, at_s=at_s)
    libraries.remember(
        connection,
        library,
        root,
        device=listing.root.device,
        inode=listing.root.inode,
        at_s=at_s,
    )
