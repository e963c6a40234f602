from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest

from daemon.settings.addresses import ListenAddress
from daemon.web.listening import listen


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
async def test_small_answers_go_at_once(address: str) -> None:
    """Else each waits 40 ms, until the other side has confirmed its first part."""
    there = ListenAddress(ip=ip_address(address), port=0)

    with listen(there) as listener, socket.create_connection(listener.getsockname()[:2]):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.proto == socket.IPPROTO_TCP  # by which asyncio sets TCP_NODELAY
