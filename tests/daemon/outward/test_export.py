from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from daemon.desk.outward_views import EXPORT, MANIFEST, ExportView
from daemon.outward.errors import ArchiveStrange, TargetTaken, TargetUnwritable
from daemon.outward.export import MARK, unpack

VIEW = ExportView(version="1", made_at="2026-03-04T00:00:00+00:00", tables=())


def archive_of(**members: bytes) -> io.BytesIO:
    told = {MANIFEST: EXPORT.dump_json(VIEW)} | {
        name.replace("_", "."): content for name, content in members.items()
    }
    return packed(told)


def packed(members: Mapping[str, bytes]) -> io.BytesIO:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    made.seek(0)
    return made


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_an_export_makes_its_folder_and_says_what_is_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "doorman"

    view = unpack(archive_of(files_jsonl=b"{}\n"), folder)

    assert view == VIEW
    assert names(folder) == {MANIFEST, MARK, "files.jsonl"}
    assert (folder / "files.jsonl").read_bytes() == b"{}\n"


def test_a_former_export_is_replaced(tmp_path: Path) -> None:
    unpack(archive_of(files_jsonl=b"1", works_jsonl=b"old"), tmp_path)
    unpack(archive_of(files_jsonl=b"2"), tmp_path)
    unpack(archive_of(files_jsonl=b"3", works_jsonl=b"new"), tmp_path)

    assert (tmp_path / "files.jsonl").read_bytes() == b"3"
    assert (tmp_path / "works.jsonl").read_bytes() == b"new"


def test_nothing_else_is_ever_replaced(tmp_path: Path) -> None:
    (tmp_path / "works.jsonl").write_bytes(b"mine")

    with pytest.raises(TargetTaken, match=r"works\.jsonl"):
        unpack(archive_of(files_jsonl=b"1", works_jsonl=b"2"), tmp_path)

    assert names(tmp_path) == {"works.jsonl"}
    assert (tmp_path / "works.jsonl").read_bytes() == b"mine"


def test_an_export_that_somebody_changed_is_theirs(tmp_path: Path) -> None:
    unpack(archive_of(files_jsonl=b"1"), tmp_path)
    (tmp_path / "files.jsonl").write_bytes(b"mine now")

    with pytest.raises(TargetTaken):
        unpack(archive_of(files_jsonl=b"2"), tmp_path)

    assert (tmp_path / "files.jsonl").read_bytes() == b"mine now"


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"1")
    folder = tmp_path / "out"
    unpack(archive_of(files_jsonl=b"1"), folder)
    (folder / "files.jsonl").unlink()
    (folder / "files.jsonl").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(TargetTaken):
        unpack(archive_of(files_jsonl=b"2"), folder)

    assert (tmp_path / "elsewhere").read_bytes() == b"1"


@pytest.mark.parametrize("name", ["../files.jsonl", "/etc/files.jsonl", "notes.txt"])
def test_an_archive_with_other_names_is_refused_whole(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "out"

    with pytest.raises(ArchiveStrange):
        unpack(packed({MANIFEST: EXPORT.dump_json(VIEW), name: b"x"}), folder)

    assert names(folder) == set()


@pytest.mark.parametrize("content", [b"", b"not a tar archive" * 100])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ArchiveStrange):
        unpack(io.BytesIO(content), tmp_path)

    assert names(tmp_path) == set()


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")

    with pytest.raises((TargetTaken, TargetUnwritable), match="out"):
        unpack(archive_of(), tmp_path / "out")
