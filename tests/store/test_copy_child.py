import errno
from pathlib import Path

from store.copy_child import main


def test_a_file_is_copied_byte_for_byte(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(bytes(range(256)) * 9000)

    assert main(str(source), str(target)) == 0
    assert target.read_bytes() == source.read_bytes()


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_text("new")
    target.write_text("old")

    assert main(str(source), str(target)) == errno.EEXIST
    assert target.read_text() == "old"


def test_the_systems_error_is_told(tmp_path: Path) -> None:
    assert main(str(tmp_path / "nowhere"), str(tmp_path / "target")) == errno.ENOENT
