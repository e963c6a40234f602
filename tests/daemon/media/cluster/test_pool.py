from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import anyio
import pytest

from daemon.media.cluster.link import Errand
from daemon.media.cluster.pool import ClusterPool
from daemon.media.errors import (
    FileVanished,
    NotAVideoContainer,
    OutOfMemory,
    TookTooLong,
    WorkerDied,
    WorkerMissing,
)
from daemon.media.examination import Wanted
from daemon.media.pool import WorkerPool
from rules.errors import MediaError
from rules.fingerprint import Oshash, Phash
from tests.daemon.media.cluster.doubles import Lines, pool_at, pool_here, until
from tests.daemon.media.cluster.errands import (
    answer_nonsense,
    lack_doorman,
    serve_hostile,
    serve_stranger,
    talk_nonsense,
)
from tests.daemon.media.cluster.machines import Machines

SHORT_1S = Oshash(0x14A34B1FC832510C)
SHORT_1S_PHASH = Phash(0xAB2AD52A77025F2A)
VIDEOS = (
    *("audio_only.m4a", "gif_anim.gif", "h264_mp4_tiny64x48.mp4", "h264_mp4_yuv444_odd.mp4"),
    *("one_frame.mp4", "short_1s.mp4"),
)


@pytest.fixture
def log() -> Lines:
    return Lines()


def is_running(noted: Path) -> bool:
    """Tell whether the process lives whose number stands in a file."""
    return Path("/proc", noted.read_text()).exists()


async def findings(pool: WorkerPool | ClusterPool, path: Path) -> tuple[object, ...]:
    """Return what a pool says of a file, but for the time it took."""
    try:
        oshash = await pool.oshash(path)
        examination = await pool.examine(path, Wanted(md5=True))
    except MediaError as error:
        return type(error), str(error)
    return oshash, examination.facts, examination.phash, examination.md5, examination.grid_version


async def test_cluster_answers_as_this_machine_does(
    machines: Machines, log: Lines, videos: Path
) -> None:
    paths = [videos / name for name in VIDEOS]

    async with pool_here() as here:
        expected = [await findings(here, path) for path in paths]
    async with pool_at(machines.address, log) as pool:
        found = [await findings(pool, path) for path in paths]

    assert found == expected
    assert log.events == ["cluster.joined"]


async def test_more_files_than_threads_wait_their_turn(
    machines: Machines, log: Lines, videos: Path
) -> None:
    hashes: list[Oshash] = []

    async def hash_one(pool: ClusterPool, path: Path) -> None:
        hashes.append(await pool.oshash(path))

    names = ["short_1s.mp4", "short_0s4.mp4", "gif_anim.gif"] * 8
    async with pool_at(machines.address, log) as pool, anyio.create_task_group() as tasks:
        for name in names:
            tasks.start_soon(hash_one, pool, videos / name)

    assert (len(hashes), len(set(hashes))) == (24, 3)


