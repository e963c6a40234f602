"""What can be found out about the settings on this machine alone; each look blocks."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from pathlib import Path

from daemon.looking.mounts import MountKind, is_network_share, mount_of
from daemon.settings import LibrarySettings, Settings, SourceSettings
from daemon.settings.announce_section import AnnounceSettings
from daemon.settings.units import format_duration
from daemon.setup.probes import (
    folder_problem,
    is_empty,
    is_open_to_others,
    is_there,
    socket_problem,
    store_problem,
    write_problem,
)

Keyed = SourceSettings | AnnounceSettings
"""What has a key of its own."""


class Level(StrEnum):
    """How grave a finding is."""

    OK = "ok"
    WARNING = "warning"
    """doorman runs, but something the owner wanted may not happen."""
    ERROR = "error"
    """Something the owner wanted cannot happen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found about one thing."""

    level: Level
    thing: str
    """What was looked at: `library films`, `source stashdb`, `store` …"""
    message: str
    """For what is wrong, ends with what to do."""


def look_at_configuration(settings: Settings) -> list[Finding]:
    """Find what the configuration leaves out, or shows to others."""
    thing = "configuration"
    summary = (
        f"{settings.origin} can be used; libraries: {len(settings.libraries)}, "
        f"sources: {len(settings.sources)}, own rules: {len(settings.rules)}"
    )
    return [
        Finding(level=Level.OK, thing=thing, message=summary),
        *_all(Level.WARNING, thing, _omissions(settings)),
    ]


def look_at_library(
    library: LibrarySettings, mount_table: str, *, is_written: bool
) -> list[Finding]:
    """Find whether a library's folder can be watched, and written to if `is_written`."""
    thing = f"library {library.name}"
    if not library.enabled:
        return [Finding(level=Level.OK, thing=thing, message="is disabled, so not looked at")]

    problem = folder_problem(library.path)
    if problem is None and is_written:
        problem = write_problem(library.path)
    doubts = [] if problem else list(_doubts(library, mount_table))
    if problem or doubts:
        return _all(Level.ERROR, thing, [problem]) + _all(Level.WARNING, thing, doubts)

    can = "can be listed and written" if is_written else "can be listed"
    watched = _how_watched(library, mount_table)
    return [Finding(level=Level.OK, thing=thing, message=f"{library.path} {can}; {watched}")]


def look_at_performer_pictures(folder: Path) -> list[Finding]:
    """Find whether pictures of performers can be written; the folder is never made."""
    thing = "pictures of performers"
    problem = folder_problem(folder) or write_problem(folder)
    if problem is not None:
        return [Finding(level=Level.ERROR, thing=thing, message=problem)]

    return [Finding(level=Level.OK, thing=thing, message=f"{folder} can be written")]


def look_at_overlaps(libraries: Iterable[LibrarySettings]) -> list[Finding]:
    """Find libraries that share files by way of links; without links they were refused before."""
    real = [(library, _real(library.path)) for library in libraries if library.enabled]
    return [
        Finding(level=Level.ERROR, thing=f"library {two.name}", message=message)
        for (one, one_path), (two, two_path) in combinations(real, 2)
        if (message := _shared(one.name, one_path, two_path))
    ]


def look_at_store(path: Path, mount_table: str) -> list[Finding]:
    """Find whether the store can be kept at `path`."""
    problem = store_problem(path)
    if problem:
        return _all(Level.ERROR, "store", [problem])
    if is_network_share(_real(path), mount_table):
        message = f"{path} lies on a network share, where databases break; move it to a local disk"
        return _all(Level.ERROR, "store", [message])

    return [Finding(level=Level.OK, thing="store", message=f"{path} can be written")]


def look_at_socket(path: Path) -> list[Finding]:
    """Find whether the command line will reach the daemon at `path`."""
    problem = socket_problem(path)
    if problem:
        return _all(Level.ERROR, "socket", [problem])

    return [Finding(level=Level.OK, thing="socket", message=f"{path} can be opened")]


