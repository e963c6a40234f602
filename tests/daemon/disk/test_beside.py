"""NFOs beside videos, on a real disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from daemon.disk.beside import Beside, NfoStamp, Video, look_beside, nfo_of
from daemon.disk.errors import OutsideLibrary
from rules.nfo_reading import MOST_NFO_BYTES
from rules.selection import VIDEO_EXTENSIONS, Selection

SELECTION = Selection.of(extensions=VIDEO_EXTENSIONS)


class Shelf:
    """A library with one folder of films."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "Harbour"
        self.folder.mkdir(parents=True)

    def put(self, name: str, content: bytes = b"a") -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def look(self, name: str = "dawn.mkv", known: NfoStamp | None = None) -> Beside | None:
        video = Video(path=self.folder / name, known=known)
        (found,) = look_beside(self.root, self.folder, [video], SELECTION)
        return found

    def read(self, name: str = "dawn.mkv") -> bytes | None:
        found = self.look(name)
        return found.content if found else None


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "films")


def test_nfo_called_like_the_file_is_read_before_that_of_the_folder(shelf: Shelf) -> None:
    shelf.put("dawn.mkv")
    shelf.put("Harbour.nfo", b"folder")
    assert shelf.read() == b"folder"

    shelf.put("movie.nfo", b"movie")
    assert shelf.read() == b"movie"

    nfo = shelf.put("dawn.nfo", b"file")
    status = nfo.stat()
    stamp = NfoStamp(path=nfo, size_bytes=4, mtime_ns=status.st_mtime_ns)
    assert shelf.look() == Beside(stamp=stamp, content=b"file")


@pytest.mark.parametrize("name", ["dawn.NFO", "dawn.Nfo"])
def test_nfo_in_capitals_is_read_where_there_is_no_other(shelf: Shelf, name: str) -> None:
    capitals = shelf.put(name, b"capitals")
    assert shelf.read() == b"capitals"
    assert nfo_of(shelf.folder / "dawn.mkv") == capitals

    usual = shelf.put("dawn.nfo", b"usual")
    assert shelf.read() == b"usual"
    assert nfo_of(shelf.folder / "dawn.mkv") == usual


def test_nfo_would_lie_under_the_usual_name(shelf: Shelf) -> None:
    assert nfo_of(shelf.folder / "dawn.mkv") == shelf.folder / "dawn.nfo"


@pytest.mark.parametrize("other", ["dusk.mkv", "dusk.MP4", "dusk.mkv.part", "sample.avi"])
def test_nfo_of_a_folder_counts_only_for_the_one_video_in_it(shelf: Shelf, other: str) -> None:
    shelf.put("dawn.mkv")
    shelf.put("movie.nfo")
    for name in ("dawn.jpg", "dawn.srt", "._dusk.mkv", "tvshow.nfo"):
        shelf.put(name)
    assert shelf.read() == b"a"

    shelf.put(other)

    assert (shelf.read() is None) is not other.endswith(".part")


def test_nothing_beside_is_nothing(shelf: Shelf) -> None:
    shelf.put("dawn.mkv")
    shelf.put("tvshow.nfo")
    shelf.put("dusk.nfo")

    assert shelf.look() is None


def test_what_is_known_is_not_read_again(shelf: Shelf) -> None:
    shelf.put("dawn.nfo", b"one")
    first = shelf.look()
    assert first is not None

    assert shelf.look(known=first.stamp) == Beside(stamp=first.stamp, content=None)

    shelf.put("dawn.nfo", b"another")
    changed = shelf.look(known=first.stamp)
    assert changed is not None
    assert changed.content == b"another"


def test_link_is_not_followed(shelf: Shelf, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("<movie><title>secret</title></movie>")
    (shelf.folder / "dawn.nfo").symlink_to(secret)

    found = shelf.look()

    assert found is not None
    assert found.content is None
    assert "which is not read" in (found.trouble or "")


def test_pipe_that_nobody_writes_to_is_not_waited_for(shelf: Shelf) -> None:
    os.mkfifo(shelf.folder / "dawn.nfo")

    found = shelf.look()

    assert found is not None
    assert "which is not read" in (found.trouble or "")


def test_what_is_too_large_is_not_read(shelf: Shelf) -> None:
    shelf.put("dawn.nfo", bytes(MOST_NFO_BYTES))
    assert shelf.read() == bytes(MOST_NFO_BYTES)

    shelf.put("dawn.nfo", bytes(MOST_NFO_BYTES + 1))

    found = shelf.look()
    assert found is not None
    assert found.content is None
    assert "larger than an NFO ever is" in (found.trouble or "")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_says_so(shelf: Shelf) -> None:
    shelf.put("dawn.nfo").chmod(0)

    found = shelf.look()

    assert found is not None
    assert (found.trouble or "").endswith("give doorman access")


def test_folder_outside_the_library_is_not_looked_into(shelf: Shelf, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "dawn.nfo").write_text("a")
    (shelf.root / "link").symlink_to(outside)

    with pytest.raises(OutsideLibrary):
        look_beside(
            shelf.root,
            shelf.root / "link",
            [Video(path=shelf.root / "link" / "dawn.mkv", known=None)],
            SELECTION,
        )


def test_name_at_its_longest_and_name_that_is_no_text_are_looked_for(shelf: Shelf) -> None:
    longest = "x" * 251
    assert shelf.look(f"{longest}.rm") is None
    assert shelf.look(f"{longest}y.rm") is None

    shelf.put(f"{longest}.nfo")
    shelf.put("\udcff.nfo", b"bytes")

    assert shelf.read(f"{longest}.rm") == b"a"
    assert shelf.read("\udcff.mkv") == b"bytes"
