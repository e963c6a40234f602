"""A file gets another name in one step or not at all, and no other file is ever lost for it."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.disk.errors import LibraryFolderGone
from daemon.disk.name_moving import (
    NameTaken,
    OtherDisk,
    Rename,
    RenameUnsupported,
    link_new,
    move_name,
    rename_new,
)


def answering(number: int) -> Rename:
    """Return a rename that fails like that."""

    def rename(_: int, name: str, __: int, ___: str) -> None:
        raise OSError(number, os.strerror(number), name)

    return rename


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "a.mkv").write_text("a film")
    opened = os.open(tmp_path, os.O_RDONLY)
    yield opened
    os.close(opened)


WAYS = pytest.mark.parametrize(
    "rename", [rename_new, answering(errno.EINVAL), answering(errno.ENOSYS)]
)


@WAYS
def test_a_file_gets_its_name(folder: int, tmp_path: Path, rename: Rename) -> None:
    move_name(folder, tmp_path / "a.mkv", folder, tmp_path / "b.mkv", rename=rename)

    assert os.listdir(folder) == ["b.mkv"]
    assert (tmp_path / "b.mkv").read_text() == "a film"
    assert (tmp_path / "b.mkv").stat().st_nlink == 1


@WAYS
def test_a_name_that_is_taken_stays_whoseever_it_is(
    folder: int, tmp_path: Path, rename: Rename
) -> None:
    (tmp_path / "b.mkv").write_text("another")

    with pytest.raises(NameTaken, match=r"b\.mkv is there already and is never written over"):
        move_name(folder, tmp_path / "a.mkv", folder, tmp_path / "b.mkv", rename=rename)

    assert (tmp_path / "a.mkv").read_text() == "a film"
    assert (tmp_path / "b.mkv").read_text() == "another"


def test_a_disk_that_is_another_is_told(folder: int, tmp_path: Path) -> None:
    with pytest.raises(OtherDisk, match="on another disk, and nothing is copied"):
        move_name(
            folder,
            tmp_path / "a.mkv",
            folder,
            tmp_path / "b.mkv",
            rename=answering(errno.EXDEV),
        )


def test_a_file_system_that_can_do_neither_is_left_alone(folder: int, tmp_path: Path) -> None:
    def link(source: int, name: str, target: int, new_name: str) -> None:
        del source, target, new_name
        raise OSError(errno.EPERM, os.strerror(errno.EPERM), name)

    with pytest.raises(RenameUnsupported, match="neither RENAME_NOREPLACE nor hard links"):
        move_name(
            folder,
            tmp_path / "a.mkv",
            folder,
            tmp_path / "b.mkv",
            rename=answering(errno.EINVAL),
            link=link,
        )

    assert os.listdir(folder) == ["a.mkv"]


@pytest.mark.parametrize("rename", [rename_new, link_new, answering(errno.ENOSYS)])
def test_a_file_that_is_gone_is_told(folder: int, tmp_path: Path, rename: Rename) -> None:
    with pytest.raises(LibraryFolderGone):
        move_name(folder, tmp_path / "gone.mkv", folder, tmp_path / "b.mkv", rename=rename)
