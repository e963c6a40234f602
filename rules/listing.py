"""What a walk over a library found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from rules.media import FileStamp
from rules.selection import Skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RootIdentity:
    """What tells a library's folder from another one at the same path.

    An unmounted disk leaves its mount point behind: the same path, another identity.
    """

    device: int
    inode: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A file of interest, as the disk has it now."""

    path: PurePath
    """Absolute."""
    stamp: FileStamp
    device: int
    """The file system it lies on; with the stamp's inode it names the file itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A path that is passed over, and why."""

    path: PurePath
    why: Skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something in a library that its owner should know of."""

    path: PurePath
    reason: str
    hides: bool
    """Whether what lies at or below `path` is unknown (so not gone)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Everything of interest in a library, at one time."""

    root: RootIdentity
    sightings: tuple[Sighting, ...] = ()
    devices: frozenset[int] = frozenset()
    """The file systems of all folders that were entered."""
    findings: tuple[Finding, ...] = ()
    skipped: tuple[tuple[Skip, int], ...] = ()
    """How many names were passed over for which reason."""
    sidecars: tuple[str, ...] = ()
    """Paths of all NFOs, of whatever they are about."""
    has_stable_inodes: bool = True
    """Whether a file keeps its inode over a remount; most FUSE and some network mounts renumber."""

    @property
    def hidden(self) -> frozenset[PurePath]:
        """Return the paths at and below which nothing is known."""
        return frozenset(finding.path for finding in self.findings if finding.hides)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoListing:
    """The library could not be walked: nothing is known about any of its files."""

    reason: str
    """A sentence part that ends with what the owner can do."""
