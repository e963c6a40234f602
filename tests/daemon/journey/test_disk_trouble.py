"""Disks that refuse: one line says so, nothing is lost, and all is done when they take it again."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rules.journey import FileState
from store.outbox import Errand
from tests.daemon.ground import NAME, Ground
from tests.daemon.journey.pictures import PictureBench

pytestmark = pytest.mark.anyio

EVERYTHING = {".mkv", ".nfo", ".png"}


@pytest.fixture
def bench(ground: Ground) -> PictureBench:
    return PictureBench(ground)


def mounted(folder: Path, options: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", options, "none", str(folder)]
    if os.geteuid() != 0:
        return False
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603 - our own words


def remount(folder: Path, options: str) -> None:
    command = ["mount", "-o", f"remount,{options}", str(folder)]
    subprocess.run(command, check=True)  # noqa: S603 - our own words


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    if not mounted(folder, "size=12m"):
        pytest.skip("only a super-user who may mount can have a disk that is full")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S603, S607 - our own words


def fill(disk: Path, *, leave_bytes: int) -> None:
    status = os.statvfs(disk)
    free_bytes = status.f_bavail * status.f_frsize
    (disk / "filler.mkv").write_bytes(bytes(free_bytes - leave_bytes))


def empty(disk: Path) -> None:
    (disk / "filler.mkv").unlink()


async def become_done(bench: PictureBench) -> None:
    """Let what is owed be tried again, as often as it takes within reason."""
    for _ in range(3):
        bench.ground.clock.pass_s(2 * 3600)
        await bench.work()


async def test_full_disk_is_told_in_a_line_and_done_when_there_is_room(
    ground: Ground, bench: PictureBench
) -> None:
    with small_disk(ground.root) as disk:
        file, _ = await bench.accepted()
        fill(disk, leave_bytes=0)

        for _ in range(3):
            await bench.work()
            ground.clock.pass_s(3600)

        (line,) = bench.log.lines
        assert line[0] == "sidecar.failed"
        assert "No space left on device; free some space; doorman tries again" in str(line[1])
        assert bench.beside() == {".mkv"}
        assert bench.elsewhere.asked == []  # nothing is fetched that cannot be written
        empty(disk)
        await become_done(bench)
        assert bench.beside() == EVERYTHING
        assert (await ground.file(file.id)).state is FileState.DONE


async def test_read_only_disk_is_told_in_a_line_and_done_when_it_takes_writing(
    ground: Ground, bench: PictureBench
) -> None:
    with small_disk(ground.root) as disk:
        await bench.accepted()
        remount(disk, "ro")

        for _ in range(2):
            await bench.work()
            ground.clock.pass_s(3600)

        (line,) = bench.log.lines
        assert "Read-only file system; mount it for writing" in str(line[1])
        remount(disk, "rw")
        await become_done(bench)
        assert bench.beside() == EVERYTHING


async def test_video_that_vanished_is_told_in_a_line_and_done_when_it_is_back(
    ground: Ground, bench: PictureBench
) -> None:
    file, _ = await bench.accepted()
    away = ground.rename(file, "../away.mkv")

    for _ in range(3):
        await bench.work()
        ground.clock.pass_s(3600)

    (line,) = bench.log.lines
    assert "check that the disk is mounted" in str(line[1])
    assert bench.beside() == set()
    away.rename(file.path)
    await become_done(bench)
    assert bench.beside() == EVERYTHING


async def test_folder_that_was_renamed_meanwhile_gets_it_all_at_its_new_place(
    ground: Ground, bench: PictureBench
) -> None:
    file, _ = await bench.accepted(f"Lakes/{NAME}")
    (ground.root / "Lakes").rename(ground.root / "Rivers")

    await bench.work()

    (line,) = bench.log.lines
    assert "check that the disk is mounted" in str(line[1])
    assert not (ground.root / "Lakes").exists()
    await bench.note_moved(file, ground.root / "Rivers" / NAME)
    await become_done(bench)
    assert bench.beside("Rivers") == EVERYTHING
    assert not (ground.root / "Lakes").exists()


async def test_picture_for_which_no_room_is_left_keeps_no_nfo_from_being_written(
    ground: Ground, bench: PictureBench
) -> None:
    with small_disk(ground.root) as disk:
        await bench.accepted()
        fill(disk, leave_bytes=1 << 20)

        await bench.work()

        assert bench.beside() == {".mkv", ".nfo"}
        (owed,) = await ground.owed(Errand.ARTWORK)
        assert "free some space" in (owed.last_error or "")
        assert [event for event, _ in bench.log.lines] == ["pictures.waiting"]
        empty(disk)
        await become_done(bench)
        assert bench.beside() == EVERYTHING
