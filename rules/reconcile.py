"""Tell what became of the files we know, from what the disk has now.

The store's memory and a listing of the library go in; what is new, changed, gone, back or moved
comes out. Absence is the dangerous part: Stash's clean and others took an unmounted disk for a
mass deletion (`stash.md` §7.10, `lessons.md` row 24). A file is gone only when its folder could be
read, its file system is mounted, and the loss as a whole is not suspicious.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from rules.listing import Listing, NoListing, RootIdentity, Sighting
from rules.media import FileStamp

MANY_FILES = 10
"""From so many files on, losing most of them at once is suspicious; fewer are soon looked over.

In a folder with another identity than before, any number is."""
MOST = 0.5
"""The share of the files that may vanish between two looks without suspicion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFile:
    """A file as the store remembers it."""

    path: PurePath
    stamp: FileStamp
    device: int | None = None
    """None where it was never learnt; such a file is recognised by its content only."""
    is_missing: bool = False
    """Whether it was already found gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A known file that now has another path."""

    origin: PurePath
    sighting: Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """Why a listing is not believed where it says that files are gone."""

    reason: str
    root: RootIdentity | None
    missing: frozenset[PurePath]
    """The files that the listing lacks."""
    since_s: float
    """When a look first found just these missing; the caller's clock."""
    is_confirmable: bool
    """Whether a later look that agrees is believed; otherwise only a person's word is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What the caller brings to a look: memory, time, and a person's word."""

    at_s: float
    confirm_after_s: float
    """How far apart two looks that agree must be for a suspicious loss to be believed."""
    root: RootIdentity | None = None
    """The identity at the last look that was believed; None at the first."""
    suspicion: Suspicion | None = None
    """What the last look suspected."""
    is_trusted: bool = False
    """Whether a person said that the library is as it should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """What became of each file; no path is in two of the groups.

    Before a caller marks a file as gone it should look at that one path again: a listing takes
    time, and a file that patterns exclude since is not listed but still there.
    """

    new: tuple[Sighting, ...] = ()
    changed: tuple[Sighting, ...] = ()
    """Known by path, with another stamp (also when it was missing)."""
    back: tuple[Sighting, ...] = ()
    """Was missing and is there again, unchanged."""
    moved: tuple[Move, ...] = ()
    renumbered: tuple[Sighting, ...] = ()
    """Unchanged, but its file system has another number since: only that is to be remembered."""
    gone: tuple[PurePath, ...] = ()
    unknown: tuple[PurePath, ...] = ()
    """Not seen, but where it lies could not be looked at: neither there nor gone."""
    suspicion: Suspicion | None = None
    """When set, nothing is gone."""


_Key = tuple[int, FileStamp]
"""What stays with a file when its path changes: its file system, and its inode, size and time."""


def reconcile(
    known: Iterable[KnownFile], listing: Listing | NoListing, expected: Expectation
) -> Reconciliation:
    """Return what became of the known files, and what else is there."""
    files = {file.path: file for file in known}
    present = frozenset(path for path, file in files.items() if not file.is_missing)
    if isinstance(listing, NoListing):
        return Reconciliation(
            unknown=tuple(sorted(present)), suspicion=_unlisted(listing, present, expected)
        )

    return _Comparison(files, present, listing, expected).result()


def _unlisted(listing: NoListing, present: frozenset[PurePath], expected: Expectation) -> Suspicion:
    return Suspicion(
        reason=listing.reason,
        root=None,
        missing=present,
        since_s=expected.at_s,
        is_confirmable=False,
    )


class _Comparison:
    """One reconciliation under way."""

    def __init__(
        self,
        files: dict[PurePath, KnownFile],
        present: frozenset[PurePath],
        listing: Listing,
        expected: Expectation,
    ) -> None:
        self._files = files
        self._present = present
        self._listing = listing
        self._expected = expected
        self._seen = {sighting.path: sighting for sighting in listing.sightings}

    def result(self) -> Reconciliation:
        unseen = [path for path in self._files if path not in self._seen]
        unknown = self._unknown(unseen)
        moved = self._moved([path for path in unseen if path not in unknown])
        settled = unknown | {move.origin for move in moved}
        lost = frozenset(path for path in unseen if path in self._present and path not in settled)
        suspicion = self._suspicion(lost, unknown)
        arrived = {move.sighting.path for move in moved}
        met = [
            (self._files[sighting.path], sighting)
            for sighting in self._listing.sightings
            if sighting.path in self._files
        ]

        return Reconciliation(
            new=tuple(
                sighting
                for path, sighting in self._seen.items()
                if path not in self._files and path not in arrived
            ),
            changed=tuple(seen for file, seen in met if not self._is_same(file, seen)),
            back=tuple(seen for file, seen in met if file.is_missing and self._is_same(file, seen)),
            moved=moved,
            renumbered=tuple(seen for file, seen in met if self._is_renumbered(file, seen)),
            gone=() if suspicion else tuple(sorted(lost)),
            unknown=tuple(sorted(unknown & self._present)),
            suspicion=suspicion,
        )

    def _is_same(self, file: KnownFile, seen: Sighting) -> bool:
        if self._listing.has_stable_inodes:
            return file.stamp == seen.stamp

        return (file.stamp.size_bytes, file.stamp.mtime_ns) == (
            seen.stamp.size_bytes,
            seen.stamp.mtime_ns,
        )

    def _is_renumbered(self, file: KnownFile, seen: Sighting) -> bool:
        moved_on = file.device != seen.device or file.stamp != seen.stamp
        return moved_on and not file.is_missing and self._is_same(file, seen)

    def _device(self, file: KnownFile) -> int | None:
        """Return today's number of the file's file system.

        A mount may get another number each time (NFS, btrfs, device mapper); the root's own
        inode says that it is the same one.
        """
        before, now = self._expected.root, self._listing.root
        if before and file.device == before.device and before.inode == now.inode:
            return now.device

        return file.device

    def _unknown(self, unseen: Sequence[PurePath]) -> frozenset[PurePath]:
        hidden = self._listing.hidden
        unmounted = self._unmounted(unseen)
        return frozenset(
            path
            for path in unseen
            if self._device(self._files[path]) in unmounted
            or (hidden and (path in hidden or not hidden.isdisjoint(path.parents)))
        )

    def _unmounted(self, unseen: Sequence[PurePath]) -> frozenset[int]:
        """Return file systems below the root that were there and no longer are.

        One of whose files any is still seen at its path was only renumbered.
        """
        lost = {self._device(self._files[path]) for path in unseen if path in self._present}
        still = {self._device(self._files[path]) for path in self._present if path in self._seen}
        mounted = self._listing.devices | {seen.device for seen in self._seen.values()}
        # The root's own number, now and then: its absence is judged as a whole.
        roots = {root.device for root in (self._listing.root, self._expected.root) if root}
        unmounted = lost - still - mounted - roots
        return frozenset(device for device in unmounted if device is not None)

    def _moved(self, unseen: Sequence[PurePath]) -> tuple[Move, ...]:
        """Match unseen files with unknown paths by file system, inode, size and time.

        Only where the match is unique both ways: a hard link whose first name is still there is
        a second name, no move.
        """
        if not self._listing.has_stable_inodes:
            return ()

        names = Counter(_key_of(sighting) for sighting in self._listing.sightings)
        origins: dict[_Key, list[PurePath]] = {}
        for path in unseen:
            device = self._device(self._files[path])
            if device is not None and names[device, self._files[path].stamp] == 1:
                origins.setdefault((device, self._files[path].stamp), []).append(path)

        found = ((origins.get(_key_of(seen), []), seen) for seen in self._listing.sightings)
        return tuple(
            Move(origin=paths[0], sighting=seen)
            for paths, seen in found
            if len(paths) == 1 and seen.path not in self._files
        )

    def _suspicion(
        self, lost: frozenset[PurePath], unknown: frozenset[PurePath]
    ) -> Suspicion | None:
        if self._expected.is_trusted:
            return None

        if self._present and not self._listing.sightings:
            return self._suspect(self._reason_for_nothing(), lost, is_confirmable=False)

        is_same_root = self._expected.root in {None, self._listing.root}
        judged = len(self._present) - len(unknown & self._present)
        are_few = judged < MANY_FILES and is_same_root
        if are_few or len(lost) <= MOST * judged:
            return None

        suspicion = self._suspect(
            f"{len(lost)} of {judged} known files vanished at once; "
            "see whether a disk is missing, or say that it is so: doorman scan --confirm LIBRARY",
            lost,
            is_confirmable=is_same_root,
        )
        return None if self._is_confirmed(suspicion) else suspicion

    def _reason_for_nothing(self) -> str:
        count = len(self._present)
        remedy = "mount its disk, or say that it is so: doorman scan --confirm LIBRARY"
        if self._expected.root in {None, self._listing.root}:
            return f"the library is empty, but {count} files are known in it; {remedy}"

        return f"another, empty folder lies where {count} files are known; {remedy}"

    def _suspect(
        self, reason: str, lost: frozenset[PurePath], *, is_confirmable: bool
    ) -> Suspicion:
        root, earlier = self._listing.root, self._expected.suspicion
        facts = (root, lost, is_confirmable)
        agrees = earlier and (earlier.root, earlier.missing, earlier.is_confirmable) == facts
        since_s = earlier.since_s if earlier and agrees else self._expected.at_s
        return Suspicion(
            reason=reason,
            root=root,
            missing=lost,
            since_s=since_s,
            is_confirmable=is_confirmable,
        )

    def _is_confirmed(self, suspicion: Suspicion) -> bool:
        """Tell whether looks far enough apart agree on a partial loss from the same root."""
        waited_s = self._expected.at_s - suspicion.since_s
        return suspicion.is_confirmable and (
            self._expected.suspicion is not None
            and waited_s >= self._expected.confirm_after_s
            and suspicion.since_s == self._expected.suspicion.since_s
        )


def _key_of(sighting: Sighting) -> _Key:
    return (sighting.device, sighting.stamp)
