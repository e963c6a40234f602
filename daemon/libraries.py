"""The configured libraries in the shapes that watching, looking and showing need."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

import anyio

from daemon.desk.views import LibraryLine
from daemon.journey.rounds import LibraryView
from daemon.journey.sidecar_reading import SidecarReader
from daemon.looking.eyes import Territory
from daemon.looking.mounts import keeps_inodes
from daemon.settings import LibrarySettings, Settings
from daemon.watch.library import (
    Degraded,
    LibraryState,
    Offline,
    Polling,
    Starting,
    WatchedLibrary,
    Watching,
    WatchMode,
)
from rules.listing import RootIdentity
from rules.selection import Selection


def selection_of(library: LibrarySettings) -> Selection:
    """Return what in a library is of interest."""
    return Selection.of(extensions=library.extensions, excludes=library.exclude)


def territory_of(library: LibrarySettings, mount_table: str) -> Territory:
    """Return where a library lies, and whether its file system numbers its files for good."""
    return Territory(
        root=PurePath(library.path),
        selection=selection_of(library),
        has_stable_inodes=keeps_inodes(library.path.resolve(), mount_table),
    )


def sidecar_reader(settings: Settings, looks: anyio.CapacityLimiter) -> SidecarReader | None:
    """Return what reads the NFOs beside files; None where they shall not count."""
    return nfo_reader(settings, looks) if settings.sidecar.read else None


def nfo_reader(settings: Settings, looks: anyio.CapacityLimiter) -> SidecarReader:
    """Return what reads the NFOs beside files, because a person says so."""
    territories = {
        each.name: Territory(root=PurePath(each.path), selection=selection_of(each))
        for each in settings.libraries
    }
    return SidecarReader(territories=territories, limiter=looks)


def watched(library: LibrarySettings, *, identity: RootIdentity | None) -> WatchedLibrary:
    """Return a library as its watcher needs it."""
    return WatchedLibrary(
        name=library.name,
        root=PurePath(library.path),
        selection=selection_of(library),
        mode=WatchMode(library.watch),
        poll_every_s=library.poll_every_s,
        rescan_s=library.rescan_s,
        identity=identity,
    )


def library_line(
    library: LibrarySettings,
    state: LibraryState | None,
    view: LibraryView,
    counts: Mapping[str, tuple[int, int]],
) -> LibraryLine:
    """Return how a library stands; None as state is "no daemon runs"."""
    word, reason = _words(state)
    if view.suspicion is not None:
        word, reason = "offline", view.suspicion.reason
    present, missing = counts.get(library.name, (0, 0))
    return LibraryLine(
        name=library.name,
        root=str(library.path),
        state=word,
        reason=reason,
        files=present,
        missing=missing,
        listed_at_s=view.listed_at_s,
        findings=view.findings,
        is_listing=view.is_under_way
        or (state is not None and (view.is_asked or not view.is_first_done)),
        entries=view.entries,
    )


def _words(state: LibraryState | None) -> tuple[str, str | None]:
    match state:
        case None:
            return "not watched", None
        case Starting():
            return "starting", None
        case Watching():
            return "watching", None
        case Polling(every_s=every_s):
            return "polling", f"looked through every {every_s:g} s"
        case Degraded(reason=reason, remedy=remedy):
            return "degraded", f"{reason}; {remedy}"
        case Offline(reason=reason):
            return "offline", reason
