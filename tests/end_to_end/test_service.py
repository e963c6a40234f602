"""What the service manager, the terminal and the next start see of a daemon."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from providers.sandbox.faults import Slow
from rules.journey import FileState
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home
from tests.end_to_end.running import is_running

pytestmark = pytest.mark.usefixtures("installed")


class Manager:
    """A service manager's end of the notify socket."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.settimeout(0)
        self.heard: list[str] = []

    def listen(self) -> list[str]:
        """Return every assignment heard so far."""
        while True:
            try:
                self.heard += self.socket.recv(4096).decode().splitlines()
            except BlockingIOError:
                return self.heard

    def has(self, start: str, times: int = 1) -> bool:
        return sum(line.startswith(start) for line in self.listen()) >= times


@contextmanager
def manager_at(path: Path) -> Iterator[Manager]:
    manager = Manager(path)
    try:
        yield manager
    finally:
        manager.socket.close()


def test_the_service_manager_hears_of_start_work_and_end(home: Home) -> None:
    path = home.folder / "notify"
    environment = {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "400000"}
    with manager_at(path) as manager, home.run(environment=environment) as daemon:
        daemon.until(lambda: manager.has("READY=1"), "it says that it is ready")
        daemon.until(lambda: manager.has("STATUS=", 3), "it says what it does")
        daemon.until(lambda: manager.has("WATCHDOG=1", 5), "it feeds the watchdog")
        before = manager.listen().index("READY=1")
        daemon.terminate()

        assert manager.has("STOPPING=1")
        told = [line for line in manager.heard if line.startswith("STATUS=")]
        assert told[:2] == ["STATUS=opening the store", "STATUS=looking through the libraries"]
        assert told[2] in {"STATUS=looking through films", "STATUS=nothing to do, 0 files done"}
        assert manager.listen().count("READY=1") == 1
        assert "WATCHDOG=1" not in manager.heard[:before]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["TERM", "INT"])
def test_a_daemon_at_rest_ends_at_once_and_leaves_nothing_behind(
    home: Home, number: signal.Signals
) -> None:
    with home.run() as daemon:
        daemon.until(lambda: daemon.status().libraries[0].listed_at_s, "it was looked through")
        children = daemon.children()
        code = daemon.end_by(number, within_s=5)

    assert code == 0
    assert children
    assert not any(map(is_running, children))
    assert not home.socket.exists()
    assert "Traceback" not in daemon.words()


def test_it_ends_in_time_while_a_decoder_hangs(home: Home, film: Film) -> None:
    home.knows(film)
    with home.run() as daemon:
        workers = daemon.until(daemon.workers, "a worker is there")
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)
        home.drop(film)
        daemon.until_state(film.name, FileState.SETTLED)
        code = daemon.end_by(signal.SIGTERM, within_s=6)

    assert code == 0
    assert not any(map(is_running, workers))
    with home.run() as daemon:
        daemon.until_state(film.name, FileState.DONE)


def test_it_ends_in_time_while_a_source_hangs(home: Home, film: Film) -> None:
    home.knows(film)
    home.box.faults.always(Slow(20))
    with home.run() as daemon:
        home.drop(film)
        daemon.until_state(film.name, FileState.READY)
        daemon.until(home.box.requests.all, "the source is asked")
        code = daemon.end_by(signal.SIGTERM, within_s=6)
    home.box.faults.clear()

    assert code == 0
    with home.run() as daemon:
        view = daemon.until_state(film.name, FileState.DONE)
    assert [decision.outcome for decision in view.decisions] == ["accepted"]


def test_the_socket_of_a_killed_daemon_disturbs_nobody(home: Home) -> None:
    with home.run() as daemon:
        daemon.kill()

    assert home.socket.exists()
    assert "not running" in home.do("status").out
    with home.run() as daemon:
        assert daemon.status().pid == daemon.process.pid


def test_a_signal_during_the_start_ends_it(home: Home) -> None:
    with home.run(is_awaited=False) as daemon:
        time.sleep(0.3)  # somewhere on the way
        code = daemon.end_by(signal.SIGTERM)

    assert code in {0, -signal.SIGTERM}
    with home.run() as daemon:
        assert daemon.status().is_running
