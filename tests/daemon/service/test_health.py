import os
import socket
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest

from daemon.service.health import Heartbeats, Notifier, Stopped, feed, watchdog_s, without_notify


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[socket.socket]:
    address = str(tmp_path / "notify") if request.param == "path" else f"\0doorman-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(address)
        listening.settimeout(5)
        yield listening


def notifier_to(manager: socket.socket) -> Notifier:
    name = manager.getsockname()
    address = f"@{name[1:].decode()}" if isinstance(name, bytes) else name
    return Notifier({"NOTIFY_SOCKET": address})


def heard(manager: socket.socket) -> str:
    return manager.recv(4096).decode()


def test_the_manager_hears_every_state(manager: socket.socket) -> None:
    notifier = notifier_to(manager)

    notifier.extend_start(90, "opening the store")
    notifier.ready("watching 2 libraries")
    notifier.status("3 reviews\nREADY=0")
    notifier.reloading(monotonic_us=12)
    notifier.alive()
    notifier.stopping("caf\udce9 closed")

    assert [heard(manager) for _ in range(6)] == [
        "EXTEND_TIMEOUT_USEC=90000000\nSTATUS=opening the store",
        "READY=1\nSTATUS=watching 2 libraries",
        "STATUS=3 reviews READY=0",
        "RELOADING=1\nMONOTONIC_USEC=12",
        "WATCHDOG=1",
        "STOPPING=1\nSTATUS=caf? closed",
    ]


@pytest.mark.parametrize("address", [None, "", "@", "/", "vsock:2:1234", "relative/path"])
def test_without_a_manager_nothing_is_said(address: str | None) -> None:
    notifier = Notifier({} if address is None else {"NOTIFY_SOCKET": address})

    notifier.ready("watching")

    assert not notifier.is_heard


def test_a_manager_that_is_gone_stops_nobody(tmp_path: Path) -> None:
    notifier = Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")})

    notifier.alive()

    assert notifier.is_heard


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "7"}, 60.0),
        ({"WATCHDOG_USEC": "1500000"}, 1.5),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "²"}, None),
        ({"WATCHDOG_USEC": "-1"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_watches_the_process_it_names(
    environment: dict[str, str], seconds: float | None
) -> None:
    assert watchdog_s(environment, process_id=7) == seconds


def test_a_child_does_not_speak_in_our_name() -> None:
    environment = {
        "NOTIFY_SOCKET": "/run/notify",
        "WATCHDOG_USEC": "1",
        "WATCHDOG_PID": "1",
        "PATH": "/bin",
    }

    assert without_notify(environment) == {"PATH": "/bin"}


class Clock:
    def __init__(self) -> None:
        self.at_s = 1000.0

    def now_s(self) -> float:
        return self.at_s


def test_a_stage_that_beats_is_well_until_patience_ends() -> None:
    clock = Clock()
    heartbeats = Heartbeats(patience_s=30, now_s=clock.now_s)
    heartbeats.beat("settle")

    clock.at_s += 30
    assert heartbeats.stopped() == ()

    clock.at_s += 1
    assert heartbeats.stopped() == (Stopped(stage="settle", silent_s=1),)

    heartbeats.beat("settle")
    assert heartbeats.stopped() == ()


def test_a_stage_at_rest_may_be_silent_for_as_long_as_it_said() -> None:
    clock = Clock()
    heartbeats = Heartbeats(patience_s=30, now_s=clock.now_s)
    heartbeats.rest("identify", until_s=600)

    clock.at_s += 630
    assert heartbeats.stopped() == ()

    clock.at_s += 1
    assert heartbeats.stopped() == (Stopped(stage="identify", silent_s=1),)


def test_a_stage_that_beats_again_is_no_longer_at_rest() -> None:
    clock = Clock()
    heartbeats = Heartbeats(patience_s=30, now_s=clock.now_s)
    heartbeats.rest("identify", until_s=600)
    heartbeats.beat("identify")

    clock.at_s += 31
    assert [one.stage for one in heartbeats.stopped()] == ["identify"]


def test_a_stage_with_long_pieces_of_work_is_waited_for() -> None:
    clock = Clock()
    heartbeats = Heartbeats(patience_s=30, now_s=clock.now_s, longer_s={"fingerprint": 600})
    heartbeats.beat("fingerprint")
    heartbeats.beat("settle")

    clock.at_s += 600
    assert [one.stage for one in heartbeats.stopped()] == ["settle"]

    clock.at_s += 1
    assert [one.stage for one in heartbeats.stopped()] == ["fingerprint", "settle"]


def test_one_silent_stage_is_not_hidden_by_the_others() -> None:
    clock = Clock()
    heartbeats = Heartbeats(patience_s=30, now_s=clock.now_s)
    for name in ("watch", "apply", "settle"):
        heartbeats.beat(name)

    clock.at_s += 31
    heartbeats.beat("settle")

    assert [one.stage for one in heartbeats.stopped()] == ["apply", "watch"]


def test_a_stage_that_ended_in_order_is_not_missed() -> None:
    clock = Clock()
    heartbeats = Heartbeats(patience_s=30, now_s=clock.now_s)
    heartbeats.beat("scan")
    heartbeats.leave("scan")
    heartbeats.leave("never seen")

    clock.at_s += 100
    assert heartbeats.stopped() == ()


class Lines:
    def __init__(self) -> None:
        self.lines: list[tuple[str, str, dict[str, object]]] = []

    def error(self, event: str, **facts: object) -> None:
        self.lines.append(("error", event, facts))

    def info(self, event: str, **facts: object) -> None:
        self.lines.append(("info", event, facts))


class Rounds:
    """Stands in for time: each look at the clock is the next of the given moments."""

    def __init__(self, moments_s: list[float]) -> None:
        self._moments_s = iter(moments_s)
        self.are_over = anyio.Event()

    def now_s(self) -> float:
        moment_s = next(self._moments_s, None)
        if moment_s is None:
            self.are_over.set()
            return 0.0
        return moment_s


async def test_the_watchdog_is_fed_only_while_every_stage_is_heard_of(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(0)
        # One look for the beat, then one for each round: well, twice overdue, well.
        rounds = Rounds([0.0, 10.0, 31.0, 32.0, 20.0])
        heartbeats = Heartbeats(patience_s=30, now_s=rounds.now_s)
        heartbeats.beat("settle")
        log = Lines()

        async with anyio.create_task_group() as tasks:

            async def feeding() -> None:
                await feed(notifier_to(manager), heartbeats, every_s=0, log=log)

            tasks.start_soon(feeding)
            with anyio.fail_after(5):
                await rounds.are_over.wait()
            tasks.cancel_scope.cancel()

        fed = drain(manager)
    assert log.lines == [
        ("error", "stage.stopped", {"stage": "settle", "silent_s": 1.0}),
        ("info", "stage.resumed", {"stages": ["settle"]}),
    ]
    assert fed.count("WATCHDOG=1") >= 2
    assert set(fed) == {"WATCHDOG=1"}


async def test_a_silent_stage_starves_the_watchdog(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(0)
        rounds = Rounds([0.0, *(31.0 + n for n in range(50))])
        heartbeats = Heartbeats(patience_s=30, now_s=rounds.now_s)
        heartbeats.beat("settle")

        with anyio.move_on_after(0.2):
            await feed(notifier_to(manager), heartbeats, every_s=3600, log=Lines())

        assert drain(manager) == []


def drain(manager: socket.socket) -> list[str]:
    datagrams: list[str] = []
    try:
        while True:
            datagrams.append(manager.recv(4096).decode())
    except BlockingIOError:
        return datagrams
