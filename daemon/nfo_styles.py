"""How NFOs are written, by the owner's settings."""

from __future__ import annotations

from collections.abc import Mapping

from daemon.settings import Settings
from rules.nfo_ownership import OnChange
from rules.nfo_style import NfoRoot, NfoStyle, StudioParents, TagElement


def nfo_styles(settings: Settings) -> Mapping[str, NfoStyle]:
    """Return how the NFOs of each library are written, by its name."""
    sidecar = settings.sidecar
    return {
        library.name: NfoStyle(
            root=NfoRoot(library.nfo_root),
            remote_urls=not sidecar.local_only,
            tags_as=TagElement(sidecar.tags_as),
            genres=frozenset(sidecar.genres),
            studio_parents=StudioParents(sidecar.studio_parents),
        )
        for library in settings.libraries
    }


def nfo_on_change(settings: Settings) -> OnChange:
    """Return what becomes of an NFO that somebody changed."""
    return OnChange(settings.sidecar.on_change)
