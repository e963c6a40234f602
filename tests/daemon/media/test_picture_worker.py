from __future__ import annotations

import os
import struct
import sys
import zlib
from pathlib import Path

import pytest

from daemon.media.errors import OutOfMemory, WorkerDied
from daemon.media.picture import MOST_PIXELS, examine_picture
from daemon.media.picture_errors import NotAPicture
from daemon.media.picture_examination import PictureKind
from daemon.media.pool import WorkerPool
from rules.fingerprint import Phash
from tests.daemon.media.pictures import PNG_START, chunk, content_of

NAME = "png colour 6, 8 bits, 97x61"
MISTAKEN = """
import sys
from daemon.media.serving import reserve_stdout, serve
from daemon.media.wire import Hashed
from rules.fingerprint import Oshash
serve({"picture": lambda _: Hashed(oshash=Oshash(1))}, sys.stdin.buffer, reserve_stdout())
"""
LITTLE_BYTES = 512 << 20


async def test_worker_examines_pictures_as_we_do(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"Quiet \xff Orchard.png")
    path.write_bytes(content_of(NAME))
    ours = examine_picture(path)

    async with WorkerPool(workers=1, timeout_s=60, memory_limit_bytes=LITTLE_BYTES) as pool:
        theirs = await pool.picture(path)
        with pytest.raises(NotAPicture):
            await pool.picture(Path(__file__))

    assert isinstance(theirs.phash, Phash)
    assert theirs.kind is PictureKind.PNG
    assert (theirs.phash, theirs.md5, theirs.width) == (ours.phash, ours.md5, ours.width)


async def test_picture_that_needs_more_memory_than_a_worker_has_costs_only_itself(
    tmp_path: Path,
) -> None:
    bomb, path = tmp_path / "bomb.png", tmp_path / "small.png"
    side = 12_000
    assert side * side < MOST_PIXELS
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 16, 6, 0, 0, 0))
    bomb.write_bytes(
        PNG_START + head + chunk(b"IDAT", zlib.compress(bytes(9000))) + chunk(b"IEND", b"")
    )
    path.write_bytes(content_of(NAME))

    async with WorkerPool(workers=1, timeout_s=60, memory_limit_bytes=LITTLE_BYTES) as pool:
        with pytest.raises(OutOfMemory):
            await pool.picture(bomb)
        assert (await pool.picture(path)).phash is not None


async def test_another_answer_than_asked_for_is_none(tmp_path: Path) -> None:
    command = (sys.executable, "-P", "-c", MISTAKEN)

    async with WorkerPool(
        workers=1, timeout_s=60, memory_limit_bytes=LITTLE_BYTES, command=command
    ) as pool:
        with pytest.raises(WorkerDied, match="stopped answering"):
            await pool.picture(tmp_path / "picture.png")
