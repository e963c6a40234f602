from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import pytest
from anyio.abc import SocketAttribute, SocketStream

from daemon.media.cluster.errors import DoormanMissing
from daemon.media.cluster.wire import (
    Done,
    Edition,
    GivenUp,
    Letters,
    Mismatch,
    Reply,
    SeenStamp,
)
from daemon.media.wire import Answer, Answers, Refused, Stamped, request_from_line
from daemon.settings import Settings, load_settings
from daemon.setup.checkup import Deadlines, check
from daemon.setup.cluster_look import look_at_cluster, look_at_workers
from daemon.setup.findings import Level
from tests.daemon.media.cluster.machines import machines_in

pytestmark = pytest.mark.anyio

ADDRESS = "tcp://scheduler.example:8786"
WORKER = "tcp://one.example:1"


def settings_in(folder: Path, cluster: str | None = ADDRESS, there: str = "/mnt/films") -> Settings:
    films = folder / "films"
    films.mkdir()
    os.utime(films, (1_700_000_000, 1_700_000_000))
    path = folder / "doorman.toml"
    line = f'cluster = "{cluster}"\n' if cluster else ""
    path.write_text(
        f'[[library]]\npath = "{films}"\n[[library]]\npath = "{folder}/old"\nenabled = false\n'
        f'[fingerprint]\n{line}cluster_paths = ["{films}={there}"]\n'
    )
    path.chmod(0o600)
    return load_settings(path, {"HOME": str(folder)})


def done(answer: Answer) -> Done:
    return Done(worker=WORKER, stamp=None, answer=Answers().to_line(answer).decode())


@dataclass
class Told:
    """A cluster whose workers reply what they are told to."""

    reply: Reply | str | Exception
    workers: Mapping[str, int] = field(default_factory=lambda: {WORKER: 3})
    asked: list[tuple[Path, str | None]] = field(default_factory=list)

    async def threads(self) -> Mapping[str, int]:
        return self.workers

    async def ask(self, order: str, worker: str | None = None) -> str:
        request = request_from_line(Letters().order_from_text(order).request.encode())
        self.asked.append((request.path, worker))
        if isinstance(self.reply, Exception):
            raise self.reply
        if isinstance(self.reply, str):
            return self.reply
        return Letters().reply_to_text(self.reply)


async def test_each_worker_is_asked_for_each_enabled_library_as_it_calls_it(
    tmp_path: Path,
) -> None:
    told = Told(
        done(Stamped(size_bytes=1, mtime_ns=1_700_000_000_000_000_000)),
        workers={WORKER: 3, "tcp://two.example:2": 1},
    )

    (finding,) = await look_at_workers(settings_in(tmp_path), ADDRESS, told)

    films = Path("/mnt/films")
    assert sorted(told.asked) == [(films, WORKER), (films, "tcp://two.example:2")]
    assert finding.level is Level.OK
    assert finding.message == (
        f"{ADDRESS} answers; workers: 2, threads: 4; "
        f"all have doorman {Edition.own()} and see every library"
    )


