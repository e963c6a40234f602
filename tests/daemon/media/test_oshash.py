from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daemon.media.errors import FileUnreadable, FileVanished, TooSmallForOshash
from daemon.media.oshash import oshash
from daemon.media.reading import ensure_readable


def written(folder: Path, content: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"hello world", "d3e392dee38cd4df"),
        (b"this is a test" * 32768, "6a0eba04654d0b9b"),
        (bytes(65536) + bytes(65524) + b"this is dumb", "d5d6ddd820756920"),
        (bytes(65536) + bytes(65524) + b"dumb is this", "d5d6ddd820756920"),
    ],
)
def test_hash_is_that_of_the_reference_tests(tmp_path: Path, content: bytes, expected: str) -> None:
    assert str(oshash(written(tmp_path, content))) == expected


@pytest.mark.parametrize(
    ("size_bytes", "expected"),
    [
        (9, "0f0d0b090705030a"),
        (16, "2c2824201c181420"),
        (65535, "11c98643fbb955d5"),
        (65536, "d48b4000b76d0d86"),
        (65537, "742fe5a05c12ad2c"),
        (131072, "bf7b30eba75ef876"),
        (200000, "e19d5212c9812cd6"),
    ],
)
def test_hash_is_right_around_each_limit(tmp_path: Path, size_bytes: int, expected: str) -> None:
    content = bytes(index % 251 for index in range(size_bytes))

    assert str(oshash(written(tmp_path, content))) == expected


def test_hash_is_that_of_the_reference_videos(videos: Path) -> None:
    rows = json.loads((videos.parent / "videos.json").read_text())

    hashes = {row["file"]: str(oshash(videos / row["file"])) for row in rows}

    assert hashes == {row["file"]: row["oshash"] for row in rows}


@pytest.mark.parametrize("size_bytes", [0, 1, 8])
def test_file_of_8_bytes_or_fewer_is_refused(tmp_path: Path, size_bytes: int) -> None:
    with pytest.raises(TooSmallForOshash, match=f"{size_bytes} bytes"):
        oshash(written(tmp_path, bytes(size_bytes)))


@given(content=st.binary(min_size=9, max_size=400), middle=st.binary(max_size=64))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_middle_counts_only_by_its_length(tmp_path: Path, content: bytes, middle: bytes) -> None:
    head, tail = bytes(65536), (content * 65536)[:65536]

    one = oshash(written(tmp_path, head + middle + tail))
    other = oshash(written(tmp_path, head + bytes(len(middle)) + tail))

    assert one == other


def test_missing_file_has_vanished(tmp_path: Path) -> None:
    with pytest.raises(FileVanished):
        oshash(tmp_path / "missing")


def test_file_used_as_a_folder_has_vanished(tmp_path: Path) -> None:
    with pytest.raises(FileVanished):
        oshash(written(tmp_path, b"a file") / "inside")


def test_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(FileUnreadable, match="no regular file"):
        oshash(tmp_path / "pipe")


def test_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="no regular file"):
        oshash(tmp_path)


def test_name_too_long_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="name too long"):
        oshash(tmp_path / ("x" * 300))


# A file of the kernel's claims 4096 bytes and holds a line: as one that shrinks meanwhile.
SHRINKING = Path("/sys/kernel/mm/transparent_hugepage/enabled")


@pytest.mark.skipif(not SHRINKING.exists(), reason="this kernel offers no file to test with")
def test_file_that_shrinks_meanwhile_has_no_hash() -> None:
    with pytest.raises(FileUnreadable, match="became shorter"):
        oshash(SHRINKING)


def test_failing_disk_is_not_taken_for_a_short_video() -> None:
    """The memory of a process is a file whose beginning cannot be read."""
    with pytest.raises(FileUnreadable, match="Input/output error"):
        ensure_readable(Path("/proc/self/mem"), 0)


def test_file_that_can_be_read_is_left_in_peace(videos: Path) -> None:
    ensure_readable(videos / "short_1s.mp4", 50_000)
    ensure_readable(videos / "short_1s.mp4", 10**12)
