import os
from pathlib import Path

import pytest

from store.errors import StoreHeld, StoreUnreachable
from store.hold import lock_path, take_hold


def test_the_holder_leaves_its_number_for_others(tmp_path: Path) -> None:
    path = tmp_path / "doorman.duckdb"
    descriptor = take_hold(path)

    assert lock_path(path) == tmp_path / "doorman.duckdb.lock"
    assert lock_path(path).read_text() == f"{os.getpid()}\n"
    with pytest.raises(StoreHeld) as refused:
        take_hold(path)
    assert refused.value.holder_pid == os.getpid()
    os.close(descriptor)


def test_a_longer_number_of_an_earlier_holder_goes(tmp_path: Path) -> None:
    path = tmp_path / "doorman.duckdb"
    lock_path(path).write_text("99999999999999999999\n")

    os.close(take_hold(path))

    assert lock_path(path).read_text() == f"{os.getpid()}\n"


def test_a_holder_that_has_not_left_its_number_yet_is_somebody(tmp_path: Path) -> None:
    path = tmp_path / "doorman.duckdb"
    descriptor = take_hold(path)
    lock_path(path).write_text("")

    with pytest.raises(StoreHeld, match="held by another process"):
        take_hold(path)
    os.close(descriptor)


def test_letting_go_lets_the_next_one_in(tmp_path: Path) -> None:
    path = tmp_path / "doorman.duckdb"
    os.close(take_hold(path))

    os.close(take_hold(path))


def test_the_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "doorman.duckdb"

    os.close(take_hold(path))

    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_place_where_no_folder_can_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a file")

    with pytest.raises(StoreUnreachable, match="cannot be reached"):
        take_hold(tmp_path / "a" / "doorman.duckdb")
