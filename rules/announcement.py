"""What other programs hear of a file: that it was accepted, that this was undone, or renamed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from rules.media import path_to_text
from rules.work import Work


class Occurrence(StrEnum):
    """What happened to a file, when all that belongs beside it had been written."""

    ACCEPTED = "accepted"
    UNDONE = "undone"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What happened to one file, with what is known of it now."""

    occurrence: Occurrence
    library: str
    path: PurePath
    former_path: PurePath | None = None
    """Where it was before, if that is another place."""
    work: Work | None = None
    """What it is a copy of; None when it is one of nothing any more."""
    oshash: str | None = None
    """16 hexadecimal digits, as is `phash`."""
    phash: str | None = None
    size_bytes: int | None = None
    duration_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Which news one program hears."""

    name: str
    on: frozenset[Occurrence]
    libraries: frozenset[str] = frozenset()
    """Of which libraries; none are all."""

    def hears(self, library: str, occurrence: Occurrence) -> bool:
        """Tell whether it hears of that."""
        return occurrence in self.on and (not self.libraries or library in self.libraries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """All programs that hear of anything."""

    listeners: tuple[Listener, ...] = ()

    def of(self, library: str, occurrence: Occurrence) -> tuple[str, ...]:
        """Return who hears of something that happened to a file of a library."""
        return tuple(each.name for each in self.listeners if each.hears(library, occurrence))


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedThere:
    """A folder here, and what another program calls it: a path, or an address such as smb://."""

    here: PurePath
    there: str


def path_there(path: PurePath, folders: Sequence[NamedThere]) -> str:
    r"""Return what another program calls a path; the innermost folder that holds it decides.

    Where that is called as Windows does, `\` stands between the names. A name that is no UTF-8 is
    told as `rules.media.path_to_text` writes it.
    """
    holding = [each for each in folders if path.is_relative_to(each.here)]
    if not holding:
        return path_to_text(path)

    folder = max(holding, key=lambda each: len(each.here.parts))
    separator = "\\" if "\\" in folder.there and "/" not in folder.there else "/"
    names = PurePath(path_to_text(path.relative_to(folder.here))).parts
    return separator.join((folder.there.rstrip("/\\"), *names))


def folder_there(path: str) -> str:
    """Return the folder of what `path_there` returned, with its last separator."""
    end = max(path.rfind("/"), path.rfind("\\"))
    return path[: end + 1]
