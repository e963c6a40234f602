from __future__ import annotations

import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.disk.errors import SheetUnwritable
from daemon.disk.sheets import Key, Lacking, Sheets
from rules.contact_sheet import ORDINARY_SHEET_BYTES
from rules.fingerprint import Oshash

SIZE_BYTES = 700_000_000
ONE, TWO, THREE = Oshash(0xAB << 56 | 1), Oshash(0xAB << 56 | 2), Oshash(3)
BUDGET_BYTES = 1000


def webp(length_bytes: int = 100, fill: bytes = b"x") -> bytes:
    body = fill * (length_bytes - 12)
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


class Clock:
    """Goes on by a second with each look at it."""

    def __init__(self) -> None:
        self.at_s = 1_000_000.0

    def __call__(self) -> float:
        self.at_s += 1
        return self.at_s


def sheets_in(folder: Path, clock: Clock | None = None) -> Sheets:
    return Sheets(folder / "sheets", budget_bytes=BUDGET_BYTES, now_s=clock or Clock())


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def without_sheet(sheets: Sheets, keys: list[Key]) -> list[Key]:
    lacking = sheets.lacking(keys)
    return [*lacking.fitting, *lacking.left_out]


def used_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.webp"))


@contextmanager
def files_no_longer_than(limit_bytes: int) -> Iterator[None]:
    """Let no file grow further, as on a full disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_sheet_is_kept_and_found_again(tmp_path: Path) -> None:
    sheets = sheets_in(tmp_path)

    sheets.keep(ONE, SIZE_BYTES, webp())

    assert sheets.has(ONE, SIZE_BYTES)
    assert sheets.read(ONE, SIZE_BYTES) == webp()
    assert sheets_in(tmp_path).read(ONE, SIZE_BYTES) == webp()
    assert sheets.path_of(ONE, SIZE_BYTES) == (
        tmp_path / "sheets" / "ab" / "ab00000000000001-700000000.webp"
    )


def test_content_without_a_sheet_has_none(tmp_path: Path) -> None:
    sheets = sheets_in(tmp_path)
    sheets.keep(ONE, SIZE_BYTES, webp())

    assert not sheets.has(ONE, SIZE_BYTES + 1)
    assert sheets.read(TWO, SIZE_BYTES) is None


def test_sheets_are_for_their_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        sheets_in(tmp_path).keep(ONE, SIZE_BYTES, webp())
    finally:
        os.umask(before)

    found = [tmp_path / "sheets", *(tmp_path / "sheets").rglob("*")]
    assert [stat.S_IMODE(path.stat().st_mode) for path in found] == [0o700, 0o700, 0o600]


def test_later_sheet_of_a_content_takes_the_place_of_the_earlier(tmp_path: Path) -> None:
    sheets = sheets_in(tmp_path)

    for fill in (b"x", b"y", b"z"):
        sheets.keep(ONE, SIZE_BYTES, webp(800, fill))

    assert sheets.read(ONE, SIZE_BYTES) == webp(800, b"z")
    assert len(files_in(tmp_path)) == 1


def test_contents_that_lack_a_sheet_are_named_in_order(tmp_path: Path) -> None:
    sheets = sheets_in(tmp_path)
    keys = [(THREE, 1), (ONE, 1), (TWO, 1), (ONE, 2)]
    assert without_sheet(sheets, keys) == keys

    sheets.keep(ONE, 1, webp())
    sheets.keep(TWO, 1, webp())
    sheets.path_of(TWO, 1).write_bytes(b"")

    assert without_sheet(sheets, keys) == [(THREE, 1), (TWO, 1), (ONE, 2)]


@pytest.mark.parametrize(
    ("kept", "length_bytes", "fitting"),
    [(0, 100, 0), (1, 100, 8), (8, 100, 1), (9, 100, 0), (10, 100, 0), (2, 350, 0), (2, 299, 1)],
)
def test_no_more_are_lacking_than_leave_the_others_where_they_are(
    tmp_path: Path, kept: int, length_bytes: int, fitting: int
) -> None:
    sheets = sheets_in(tmp_path)
    keys = [(Oshash(number), 1) for number in range(20)]
    for oshash, size_bytes in keys[:kept]:
        sheets.keep(oshash, size_bytes, webp(length_bytes))

    lacking = sheets.lacking(reversed(keys))

    others = keys[: kept - 1 if kept else None : -1]
    assert lacking == Lacking(fitting=tuple(others[:fitting]), left_out=tuple(others[fitting:]))
    for oshash, size_bytes in lacking.fitting:
        sheets.keep(oshash, size_bytes, webp(length_bytes))
    assert all(sheets.has(*key) for key in keys[:kept])
    assert sheets.lacking(keys).fitting == ()


def test_sheets_to_come_are_ordinary_where_there_is_none_yet(tmp_path: Path) -> None:
    sheets = Sheets(tmp_path / "sheets", budget_bytes=5 * ORDINARY_SHEET_BYTES)
    keys = [(Oshash(number), 1) for number in range(6)]

    assert sheets.lacking(keys) == Lacking(fitting=tuple(keys[:4]), left_out=tuple(keys[4:]))


@pytest.mark.parametrize("damage", [b"", webp()[:-1], webp() + b"x", b"<html>" * 20])
def test_broken_sheet_costs_nothing_but_itself(tmp_path: Path, damage: bytes) -> None:
    sheets = sheets_in(tmp_path)
    sheets.keep(ONE, SIZE_BYTES, webp())
    sheets.keep(TWO, SIZE_BYTES, webp())
    sheets.path_of(ONE, SIZE_BYTES).write_bytes(damage)

    assert sheets.read(ONE, SIZE_BYTES) is None
    assert not sheets.has(ONE, SIZE_BYTES)
    assert sheets.read(TWO, SIZE_BYTES) == webp()


def test_sheet_used_longest_ago_is_given_up_first(tmp_path: Path) -> None:
    clock = Clock()
    sheets = sheets_in(tmp_path, clock)
    for number in range(1, 11):
        sheets.keep(Oshash(number), 1, webp())
    assert sheets.read(Oshash(1), 1)

    sheets.keep(Oshash(11), 1, webp())

    lacking = without_sheet(sheets, [(Oshash(number), 1) for number in range(1, 12)])
    assert lacking == [(Oshash(2), 1), (Oshash(3), 1)]
    assert used_bytes(tmp_path) == 900


def test_what_lies_there_already_counts(tmp_path: Path) -> None:
    for number in range(1, 11):
        sheets_in(tmp_path).keep(Oshash(number), 1, webp())

    later = sheets_in(tmp_path, Clock())
    later.keep(Oshash(11), 1, webp())

    assert used_bytes(tmp_path) == 900


def test_sheet_made_anew_takes_no_more_room_and_gives_up_no_other(tmp_path: Path) -> None:
    sheets = sheets_in(tmp_path)
    for number in range(1, 11):
        sheets.keep(Oshash(number), 1, webp())

    sheets.keep(Oshash(10), 1, webp(fill=b"y"))

    assert used_bytes(tmp_path) == BUDGET_BYTES


@settings(max_examples=30)
@given(lengths=st.lists(st.integers(20, 500), min_size=1, max_size=30))
def test_budget_is_kept_whatever_comes(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("sheets")
    sheets = sheets_in(folder)

    for number, length_bytes in enumerate(lengths):
        sheets.keep(Oshash(number % 7), 1, webp(length_bytes))
        assert used_bytes(folder) <= BUDGET_BYTES
        assert sheets.has(Oshash(number % 7), 1)


def test_what_is_not_ours_stays(tmp_path: Path) -> None:
    folder = tmp_path / "sheets" / "ab"
    folder.mkdir(parents=True)
    for name in ("notes.txt", "holiday.webp", "ab00000000000009-1.webp.bak"):
        (folder / name).write_bytes(bytes(5000))
    (folder / "ab00000000000008-1.webp").mkdir()
    (folder / "ab00000000000007-1.webp").symlink_to(folder / "notes.txt")
    before = sorted(folder.iterdir())
    sheets = sheets_in(tmp_path)

    for number in range(1, 30):
        sheets.keep(Oshash(number), 1, webp())

    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(("age_s", "stays"), [(10, True), (4000, False)])
def test_half_written_sheet_of_a_crash_is_removed_when_it_is_old(
    tmp_path: Path, age_s: int, *, stays: bool
) -> None:
    half = tmp_path / "sheets" / "ab" / f".doorman-{'0' * 16}.tmp"
    half.parent.mkdir(parents=True)
    half.touch()
    clock = Clock()
    clock.at_s = half.stat().st_ctime + age_s

    sheets_in(tmp_path, clock).keep(THREE, 1, webp())

    assert half.exists() is stays


def test_full_disk_is_told_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    sheets = sheets_in(tmp_path)
    sheets.keep(ONE, 1, webp())

    with files_no_longer_than(50), pytest.raises(SheetUnwritable) as caught:
        sheets.keep(TWO, 1, webp())

    assert str(caught.value) == (
        f"contact sheets cannot be kept in {tmp_path}/sheets (File too large); "
        "see to the disk, or set [fingerprint] contact_sheet = false"
    )
    assert files_in(tmp_path) == ["ab00000000000001-1.webp"]
    sheets.keep(TWO, 1, webp())
    assert sheets.has(TWO, 1)


def test_earlier_sheet_survives_a_full_disk(tmp_path: Path) -> None:
    sheets = sheets_in(tmp_path)
    sheets.keep(ONE, 1, webp())

    with files_no_longer_than(50), pytest.raises(SheetUnwritable):
        sheets.keep(ONE, 1, webp(200))

    assert sheets.read(ONE, 1) == webp()


def test_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "sheets").write_text("in the way")

    with pytest.raises(SheetUnwritable, match="File exists"):
        sheets_in(tmp_path).keep(ONE, 1, webp())
    assert without_sheet(sheets_in(tmp_path), [(ONE, 1)]) == [(ONE, 1)]
    assert not sheets_in(tmp_path).has(ONE, 1)
