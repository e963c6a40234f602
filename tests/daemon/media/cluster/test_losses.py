"""Machines that go away in the middle, and come back."""

from __future__ import annotations

import logging
import os
import signal
from functools import partial
from pathlib import Path

import anyio
import pytest

from daemon.media.cluster.link import connect
from daemon.media.cluster.pool import ClusterPool
from daemon.media.cluster.presence import Connection
from daemon.media.errors import WorkerDied
from rules.fingerprint import Oshash
from tests.daemon.media.cluster.doubles import Lines, pool_at, pool_here, until
from tests.daemon.media.cluster.errands import serve_hostile
from tests.daemon.media.cluster.machines import Machines

SHORT_1S = Oshash(0x14A34B1FC832510C)


async def holder_of(started: Path) -> int:
    """Return the number of the Dask worker whose child has the file."""
    await until(partial(_is_written, started))
    return _parent_of(started)


def _is_written(path: Path) -> bool:
    return path.exists() and bool(path.read_text())


def _parent_of(started: Path) -> int:
    status = Path("/proc", started.read_text(), "status").read_text()
    started.unlink()
    return int(status.partition("PPid:")[2].split()[0])


async def test_file_of_a_lost_worker_is_done_again_and_given_up_in_the_end(
    own_machines: Machines, tmp_path: Path
) -> None:
    """These machines give a file up after two deaths; Dask's default is three."""
    own_machines.start_scheduler()
    for _ in range(3):
        own_machines.start_worker()
    await own_machines.joined(3)
    folder = tmp_path / "library"
    folder.mkdir()
    for name in ("hang", "hang once"):
        (folder / name).touch()
    log = Lines()
    hashes: list[Oshash] = []

    async def hash_one(name: str) -> None:
        hashes.append(await pool.oshash(folder / name))

    async with pool_at(own_machines.address, log, errand=serve_hostile) as pool:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(hash_one, "hang once")
            first = await holder_of(folder / "started")
            (folder / "started").touch()  # so that it does not hang again
            os.kill(first, signal.SIGKILL)
        assert hashes == [Oshash(len("hang once"))]

        (folder / "started").unlink()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(expect_death, pool, folder / "hang")
            for _ in range(2):
                os.kill(await holder_of(folder / "started"), signal.SIGKILL)


def nine_bytes(path: Path) -> Path:
    """Return a file whose true oshash is 9: the sum of its size and of nothing."""
    path.write_bytes(bytes(9))
    return path


async def expect_death(pool: ClusterPool, path: Path) -> None:
    with pytest.raises(WorkerDied):
        await pool.oshash(path)


async def test_lost_scheduler_costs_one_warning_and_is_used_again_when_it_is_back(
    own_machines: Machines, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Who examined a file is told by its hash: the workers here hash its name, we its content."""
    scheduler = own_machines.start_scheduler()
    own_machines.start_worker()
    await own_machines.joined(1)
    log = Lines()
    hashes: list[Oshash] = []

    async def hash_one(name: str) -> None:
        hashes.append(await pool.oshash(nine_bytes(tmp_path / name)))

    pool = pool_at(own_machines.address, log, here=pool_here(), errand=serve_hostile)
    async with pool:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(hash_one, "hang")
            await holder_of(tmp_path / "started")
            scheduler.kill()
        await hash_one("film")
        assert (hashes, log.events) == ([Oshash(9)] * 2, ["cluster.joined", "cluster.away"])

        scheduler.wait()
        own_machines.start_scheduler()
        own_machines.start_worker()
        await log.said("cluster.joined", times=2)
        await hash_one("film")

    assert hashes[2:] == [Oshash(len("film"))]
    assert log.events == ["cluster.joined", "cluster.away", "cluster.joined"]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_scheduler_that_hangs_is_given_up(own_machines: Machines, tmp_path: Path) -> None:
    scheduler = own_machines.start_scheduler()
    own_machines.start_worker()
    await own_machines.joined(1)
    log = Lines()
    film = nine_bytes(tmp_path / "film")

    async with pool_at(own_machines.address, log, here=pool_here(), errand=serve_hostile) as pool:
        before = await pool.oshash(film)
        scheduler.send_signal(signal.SIGSTOP)
        with anyio.fail_after(30):
            after = await pool.oshash(film)

    assert (before, after) == (Oshash(len("film")), Oshash(9))
    assert log.events == ["cluster.joined", "cluster.away"]


async def test_scheduler_without_workers_is_as_good_as_none(
    own_machines: Machines, videos: Path
) -> None:
    own_machines.start_scheduler()
    log = Lines()

    async with pool_at(own_machines.address, log, here=pool_here()) as pool:
        assert await pool.oshash(videos / "short_1s.mp4") == SHORT_1S
        own_machines.start_worker(threads=3)
        await log.said("cluster.joined")

    assert log.events == ["cluster.away", "cluster.joined"]
    assert "it has no workers" in log.lines[0][1]


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "tls://127.0.0.1:9"])
async def test_scheduler_that_is_not_there_costs_one_warning(address: str, videos: Path) -> None:
    """For tls:// Dask wants to be told of its files first, and fails in a way of its own."""
    log = Lines()
    tries: list[str] = []

    async def attempt() -> Connection:
        tries.append(address)
        return await connect(address, deadline_s=1)

    async with pool_at(address, log, here=pool_here(), attempt=attempt) as pool:
        hashes = {await pool.oshash(videos / "short_1s.mp4") for _ in range(3)}
        await until(lambda: len(tries) > 2)

    assert hashes == {SHORT_1S}
    assert log.events == ["cluster.away"]
