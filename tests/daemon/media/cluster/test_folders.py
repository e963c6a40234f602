from __future__ import annotations

from pathlib import Path

import pytest

from daemon.media.cluster.folders import path_there
from daemon.settings.machines import MappedFolder

FOLDERS = [
    MappedFolder(here=Path("/srv"), there=Path("/mnt/all")),
    MappedFolder(here=Path("/srv/videos"), there=Path("/mnt/nas/videos")),
    MappedFolder(here=Path("/srv/videos/old"), there=Path("/")),
]


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("/srv/videos/Harbour at Dawn.mkv", "/mnt/nas/videos/Harbour at Dawn.mkv"),
        ("/srv/videos", "/mnt/nas/videos"),
        ("/srv/videos2/a.mkv", "/mnt/all/videos2/a.mkv"),
        ("/srv/videos/old/b/c.mkv", "/b/c.mkv"),
        ("/home/ada/d.mkv", "/home/ada/d.mkv"),
    ],
)
def test_longest_mapped_folder_names_the_path_there(here: str, there: str) -> None:
    assert path_there(Path(here), FOLDERS) == Path(there)
    assert path_there(Path(here), FOLDERS[::-1]) == Path(there)


def test_unmapped_file_has_the_same_path_there() -> None:
    assert path_there(Path("/srv/a.mkv"), []) == Path("/srv/a.mkv")
