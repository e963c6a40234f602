from __future__ import annotations

import inspect
import os
import select
import shlex
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path, PurePath

import anyio
import anyio.to_thread
import psutil
import pydantic
import pytest

from daemon.demo.clips import ClipRecipe, make_clip, truncate
from daemon.media.errors import (
    FileUnreadable,
    FileVanished,
    NotAVideoContainer,
    NoVideoStream,
    OutOfMemory,
    TookTooLong,
    TooSmallForOshash,
    WorkerDied,
    WorkerMissing,
)
from daemon.media.lanes import Lanes
from daemon.media.pool import WorkerPool
from daemon.media.storage import Disk, Storage
from rules.errors import MediaError
from rules.fingerprint import Oshash, Phash
from tests.daemon.media.freezer import can_freeze, frozen
from tests.daemon.media.system import System, mount_line

HOSTILE = (sys.executable, "-P", str(Path(__file__).with_name("hostile_worker.py")))
ENOUGH_BYTES = 1 << 30
PROMISED_S = 1.0
"""From a cancellation to its end."""


def pool_of(workers: int = 1, *, timeout_s: float = 60, idle_s: float = 300) -> WorkerPool:
    return WorkerPool(
        workers=workers, timeout_s=timeout_s, memory_limit_bytes=ENOUGH_BYTES, idle_s=idle_s
    )


def hostile_pool(
    *,
    timeout_s: float = 60,
    memory_limit_bytes: int = ENOUGH_BYTES,
    command: tuple[str, ...] = HOSTILE,
    idle_s: float = 300,
    workers: int = 1,
    lanes: Lanes | None = None,
) -> WorkerPool:
    return WorkerPool(
        workers=workers,
        timeout_s=timeout_s,
        memory_limit_bytes=memory_limit_bytes,
        command=command,
        idle_s=idle_s,
        lanes=lanes,
    )


@pydantic.dataclasses.dataclass(frozen=True)
class Confession:
    """What the hostile worker tells about itself."""

    pid: int
    niceness: int
    session: int
    environment: frozenset[str]


class Shelves(Storage):
    """Where a file lies is what its path says."""

    def disks_of(self, path: PurePath, device: int | None) -> frozenset[Disk]:
        del device
        return super().disks_of(path, None)


async def confession(pool: WorkerPool, folder: Path) -> Confession:
    with pytest.raises(FileUnreadable) as caught:
        await pool.oshash(folder / "confess")
    return pydantic.TypeAdapter(Confession).validate_json(caught.value.detail)