async def test_cluster_without_workers_is_a_warning(tmp_path: Path) -> None:
    (finding,) = await look_at_workers(settings_in(tmp_path), ADDRESS, Told("", workers={}))

    assert finding.level is Level.WARNING
    assert finding.message.endswith(f"/dask worker {ADDRESS}")


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (
            Mismatch(worker=WORKER, edition=Edition(version="9.0", grid="7x7")),
            f"the worker {WORKER} has doorman 9.0 (grid 7x7, PyAV unknown), and this is ",
        ),
        (
            done(Refused(reason="FileVanished", detail="")),
            f"the worker {WORKER} sees nothing at '/mnt/films'; ",
        ),
        (
            done(Stamped(size_bytes=1, mtime_ns=1)),
            (
                f"the worker {WORKER} sees another file at '/mnt/films' (library films, "
                "changed at another time; perhaps it is not mounted there); "
            ),
        ),
        (
            GivenUp(worker=WORKER, is_late=True),
            (
                f"the worker {WORKER} sees another file at '/mnt/films' "
                "(looking at it did not end in time); "
            ),
        ),
        ("nonsense", "the cluster's reply about '/mnt/films' is no reply of doorman's; "),
        (
            Done(worker=WORKER, stamp=SeenStamp(size_bytes=1, mtime_ns=1), answer="nonsense"),
            "the cluster's reply about '/mnt/films' is no reply of doorman's; ",
        ),
        (
            DoormanMissing(WORKER, "No module named 'daemon'"),
            f"the worker {WORKER} cannot run doorman (No module named 'daemon'); ",
        ),
        (
            TimeoutError(),
            f"worker {WORKER}: the cluster did not answer about '/mnt/films' within 40 s; ",
        ),
    ],
    ids=[
        *("other edition", "nothing there", "other folder", "hung share", "nonsense"),
        *("nonsense inside", "no doorman", "late"),
    ],
)
async def test_problem_of_a_worker_is_named(
    tmp_path: Path, reply: Reply | str | Exception, problem: str
) -> None:
    (finding,) = await look_at_workers(settings_in(tmp_path), ADDRESS, Told(reply))

    assert finding.level is Level.ERROR
    assert finding.message.startswith(problem)


async def test_folder_that_is_not_here_either_is_left_to_another_look(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    (tmp_path / "films").rmdir()

    findings = await look_at_workers(
        settings, ADDRESS, Told(done(Stamped(size_bytes=1, mtime_ns=1)))
    )

    assert findings[0].level is Level.OK


async def test_nothing_is_found_without_a_cluster(tmp_path: Path) -> None:
    assert await look_at_cluster(settings_in(tmp_path, cluster=None)) == []


async def nobody(_: object) -> str:
    return "not asked"


async def test_check_tells_of_a_real_cluster(tmp_path: Path) -> None:
    with machines_in(tmp_path) as machines:
        machines.start_scheduler()
        machines.start_worker()
        await machines.joined(1)
        settings = settings_in(tmp_path, cluster=machines.address, there=str(tmp_path / "films"))

        findings = await check(settings, check_source=nobody, check_target=lambda _: None)

    (finding,) = [finding for finding in findings if finding.thing == "cluster"]
    assert finding.level is Level.OK
    assert finding.message.startswith(f"{machines.address} answers; workers: 1, threads: 1; ")


async def test_scheduler_that_is_away_is_named(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, cluster="tcp://127.0.0.1:9")

    (finding,) = await look_at_cluster(settings, connecting_s=0.2)

    assert finding.level is Level.ERROR
    assert finding.message.startswith("no scheduler can be used at tcp://127.0.0.1:9 (Timed out ")
    assert "/dask scheduler, and on each" in finding.message
    assert finding.message.endswith("/dask worker tcp://127.0.0.1:9")
    assert Path(sys.executable).with_name("dask").exists()


async def test_scheduler_that_is_another_kind_of_server_is_named(tmp_path: Path) -> None:
    async def greet(stream: SocketStream) -> None:
        async with stream:
            await stream.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            with suppress(anyio.BrokenResourceError, anyio.EndOfStream):
                while True:
                    await stream.receive()

    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1") as listener,
        anyio.create_task_group() as tasks,
    ):
        port = listener.extra(SocketAttribute.local_port)  # noqa: S610  # nothing of Django's
        tasks.start_soon(listener.serve, greet)
        settings = settings_in(tmp_path, cluster=f"tcp://127.0.0.1:{port}")
        (finding,) = await look_at_cluster(settings, connecting_s=0.5)
        tasks.cancel_scope.cancel()

    assert finding.level is Level.ERROR
    assert f":{port} (what answers there is no Dask scheduler), so files are " in finding.message


async def test_check_waits_no_longer_than_it_may(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, cluster="tcp://127.0.0.1:9")

    findings = await check(
        settings,
        check_source=nobody,
        check_target=lambda _: None,
        deadlines=Deadlines(cluster_s=0.2),
    )

    (finding,) = [finding for finding in findings if finding.thing == "cluster"]
    assert finding.level is Level.ERROR
