from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import anyio
import pytest

from daemon.cli.fingerprint.backlog import Backlog
from daemon.cli.fingerprint.finding import Found, PathMissing
from daemon.media.storage import Disk, DiskKind, Storage

pytestmark = pytest.mark.anyio

A, B = Disk("sda", DiskKind.SPINNING), Disk("sdb", DiskKind.SPINNING)
DISKS = {
    "a": frozenset({A}),
    "b": frozenset({B}),
    "raid": frozenset({A, B}),
    "solid": frozenset({Disk("nvme0n1", DiskKind.SOLID)}),
}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Shelves:
    """Files lie on the disk that their folder is called after."""

    def __init__(self) -> None:
        self.looks: list[Path] = []

    async def look(self, folder: Path) -> frozenset[Disk]:
        self.looks.append(folder)
        return DISKS[folder.name]


async def backlog_of(*paths: str, shelves: Shelves | None = None) -> Backlog:
    """Return a backlog of these files, and no more to come."""
    backlog = Backlog(Storage(), (shelves or Shelves()).look)
    for path in paths:
        await backlog.add(Found(path=Path(path)))
    backlog.end()
    return backlog


async def next_of(backlog: Backlog, held: AsyncExitStack) -> str | None:
    """Return the next file, or None where it would have to be waited for, or there is none."""
    with anyio.move_on_after(0.05):
        found = await held.enter_async_context(backlog.turn())
        return str(found.path) if found else None
    return None


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["a/1", "a/2", "a/3", "b/1", "b/2", "solid/1", "solid/2"], "a/1 b/1 solid/1 solid/2"),
        (["raid/1", "a/1", "b/1", "solid/1"], "raid/1 solid/1"),
        (["b/1", "raid/1", "a/1"], "b/1 a/1"),
        (["solid/2", "a/1", "solid/1"], "solid/2 a/1 solid/1"),
        ([], ""),
    ],
)
async def test_files_are_given_out_as_found_where_disks_have_room(
    paths: list[str], expected: str
) -> None:
    backlog = await backlog_of(*paths)

    async with AsyncExitStack() as held:
        given = [await next_of(backlog, held) for _ in paths]

    assert " ".join(filter(None, given)) == expected


async def test_disk_is_free_again_after_a_turn_however_it_ends() -> None:
    backlog = await backlog_of("a/1", "a/2", "a/3")

    with pytest.raises(ValueError, match="a knot"):
        async with backlog.turn():
            raise ValueError("a knot")
    given: list[Path | None] = []
    for _ in range(3):
        async with backlog.turn() as found:
            given.append(found.path if found else None)

    assert given == [Path("a/2"), Path("a/3"), None]


async def test_whoever_waits_gets_the_file_that_comes_or_hears_of_the_end() -> None:
    backlog = Backlog(Storage(), Shelves().look)
    given: list[Path | None] = []

    async def take() -> None:
        async with backlog.turn() as found:
            given.append(found.path if found else None)

    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(take)
        await anyio.wait_all_tasks_blocked()
        await backlog.add(Found(path=Path("a/1")))
        await anyio.wait_all_tasks_blocked()
        assert given == [Path("a/1")]
        backlog.end()

    assert given == [Path("a/1"), None, None]


async def test_each_folder_is_looked_up_once() -> None:
    shelves = Shelves()

    await backlog_of("a/1", "a/2", "b/1", "a/3", shelves=shelves)

    assert shelves.looks == [Path("a"), Path("b")]


async def test_path_with_an_error_waits_for_no_disk() -> None:
    shelves = Shelves()
    backlog = await backlog_of("a/1", "a/2", shelves=shelves)
    gone = Found(path=Path("gone/1"), error=PathMissing(Path("gone/1")))
    await backlog.add(gone)

    async with backlog.turn() as first, backlog.turn() as second:
        assert first is not None
        assert (first.path, second) == (Path("a/1"), gone)

    assert shelves.looks == [Path("a")]
