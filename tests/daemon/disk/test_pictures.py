from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from daemon.disk.hoard import Hoard
from daemon.disk.pictures import KeptPicture, Pictures
from providers.sandbox.pictures import png

ONE, TWO = png(16, 9, 1), png(16, 9, 2)
HERE, THERE = "https://a.example/1", "https://b.example/2"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "pictures"


def files_in(folder: Path) -> list[Path]:
    return sorted(each for each in folder.rglob("*") if each.is_file())


def test_a_picture_is_found_by_where_it_was(folder: Path) -> None:
    pictures = Pictures(folder, most_bytes=1000, budget_bytes=10**6)

    pictures.keep(HERE, ONE)

    kept = pictures.at(HERE)
    assert isinstance(kept, KeptPicture)
    assert (kept.content, kept.media_type) == (ONE, "image/png")
    assert pictures.at(THERE) is None


def test_the_same_picture_is_kept_once(folder: Path) -> None:
    pictures = Pictures(folder, most_bytes=1000, budget_bytes=10**6)

    pictures.keep(HERE, ONE)
    pictures.keep(THERE, ONE)

    assert [each.suffix for each in files_in(folder)].count(".picture") == 1
    assert pictures.at(HERE) == pictures.at(THERE)


def test_another_picture_takes_the_place_of_one(folder: Path) -> None:
    pictures = Pictures(folder, most_bytes=1000, budget_bytes=10**6)
    pictures.keep(HERE, ONE)

    pictures.keep(HERE, TWO)

    kept = pictures.at(HERE)
    assert kept is not None
    assert kept.content == TWO


@pytest.mark.parametrize("broken", [b"", ONE[:-1], b"<svg/>", TWO])
def test_a_picture_that_is_not_what_it_was_is_none(folder: Path, broken: bytes) -> None:
    pictures = Pictures(folder, most_bytes=1000, budget_bytes=10**6)
    pictures.keep(HERE, ONE)
    (file,) = (each for each in files_in(folder) if each.suffix == ".picture")

    file.write_bytes(broken)

    assert pictures.at(HERE) is None


@pytest.mark.parametrize("broken", [b"", b"../../../etc/passwd", b"x" * 64, b"0" * 65])
def test_a_note_that_is_none_leads_nowhere(folder: Path, broken: bytes) -> None:
    pictures = Pictures(folder, most_bytes=1000, budget_bytes=10**6)
    pictures.keep(HERE, ONE)
    (file,) = (each for each in files_in(folder) if each.suffix == ".note")

    file.write_bytes(broken)

    assert pictures.at(HERE) is None


def test_what_does_not_fit_any_more_is_given_up(folder: Path) -> None:
    pictures = Pictures(folder, most_bytes=1000, budget_bytes=2 * len(ONE))

    pictures.keep(HERE, ONE)
    pictures.keep(THERE, TWO)

    assert pictures.at(HERE) is None
    assert pictures.at(THERE) is not None


def test_nobody_else_can_look(folder: Path) -> None:
    Pictures(folder, most_bytes=1000, budget_bytes=10**6).keep(HERE, ONE)

    assert {each.stat().st_mode & 0o777 for each in files_in(folder)} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.fixture
def clock() -> list[float]:
    return [1000.0]


def hoard_in(folder: Path, clock: list[float], *, budget_bytes: int = 100) -> Hoard:
    def now_s() -> float:
        clock[0] += 1
        return clock[0]

    return Hoard(folder, name=re.compile(r"[0-9a-f]{2}x"), budget_bytes=budget_bytes, now_s=now_s)


def test_what_was_not_used_for_longest_goes_first(folder: Path, clock: list[float]) -> None:
    hoard = hoard_in(folder, clock)
    for name in ("00x", "01x", "02x"):
        hoard.keep(name, bytes(30))
    hoard.read("00x", most_bytes=30)

    hoard.keep("03x", bytes(30))

    assert {each.name for each in files_in(folder)} == {"00x", "02x", "03x"}


def test_another_life_counts_what_is_there(folder: Path, clock: list[float]) -> None:
    hoard_in(folder, clock).keep("00x", bytes(60))
    (folder / "00" / "stranger").write_bytes(bytes(500))
    (folder / "00" / "link").symlink_to("/etc/hostname")
    os.mkfifo(folder / "00" / "00y")

    later = hoard_in(folder, clock)
    later.keep("01x", bytes(60))

    assert later.read("00x", most_bytes=60) is None
    assert later.read("01x", most_bytes=60) == bytes(60)
    assert (folder / "00" / "stranger").exists()


def test_what_is_larger_than_allowed_is_none(folder: Path, clock: list[float]) -> None:
    hoard = hoard_in(folder, clock)
    hoard.keep("00x", bytes(30))

    assert hoard.read("00x", most_bytes=29) is None


@pytest.mark.parametrize("name", ["../x", "zzx", "00x/", "00"])
def test_only_names_of_the_hoard_are_files_of_it(
    folder: Path, clock: list[float], name: str
) -> None:
    with pytest.raises(ValueError, match="no name of a file that is kept here"):
        hoard_in(folder, clock).keep(name, b"")
