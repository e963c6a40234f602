from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from daemon.disk.backups import Backups
from daemon.disk.errors import DiskRefused
from rules.sidecar import digest


def keep(backups: Backups, folder: Path, content: bytes, *, at_s: int) -> str:
    """Keep a content as of a time."""
    sha256 = backups.keep(content)
    os.utime(folder / sha256[:2] / sha256, (at_s, at_s))
    return sha256


def test_what_is_kept_is_there_again_and_for_nobody_else(tmp_path: Path) -> None:
    folder = tmp_path / "former"
    backups = Backups(folder, budget_bytes=1000)

    sha256 = backups.keep(b"what somebody wrote")

    assert sha256 == digest(b"what somebody wrote")
    assert backups.read(sha256) == b"what somebody wrote"
    assert Backups(folder, budget_bytes=1000).read(sha256) == b"what somebody wrote"
    assert stat.S_IMODE((folder / sha256[:2]).stat().st_mode) == 0o700
    backups.keep(b"what somebody wrote")
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1


def test_what_is_gone_or_broken_is_nothing(tmp_path: Path) -> None:
    backups = Backups(tmp_path, budget_bytes=1000)
    sha256 = backups.keep(b"whole")
    (tmp_path / sha256[:2] / sha256).write_bytes(b"half")

    assert backups.read(sha256) is None
    assert backups.read(digest(b"never kept")) is None
    backups.drop(sha256)
    backups.drop(sha256)


def test_what_nobody_needs_goes_first_and_then_the_oldest(tmp_path: Path) -> None:
    backups = Backups(tmp_path, budget_bytes=25)
    old, unneeded, young, last = [
        keep(backups, tmp_path, bytes([place]) * 10, at_s=at_s)
        for place, at_s in enumerate((100, 300, 200, 400))
    ]
    (tmp_path / "ab").mkdir(exist_ok=True)
    (tmp_path / "ab" / "a note of somebody").write_bytes(bytes(1000))

    going = backups.excess({old, young}, kept=last)
    assert [each.sha256 for each in going] == [unneeded, old]
    roomy = Backups(tmp_path, budget_bytes=1000)
    assert roomy.excess({old}, kept=last) == []


def test_the_latest_is_kept_however_large(tmp_path: Path) -> None:
    backups = Backups(tmp_path, budget_bytes=5)
    sha256 = backups.keep(bytes(100))

    assert backups.excess((), kept=sha256) == []


def test_a_disk_that_refuses_says_so(tmp_path: Path) -> None:
    (tmp_path / "former").write_bytes(b"in the way")

    with pytest.raises(DiskRefused):
        Backups(tmp_path / "former", budget_bytes=5).keep(b"what somebody wrote")
