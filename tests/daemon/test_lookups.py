from __future__ import annotations

import asyncio
import socket
import time
from threading import Event

import anyio
import pytest

from daemon.lookups import leave_lookups_behind

LONG_S = 20.0


def test_lookup_that_hangs_keeps_no_loop_from_ending() -> None:
    answered = Event()

    async def live() -> None:
        leave_lookups_behind()
        with anyio.move_on_after(0.05):
            await asyncio.get_running_loop().run_in_executor(None, answered.wait, LONG_S)

    began_s = time.monotonic()
    anyio.run(live)
    took_s = time.monotonic() - began_s
    answered.set()

    assert took_s < LONG_S / 2


async def test_answers_and_failures_come_back() -> None:
    leave_lookups_behind()

    found = await anyio.getaddrinfo("127.0.0.1", 80)
    with pytest.raises(socket.gaierror):
        await anyio.getaddrinfo("127.0.0.1", 80, family=socket.AF_INET6)

    assert found[0][4][:2] == ("127.0.0.1", 80)
