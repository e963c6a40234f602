"""A hoard of any files: what sheets and pictures are kept by, without what either adds."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.disk.hoard import Hoard

BUDGET_BYTES = 1000
NAME = re.compile(r"[0-9a-f]{2}[0-9a-z]{2}")
ONE, TWO, THREE, FOUR = "ab01", "ab02", "cd03", "cd04"
AMPLE_BYTES = 10**6


class Clock:
    """Goes on by a second with each look at it."""

    def __init__(self) -> None:
        self.at_s = 1_000_000.0

    def __call__(self) -> float:
        self.at_s += 1
        return self.at_s


def hoard_in(folder: Path, clock: Clock | None = None) -> Hoard:
    return Hoard(folder / "hoard", name=NAME, budget_bytes=BUDGET_BYTES, now_s=clock or Clock())


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_what_is_kept_is_read_again_and_only_by_its_name(tmp_path: Path) -> None:
    hoard = hoard_in(tmp_path)
    hoard.keep(ONE, b"a pier")
    hoard.keep(TWO, b"")

    assert hoard.read(ONE, most_bytes=AMPLE_BYTES) == b"a pier"
    assert hoard.read(TWO, most_bytes=AMPLE_BYTES) == b""
    assert hoard.read(THREE, most_bytes=AMPLE_BYTES) is None
    assert [hoard.has(name) for name in (ONE, TWO, THREE)] == [True, False, False]


def test_nothing_is_made_before_the_first_file_nor_can_others_look_at_it(tmp_path: Path) -> None:
    hoard = hoard_in(tmp_path)
    assert hoard.read(ONE, most_bytes=AMPLE_BYTES) is None
    assert list(tmp_path.iterdir()) == []

    hoard.keep(ONE, b"a pier")

    path = hoard.path_of(ONE)
    assert path == tmp_path / "hoard" / "ab" / ONE
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent, tmp_path / "hoard")]
    assert modes == [0o600, 0o700, 0o700]


@pytest.mark.parametrize("name", ["", "ab", "../ab01", "ab/1", "xy01", "ab01x", "AB01"])
def test_a_name_that_leads_elsewhere_is_refused_by_all(tmp_path: Path, name: str) -> None:
    hoard = hoard_in(tmp_path)

    for act in (hoard.has, hoard.forget, hoard.path_of):
        with pytest.raises(ValueError, match="is no name of a file that is kept here"):
            act(name)
    with pytest.raises(ValueError, match="is no name"):
        hoard.keep(name, b"a pier")
    with pytest.raises(ValueError, match="is no name"):
        hoard.read(name, most_bytes=AMPLE_BYTES)
    assert list(tmp_path.iterdir()) == []


def test_what_is_larger_than_anything_kept_is_none_and_goes(tmp_path: Path) -> None:
    hoard = hoard_in(tmp_path)
    hoard.keep(ONE, bytes(101))

    assert hoard.read(ONE, most_bytes=101) == bytes(101)
    assert hoard.read(ONE, most_bytes=100) is None
    assert names_in(tmp_path) == []


def test_over_budget_what_was_not_used_for_longest_goes(tmp_path: Path) -> None:
    clock = Clock()
    hoard = hoard_in(tmp_path, clock)
    for name in (ONE, TWO, THREE):
        hoard.keep(name, bytes(300))
    hoard.read(ONE, most_bytes=AMPLE_BYTES)

    hoard.keep(FOUR, bytes(300))

    assert names_in(tmp_path) == [ONE, THREE, FOUR]  # 900 bytes: nine tenths of the budget
    assert hoard.room().left_bytes == 0
    assert hoard_in(tmp_path, clock).room() == hoard.room()


def test_forgetting_makes_room_and_what_is_not_there_may_be_forgotten(tmp_path: Path) -> None:
    hoard = hoard_in(tmp_path)
    hoard.keep(ONE, bytes(600))
    hoard.forget(TWO)
    hoard.forget(ONE)
    hoard.forget(ONE)

    for name in (TWO, THREE):
        hoard.keep(name, bytes(500))

    assert names_in(tmp_path) == [TWO, THREE]


def test_a_later_file_of_a_name_takes_the_room_of_the_earlier_only(tmp_path: Path) -> None:
    hoard = hoard_in(tmp_path)
    hoard.keep(ONE, bytes(500))
    for length_bytes in (400, 499, 500):
        hoard.keep(TWO, bytes(length_bytes))

    assert names_in(tmp_path) == [ONE, TWO]
    assert hoard.room().sizes == {ONE: 500, TWO: 500}


def test_what_others_put_there_neither_counts_nor_goes(tmp_path: Path) -> None:
    hoard = hoard_in(tmp_path)
    hoard.keep(ONE, bytes(10))
    folder = tmp_path / "hoard"
    outside = tmp_path / "outside"
    outside.write_bytes(bytes(5000))
    (folder / "ab" / "letter.txt").write_bytes(bytes(5000))
    (folder / "ab" / FOUR).symlink_to(outside)
    (folder / "notes").mkdir()
    (folder / "notes" / TWO).write_bytes(bytes(5000))
    again = hoard_in(tmp_path)

    again.keep(TWO, bytes(980))

    assert again.room().sizes == {ONE: 10, TWO: 980}
    assert (folder / "ab" / "letter.txt").exists()
    assert (folder / "notes" / TWO).exists()
    assert outside.stat().st_size == 5000


def test_the_time_of_use_is_ours_and_not_that_of_the_disk(tmp_path: Path) -> None:
    clock = Clock()
    hoard = hoard_in(tmp_path, clock)
    hoard.keep(ONE, b"a pier")
    kept_at_s = hoard.path_of(ONE).stat().st_mtime

    hoard.read(ONE, most_bytes=AMPLE_BYTES)

    assert (kept_at_s, hoard.path_of(ONE).stat().st_mtime) == (clock.at_s - 1, clock.at_s)


def test_several_threads_keep_within_the_budget_together(tmp_path: Path) -> None:
    hoard = hoard_in(tmp_path)

    def keep(letter: str) -> None:
        for digit in "0123456789":
            hoard.keep(f"a{digit}{letter}0", bytes(90))

    threads = [Thread(target=keep, args=(letter,)) for letter in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    room = hoard.room()
    assert sum(room.sizes.values()) <= BUDGET_BYTES
    assert set(names_in(tmp_path)) == set(room.sizes)


def test_a_folder_that_cannot_be_is_told_and_nothing_is_had(tmp_path: Path) -> None:
    (tmp_path / "hoard").write_bytes(b"a file in its place")
    hoard = hoard_in(tmp_path)

    with pytest.raises(OSError, match="hoard"):
        hoard.keep(ONE, b"a pier")
    assert hoard.read(ONE, most_bytes=AMPLE_BYTES) is None
    assert hoard.room().sizes == {}


def test_a_name_whose_place_a_folder_took_is_none(tmp_path: Path) -> None:
    hoard = hoard_in(tmp_path)
    hoard.path_of(ONE).mkdir(parents=True)

    hoard.forget(ONE)

    assert not hoard.has(ONE)
    assert hoard.read(ONE, most_bytes=AMPLE_BYTES) is None
    assert hoard.path_of(ONE).is_dir()


@settings(max_examples=20)
@given(st.lists(st.tuples(st.sampled_from([ONE, TWO, THREE, FOUR]), st.integers(0, 600))))
def test_whatever_is_kept_and_forgotten_the_last_is_there_and_the_budget_holds(
    tmp_path_factory: pytest.TempPathFactory, kept: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("law")
    hoard = hoard_in(folder)
    for name, length_bytes in kept:
        if length_bytes:
            hoard.keep(name, os.urandom(1) * length_bytes)
            assert hoard.has(name)
        else:
            hoard.forget(name)

        assert sum(hoard.room().sizes.values()) <= BUDGET_BYTES
