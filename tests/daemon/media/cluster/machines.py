"""A real scheduler and real workers of Dask, each a process of its own, on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import anyio

from daemon.media.cluster.link import connect

ROOT = Path(__file__).parents[4]
PATIENCE_S = 60
ENVIRONMENT = {
    "PATH": os.environ.get("PATH", ""),
    "PYTHONPATH": str(ROOT),  # workers are to know the errands of these tests
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",  # two deaths are quicker than four
}


@dataclass(kw_only=True)
class Machines:
    """The processes of one cluster."""

    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    address: str = ""

    def start_scheduler(self) -> subprocess.Popen[bytes]:
        """Start the scheduler, at the address it had before if it had one."""
        note = self.folder / "scheduler.json"
        note.unlink(missing_ok=True)
        port = self.address.rpartition(":")[2] or "0"
        scheduler = self._start(
            *("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"),
            *("--dashboard-address", "127.0.0.1:0", "--scheduler-file", str(note)),
        )
        self.address = _address_in(note, scheduler)
        return scheduler

    def start_worker(self, threads: int = 1, **environment: str) -> subprocess.Popen[bytes]:
        """Start a worker that looks for the scheduler, also once that is gone."""
        return self._start(
            *("worker", self.address, "--no-nanny", "--no-dashboard", "--host", "127.0.0.1"),
            *("--nthreads", str(threads), "--death-timeout", str(PATIENCE_S)),
            *("--local-directory", str(self.folder), "--memory-limit", "0"),
            environment=environment,
        )

    def await_threads(self, count: int) -> None:
        """Return when so many threads have joined."""
        anyio.run(self.joined, count)

    async def joined(self, count: int) -> None:
        """Return when so many threads are there."""
        link = await connect(self.address)
        try:
            with anyio.fail_after(PATIENCE_S):
                while sum((await link.threads()).values()) != count:  # noqa: ASYNC110 - not our event
                    await anyio.sleep(0.05)
        finally:
            await link.close()

    def end(self) -> None:
        """End every process at once."""
        for process in self.processes:
            process.kill()
            process.wait(PATIENCE_S)

    def _start(
        self, what: str, *arguments: str, environment: dict[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        log = self.folder / f"{what} {len(self.processes)}.log"
        with log.open("wb") as stream:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter
                [sys.executable, "-P", "-m", f"distributed.cli.dask_{what}", *arguments],
                env=ENVIRONMENT | (environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
            )
        self.processes.append(process)
        return process


@contextmanager
def machines_in(folder: Path) -> Iterator[Machines]:
    """Lend a place for a cluster, whose processes end with the block."""
    machines = Machines(folder=folder)
    try:
        yield machines
    finally:
        machines.end()


def _address_in(note: Path, scheduler: subprocess.Popen[bytes]) -> str:
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s and scheduler.poll() is None:
        try:
            return str(json.loads(note.read_text())["address"])
        except (FileNotFoundError, ValueError):
            time.sleep(0.02)

    raise AssertionError("the scheduler did not start")
