from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import PurePath

import pytest

from daemon.journey.room import choose
from daemon.media.storage import Disk, DiskKind, Storage
from rules.journey import FileState
from store.files import FileRecord
from tests.daemon.ground import Ground

DISKS = {
    1: frozenset({Disk("sda", DiskKind.SPINNING)}),
    2: frozenset({Disk("sdb", DiskKind.SPINNING)}),
    3: frozenset({Disk("sda", DiskKind.SPINNING), Disk("sdb", DiskKind.SPINNING)}),
    4: frozenset({Disk("nvme0n1", DiskKind.SOLID)}),
    5: frozenset({Disk("nfs4 nas:/films", DiskKind.UNKNOWN)}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelves(Storage):
    """Each file system of a small number has its disks."""

    def disks_of(self, path: PurePath, device: int | None) -> frozenset[Disk]:
        del path
        assert device is not None
        return DISKS[device]


async def add(ground: Ground, devices: list[int]) -> list[FileRecord]:
    """Add settled files, one after the other, each on a file system of that number."""
    added = []
    for index, device in enumerate(devices):
        file = await ground.add(f"Reel {index}.mkv", FileState.SETTLED)
        await ground.set_device(file, device)
        added.append(await ground.file(file.id))
        ground.clock.pass_s(1)
    return added


async def chosen(
    ground: Ground, *, hands: int, in_hand: frozenset[int], readers: int = 1
) -> list[FileRecord]:
    choice = partial(
        choose,
        storage=Shelves(readers_of_spinning=readers),
        states=(FileState.SETTLED,),
        now_s=ground.clock(),
        hands=hands,
        in_hand=in_hand,
    )
    return await ground.database.read(choice)


@pytest.mark.parametrize(
    ("devices", "hands", "expected"),
    [
        ([1, 1, 1, 1], 4, [0]),
        ([1, 1, 2, 1, 2], 4, [0, 2]),
        ([1, 1, 1, 4, 4, 4], 3, [0, 3, 4]),
        ([3, 1, 2, 4], 4, [0, 3]),
        ([1, 3, 2], 4, [0, 2]),
        ([5, 5, 5, 1], 4, [0, 1, 3]),
        ([4, 4, 4], 2, [0, 1]),
        ([], 2, []),
    ],
)
async def test_files_are_chosen_oldest_first_where_disks_have_room(
    ground: Ground, devices: list[int], hands: int, expected: list[int]
) -> None:
    added = await add(ground, devices)

    found = await chosen(ground, hands=hands, in_hand=frozenset())

    assert found == [added[index] for index in expected]


@pytest.mark.parametrize(
    ("held", "expected"),
    [([0], [2]), ([0, 2], [4]), ([0, 2, 4], [5]), ([0, 4, 5], [2]), ([2, 4, 5], [0])],
)
async def test_one_is_chosen_for_each_hand_that_is_free_and_one_where_none_is(
    ground: Ground, held: list[int], expected: list[int]
) -> None:
    added = await add(ground, [1, 1, 2, 2, 4, 4])
    in_hand = frozenset(added[index].id for index in held)

    found = await chosen(ground, hands=len(held) + 1, in_hand=in_hand)
    waiting = await chosen(ground, hands=len(held), in_hand=in_hand)

    assert found == waiting == [added[index] for index in expected]


async def test_nothing_is_chosen_while_all_disks_are_busy(ground: Ground) -> None:
    added = await add(ground, [1, 1, 3, 2])

    assert await chosen(ground, hands=4, in_hand=frozenset({added[2].id})) == []


async def test_more_are_read_from_a_spinning_disk_where_that_is_wanted(ground: Ground) -> None:
    added = await add(ground, [1, 1, 1])

    assert await chosen(ground, hands=4, in_hand=frozenset(), readers=2) == added[:2]


async def test_file_in_hand_that_is_forgotten_meanwhile_holds_no_disk(ground: Ground) -> None:
    added = await add(ground, [1])

    assert await chosen(ground, hands=4, in_hand=frozenset({added[0].id + 99})) == added
