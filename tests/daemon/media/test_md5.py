from __future__ import annotations

from pathlib import Path

import pytest

from daemon.media.errors import FileUnreadable, FileVanished
from daemon.media.examination import Wanted
from daemon.media.examine import examine
from daemon.media.md5 import md5
from rules.fingerprint import Md5


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        # RFC 1321, A.5
        (b"", "d41d8cd98f00b204e9800998ecf8427e"),
        (b"a", "0cc175b9c0f1b6a831c399e269772661"),
        (b"message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
    ],
)
def test_md5_is_that_of_the_whole_content(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)

    assert md5(path) == Md5(expected)


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileVanished):
        md5(tmp_path / "missing.mp4")
    with pytest.raises(FileUnreadable):
        md5(tmp_path)


def test_examination_has_an_md5_only_where_it_is_wanted(videos: Path) -> None:
    path = videos / "short_1s.mp4"

    assert examine(path).md5 is None
    assert examine(path, Wanted(md5=True)).md5 == md5(path)
