"""Odd names, things that are no files, files that change or never end: each costs itself."""

from __future__ import annotations

import gzip
import io
import os
import socket
import stat
import tarfile
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import anyio
import anyio.to_thread
import pytest

from daemon.media.errors import (
    FileRefused,
    FileUnreadable,
    FileVanished,
    NotAVideoContainer,
    TookTooLong,
    TooSmallForOshash,
)
from daemon.media.pool import WorkerPool
from tests.daemon.media.clips import Made, write
from tests.daemon.media.guarded import GOOD_PHASH, guarded_pool
from tests.daemon.media.guarded_worker import can_forbid_sockets

pytestmark = pytest.mark.skipif(
    not can_forbid_sockets(), reason="this kernel cannot forbid sockets to a process"
)

GOOD = Path(__file__).parents[2] / "data" / "videos" / "short_1s.mp4"
TERABYTE = 1 << 40


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def pool(anyio_backend: str) -> AsyncIterator[WorkerPool]:
    assert anyio_backend
    async with guarded_pool(1) as pool:
        yield pool


NAMES = [
    b"-i.mp4",
    b"concat:a|b.mkv",
    b"http:__127.0.0.1:9_x.mkv",
    b"%d.mkv",
    b"%03d.mp4",
    b"[a-z]*?.mkv",
    b"subfile,,start,0,end,0,,:x.mp4",
    b"crypto:x.mp4",
    b"pipe:0",
    b"data:,x.mp4",
    b"x.m3u8",
    b"x",
    b".mp4",
    b"~root.mp4",
    b"$(touch x) `touch y` ; & .mp4",
    b"C:\\x\\y.mp4",
    b" .mp4 ",
    b"a\nb\rc\td.mp4",
    b"\x1b[31mred\x07.mp4",
    b"\xff\xfe\x80.mp4",
    "\u202egpj.mp4".encode(),
    "e\u0301 \u00e9.mp4".encode(),
    b"\xff" * 251 + b".mp4",
]


def names_in(folder: Path) -> list[bytes]:
    return [os.fsencode(path.name) for path in folder.iterdir()]


@pytest.mark.parametrize("name", NAMES, ids=[f"{n}" for n in range(len(NAMES))])
async def test_name_means_nothing(name: bytes, pool: WorkerPool, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(name)
    path.hardlink_to(GOOD)

    assert (await pool.examine(path)).phash == GOOD_PHASH
    assert str(await pool.oshash(path)) == "14a34b1fc832510c"
    assert names_in(tmp_path) == [name]


async def test_path_as_long_as_the_kernel_takes(pool: WorkerPool, tmp_path: Path) -> None:
    longest = os.pathconf(tmp_path, "PC_PATH_MAX") - 1
    folder = tmp_path
    while len(os.fspath(folder)) < longest - 512:
        folder /= "x" * 200
    folder.mkdir(parents=True)
    path = folder / ("y" * min(255, longest - len(os.fspath(folder)) - 1))
    path.hardlink_to(GOOD)

    assert (await pool.examine(path)).phash == GOOD_PHASH


async def test_path_that_the_kernel_does_not_take(pool: WorkerPool, tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="name too long"):
        await pool.examine(tmp_path / ("x" * 300))


@contextmanager
def listening(path: Path) -> Iterator[None]:
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        before = Path.cwd()
        os.chdir(path.parent)  # the address of a socket must be short
        listener.bind(path.name)
        os.chdir(before)
        yield


@pytest.fixture
def things(tmp_path: Path) -> Iterator[Path]:
    """A folder of things that are named like videos."""
    os.mkfifo(tmp_path / "pipe.mp4")
    (tmp_path / "folder.mp4").mkdir()
    for name, target in [
        ("loop.mp4", "loop.mp4"),
        ("nowhere.mp4", "missing"),
        ("to a pipe.mp4", "pipe.mp4"),
        ("to a device.mp4", "/dev/zero"),
        ("to nothing.mp4", "/dev/null"),
        ("to a terminal.mp4", "/dev/tty"),
        ("to memory.mp4", "/proc/self/mem"),
        ("through a file.mp4", f"{GOOD}/x"),
    ]:
        (tmp_path / name).symlink_to(target)
    with listening(tmp_path / "socket.mp4"):
        yield tmp_path


def test_things_are_what_they_are_called(things: Path) -> None:
    """The control of the tests with them."""
    assert stat.S_ISFIFO((things / "pipe.mp4").stat().st_mode)
    assert stat.S_ISSOCK((things / "socket.mp4").stat().st_mode)
    assert stat.S_ISCHR((things / "to a device.mp4").stat().st_mode)


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("pipe.mp4", FileUnreadable),
        ("folder.mp4", FileUnreadable),
        ("socket.mp4", FileUnreadable),
        ("loop.mp4", FileUnreadable),
        ("nowhere.mp4", FileVanished),
        ("to a pipe.mp4", FileUnreadable),
        ("to a device.mp4", FileUnreadable),
        ("to nothing.mp4", FileUnreadable),
        ("to a terminal.mp4", FileUnreadable),
        ("to memory.mp4", FileRefused),
        ("through a file.mp4", FileVanished),
    ],
)
async def test_what_is_no_file_is_refused_at_once(
    name: str, refusal: type[FileRefused], pool: WorkerPool, things: Path
) -> None:
    with pytest.raises(refusal):
        await pool.examine(things / name)
    with pytest.raises(refusal):
        await pool.oshash(things / name)


