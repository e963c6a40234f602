"""Small files that claim to be huge: each costs itself at most."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from daemon.media.errors import FileRefused, TookTooLong
from daemon.media.pool import WorkerPool
from rules.errors import MediaError
from tests.daemon.media.boxes import box, boxes, rewritten
from tests.daemon.media.clips import Made, write
from tests.daemon.media.guarded import (
    GOOD_PHASH,
    MEMORY_LIMIT_BYTES,
    guarded_pool,
    peak_memory_bytes,
)
from tests.daemon.media.guarded_worker import can_forbid_sockets

pytestmark = pytest.mark.skipif(
    not can_forbid_sockets(), reason="this kernel cannot forbid sockets to a process"
)

GOOD = Path(__file__).parents[2] / "data" / "videos" / "short_1s.mp4"
LIBRARIES_BYTES = 200 << 20  # what a worker maps and does not count as its own memory


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def pool(anyio_backend: str) -> AsyncIterator[WorkerPool]:
    assert anyio_backend
    async with guarded_pool(1, timeout_s=15) as pool:
        yield pool


def with_samples(content: bytes, count: int) -> bytes:
    """Claim so many pictures of one byte each, in one line of each table."""
    times = (1).to_bytes(4) + count.to_bytes(4) + (1).to_bytes(4)
    chunks = (1).to_bytes(4) + (1).to_bytes(4) + count.to_bytes(4) + (1).to_bytes(4)
    return rewritten(
        content,
        {
            b"stts": lambda _: bytes(4) + times,
            b"stsz": lambda _: bytes(4) + (1).to_bytes(4) + count.to_bytes(4),
            b"stsc": lambda _: bytes(4) + chunks,
            b"stss": lambda _: bytes(8),
            b"ctts": lambda _: bytes(8),
        },
    )


def with_tracks(content: bytes, count: int) -> bytes:
    """Repeat the only track."""
    top = list(boxes(content))
    film = list(boxes(dict(top)[b"moov"]))
    once = b"".join(box(kind, payload) for kind, payload in film if kind != b"trak")
    track = b"".join(box(kind, payload) for kind, payload in film if kind == b"trak")
    media = b"".join(box(kind, payload) for kind, payload in top if kind != b"moov")
    return media + box(b"moov", once + track * count)


def nested(_content: bytes) -> bytes:
    deep = b""
    while len(deep) < 1 << 18:
        deep = box(b"moov", deep)
    return box(b"ftyp", b"isom" + bytes(4)) + deep


def lasting(content: bytes, duration_ms: int) -> bytes:
    def header(payload: bytes) -> bytes:
        stated = (1000).to_bytes(4) + duration_ms.to_bytes(8)
        return b"\x01" + payload[1:4] + bytes(16) + stated + payload[20:]

    return rewritten(content, {b"mvhd": header})


def replaced_after(content: bytes, mark: bytes, skipped: int, instead: bytes) -> bytes:
    """Overwrite something behind each place where a mark stands."""
    parts = content.split(mark)
    end = skipped + len(instead)
    return mark.join([parts[0], *(part[:skipped] + instead + part[end:] for part in parts[1:])])


def sized(content: bytes, element: bytes, size: bytes) -> bytes:
    """Give a Matroska element another size, whatever it holds."""
    place = content.index(element) + len(element)
    width = 9 - content[place].bit_length()
    return content[:place] + size + content[place + width :]


_LARGEST, _UNKNOWN = b"\x01" + b"\xff" * 6 + b"\xfe", b"\x01" + b"\xff" * 7
_ELEMENTS = {
    "head": b"\x1a\x45\xdf\xa3",
    "segment": b"\x18\x53\x80\x67",
    "facts": b"\x15\x49\xa9\x66",
    "tracks": b"\x16\x54\xae\x6b",
    "cluster": b"\x1f\x43\xb6\x75",
    "index": b"\x1c\x53\xbb\x6b",
}


def stretched(element: bytes, size: bytes) -> Callable[[Made], bytes]:
    return lambda made: sized(made("mkv"), element, size)


def claiming(duration_ms: float) -> Callable[[Made], bytes]:
    stated = struct.pack(">d", duration_ms)
    return lambda made: replaced_after(made("mkv"), b"\x44\x89\x88", 0, stated)


BOMBS: dict[str, tuple[str, Callable[[Made], bytes]]] = {
    "10 million pictures": ("mp4", lambda c: with_samples(c("mp4"), 10_000_000)),
    "2 billion pictures": ("mp4", lambda c: with_samples(c("mp4"), 2**31 - 1)),
    "4 billion pictures": ("mp4", lambda c: with_samples(c("mp4"), 2**32 - 1)),
    "50 tracks": ("mp4", lambda c: with_tracks(c("mp4"), 50)),
    "3000 tracks": ("mp4", lambda c: with_tracks(c("mp4"), 3000)),
    "nested boxes": ("mp4", lambda c: nested(c("mp4"))),
    "ten years": ("mp4", lambda c: lasting(c("mp4"), 10 * 365 * 86_400_000)),
    "longest time": ("mp4", lambda c: lasting(c("mp4"), 2**63 - 1)),
    "unknown time": ("mp4", lambda c: lasting(c("mp4"), 2**64 - 1)),
    "gif 65535": (
        "gif",
        lambda c: c("gif", "gif")[:6] + b"\xff" * 4 + c("gif", "gif")[10:],
    ),
    "gif 16384": (
        "gif",
        lambda c: c("gif", "gif")[:6] + struct.pack("<HH", 16384, 16384) + c("gif", "gif")[10:],
    ),
    "vp8 16383": (
        "ivf",
        lambda c: replaced_after(
            c("ivf", "libvpx"), b"\x9d\x01\x2a", 0, struct.pack("<HH", 16383, 16383)
        ),
    ),
    "jpeg 65500": (
        "mjpeg",
        lambda c: replaced_after(
            c("mjpeg", "mjpeg"), b"\xff\xc0", 3, struct.pack(">HH", 65500, 65500)
        ),
    ),
    "mpeg2 4095": (
        "vob",
        lambda c: replaced_after(c("vob", "mpeg2video"), b"\0\0\1\xb3", 0, b"\xff\xff\xff"),
    ),
    "billion pictures a second": (
        "avi",
        lambda c: replaced_after(
            c("avi", "mpeg4"), b"strh", 24, struct.pack("<II", 1, 1_000_000_000)
        ),
    ),
    "no pictures a second": (
        "avi",
        lambda c: replaced_after(c("avi", "mpeg4"), b"strh", 24, bytes(8)),
    ),
    **{
        f"{name} {length}": ("mkv", stretched(element, size))
        for name, element in _ELEMENTS.items()
        for length, size in (("as long as can be", _LARGEST), ("without an end", _UNKNOWN))
    },
    **{
        f"lasting {duration_ms}": ("mkv", claiming(duration_ms))
        for duration_ms in (3.15e11, 1e300, float("inf"), float("nan"), -5e6)
    },
}


@pytest.mark.parametrize("kind", BOMBS)
async def test_bomb_costs_itself_at_most(
    kind: str, pool: WorkerPool, content: Made, tmp_path: Path
) -> None:
    suffix, make = BOMBS[kind]
    path = write(tmp_path / f"bomb.{suffix}", make(content))

    outcome = await outcome_of(pool, path)

    assert isinstance(outcome, FileRefused | TookTooLong | str | None), outcome
    assert peak_memory_bytes() < MEMORY_LIMIT_BYTES + LIBRARIES_BYTES
    assert (await pool.oshash(GOOD)).value


async def outcome_of(pool: WorkerPool, path: Path) -> MediaError | str | None:
    """Return why there is no answer, or no phash; None: there is one."""
    try:
        return (await pool.examine(path)).phash_missing
    except MediaError as error:
        return error


async def test_bomb_stays_below_a_small_limit(content: Made, tmp_path: Path) -> None:
    path = write(tmp_path / "bomb.mp4", with_samples(content("mp4"), 30_000_000))

    async with guarded_pool(1, memory_limit_bytes=256 << 20) as pool:
        outcome = await outcome_of(pool, path)
        assert isinstance(outcome, FileRefused | str)
        assert peak_memory_bytes() < (256 << 20) + LIBRARIES_BYTES
        assert (await pool.examine(GOOD)).phash == GOOD_PHASH
