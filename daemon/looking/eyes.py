"""Look at files of the configured libraries, as a walk would see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath

import anyio

from daemon.looking.scan import look_at, scan
from rules.listing import Listing, NoListing, Sighting, Skipped
from rules.selection import Selection, Skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """Where a library lies and what in it is of interest."""

    root: PurePath
    selection: Selection
    has_stable_inodes: bool = True
    """Whether its file system keeps a file's inode over a remount."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """The one way in which the stages look at the disk.

    Where a file system makes inodes up anew, even while it is mounted, every stamp has inode 0:
    otherwise such a file would never come to rest.
    """

    territories: Mapping[str, Territory]
    """By the library's name."""
    limiter: anyio.CapacityLimiter

    async def look(self, library: str, path: PurePath) -> Sighting | Skipped:
        """Return the file at `path`, or why it is passed over."""
        territory = self.territories.get(library)
        if territory is None:
            return Skipped(path=path, why=Skip.OUTSIDE)

        seen = await look_at(territory.root, path, territory.selection, limiter=self.limiter)
        if isinstance(seen, Skipped) or territory.has_stable_inodes:
            return seen

        return _without_inode(seen)

    async def list_all(
        self, library: str, *, on_progress: Callable[[int], None] | None = None
    ) -> Listing | NoListing:
        """Return everything of interest in a library."""
        territory = self.territories[library]
        listing = await scan(
            territory.root, territory.selection, limiter=self.limiter, on_progress=on_progress
        )
        if isinstance(listing, NoListing) or territory.has_stable_inodes:
            return listing

        sightings = tuple(map(_without_inode, listing.sightings))
        return replace(listing, sightings=sightings, has_stable_inodes=False)


def _without_inode(seen: Sighting) -> Sighting:
    return replace(seen, stamp=replace(seen.stamp, inode=0))
