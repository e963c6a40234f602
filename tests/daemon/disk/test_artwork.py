from pathlib import Path

import pytest

from daemon.disk.artwork import PresentPicture, ensure_room, pictures_beside
from daemon.disk.errors import LibraryFolderGone, OutsideLibrary
from rules.sidecar import PictureRole, digest


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "library" / "Harbour at Dawn.mkv"
    path.parent.mkdir()
    path.write_bytes(b"video")
    return path


def test_pictures_of_a_video_are_those_that_servers_read(video: Path) -> None:
    poster, folder = video.with_name("Harbour at Dawn-poster.jpg"), video.with_name("folder.jpg")
    thumb = video.with_name("Harbour at Dawn-thumb.png")
    for path in (poster, folder, video.with_name("holiday.jpg"), video.with_suffix(".nfo")):
        path.write_bytes(path.name.encode())
    thumb.symlink_to(poster)

    assert pictures_beside(video, video.parent) == (
        PresentPicture(path=poster, role=PictureRole.POSTER, sha256=digest(poster.name.encode())),
        PresentPicture(path=thumb, role=PictureRole.THUMB, sha256=None),
        PresentPicture(path=folder, role=PictureRole.POSTER, sha256=digest(b"folder.jpg")),
    )


def test_folder_that_is_gone_or_leads_out_is_not_looked_into(video: Path, tmp_path: Path) -> None:
    with pytest.raises(LibraryFolderGone):
        pictures_beside(video.parent / "gone" / video.name, video.parent)
    with pytest.raises(OutsideLibrary):
        pictures_beside(tmp_path / "elsewhere.mkv", video.parent)


def test_room_is_seen_where_there_is_some(video: Path) -> None:
    ensure_room(video, video.parent)

    with pytest.raises(LibraryFolderGone):
        ensure_room(video.parent / "gone" / video.name, video.parent)
