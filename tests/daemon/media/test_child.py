from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest
from anyio.abc import ByteReceiveStream, ByteSendStream, Process

from daemon.media.child import Child, WorkerGone, clean_environment, start
from daemon.media.wire import Request, request_to_line

BRIEF = (sys.executable, "-I", "-S", str(Path(__file__).with_name("brief_worker.py")))
PATIENCE_S = 60


class Unkillable(Process):
    """A process that outlives SIGKILL, as one does that waits for a dead network share."""

    def __init__(self, process: Process) -> None:
        self.real = process

    def kill(self) -> None:
        """Do nothing yet."""

    def terminate(self) -> None:
        self.real.terminate()

    def send_signal(self, signal: signal.Signals) -> None:
        self.real.send_signal(signal)

    async def wait(self) -> int:
        return await self.real.wait()

    async def aclose(self) -> None:
        await self.real.aclose()

    @property
    def pid(self) -> int:
        return self.real.pid

    @property
    def returncode(self) -> int | None:
        return self.real.returncode

    @property
    def stdin(self) -> ByteSendStream | None:
        return self.real.stdin

    @property
    def stdout(self) -> ByteReceiveStream | None:
        return self.real.stdout

    @property
    def stderr(self) -> ByteReceiveStream | None:
        return self.real.stderr


def asked(name: str) -> bytes:
    return request_to_line(Request(task="oshash", path=Path("/") / name))


@pytest.fixture
async def child(anyio_backend: str) -> AsyncIterator[Child]:
    del anyio_backend
    started = await start(BRIEF)
    yield started
    assert await started.close()


async def test_answer_is_that_of_the_question(child: Child) -> None:
    for number in (1, 2):
        answer = await child.ask(asked(f"fine {number}"), PATIENCE_S)
        assert answer == b'{"kind": "hashed", "oshash": {"value": %d}}' % number

    assert child.is_reusable
    assert child.asked == 2


async def test_answer_given_twice_is_not_taken_for_the_next_one(child: Child) -> None:
    await child.ask(asked("repeat 1"), PATIENCE_S)

    with pytest.raises(WorkerGone) as caught:
        await child.ask(asked("fine 2"), PATIENCE_S)

    assert caught.value.exit_status is None
    assert not child.is_reusable


async def test_worker_that_owes_an_answer_is_not_asked_again(child: Child) -> None:
    with pytest.raises(TimeoutError):
        await child.ask(asked("hang"), 0.05)

    assert not child.is_reusable


async def test_worker_that_died_unnoticed_is_closed_without_a_signal(child: Child) -> None:
    descriptor = os.pidfd_open(child.pid)
    os.kill(child.pid, signal.SIGKILL)
    select.select([descriptor], [], [])  # until it is dead, whoever reaps it
    os.close(descriptor)

    assert not child.is_reusable
    assert await child.close()


async def test_worker_that_cannot_be_killed_keeps_nobody_waiting() -> None:
    real = await anyio.open_process(BRIEF, stderr=None)
    child = Child(Unkillable(real))
    began_s = anyio.current_time()

    with anyio.CancelScope() as scope:
        scope.cancel()
        is_closed = await child.close()

    assert not is_closed
    assert anyio.current_time() - began_s < 1

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(child.outlive)
        real.kill()
    assert real.returncode == -signal.SIGKILL


def test_worker_gets_no_variable_that_could_be_a_secret() -> None:
    environment = clean_environment({"PATH": "/bin", "DOORMAN_KEY": "secret", "LC_ALL": "de_DE"})

    assert environment["PATH"] == "/bin"
    assert environment["LC_ALL"] == "C.UTF-8"
    assert "DOORMAN_KEY" not in environment
