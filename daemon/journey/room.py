"""Choose files that can be read now: a queue for one slow disk holds up no other disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import PurePath
from typing import Protocol

from daemon.media.storage import Disk, Storage
from rules.journey import FileState
from store import files
from store.database import Connection
from store.files import FileRecord


class Placed(Protocol):
    """Something that is to be read."""

    @property
    def path(self) -> PurePath:
        """Return where it is."""

    @property
    def device(self) -> int | None:
        """Return the number of its file system, if known."""


class Room:
    """How many more files may be read from each disk, beside those in hand."""

    def __init__(self, storage: Storage, in_hand: Iterable[Placed]) -> None:
        """Count what is in hand."""
        self._storage = storage
        self._readers = Counter(disk for file in in_hand for disk in self._disks_of(file))
        self.full_devices: set[int] = set()
        """Numbers of file systems that a file was turned away from."""

    def admit(self, file: Placed) -> bool:
        """Take a file in hand if all its disks have room for it; tell whether they had.

        One whose file system is unknown is never turned away here: the pool lets it wait.
        """
        disks = self._disks_of(file)
        if file.device is not None and not all(map(self._has_room, disks)):
            self.full_devices.add(file.device)
            return False

        self._readers.update(disks)
        return True

    def _disks_of(self, file: Placed) -> frozenset[Disk]:
        return self._storage.disks_of(file.path, file.device)

    def _has_room(self, disk: Disk) -> bool:
        readers = self._storage.readers_of(disk)
        return readers is None or self._readers[disk] < readers


def choose(
    connection: Connection,
    *,
    storage: Storage,
    states: Collection[FileState],
    now_s: float,
    hands: int,
    in_hand: frozenset[int],
) -> list[FileRecord]:
    """Return files to be read now, oldest first, that every disk has room for.

    As many as there are free hands, one where there is none: it waits at the door, and any more
    would have been chosen before it was known which disk is free next.
    """
    held = [file for number in in_hand if (file := files.get(connection, number))]
    room = Room(storage, held)
    chosen: list[FileRecord] = []
    wanted = max(hands - len(in_hand), 1)
    while len(chosen) < wanted:
        found = files.ready_for(
            connection,
            states,
            now_s=now_s,
            limit=wanted - len(chosen),
            without=in_hand | {file.id for file in chosen},
            off_devices=room.full_devices,
        )
        if not found:
            break

        chosen += [file for file in found if room.admit(file)]
    return chosen