def look_at_key_file(keyed: Keyed, path: Path) -> list[Finding]:
    """Find whether a key is kept from other users; a file that is not there is not the key's."""
    if not is_there(path):
        return []

    thing = f"key of {keyed.name}"
    if is_open_to_others(path):
        message = f"every user may read or change {path}; chmod 600 {path}"
        return _all(Level.WARNING, thing, [message])

    return [Finding(level=Level.OK, thing=thing, message=f"{path} is kept from other users")]


def _all(level: Level, thing: str, messages: Iterable[str | None]) -> list[Finding]:
    return [Finding(level=level, thing=thing, message=said) for said in messages if said]


def _omissions(settings: Settings) -> Iterator[str]:
    """Yield what the owner may miss."""
    if not any(library.enabled for library in settings.libraries):
        yield "every library is disabled, so nothing is watched; set enabled = true in one"
    if not any(source.enabled for source in settings.sources):
        yield "no source is enabled, so nothing is recognised; add a [[source]]"
    yield from _unrecognised(settings)
    if not settings.targets:
        yield "nobody is told when a file needs a person; add targets below [notify]"
    if _may_hold_secrets(settings) and is_open_to_others(settings.origin):
        yield f"{settings.origin} may hold secrets, and every user may read it; chmod 600 it"


def _unrecognised(settings: Settings) -> Iterator[str]:
    """Yield the libraries that no source at all may be asked about."""
    asked = [source for source in settings.sources if source.enabled]
    if not asked or not all(source.nsfw for source in asked):
        return

    for library in settings.libraries:
        if library.enabled and not library.nsfw:
            yield (
                f'library "{library.name}" is nsfw = false and every source is adult, so none of'
                " its files is recognised; say nsfw = false of a source whose works are not"
            )


def _may_hold_secrets(settings: Settings) -> bool:
    """Tell whether the file has secrets in it, unless they came from the environment."""
    keyed: tuple[Keyed, ...] = (*settings.sources, *settings.announces)
    has_key = any(each.key and each.key_file is None for each in keyed)
    return bool(settings.targets) or has_key


def _doubts(library: LibrarySettings, mount_table: str) -> Iterator[str]:
    if is_empty(library.path):
        yield f"{library.path} is empty; if it should not be, see whether its drive is mounted"
    mount = mount_of(_real(library.path), mount_table)
    if library.watch == "events" and mount and mount.kind is not MountKind.LOCAL:
        yield (
            f"{library.path} lies on {mount.file_system}, which reports only some changes; "
            'the others wait for the rescan unless you set watch = "auto"'
        )


def _how_watched(library: LibrarySettings, mount_table: str) -> str:
    mount = mount_of(_real(library.path), mount_table)
    is_local = mount is None or mount.kind is MountKind.LOCAL
    if library.watch == "events" or (library.watch == "auto" and is_local):
        return "changes are reported by the system"

    place = f"on {mount.file_system}, " if mount and not is_local else ""
    return f"{place}looked through every {format_duration(library.poll_every_s)}"


def _shared(other: str, other_path: Path, path: Path) -> str | None:
    if other_path == path:
        return f'is really the folder of library "{other}" ({path}); remove one of the two'
    if path.is_relative_to(other_path) or other_path.is_relative_to(path):
        return (
            f'shares files with library "{other}" by a link ({path}, {other_path}); '
            "remove one of the two, or name folders beside each other"
        )

    return None


def _real(path: Path) -> Path:
    """Return where links lead; unlike Path.resolve it takes links in a circle as they are."""
    return Path(os.path.realpath(path))


def trial_finding(target: str, *, outcome: str, reason: str | None) -> Finding:
    """Return what became of a trial message; `outcome` is "delivered" where it arrived."""
    thing = f"trial message to {target}"
    if outcome == "delivered":
        return Finding(level=Level.OK, thing=thing, message="was delivered: look at your phone")

    problem = reason or outcome
    return Finding(
        level=Level.ERROR, thing=thing, message=f"{problem}; correct the target, then try again"
    )
