"""Asked to end, doorman is gone at once with all its processes, whatever they are busy with."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from daemon.demo.clips import ClipRecipe
from rules.journey import FileState
from tests.daemon.media.freezer import can_freeze, frozen
from tests.end_to_end.films import Film, film_of
from tests.end_to_end.home import Home
from tests.end_to_end.running import PATIENCE_S, Daemon, is_running

PROMISED_S = 2.0
BUSY_TICKS = 3
"""So much processor time, in hundredths of a second, no idle worker uses."""


@pytest.fixture(scope="module")
def long_film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    """A film whose every picture has to be decoded."""
    recipe = ClipRecipe(seed=3, width=640, height=360, codec="mpeg4", gop=1000, duration_s=12)
    return film_of(tmp_path_factory.mktemp("long") / "Long Way Home.mp4", recipe)


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """Keep a process from doing anything, as one that hangs."""
    os.kill(pid, signal.SIGSTOP)
    yield


def cpu_ticks(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])  # proc(5)


def until_it_decodes(daemon: Daemon) -> int:
    """Return the process number of the worker once it is busy with the film."""
    daemon.until(lambda: "warm" if daemon.workers() else None, "a worker is there")
    (worker,) = daemon.workers()
    daemon.until_state("Long Way Home.mp4", FileState.SETTLED)
    before, deadline_s = cpu_ticks(worker), time.monotonic() + PATIENCE_S
    while cpu_ticks(worker) < before + BUSY_TICKS and time.monotonic() < deadline_s:
        time.sleep(0.001)
    return worker


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(stopped, id="hangs"),
        pytest.param(
            frozen,
            id="cannot be killed",
            marks=pytest.mark.skipif(
                not can_freeze(), reason="needs the freezer of cgroups v1, and root"
            ),
        ),
    ],
)
def test_daemon_ends_at_once_while_a_worker_is_busy(
    home: Home, long_film: Film, trouble: Callable[[int], AbstractContextManager[None]]
) -> None:
    home.knows(long_film)

    with home.run() as daemon:
        home.drop(long_film)
        worker = until_it_decodes(daemon)
        with trouble(worker):
            children = daemon.children()
            began_s = time.monotonic()
            code = daemon.end_by(signal.SIGTERM)
            took_s = time.monotonic() - began_s

    assert (code, worker in children) == (0, True)
    assert took_s < PROMISED_S
    until_gone(children)
    with home.run() as again:
        again.until_state(long_film.name, FileState.DONE)


def until_gone(pids: list[int]) -> None:
    deadline_s = time.monotonic() + PROMISED_S
    while any(map(is_running, pids)):
        assert time.monotonic() < deadline_s
        time.sleep(0.01)
