"""Damaged files, by the hundred: each costs itself at most.

More, by hand: `DOORMAN_MUTANTS=300 DOORMAN_SEED=other pytest tests/daemon/media/test_damage.py`
damages each whole file 300 times, in other ways.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import anyio
import pytest

from daemon.demo.clips import ClipRecipe, make_clip
from daemon.media.errors import FileRefused
from daemon.media.examination import Examination
from daemon.media.pool import WorkerPool
from rules.errors import MediaError
from tests.daemon.media.guarded import GOOD_PHASH, GUARDED, guarded_pool, peak_memory_bytes
from tests.daemon.media.guarded_worker import ASK, can_forbid_sockets
from tests.daemon.media.mutations import mutant

DATA = Path(__file__).parents[2] / "data"
SEED = os.environ.get("DOORMAN_SEED", "harbour")
MUTANTS = int(os.environ.get("DOORMAN_MUTANTS", "6"))
PEAK_BYTES = 700 << 20  # the most seen was 479 MiB, for a picture that claimed to be huge

pytestmark = pytest.mark.skipif(
    not can_forbid_sockets(), reason="this kernel cannot forbid sockets to a process"
)

SMALL = ClipRecipe(seed=1, duration_s=2, width=96, height=64, frame_rate=Fraction(12), gop=12)
CLIPS = {
    "h264.mp4": SMALL,
    "h264.mkv": SMALL,
    "h264.ts": SMALL,
    "h264.h264": SMALL,
    "hevc.mp4": replace(SMALL, codec="libx265"),
    "hevc.mkv": replace(SMALL, codec="libx265"),
    "hevc.hevc": replace(SMALL, codec="libx265"),
    "vp9.webm": replace(SMALL, codec="libvpx-vp9"),
    "vp8.webm": replace(SMALL, codec="libvpx"),
    "vp8.ivf": replace(SMALL, codec="libvpx"),
    "mpeg4.avi": replace(SMALL, codec="mpeg4"),
    "mpeg4.3gp": replace(SMALL, codec="mpeg4"),
    "mpeg4.nut": replace(SMALL, codec="mpeg4", container="nut"),
    "msmpeg4.avi": replace(SMALL, codec="msmpeg4"),
    "mpeg2.ts": replace(SMALL, codec="mpeg2video"),
    "mpeg2.vob": replace(SMALL, codec="mpeg2video"),
    "mpeg2.wtv": replace(SMALL, codec="mpeg2video"),
    "mpeg2.mxf": replace(SMALL, codec="mpeg2video", frame_rate=Fraction(25)),
    "mpeg1.mpg": replace(SMALL, codec="mpeg1video", frame_rate=Fraction(25)),
    "flv.flv": replace(SMALL, codec="flv"),
    "flv.swf": replace(SMALL, codec="flv"),
    "rv10.rm": replace(SMALL, codec="rv10"),
    "mjpeg.mov": replace(SMALL, codec="mjpeg"),
    "mjpeg.mjpeg": replace(SMALL, codec="mjpeg"),
    "prores.mov": replace(SMALL, codec="prores"),
    "ffv1.mkv": replace(SMALL, codec="ffv1"),
    "sound.mp4": replace(SMALL, audio_s=2, audio_language="eng"),
    "sound.webm": replace(SMALL, codec="libvpx", audio_s=2),
    "sound.wmv": replace(SMALL, codec="wmv2", audio_s=2),
}
COMMITTED = ("grey_flat_then_white.mp4", "h264_mp4_tiny64x48.mp4", "gif_anim.gif", "short_1s.mp4")
PLAYLISTS = {
    "master.m3u8": b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:9/a.ts\n",
    "dash.mpd": b'<?xml version="1.0"?><MPD type="static" mediaPresentationDuration="PT9S">'
    b"<BaseURL>http://127.0.0.1:9/</BaseURL><Period><AdaptationSet><Representation>"
    b"<BaseURL>a.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>",
}
SOURCES = (*CLIPS, *COMMITTED, *PLAYLISTS)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """As everywhere; once, because the pool is one for all these tests."""
    return "asyncio"


@pytest.fixture(scope="module")
async def pool(anyio_backend: str) -> AsyncIterator[WorkerPool]:
    assert anyio_backend
    async with guarded_pool() as pool:
        yield pool


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """Return an undamaged file's content; what nobody asks for is not made."""
    folder = tmp_path_factory.mktemp("whole")

    def content(name: str) -> bytes:
        if name in PLAYLISTS:
            return PLAYLISTS[name]
        if name in COMMITTED:
            return (DATA / "videos" / name).read_bytes()
        if not (folder / name).exists():
            make_clip(folder / name, CLIPS[name])
        return (folder / name).read_bytes()

    return content


def test_asking_for_a_socket_ends_a_guarded_worker() -> None:
    """The control of this module: were a worker to ask for a socket, it would be seen."""
    done = subprocess.run([*GUARDED, ASK], check=False)  # noqa: S603  # our own file

    assert done.returncode == -signal.SIGSYS


@pytest.mark.parametrize("name", SOURCES)
async def test_damaged_file_costs_itself_at_most(
    name: str, pool: WorkerPool, whole: Callable[[str], bytes], tmp_path: Path
) -> None:
    paths = [tmp_path / f"{index}-{name}" for index in range(MUTANTS)]
    other = whole(SOURCES[SOURCES.index(name) - 1])
    for path in paths:
        path.write_bytes(mutant(whole(name), other, f"{SEED} {path.name}"))

    outcomes = await examined(pool, paths)

    assert len(outcomes) == MUTANTS
    assert {path.name: outcome for path, outcome in outcomes.items() if not is_fine(outcome)} == {}
    assert peak_memory_bytes() < PEAK_BYTES
    assert (await pool.examine(DATA / "videos" / "short_1s.mp4")).phash == GOOD_PHASH


async def examined(pool: WorkerPool, paths: list[Path]) -> dict[Path, Examination | MediaError]:
    """Return what came of each file; all are asked for at once."""
    outcomes: dict[Path, Examination | MediaError] = {}

    async def examine(path: Path) -> None:
        try:
            outcomes[path] = await pool.examine(path)
        except MediaError as error:
            outcomes[path] = error

    async with anyio.create_task_group() as tasks:
        for path in paths:
            tasks.start_soon(examine, path)

    return outcomes


def is_fine(outcome: Examination | MediaError) -> bool:
    """Tell whether the worker lived, and either refused the file by name or described it."""
    if isinstance(outcome, MediaError):
        return isinstance(outcome, FileRefused)

    return (outcome.phash is None) is bool(outcome.phash_missing)
