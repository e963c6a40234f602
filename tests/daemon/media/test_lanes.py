from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path, PurePath

import anyio
import pytest
from anyio.lowlevel import checkpoint

from daemon.media.lanes import Lanes
from daemon.media.storage import Disk, DiskKind, Storage

DISKS = {
    "a": frozenset({Disk("sda", DiskKind.SPINNING)}),
    "b": frozenset({Disk("sdb", DiskKind.SPINNING)}),
    "raid": frozenset({Disk("sda", DiskKind.SPINNING), Disk("sdb", DiskKind.SPINNING)}),
    "solid": frozenset({Disk("nvme0n1", DiskKind.SOLID)}),
    "share": frozenset({Disk("nfs4 nas:/films", DiskKind.UNKNOWN)}),
}


class Shelves(Storage):
    """Files lie on the disk that they are called after."""

    def disks_of(self, path: PurePath, device: int | None) -> frozenset[Disk]:
        del device
        return DISKS[path.stem]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in DISKS:
        (tmp_path / f"{name}.mkv").touch()
    return tmp_path


async def is_free(lanes: Lanes, path: Path) -> bool:
    """Tell whether a file would be read at once."""
    with anyio.move_on_after(0.2):
        async with lanes.reading(path):
            return True
    return False


@pytest.mark.parametrize(
    ("held", "free"),
    [
        (["a"], ["b", "solid", "share"]),
        (["b"], ["a", "solid", "share"]),
        (["raid"], ["solid", "share"]),
        (["a", "b"], ["solid", "share"]),
        (["share"], ["a", "b", "raid", "solid", "share"]),
        (["share", "share"], ["a", "b", "raid", "solid"]),
        (["solid"] * 5, ["a", "b", "raid", "solid", "share"]),
    ],
)
async def test_file_waits_for_its_own_disks_only(
    folder: Path, held: list[str], free: list[str]
) -> None:
    lanes = Lanes(Shelves())

    async with AsyncExitStack() as stack:
        for name in held:
            await stack.enter_async_context(lanes.reading(folder / f"{name}.mkv"))
        found = [name for name in DISKS if await is_free(lanes, folder / f"{name}.mkv")]

    assert sorted(found) == sorted(free)
    assert all([await is_free(lanes, folder / f"{name}.mkv") for name in DISKS])


async def test_as_many_as_allowed_read_from_a_spinning_disk(folder: Path) -> None:
    lanes = Lanes(Shelves(readers_of_spinning=2))

    async with lanes.reading(folder / "a.mkv"):
        assert await is_free(lanes, folder / "a.mkv")
        async with lanes.reading(folder / "a.mkv"):
            assert not await is_free(lanes, folder / "a.mkv")


async def test_many_files_on_crossing_disks_are_all_read_and_never_two_at_once(
    folder: Path,
) -> None:
    lanes = Lanes(Shelves())
    reading: dict[str, int] = dict.fromkeys(("sda", "sdb"), 0)
    most = dict(reading)

    async def read(name: str) -> None:
        async with lanes.reading(folder / f"{name}.mkv"):
            for disk in DISKS[name]:
                reading[disk.name] += 1
                most[disk.name] = max(most[disk.name], reading[disk.name])
            await checkpoint()
            for disk in DISKS[name]:
                reading[disk.name] -= 1

    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                for name in ("a", "raid", "b"):
                    tasks.start_soon(read, name)

    assert most == {"sda": 1, "sdb": 1}


async def test_who_gives_up_waiting_leaves_nothing_held(folder: Path) -> None:
    lanes = Lanes(Shelves())

    async with lanes.reading(folder / "b.mkv"):
        assert not await is_free(lanes, folder / "raid.mkv")  # it got sda, and waited for sdb
        assert await is_free(lanes, folder / "a.mkv")


async def test_file_that_is_not_there_waits_for_nothing(folder: Path) -> None:
    lanes = Lanes(Storage())

    assert await is_free(lanes, folder / "missing.mkv")
    assert await is_free(lanes, folder / "zero\0byte.mkv")


@contextmanager
def hanging() -> Iterator[Path]:
    """Offer a path whose look takes until the block ends."""
    over = threading.Event()

    class Hanging(type(Path())):  # type: ignore[misc]  # the class of paths here
        def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
            over.wait(60)
            return os.stat(self, follow_symlinks=follow_symlinks)  # noqa: PTH116  # it is that

    try:
        yield Hanging("/share.mkv")
    finally:
        over.set()


async def test_share_that_does_not_answer_is_looked_up_by_its_path() -> None:
    lanes = Lanes(Shelves(), look_s=0.05)

    with hanging() as path:
        async with lanes.reading(path), lanes.reading(path):
            assert not await is_free(lanes, path)
