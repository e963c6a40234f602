from __future__ import annotations

import errno
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from av.error import FFmpegError, InvalidDataError
from av.error import MemoryError as FFmpegMemoryError

from daemon.demo.clips import ClipRecipe, make_clip
from daemon.media.errors import OutOfMemory
from daemon.media.memory import raise_if_short_of_memory
from daemon.media.pool import WorkerPool

_IVF_HEADER_BYTES, _IVF_PACKET_HEADER_BYTES = 32, 12
CONFINED = """
import resource, sys
from av.error import InvalidDataError
from daemon.media.memory import raise_if_short_of_memory
resource.setrlimit(resource.RLIMIT_DATA, (1 << 30, 1 << 30))
held = bytearray(int(sys.argv[1]) << 20)
try:
    raise_if_short_of_memory(InvalidDataError(1, "damaged"))
except MemoryError:
    print("memory")
else:
    print("damage")
"""


def damaged() -> FFmpegError:
    return InvalidDataError(errno.EINVAL, "damaged")


def test_lack_of_memory_is_never_taken_for_damage() -> None:
    with pytest.raises(MemoryError):
        raise_if_short_of_memory(FFmpegMemoryError(errno.ENOMEM, "no memory"))


def test_damage_is_damage_where_memory_is_not_limited() -> None:
    assert resource.getrlimit(resource.RLIMIT_DATA)[0] == resource.RLIM_INFINITY

    raise_if_short_of_memory(damaged())


@pytest.mark.parametrize(("held_mib", "expected"), [(1, "damage"), (600, "memory")])
def test_damage_is_doubted_when_half_of_the_memory_is_in_use(held_mib: int, expected: str) -> None:
    done = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", CONFINED, str(held_mib)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert done.stdout.strip() == expected


async def test_large_pictures_under_a_small_limit_get_no_wrong_phash(tmp_path: Path) -> None:
    path = tmp_path / "large.mp4"
    make_clip(path, ClipRecipe(seed=1, duration_s=0.08, width=4096, height=2176, codec="mpeg4"))

    async with WorkerPool(workers=1, timeout_s=60, memory_limit_bytes=128 << 20) as pool:
        with pytest.raises(OutOfMemory):
            await pool.examine(path)


async def test_packet_that_claims_gigabytes_ends_the_video_only(tmp_path: Path) -> None:
    """ffmpeg calls it a lack of memory, and takes the file for ended."""
    path = tmp_path / "damaged.ivf"
    make_clip(path, ClipRecipe(seed=1, duration_s=2, width=96, height=64, codec="libvpx"))
    content = bytearray(path.read_bytes())
    place = _IVF_HEADER_BYTES
    for _ in range(20):
        place += _IVF_PACKET_HEADER_BYTES + int.from_bytes(content[place : place + 4], "little")
    content[place : place + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(content)

    async with WorkerPool(workers=1, timeout_s=60, memory_limit_bytes=1 << 30) as pool:
        examination = await pool.examine(path)

    assert examination.phash is None
    assert "VideoEndsEarly" in (examination.phash_missing or "")
