"""How the files of each library are called, by the owner's settings."""

from __future__ import annotations

from collections.abc import Mapping

from daemon.libraries import selection_of
from daemon.settings import Settings
from rules.library_naming import LibraryNaming
from rules.naming import NameTemplate


def naming_of(settings: Settings) -> Mapping[str, LibraryNaming]:
    """Return how the files of each library are called, by its name."""
    return {
        library.name: LibraryNaming(
            template=None if library.rename is None else NameTemplate.parse(library.rename),
            selection=selection_of(library),
        )
        for library in settings.libraries
    }
