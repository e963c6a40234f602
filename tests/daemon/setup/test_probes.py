from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from daemon.setup.probes import (
    folder_problem,
    home_problem,
    is_empty,
    is_open_to_others,
    socket_problem,
    store_problem,
    write_problem,
)

needs_other_user = pytest.mark.skipif(os.geteuid() == 0, reason="root may do everything")


def test_folder_that_can_be_listed_has_no_problem(tmp_path: Path) -> None:
    assert folder_problem(tmp_path) is None


def test_missing_folder_is_told_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert folder_problem(tmp_path / "none") == (
        f"there is no folder {tmp_path}/none; create it, mount its drive, or correct the path"
    )
    assert folder_problem(tmp_path / "file") == (
        f"{tmp_path}/file is no folder; name the folder that holds the files"
    )


def test_link_in_a_circle_is_told(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)

    assert folder_problem(loop) == (
        f"{loop} cannot be listed (Too many levels of symbolic links); check its drive or share"
    )


@needs_other_user
def test_folder_that_may_not_be_listed_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o300)

    assert folder_problem(tmp_path) == (
        f"{tmp_path} may not be listed; give the user that doorman runs as r and x on it"
    )


def test_empty_folder_is_told(tmp_path: Path) -> None:
    assert is_empty(tmp_path)

    (tmp_path / "file").touch()

    assert not is_empty(tmp_path)


def test_test_of_writing_leaves_nothing_behind(tmp_path: Path) -> None:
    assert write_problem(tmp_path) is None
    assert is_empty(tmp_path)


def test_folder_that_takes_no_files_is_told() -> None:
    problem = write_problem(Path("/proc"))

    assert problem is not None
    assert problem.startswith("nothing can be written into /proc (")
    assert problem.endswith("; let the user that doorman runs as write there")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
def test_full_and_read_only_disks_are_told_and_left_clean(tmp_path: Path) -> None:
    if subprocess.run(_mount(tmp_path, "size=4k,nr_inodes=4"), check=False).returncode:  # noqa: S603
        pytest.skip("mounting is not allowed here")
    try:
        (tmp_path / "filler").write_bytes(b"x" * 4096)
        full = write_problem(tmp_path)
        left = sorted(path.name for path in tmp_path.iterdir())
        subprocess.run(_mount(tmp_path, "remount,ro"), check=True)  # noqa: S603
        read_only = write_problem(tmp_path)
    finally:
        subprocess.run(["/bin/umount", tmp_path], check=True)  # noqa: S603

    assert full == (
        f"nothing can be written into {tmp_path} (No space left on device); free some space"
    )
    assert left == ["filler"]
    assert read_only == (
        f"nothing can be written into {tmp_path} (Read-only file system); "
        "mount it writable; for the service, also list it in ReadWritePaths"
    )


def _mount(folder: Path, options: str) -> list[str]:
    return ["/bin/mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]


def test_file_may_have_its_home_made(tmp_path: Path) -> None:
    assert home_problem(tmp_path / "a" / "b" / "doorman.duckdb") is None
    assert is_empty(tmp_path)


def test_home_below_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert home_problem(tmp_path / "file" / "doorman.duckdb") == (
        f"{tmp_path}/file is no folder; name the folder that holds the files"
    )


def test_store_may_be_there_or_not(tmp_path: Path) -> None:
    store = tmp_path / "doorman.duckdb"
    assert store_problem(store) is None

    store.touch()

    assert store_problem(store) is None


def test_folder_is_no_store(tmp_path: Path) -> None:
    assert store_problem(tmp_path) == (
        f"{tmp_path} is no file; name the file that the store is to be"
    )


@needs_other_user
def test_store_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    store = tmp_path / "doorman.duckdb"
    store.touch(mode=0o400)

    assert store_problem(store) == (
        f"{store} may not be written; let the user that doorman runs as own it"
    )


def test_socket_may_be_there_or_not(tmp_path: Path) -> None:
    path = tmp_path / "s"
    assert socket_problem(path) is None

    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))

        assert socket_problem(path) is None


def test_file_is_no_socket(tmp_path: Path) -> None:
    path = tmp_path / "doorman.sock"
    path.touch()

    assert socket_problem(path) == (
        f"{path} is there and is no socket; remove it, or name another path"
    )


def test_path_of_a_socket_has_a_length_that_the_system_takes() -> None:
    longest = Path("/tmp") / ("s" * 102)  # noqa: S108 - only looked at
    too_long = Path("/tmp") / ("s" * 103)  # noqa: S108 - likewise

    assert socket_problem(longest) is None
    assert socket_problem(too_long) == (
        f"{too_long} has 108 bytes, a socket's path at most 107; shorten it"
    )
    with socket.socket(socket.AF_UNIX) as server, pytest.raises(OSError, match="too long"):
        server.bind(str(too_long))


@pytest.mark.parametrize("mode", [0o644, 0o606, 0o602])
def test_file_is_open_to_others_by_its_mode(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    path.touch()
    path.chmod(mode)

    assert is_open_to_others(path)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o601])
def test_file_for_owner_and_group_is_kept_from_others(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    path.touch()
    path.chmod(mode)

    assert not is_open_to_others(path)


def test_missing_file_is_open_to_nobody(tmp_path: Path) -> None:
    assert not is_open_to_others(tmp_path / "none")