async def has_ended(pid: int) -> bool:
    """Wait for a process that need not be ours to end."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True

    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    try:
        return bool(await anyio.to_thread.run_sync(poll.poll, 20_000))
    finally:
        os.close(descriptor)


def only_worker() -> int:
    """Return the process number of our only worker; other tests have children of their own here."""
    tasks = Path("/proc/self/task").iterdir()
    children = [int(pid) for task in tasks for pid in (task / "children").read_text().split()]
    (worker,) = (
        pid
        for pid in children
        if b"daemon.media.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )
    return worker


async def until_it_works(pid: int) -> None:
    """Wait until a process uses the processor."""
    before = cpu_ticks(pid)
    while cpu_ticks(pid) < before + 2:  # noqa: ASYNC110  # the kernel tells nobody
        await anyio.sleep(0.001)


def cpu_ticks(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])  # proc(5)


async def test_file_is_hashed_and_examined(videos: Path) -> None:
    async with pool_of() as pool:
        oshash = await pool.oshash(videos / "short_1s.mp4")
        examination = await pool.examine(videos / "short_1s.mp4")

    assert oshash == Oshash(0x14A34B1FC832510C)
    assert examination.phash == Phash(0xAB2AD52A77025F2A)
    assert examination.phash_missing is None
    assert examination.facts.duration_s == 1.0
    assert examination.grid_version == "5x5"
    assert examination.took_s > 0


async def test_more_files_than_workers_wait_their_turn(videos: Path) -> None:
    hashes: list[Oshash] = []

    async def hash_one(pool: WorkerPool, path: Path) -> None:
        hashes.append(await pool.oshash(path))

    paths = [videos / "short_1s.mp4", videos / "short_0s4.mp4", videos / "gif_anim.gif"] * 3
    async with pool_of(2) as pool, anyio.create_task_group() as tasks:
        for path in paths:
            tasks.start_soon(hash_one, pool, path)

    assert (len(hashes), len(set(hashes))) == (9, 3)


@pytest.mark.parametrize(
    ("name", "content", "hashed", "examined"),
    [
        ("empty.mp4", b"", TooSmallForOshash, NotAVideoContainer),
        ("text.mp4", b"this is not a video\n" * 500, None, NotAVideoContainer),
        ("zeros.mkv", bytes(100_000), None, NotAVideoContainer),
        ("noise.mkv", bytes(index * index % 251 for index in range(99_999)), None, MediaError),
        ("head only.mkv", b"\x1a\x45\xdf\xa3" + bytes(5000), None, NotAVideoContainer),
    ],
)
async def test_junk_is_refused_with_a_name(
    tmp_path: Path,
    name: str,
    content: bytes,
    hashed: type[MediaError] | None,
    examined: type[MediaError],
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    async with pool_of() as pool:
        if hashed is None:
            await pool.oshash(path)
        else:
            with pytest.raises(hashed):
                await pool.oshash(path)
        with pytest.raises(examined):
            await pool.examine(path)


async def test_missing_and_silent_files_are_refused(tmp_path: Path, videos: Path) -> None:
    async with pool_of() as pool:
        with pytest.raises(FileVanished):
            await pool.oshash(tmp_path / "missing.mp4")
        with pytest.raises(FileVanished):
            await pool.examine(tmp_path / "missing.mp4")
        with pytest.raises(NoVideoStream):
            await pool.examine(videos / "audio_only.m4a")


async def test_playlist_named_like_a_video_leads_nowhere(playlist: Path, asked: list[str]) -> None:
    async with pool_of() as pool:
        with pytest.raises(NotAVideoContainer):
            await pool.examine(playlist)

    assert asked == []


@pytest.mark.parametrize(
    "name",
    [
        b"with spaces and 'quotes\" .mp4",
        "Frühling am Ölberg 春.mp4".encode(),
        b"latin-1 \xe9\xff.mp4",
        b"-leading dash.mp4",
        b"concat:first|second.mp4",
        b"http:--example.org.mp4",
        b"%03d*?[a].mp4",
        b"two\nlines.mp4",
        b"file:x.mp4",
    ],
)
async def test_any_name_is_only_a_name(tmp_path: Path, videos: Path, name: bytes) -> None:
    path = tmp_path / os.fsdecode(name)
    path.write_bytes((videos / "short_1s.mp4").read_bytes())

    async with pool_of() as pool:
        assert (await pool.examine(path)).phash == Phash(0xAB2AD52A77025F2A)
        assert await pool.oshash(path) == Oshash(0x14A34B1FC832510C)


async def test_relative_path_is_the_callers(videos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(videos)

    async with pool_of() as pool:
        assert await pool.oshash(Path("short_1s.mp4")) == Oshash(0x14A34B1FC832510C)


async def test_truncated_video_keeps_what_can_be_known(tmp_path: Path) -> None:
    whole, half = tmp_path / "whole.mkv", tmp_path / "half.mkv"
    make_clip(whole, ClipRecipe(seed=4, duration_s=6))
    truncate(whole, half, 0.5)

    async with pool_of() as pool:
        examination = await pool.examine(half)

    assert examination.phash is None
    assert (examination.phash_missing or "").startswith("VideoEndsEarly: there is no picture at ")
    assert examination.facts.duration_s == 6.0


@pytest.mark.parametrize(
    ("deed", "status"),
    [("die", -signal.SIGKILL), ("crash", 1), ("babble", None), ("chatter", None)],
)
async def test_worker_that_fails_costs_only_its_file(
    tmp_path: Path, deed: str, status: int | None
) -> None:
    async with hostile_pool() as pool:
        before = await confession(pool, tmp_path)
        with pytest.raises(WorkerDied) as caught:
            await pool.oshash(tmp_path / deed)
        after = await confession(pool, tmp_path)

    assert caught.value.exit_status == status
    assert before.pid != after.pid


async def test_hanging_worker_is_killed_at_its_deadline(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "started")
    pids: list[int] = []

    async def read_pid() -> None:
        pids.append(int(await anyio.to_thread.run_sync((tmp_path / "started").read_text)))

    async with hostile_pool(timeout_s=1) as pool:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(read_pid)
            with pytest.raises(TookTooLong, match="within 1 s"):
                await pool.oshash(tmp_path / "hang")
        answered = await pool.oshash(tmp_path / "fine")

    assert await has_ended(pids[0])
    assert answered == Oshash(len("fine"))


async def test_cancelling_kills_the_worker_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "started")

    async with hostile_pool() as pool, anyio.create_task_group() as tasks:
        tasks.start_soon(pool.oshash, tmp_path / "hang")
        pid = int(await anyio.to_thread.run_sync((tmp_path / "started").read_text))
        began_s = anyio.current_time()
        tasks.cancel_scope.cancel()

    assert anyio.current_time() - began_s < PROMISED_S
    assert await has_ended(pid)


async def test_cancelling_ends_a_decoder_at_work(tmp_path: Path) -> None:
    path = tmp_path / "long.mp4"
    make_clip(path, ClipRecipe(seed=1, width=640, height=360, codec="mpeg4", gop=250))

    async with pool_of() as pool:
        await pool.oshash(path)
        pid = only_worker()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(pool.examine, path)
            await until_it_works(pid)
            began_s = anyio.current_time()
            tasks.cancel_scope.cancel()

        assert anyio.current_time() - began_s < PROMISED_S
        assert await has_ended(pid)


@pytest.mark.skipif(not can_freeze(), reason="needs the freezer of cgroups v1, and root")
async def test_cancelling_does_not_wait_for_a_worker_that_sigkill_cannot_end(
    tmp_path: Path,
) -> None:
    os.mkfifo(tmp_path / "started")

    async with hostile_pool() as pool:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(pool.oshash, tmp_path / "hang")
            pid = int(await anyio.to_thread.run_sync((tmp_path / "started").read_text))
            with frozen(pid):
                began_s = anyio.current_time()
                tasks.cancel_scope.cancel()
                with anyio.CancelScope(shield=True):
                    assert await pool.oshash(tmp_path / "fine") == Oshash(len("fine"))

        assert await has_ended(pid)
        assert anyio.current_time() - began_s < 60


@pytest.mark.skipif(not can_freeze(), reason="needs the freezer of cgroups v1, and root")
async def test_pool_ends_in_time_with_a_worker_that_sigkill_cannot_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "started")
    pids = []

    with ExitStack() as cold:
        async with hostile_pool() as pool, anyio.create_task_group() as tasks:
            tasks.start_soon(pool.oshash, tmp_path / "hang")
            pids.append(int(await anyio.to_thread.run_sync((tmp_path / "started").read_text)))
            cold.enter_context(frozen(pids[0]))
            began_s = anyio.current_time()
            tasks.cancel_scope.cancel()

        assert anyio.current_time() - began_s < PROMISED_S

    assert await has_ended(pids[0])


async def test_memory_is_limited(tmp_path: Path) -> None:
    async with hostile_pool(memory_limit_bytes=256 << 20) as pool:
        before = await confession(pool, tmp_path)
        with pytest.raises(OutOfMemory, match="raise the workers' memory limit"):
            await pool.oshash(tmp_path / "eat")
        after = await confession(pool, tmp_path)

    assert before.pid != after.pid


async def test_file_that_waits_for_its_disk_holds_no_worker(tmp_path: Path) -> None:
    system = System(tmp_path / "sys")
    system.disk("sda", "8:0")
    table = tmp_path / "mountinfo"
    table.write_text(
        mount_line("/", "0:30", "tmpfs", "tmpfs")
        + mount_line(str(tmp_path / "spinning"), "8:0", "ext4", "/dev/sda")
    )
    storage = Shelves(system=system.root, mount_table=table)
    (tmp_path / "spinning").mkdir()
    for name in ("hang", "waiting"):
        (tmp_path / "spinning" / name).touch()
    (tmp_path / "elsewhere").touch()
    os.mkfifo(tmp_path / "spinning" / "started")

    async with hostile_pool(workers=2, lanes=Lanes(storage)) as pool:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(pool.oshash, tmp_path / "spinning" / "hang")
            await anyio.to_thread.run_sync((tmp_path / "spinning" / "started").read_text)
            tasks.start_soon(pool.oshash, tmp_path / "spinning" / "waiting")
            await anyio.wait_all_tasks_blocked()

            assert await pool.oshash(tmp_path / "elsewhere") == Oshash(len("elsewhere"))
            tasks.cancel_scope.cancel()
        assert await pool.oshash(tmp_path / "spinning" / "waiting") == Oshash(len("waiting"))


async def test_what_libraries_print_disturbs_nothing(tmp_path: Path) -> None:
    async with hostile_pool() as pool:
        assert await pool.oshash(tmp_path / "mumble") == Oshash(len("mumble"))


async def test_worker_is_kept_for_the_next_file(tmp_path: Path) -> None:
    async with hostile_pool() as pool:
        first = await confession(pool, tmp_path)
        second = await confession(pool, tmp_path)

    assert first.pid == second.pid


async def test_worker_is_replaced_after_many_files(tmp_path: Path) -> None:
    async with hostile_pool() as pool:
        first = await confession(pool, tmp_path)
        for _ in range(500):
            await pool.oshash(tmp_path / "fine")
        second = await confession(pool, tmp_path)

    assert first.pid != second.pid


async def test_worker_killed_while_idle_costs_nothing(tmp_path: Path) -> None:
    async with hostile_pool() as pool:
        pid = (await confession(pool, tmp_path)).pid
        os.kill(pid, signal.SIGKILL)
        await has_ended(pid)

        assert await pool.oshash(tmp_path / "fine") == Oshash(len("fine"))


@pytest.mark.parametrize("idle_s", [0.05, 0.6])
async def test_idle_worker_is_ended_when_its_time_has_come(tmp_path: Path, idle_s: float) -> None:
    async with hostile_pool(idle_s=idle_s) as pool:
        pid = (await confession(pool, tmp_path)).pid
        began_s = anyio.current_time()

        assert await has_ended(pid)
        assert idle_s * 0.9 <= anyio.current_time() - began_s < idle_s + PROMISED_S
        assert await pool.oshash(tmp_path / "fine") == Oshash(len("fine"))


def test_worker_may_be_idle_for_a_minute() -> None:
    assert inspect.signature(WorkerPool).parameters["idle_s"].default == 60


async def test_worker_that_comes_back_to_a_closed_pool_is_ended(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "started")

    async with anyio.create_task_group() as tasks:
        async with hostile_pool() as pool:
            tasks.start_soon(pool.oshash, tmp_path / "wait")
            pid = int(await anyio.to_thread.run_sync((tmp_path / "started").read_text))
        (tmp_path / "go on").touch()

    assert await has_ended(pid)


async def test_lack_of_processes_costs_only_the_file(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\nexec {shlex.join(HOSTILE)} $*\n")
    program.chmod(0o700)

    async with hostile_pool(command=(str(program),)) as pool:
        with pytest.raises(WorkerDied):
            await pool.oshash(tmp_path / "die")
        program.rename(tmp_path / "elsewhere")
        with pytest.raises(WorkerMissing, match="No such file"):
            await pool.oshash(tmp_path / "fine")
        (tmp_path / "elsewhere").rename(program)
        assert await pool.oshash(tmp_path / "fine") == Oshash(len("fine"))


async def test_worker_is_confined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOORMAN_SOURCES__0__KEY", "secret")
    monkeypatch.setenv("HOME", "/somewhere")

    async with hostile_pool() as pool:
        facts = await confession(pool, tmp_path)

    assert facts.niceness >= 10
    assert facts.session == facts.pid
    assert not {"DOORMAN_SOURCES__0__KEY", "HOME"} & facts.environment


async def test_file_that_takes_long_is_no_longer_starved_by_a_busy_disk(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "started")

    async with hostile_pool(timeout_s=4) as pool:
        before = await confession(pool, tmp_path)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(pool.oshash, tmp_path / "wait")
            pid = int(await anyio.to_thread.run_sync((tmp_path / "started").read_text))
            assert psutil.Process(pid).ionice().ioclass is psutil.IOPRIO_CLASS_IDLE
            while psutil.Process(pid).ionice() != (psutil.IOPRIO_CLASS_BE, 7):  # noqa: ASYNC110
                await anyio.sleep(0.01)  # until the patient quarter of its deadline is over
            (tmp_path / "go on").touch()
        after = await confession(pool, tmp_path)

    assert before.pid == pid != after.pid


async def test_no_worker_outlives_the_pool(tmp_path: Path) -> None:
    async with hostile_pool() as pool:
        pid = (await confession(pool, tmp_path)).pid

    assert await has_ended(pid)


PARENT = """
import anyio, sys
from pathlib import Path
from daemon.media.pool import WorkerPool

