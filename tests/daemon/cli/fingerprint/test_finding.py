from __future__ import annotations

import os
from pathlib import Path

import pytest

from daemon.cli.fingerprint.finding import Found, PathMissing, PathUnreadable, find

PATIENCE_S = 30.0


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder with everything that may lie in one."""
    (tmp_path / "shelf" / "Quiet Orchard.mkv" / "inner").mkdir(parents=True)
    shelf = tmp_path / "shelf"
    for name in (
        "b.MP4",
        "a.jpg",
        "notes.txt",
        "Quiet Orchard.mkv/c.webm",
        "Quiet Orchard.mkv/inner/d.PNG",
        "half.mp4.part",
        "._b.mp4",
    ):
        (shelf / name).write_bytes(b"content")
    (shelf / "@eaDir").mkdir()
    (shelf / "@eaDir" / "thumb.jpg").touch()
    return shelf


async def found_in(*paths: Path) -> list[Found]:
    return [found async for found in find(paths, patience_s=PATIENCE_S)]


async def test_folder_gives_videos_and_pictures_in_the_order_of_their_names(shelf: Path) -> None:
    found = await found_in(shelf)

    names = [str(each.path.relative_to(shelf)) for each in found]
    assert names == ["Quiet Orchard.mkv/c.webm", "Quiet Orchard.mkv/inner/d.PNG", "a.jpg", "b.MP4"]
    assert not any(each.is_named or each.error for each in found)
    assert [each.has_picture_name for each in found] == [False, True, True, False]


async def test_named_file_is_taken_whatever_it_is_called(shelf: Path) -> None:
    paths = [shelf / "notes.txt", shelf / "half.mp4.part"]

    assert await found_in(*paths) == [Found(path=path, is_named=True) for path in paths]


async def test_file_that_is_named_twice_is_taken_once(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shelf)

    found = await found_in(Path("b.MP4"), shelf / "inner" / ".." / "b.MP4", shelf)

    assert [each.path.name for each in found] == ["b.MP4", "c.webm", "d.PNG", "a.jpg"]


async def test_links_to_files_are_taken_and_links_to_folders_only_when_named(
    shelf: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "loop.mp4").symlink_to(other)
    (other / "linked.mp4").symlink_to(shelf / "b.MP4")
    (other / "nowhere.mp4").symlink_to(tmp_path / "gone")
    (other / "round.mp4").symlink_to("round.mp4")
    (other / "round").symlink_to("round")
    (other / "folder").symlink_to(shelf)

    names = [each.path.name for each in await found_in(other)]
    below = [each.path.name for each in await found_in(other / "folder")]

    assert names == ["linked.mp4", "nowhere.mp4", "round.mp4"]
    assert len(below) == 4


async def test_what_is_not_there_costs_only_itself(shelf: Path) -> None:
    missing, through_file = shelf / "gone.mp4", shelf / "b.MP4" / "gone.mp4"

    first, second, third = await found_in(missing, through_file, shelf / "b.MP4")

    assert isinstance(first.error, PathMissing)
    assert isinstance(second.error, PathMissing)
    assert str(missing) in str(first.error)
    assert third.error is None


async def test_what_cannot_be_looked_at_costs_only_itself(shelf: Path) -> None:
    long = shelf / ("x" * 300)

    first, *others = await found_in(long, shelf)

    assert isinstance(first.error, PathUnreadable)
    assert "File name too long" in str(first.error)
    assert len(others) == 4


async def test_names_of_any_bytes_are_found(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9 \xff.mp4")
    (tmp_path / name).touch()

    assert [each.path.name for each in await found_in(tmp_path)] == [name]