async def test_link_to_a_video_is_a_video(pool: WorkerPool, tmp_path: Path) -> None:
    (tmp_path / "link.mp4").symlink_to(GOOD)

    assert (await pool.examine(tmp_path / "link.mp4")).phash == GOOD_PHASH


@pytest.mark.parametrize("size_bytes", [0, 1, 8, 9, 15, 16, 100, 1000])
async def test_first_bytes_of_a_video_are_refused(
    size_bytes: int, pool: WorkerPool, tmp_path: Path
) -> None:
    path = write(tmp_path / "clip.mp4", GOOD.read_bytes()[:size_bytes])

    with pytest.raises(NotAVideoContainer):
        await pool.examine(path)
    if size_bytes > 8:
        await pool.oshash(path)
    else:
        with pytest.raises(TooSmallForOshash):
            await pool.oshash(path)


def zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("clip.mp4", content)
    return packed.getvalue()


def tarred(content: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        entry = tarfile.TarInfo("clip.mp4")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def bomb(_content: bytes) -> bytes:
    return gzip.compress(bytes(64 << 20))


@pytest.mark.parametrize("pack", [zipped, tarred, gzip.compress, bomb])
async def test_archive_is_refused_unopened(
    pack: Callable[[bytes], bytes], pool: WorkerPool, tmp_path: Path
) -> None:
    path = write(tmp_path / "clip.mp4", pack(GOOD.read_bytes()))

    with pytest.raises(NotAVideoContainer):
        await pool.examine(path)


async def test_archive_behind_a_video_is_ignored(pool: WorkerPool, tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4", GOOD.read_bytes() + zipped(b"x"))

    assert (await pool.examine(path)).phash == GOOD_PHASH


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
async def test_file_that_shrinks_meanwhile_costs_itself_at_most(
    suffix: str, pool: WorkerPool, content: Made, tmp_path: Path
) -> None:
    """Where the worker is when the file shrinks is anybody's guess: each try is another."""
    whole = content(suffix)
    for attempt in range(8):
        path = write(tmp_path / f"{attempt}.{suffix}", whole)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask, pool, path)
            await anyio.to_thread.run_sync(shrink, path, attempt)

    assert (await pool.examine(GOOD)).phash == GOOD_PHASH


async def ask(pool: WorkerPool, path: Path) -> None:
    try:
        await pool.examine(path)
    except FileRefused:
        await anyio.lowlevel.checkpoint()


def shrink(path: Path, attempt: int) -> None:
    for share in range(16, attempt, -1):
        os.truncate(path, path.stat().st_size * share // 16)


def is_sparse(path: Path) -> bool:
    return path.stat().st_blocks * 512 < path.stat().st_size


def grown(path: Path, content: bytes) -> Path:
    """Write a file that claims a terabyte and takes no place."""
    with path.open("wb") as file:
        file.write(content)
        try:
            file.truncate(TERABYTE)
        except OSError:
            pytest.skip("this disk holds no file of a terabyte")
    if not is_sparse(path):
        pytest.skip("this disk has no sparse files")
    return path


async def test_terabyte_of_nothing_is_refused(pool: WorkerPool, tmp_path: Path) -> None:
    path = grown(tmp_path / "nothing.mkv", b"")

    assert str(await pool.oshash(path)) == f"{TERABYTE:016x}"
    with pytest.raises(NotAVideoContainer):
        await pool.examine(path)


async def test_video_at_the_beginning_of_a_terabyte_is_seen(
    pool: WorkerPool, tmp_path: Path
) -> None:
    path = grown(tmp_path / "preallocated.mp4", GOOD.read_bytes())

    assert (await pool.examine(path)).phash == GOOD_PHASH


async def test_file_that_takes_for_ever_is_given_up(content: Made, tmp_path: Path) -> None:
    """The reader looks for the next block through the whole terabyte, as ffmpeg's does."""
    path = grown(tmp_path / "preallocated.vob", content("vob", "mpeg2video"))

    async with guarded_pool(1, timeout_s=1) as pool:
        with pytest.raises(TookTooLong, match="within 1 s"):
            await pool.examine(path)
        assert (await pool.oshash(GOOD)).value