async def main():
    async with WorkerPool(
        workers=1, timeout_s=60, memory_limit_bytes=1 << 30, command=tuple(sys.argv[2:])
    ) as pool:
        await pool.oshash(Path(sys.argv[1]))

anyio.run(main)
"""


async def test_busy_worker_dies_with_a_killed_parent(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "started")
    arguments = [sys.executable, "-c", PARENT, str(tmp_path / "hang"), *HOSTILE]
    with subprocess.Popen(arguments) as parent:  # noqa: ASYNC220, S603  # it is to be killed
        pid = int(await anyio.to_thread.run_sync((tmp_path / "started").read_text))
        parent.kill()

    assert await has_ended(pid)


async def test_worker_that_cannot_start_is_named(tmp_path: Path) -> None:
    async with hostile_pool(command=(sys.executable, "-c", "raise SystemExit(3)")) as pool:
        with pytest.raises(WorkerDied, match="ended with status 3"):
            await pool.oshash(tmp_path / "fine")


async def test_worker_that_does_not_say_ready_is_given_up(tmp_path: Path) -> None:
    async with hostile_pool(command=(sys.executable, "-c", "print('hello'); input()")) as pool:
        with pytest.raises(WorkerDied, match="stopped answering"):
            await pool.oshash(tmp_path / "fine")


async def test_answer_to_another_question_is_not_taken(tmp_path: Path) -> None:
    async with hostile_pool() as pool:
        with pytest.raises(WorkerDied, match="stopped answering"):
            await pool.examine(tmp_path / "fine")


async def test_daemon_itself_loads_no_decoder() -> None:
    script = (
        "import sys, daemon.media.pool\n"
        "print([name for name in ('av', 'numpy', 'PIL', 'pymediainfo') if name in sys.modules])"
    )

    done = await anyio.run_process([sys.executable, "-c", script])

    assert done.stdout.strip() == b"[]"
