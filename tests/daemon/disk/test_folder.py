from pathlib import Path

import pytest

from daemon.disk.errors import SidecarChanged
from daemon.disk.folder import open_folder, put_new_without_links


def test_a_file_gets_its_name_where_there_are_no_hard_links(tmp_path: Path) -> None:
    (tmp_path / "temporary").write_bytes(b"whole")
    target = tmp_path / "clip.nfo"

    with open_folder(tmp_path) as folder:
        put_new_without_links(folder, "temporary", target)

    assert target.read_bytes() == b"whole"
    assert [entry.name for entry in tmp_path.iterdir()] == ["clip.nfo"]


def test_without_hard_links_too_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "temporary").write_bytes(b"whole")
    target = tmp_path / "clip.nfo"
    target.write_bytes(b"theirs")

    with open_folder(tmp_path) as folder, pytest.raises(SidecarChanged):
        put_new_without_links(folder, "temporary", target)

    assert target.read_bytes() == b"theirs"


def test_a_claimed_name_is_given_back_when_the_file_is_not_put(tmp_path: Path) -> None:
    target = tmp_path / "clip.nfo"

    with open_folder(tmp_path) as folder, pytest.raises(FileNotFoundError):
        put_new_without_links(folder, "nothing has this name", target)

    assert list(tmp_path.iterdir()) == []