async def test_workers_see_a_library_under_another_path(
    machines: Machines, log: Lines, videos: Path, tmp_path: Path
) -> None:
    """Here lies a file of the same stamp and other content, so who was asked is plain to see."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    shutil.copy2(videos / "short_1s.mp4", there)
    seen = (there / "short_1s.mp4").stat()
    (here / "short_1s.mp4").write_bytes(bytes(seen.st_size))
    os.utime(here / "short_1s.mp4", ns=(seen.st_mtime_ns, seen.st_mtime_ns))

    async with pool_at(machines.address, log, folders=[(here, there)]) as pool:
        oshash = await pool.oshash(here / "short_1s.mp4")
        examination = await pool.examine(here / "short_1s.mp4")

    assert (oshash, examination.phash) == (SHORT_1S, SHORT_1S_PHASH)


@pytest.mark.parametrize("mistake", ["nothing there", "other size", "other time", "no folder"])
async def test_other_file_there_is_doubted_once_and_examined_here(
    machines: Machines, log: Lines, videos: Path, tmp_path: Path, mistake: str
) -> None:
    there = tmp_path / "there"
    if mistake != "no folder":
        there.mkdir()
    if mistake.startswith("other"):
        shutil.copy2(videos / "short_1s.mp4", there)
    if mistake == "other time":
        os.utime(there / "short_1s.mp4", (1, 1))
    if mistake == "other size":
        (there / "short_1s.mp4").write_bytes(b"half a copy")

    pool = pool_at(machines.address, log, here=pool_here(), folders=[(videos, there)])
    async with pool:
        hashes = {await pool.oshash(videos / "short_1s.mp4") for _ in range(4)}

    assert hashes == {SHORT_1S}
    doubts = [reason for event, reason in log.lines if event == "cluster.doubted"]
    assert 1 <= len(doubts) <= 2  # one for each worker that was asked
    what = "another file at" if mistake.startswith("other") else "nothing at"
    assert all(f"sees {what} " in doubt for doubt in doubts)


async def test_missing_file_is_named_by_this_machine(
    machines: Machines, log: Lines, tmp_path: Path
) -> None:
    async with pool_at(machines.address, log, here=pool_here()) as pool:
        with pytest.raises(FileVanished):
            await pool.examine(tmp_path / "gone.mkv")

    assert "cluster.doubted" not in log.events


async def test_refusal_of_the_content_is_believed_and_names_our_own_path(
    machines: Machines, log: Lines, tmp_path: Path
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    (here / "text.mkv").write_text("no video\n" * 500)
    shutil.copytree(here, there)

    async with pool_at(machines.address, log, folders=[(here, there)]) as pool:
        with pytest.raises(NotAVideoContainer) as caught:
            await pool.examine(here / "text.mkv")

    assert caught.value.path == here / "text.mkv"


@pytest.mark.parametrize(
    ("errand", "reason"),
    [
        (serve_stranger, "(grid un5x5, PyAV "),
        (talk_nonsense, "is no reply of doorman's"),
        (answer_nonsense, "is no reply of doorman's"),
        (lack_doorman, "cannot run doorman (No module named 'daemon')"),
    ],
    ids=["another doorman", "nonsense", "nonsense inside", "no doorman"],
)
async def test_worker_that_is_no_doorman_of_ours_is_not_believed(
    machines: Machines, log: Lines, videos: Path, errand: Errand, reason: str
) -> None:
    pool = pool_at(machines.address, log, here=pool_here(), errand=errand)
    async with pool:
        oshash = await pool.oshash(videos / "short_1s.mp4")

    assert oshash == SHORT_1S
    (doubt,) = [said for event, said in log.lines if event == "cluster.doubted"]
    assert reason in doubt


@pytest.mark.parametrize(
    ("deed", "error"), [("die", WorkerDied), ("crash", WorkerDied), ("eat", OutOfMemory)]
)
async def test_hostile_file_costs_itself_only(
    machines: Machines, log: Lines, tmp_path: Path, deed: str, error: type[MediaError]
) -> None:
    (tmp_path / deed).touch()
    (tmp_path / "good").touch()
    pool = pool_at(
        machines.address, log, errand=serve_hostile, memory_limit_bytes=256 << 20, timeout_s=30
    )

    async with pool:
        with pytest.raises(error):
            await pool.oshash(tmp_path / deed)
        hashes = {await pool.oshash(tmp_path / "good") for _ in range(4)}

    assert hashes == {Oshash(4)}
    assert all(process.poll() is None for process in machines.processes)
    assert log.events == ["cluster.joined"]


async def test_end_of_a_process_there_is_told_as_it_was(
    machines: Machines, log: Lines, tmp_path: Path
) -> None:
    (tmp_path / "die").touch()

    async with pool_at(machines.address, log, errand=serve_hostile) as pool:
        with pytest.raises(WorkerDied) as caught:
            await pool.oshash(tmp_path / "die")

    assert (caught.value.path, caught.value.exit_status) == (tmp_path / "die", -signal.SIGKILL)


async def test_file_that_hangs_there_is_ended_at_its_deadline(
    machines: Machines, log: Lines, tmp_path: Path
) -> None:
    (tmp_path / "hang").touch()

    async with pool_at(machines.address, log, errand=serve_hostile, timeout_s=0.5) as pool:
        with pytest.raises(TookTooLong) as caught:
            await pool.oshash(tmp_path / "hang")

    assert caught.value.timeout_s == 0.5
    assert not is_running(tmp_path / "started")


async def test_process_there_has_a_clean_environment(
    machines: Machines, log: Lines, tmp_path: Path
) -> None:
    """Dask's worker has variables of its own; what its child has is told in the refusal."""
    (tmp_path / "confess").touch()
    pool = pool_at(machines.address, log, errand=serve_hostile)

    async with pool:
        with pytest.raises(WorkerMissing):
            await pool.oshash(tmp_path / "confess")

    (confession,) = [said for event, said in log.lines if event == "cluster.doubted"]
    assert "MALLOC_ARENA_MAX" in confession
    assert "DASK_" not in confession


async def test_cancelled_wait_ends_at_once_and_disturbs_nobody(
    machines: Machines, log: Lines, tmp_path: Path
) -> None:
    for name in ("hang", "good"):
        (tmp_path / name).touch()
    pool = pool_at(machines.address, log, errand=serve_hostile, timeout_s=2)

    async with pool:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(pool.oshash, tmp_path / "hang")
            await until((tmp_path / "started").exists)
            began_s = anyio.current_time()
            tasks.cancel_scope.cancel()

        assert anyio.current_time() - began_s < 1
        assert await pool.oshash(tmp_path / "good") == Oshash(4)
