"""What the owner says of libraries that decides how their files are read, and who hears of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from rules.discretion import Discretion
from rules.filename import NameClues, clues_of
from rules.identify_options import SourceOptions
from rules.sidecar_ids import SourceNames


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """The libraries as configured, as far as asking and deciding depend on it."""

    discretion: Discretion = field(default_factory=Discretion)
    """Which sources are told nothing of which libraries."""
    roots: Mapping[str, PurePath] = field(default_factory=dict)
    """Where each library lies, by its name."""
    sources: tuple[SourceNames, ...] = ()
    """How the sources that are asked may be called in an NFO."""
    reads_sidecars: bool = True
    """Whether an NFO that lies beside a file counts."""

    options: SourceOptions = field(default_factory=SourceOptions)
    """What accepting a candidate of each source may do."""

    @property
    def unnamed(self) -> frozenset[str]:
        """Return the sources to which nothing of a file's name is sent, nor what it says beside."""
        return frozenset(each.source for each in self.sources if not each.is_told_names)

    def clues_of(self, library: str, path: PurePath) -> NameClues | None:
        """Return what a file's name, with its folder, seems to say; None where it says nothing.

        A library's own folder, and those above it, are called by whoever keeps house, and say
        nothing of a work: `Films/2024-05-17 Harbour at Dawn.mkv` is of no studio called Films.
        """
        root = self.roots.get(library)
        is_inside = root is not None and path.is_relative_to(root)
        return clues_of(path.relative_to(root) if root is not None and is_inside else path)
