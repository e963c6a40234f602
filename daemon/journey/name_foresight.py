"""Tell what a file would be called, without moving it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from daemon.disk.folder_making import missing_folders
from daemon.disk.renaming import Route, ensure_free, look_at_family
from daemon.journey.naming_notes import NameSubject
from rules.errors import ConflictError, LibraryError
from rules.library_naming import KEEPS_NAMES, LibraryNaming


@dataclass(frozen=True, slots=True, kw_only=True)
class NameTerms:
    """How files are called, as configured."""

    roots: Mapping[str, Path] = field(default_factory=dict)
    """Library → its root folder."""
    naming: Mapping[str, LibraryNaming] = field(default_factory=dict)
    """By the library's name; the files of others keep theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameForeseen:
    """What would become of a name."""

    path: Path | None
    """Where the file would lie; None where it keeps its name."""
    reason: str | None = None
    """Why it keeps a name that is not as configured."""


KEPT = NameForeseen(path=None)


def foresee_name(subject: NameSubject, terms: NameTerms) -> NameForeseen:
    """Return what a file would be called; it blocks, so call it in a thread."""
    library = subject.file.library
    naming, root = terms.naming.get(library, KEEPS_NAMES), terms.roots.get(library)
    if naming.template is None or root is None or subject.is_named_by_others:
        return KEPT

    try:
        return _foreseen(subject, root, naming)
    except (LibraryError, ConflictError) as error:
        return NameForeseen(path=None, reason=str(error))


def _foreseen(subject: NameSubject, root: Path, naming: LibraryNaming) -> NameForeseen:
    former = Path(subject.file.path)
    family = look_at_family(root, former, subject.file.stamp, naming.selection)
    place = naming.place_of(
        subject.values, extension=former.suffix, longest_end_bytes=family.longest_end_bytes
    )
    if place is None or root / place == former:
        return KEPT

    route = Route(root=root, former=former, path=root / place, ends=family.ends)
    ensure_free(route, naming.selection)
    missing_folders(root, route.path.parent)
    return NameForeseen(path=route.path)
