"""What can be found out about a cluster: who is there, and what each worker has and sees."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

import anyio
from pydantic import ValidationError

from daemon.looking.aside import NoAnswer, run_aside
from daemon.media.cluster.errors import (
    ClusterAway,
    ClusterError,
    Nonsense,
    NoReply,
    OtherDoorman,
    OtherFile,
)
from daemon.media.cluster.folders import path_there
from daemon.media.cluster.opening import ensure_extra
from daemon.media.cluster.wire import Done, Edition, Letters, Mismatch, Order
from daemon.media.wire import Answer, Answers, Refused, Request, Stamped, request_to_line
from daemon.settings import LibrarySettings, Settings
from daemon.setup.findings import Finding, Level

THING = "cluster"
CONNECTING_S = 4.0
"""For the scheduler to let us in: a person waits, and Dask keeps on trying for as long."""
WORKER_S = 40.0
"""For one worker to look at one folder; a process may have to be started for it."""
_FOLDER_S = 5


class AskedByName(Protocol):
    """A connection to a scheduler whose workers can be asked one by one."""

    async def threads(self) -> Mapping[str, int]:
        """Return how many files each worker can take at once.  Raises: ClusterAway."""

    async def ask(self, order: str, worker: str | None = None) -> str:
        """Return the reply to an order.  Raises: ClusterError."""


async def look_at_cluster(settings: Settings, connecting_s: float = CONNECTING_S) -> list[Finding]:
    """Find whether the configured cluster can be used.

    Raises:
        ExtraMissing: when Dask is not installed.

    """
    address = settings.fingerprint.cluster
    if address is None:
        return []

    ensure_extra(address)
    from daemon.media.cluster.link import connect  # noqa: PLC0415 - an optional extra

    try:
        link = await connect(address, deadline_s=connecting_s)
        try:
            return await look_at_workers(settings, address, link)
        finally:
            await link.close()
    except ClusterAway as away:
        message = (
            f"no scheduler can be used at {address} ({away.detail}), so files are examined here; "
            f"on the machine of that address start {_dask()} scheduler, "
            f"and on each that shall help {_dask()} worker {address}"
        )
        return [Finding(level=Level.ERROR, thing=THING, message=message)]


async def look_at_workers(
    settings: Settings, address: str, link: AskedByName, worker_s: float = WORKER_S
) -> list[Finding]:
    """Find what is wrong with any worker, or say that all is well.

    Raises:
        ClusterAway: when the scheduler does not answer.

    """
    threads = await link.threads()
    if not threads:
        message = (
            f"{address} has no workers, so files are examined here; "
            f"on each machine that shall help start {_dask()} worker {address}"
        )
        return [Finding(level=Level.WARNING, thing=THING, message=message)]

    problems: dict[str, list[str]] = {}

    async def look(worker: str) -> None:
        problems[worker] = [
            problem
            for library in _enabled(settings)
            if (problem := await _problem(settings, library, link, worker, worker_s))
        ]

    async with anyio.create_task_group() as tasks:
        for worker in threads:
            tasks.start_soon(look, worker)

    said = dict.fromkeys(problem for worker in sorted(threads) for problem in problems[worker])
    wrong = [Finding(level=Level.ERROR, thing=THING, message=problem) for problem in said]
    return wrong or [_all_well(address, threads)]


def _dask() -> str:
    """Return how Dask's program is called here: it lies beside the Python that doorman runs with.

    On another machine it lies where doorman[cluster] was installed there.
    """
    return shlex.quote(str(Path(sys.executable).parent / "dask"))


def _enabled(settings: Settings) -> Iterator[LibrarySettings]:
    return (library for library in settings.libraries if library.enabled)


def _all_well(address: str, threads: Mapping[str, int]) -> Finding:
    message = (
        f"{address} answers; workers: {len(threads)}, threads: {sum(threads.values())}; "
        f"all have doorman {Edition.own()} and see every library"
    )
    return Finding(level=Level.OK, thing=THING, message=message)


async def _problem(
    settings: Settings, library: LibrarySettings, link: AskedByName, worker: str, worker_s: float
) -> str | None:
    """Return what is wrong with a worker, or with what it sees of a library."""
    there = path_there(library.path, settings.fingerprint.cluster_paths)
    try:
        with anyio.fail_after(worker_s):
            text = await link.ask(_order(settings, there), worker)
        seen = _seen(text, worker, there)
    except TimeoutError:
        return f"worker {worker}: {NoReply(there, worker_s)}"
    except ClusterError as error:
        return str(error)

    mtime_ns = await _mtime_ns(library.path)
    if mtime_ns is None or mtime_ns // 10**9 == seen.mtime_ns // 10**9:
        return None

    detail = f"library {library.name}, changed at another time; perhaps it is not mounted there"
    return str(OtherFile(worker, there, detail))


def _order(settings: Settings, there: Path) -> str:
    """Return the order to look at a folder, with the limits that files are examined with."""
    return Letters().order_to_text(
        Order(
            edition=Edition.own(),
            request=request_to_line(Request(task="stamp", path=there)).decode(),
            timeout_s=settings.fingerprint.timeout_s,
            memory_limit_bytes=settings.fingerprint.memory_limit_bytes,
        )
    )


def _seen(text: str, worker: str, there: Path) -> Stamped:
    """Return what a worker saw.  Raises: ClusterDoubt."""
    try:
        reply = Letters().reply_from_text(text)
        if isinstance(reply, Mismatch):
            raise OtherDoorman(worker, str(reply.edition), str(Edition.own()))

        answer: Answer | None = None
        if isinstance(reply, Done):
            answer = Answers().from_line(reply.answer.encode())
    except ValidationError as error:
        raise Nonsense(there) from error

    match answer:
        case Stamped():
            return answer
        case Refused():
            raise OtherFile(worker, there, answer.detail)
        case _:
            raise OtherFile(worker, there, "looking at it did not end in time")


async def _mtime_ns(folder: Path) -> int | None:
    """Return when a folder changed as we see it, None when we do not: another look says that."""
    try:
        return (await run_aside(folder.stat, patience_s=_FOLDER_S)).st_mtime_ns
    except (OSError, NoAnswer):
        return None
