import os
from pathlib import Path

import pytest

from daemon.service.unit_install import (
    Installed,
    InstallOutcome,
    UnitEdited,
    UnitNotWritten,
    install_unit,
    is_as_written,
    sign,
)

OLD = sign("[Service]\nExecStart=/old/doorman\n")
NEW = sign("[Service]\nExecStart=/new/doorman\n")


def test_a_unit_is_written_with_the_folders_it_needs(tmp_path: Path) -> None:
    directory = tmp_path / "systemd" / "user"

    installed = install_unit(NEW, directory, force=False)

    path = directory / "doorman.service"
    assert installed == Installed(path=path, outcome=InstallOutcome.WRITTEN)
    assert path.read_text() == NEW
    assert path.stat().st_mode & 0o777 == 0o644
    assert [entry.name for entry in directory.iterdir()] == ["doorman.service"]


def test_the_same_unit_is_not_written_again(tmp_path: Path) -> None:
    first = install_unit(NEW, tmp_path, force=False)
    before = first.path.stat()

    second = install_unit(NEW, tmp_path, force=True)

    assert second.outcome == InstallOutcome.UNCHANGED
    assert os.path.samestat(before, second.path.stat())


def test_a_unit_that_doorman_wrote_is_replaced(tmp_path: Path) -> None:
    install_unit(OLD, tmp_path, force=False)

    installed = install_unit(NEW, tmp_path, force=False)

    assert (installed.outcome, installed.kept) == (InstallOutcome.WRITTEN, None)
    assert installed.path.read_text() == NEW


@pytest.mark.parametrize(
    "present", [OLD + "Nice=10\n", OLD.replace("/old/", "/my/"), "[Service]\n", "", "\xff"]
)
def test_a_unit_that_somebody_edited_stays(tmp_path: Path, present: str) -> None:
    path = tmp_path / "doorman.service"
    path.write_bytes(present.encode("latin-1"))

    with pytest.raises(UnitEdited, match="drop-in"):
        install_unit(NEW, tmp_path, force=False)

    assert path.read_bytes() == present.encode("latin-1")


def test_force_keeps_the_edited_unit_beside_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "doorman.service"
    path.write_text("[Service]\nmine\n")

    installed = install_unit(NEW, tmp_path, force=True)

    assert path.read_text() == NEW
    assert installed.kept is not None
    assert installed.kept.read_text() == "[Service]\nmine\n"
    assert installed.kept.suffix != ".service"


@pytest.mark.parametrize("leads_to", ["/dev/null", "/does/not/exist"])
def test_a_masked_unit_stays_masked(tmp_path: Path, leads_to: str) -> None:
    path = tmp_path / "doorman.service"
    path.symlink_to(leads_to)

    with pytest.raises(UnitEdited):
        install_unit(NEW, tmp_path, force=False)

    assert path.readlink() == Path(leads_to)

    installed = install_unit(NEW, tmp_path, force=True)

    assert not path.is_symlink()
    assert installed.kept is not None
    assert installed.kept.readlink() == Path(leads_to)


def test_a_link_to_a_unit_of_ours_is_somebodys_arrangement(tmp_path: Path) -> None:
    original = tmp_path / "original"
    original.write_text(OLD)
    (tmp_path / "doorman.service").symlink_to(original)

    with pytest.raises(UnitEdited):
        install_unit(NEW, tmp_path, force=False)

    assert original.read_text() == OLD


def test_a_folder_that_cannot_be_made_says_what_else_can_be_done(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(UnitNotWritten, match="--print"):
        install_unit(NEW, tmp_path / "file" / "system", force=False)


def test_only_an_unedited_unit_is_as_written() -> None:
    assert is_as_written(NEW)
    assert not is_as_written(NEW + "\n")
    assert not is_as_written("\n" + NEW)
