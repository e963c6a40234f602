"""A video with what lies beside it goes to another place as it was, or stays."""

from pathlib import Path

import pytest

from daemon.disk.errors import LibraryFolderGone, NotAPlainFile, OutsideLibrary, VideoGone
from daemon.disk.folder_making import made_folder, missing_folders, remove_empty
from daemon.disk.name_moving import NameTaken
from daemon.disk.renaming import (
    Route,
    VideoChanged,
    VideoIsLink,
    Whereabouts,
    ensure_free,
    finish_family,
    look_at_family,
    move_family,
    whereabouts,
)
from rules.media import FileStamp
from rules.selection import Selection

ANY = Selection()


def put(path: Path, text: str = "a film") -> FileStamp:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    status = path.stat()
    return FileStamp(size_bytes=status.st_size, mtime_ns=status.st_mtime_ns, inode=status.st_ino)


def route(root: Path, name: str = "New/b.mkv", *ends: str) -> Route:
    return Route(root=root, former=root / "a.mkv", path=root / name, ends=ends)


def where(way: Route, stamp: FileStamp) -> Whereabouts:
    return whereabouts(way, stamp.size_bytes, stamp.mtime_ns)


def test_what_cannot_go_along_stays_and_is_told(tmp_path: Path) -> None:
    stamp = put(tmp_path / "a.mkv")
    put(tmp_path / "a.nfo", "ours")
    put(tmp_path / "New" / "b.nfo", "theirs")

    landed = move_family(route(tmp_path, "New/b.mkv", ".nfo", ".gone"), stamp)

    assert landed.stamp == stamp
    (left,) = landed.left
    assert left.startswith("a.nfo stayed: ")
    assert (tmp_path / "a.nfo").read_text() == "ours"
    assert (tmp_path / "New" / "b.nfo").read_text() == "theirs"


@pytest.mark.parametrize("text", ["longer than it was", None])
def test_only_the_video_that_was_examined_is_moved(tmp_path: Path, text: str | None) -> None:
    stamp = put(tmp_path / "a.mkv")
    if text is None:
        (tmp_path / "a.mkv").unlink()
    else:
        put(tmp_path / "a.mkv", text)

    with pytest.raises(VideoGone if text is None else VideoChanged):
        look_at_family(tmp_path, tmp_path / "a.mkv", stamp, ANY)
    with pytest.raises(VideoGone if text is None else VideoChanged):
        move_family(route(tmp_path), stamp)


def test_neither_links_nor_folders_are_videos(tmp_path: Path) -> None:
    stamp = put(tmp_path / "real.mkv")
    (tmp_path / "a.mkv").symlink_to("real.mkv")
    (tmp_path / "b.mkv").mkdir()

    with pytest.raises(VideoIsLink):
        look_at_family(tmp_path, tmp_path / "a.mkv", stamp, ANY)
    with pytest.raises(NotAPlainFile):
        look_at_family(tmp_path, tmp_path / "b.mkv", stamp, ANY)


def test_the_name_itself_may_change_in_its_letters(tmp_path: Path) -> None:
    put(tmp_path / "a.mkv")
    put(tmp_path / "a.nfo")
    own = Route(root=tmp_path, former=tmp_path / "a.mkv", path=tmp_path / "A.mkv", ends=(".nfo",))

    ensure_free(own, ANY)
    put(tmp_path / "A.jpg")
    with pytest.raises(NameTaken):
        ensure_free(own, ANY)


def test_a_place_outside_of_the_library_is_neither_made_nor_used(tmp_path: Path) -> None:
    root = tmp_path / "films"
    stamp = put(root / "a.mkv")
    (root / "linked").symlink_to(tmp_path)

    for name in ("../b.mkv", "linked/b.mkv"):
        with pytest.raises((OutsideLibrary, NotAPlainFile)):
            move_family(route(root, name), stamp)
    with pytest.raises(NotAPlainFile):
        missing_folders(root, root / "linked" / "more")
    assert list(tmp_path.iterdir()) == [root]
    assert (root / "a.mkv").exists()


def test_folders_that_lack_are_told_and_only_empty_ones_go(tmp_path: Path) -> None:
    put(tmp_path / "one" / "a.mkv")
    inner = tmp_path / "one" / "two" / "three"
    wanted = (inner.parent, inner)

    assert missing_folders(tmp_path, inner) == wanted
    assert missing_folders(tmp_path, inner.parent.parent) == ()
    with made_folder(tmp_path, inner):
        assert missing_folders(tmp_path, inner) == ()
    all_of_them = (*reversed(wanted), tmp_path / "one", tmp_path, tmp_path.parent)
    assert remove_empty(tmp_path, all_of_them) == tuple(reversed(wanted))
    with pytest.raises(LibraryFolderGone):
        missing_folders(tmp_path / "gone", tmp_path / "gone" / "x")


def test_where_a_video_is_tells_what_a_crash_left(tmp_path: Path) -> None:
    stamp = put(tmp_path / "a.mkv")
    way = route(tmp_path)
    assert where(way, stamp) is Whereabouts.FORMER

    put(way.path, "another film")
    assert where(way, stamp) is Whereabouts.FORMER

    way.path.unlink()
    way.path.hardlink_to(way.former)
    assert where(way, stamp) is Whereabouts.BOTH
    finish_family(way, is_linked=True)
    assert where(way, stamp) is Whereabouts.NEW

    put(way.path, "changed since")
    assert where(way, stamp) is Whereabouts.NOWHERE
    assert where(route(tmp_path / "gone"), stamp) is Whereabouts.UNKNOWN


def test_what_was_moved_is_finished_though_its_folder_is_gone(tmp_path: Path) -> None:
    stamp = put(tmp_path / "new" / "b.mkv")
    gone = tmp_path / "old" / "a.mkv"
    way = Route(root=tmp_path, former=gone, path=tmp_path / "new" / "b.mkv", ends=(".nfo",))

    assert where(way, stamp) is Whereabouts.NEW
    assert finish_family(way, is_linked=False).left == ()
