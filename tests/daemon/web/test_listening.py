"""The page over TCP: served, not served, served again."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import anyio
import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from daemon.desk.views import PageView
from daemon.settings import ServerSettings
from daemon.settings.addresses import ListenAddress
from daemon.web.listening import PageState, keep_serving, listen, page_state

PATIENCE_S = 20
LOOK_EVERY_S = 0.01


async def greet(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("hello")(scope, receive, send)


def taken() -> tuple[socket.socket, ListenAddress]:
    """Return a socket that listens, and where."""
    holder = socket.create_server(("127.0.0.1", 0))
    return holder, ListenAddress(ip=ip_address("127.0.0.1"), port=holder.getsockname()[1])


async def until_trouble_is(state: PageState, *, is_there: bool) -> None:
    with anyio.fail_after(PATIENCE_S):
        while (state.trouble is not None) != is_there:  # noqa: ASYNC110  # as its readers do
            await anyio.sleep(LOOK_EVERY_S)


async def test_page_is_served_as_soon_as_its_port_is_free() -> None:
    holder, address = taken()
    state = PageState(url=address.url)
    async with anyio.create_task_group() as tasks:
        with holder:
            tasks.start_soon(lambda: keep_serving(greet, address, state, retry_s=LOOK_EVERY_S))
            await until_trouble_is(state, is_there=True)
            trouble = state.trouble
        await until_trouble_is(state, is_there=False)
        async with httpx.AsyncClient() as client:
            answer = await client.get(address.url)
        tasks.cancel_scope.cancel()

    assert answer.text == "hello"
    assert trouble == (
        f"[server] listen: 127.0.0.1 port {address.port} cannot be taken: another program listens "
        "there; stop it, or choose another port"
    )
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", address.port), timeout=5)


async def test_address_of_another_machine_is_told() -> None:
    address = ListenAddress(ip=ip_address("192.0.2.7"), port=8465)
    state = PageState(url=address.url)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keep_serving, greet, address, state)
        await until_trouble_is(state, is_there=True)
        tasks.cancel_scope.cancel()

    assert "this machine does not have that address" in (state.trouble or "")


@pytest.mark.parametrize("ip", ["127.0.0.1", "::1"])
async def test_both_kinds_of_address_are_served(ip: str) -> None:
    listener = listen(ListenAddress(ip=ip_address(ip), port=0))

    with listener:
        assert listener.getsockname()[0] == ip


def test_port_can_be_taken_again_at_once() -> None:
    with listen(ListenAddress(ip=ip_address("127.0.0.1"), port=0)) as first:
        port = first.getsockname()[1]
        caller = socket.create_connection(("127.0.0.1", port), timeout=5)
        accepted = socket.create_connection(("127.0.0.1", port), timeout=5)
    caller.close()
    accepted.close()

    listen(ListenAddress(ip=ip_address("127.0.0.1"), port=port)).close()


@pytest.mark.parametrize(
    ("options", "url"),
    [
        ({}, "http://127.0.0.1:8465"),
        ({"listen": "[::1]:80"}, "http://[::1]:80"),
        ({"public_url": "https://doorman.example"}, "https://doorman.example"),
    ],
)
def test_status_says_where_the_page_is(options: dict[str, str], url: str) -> None:
    state = page_state(ServerSettings.model_validate({"socket": "/run/doorman.sock", **options}))

    assert state.view() == PageView(url=url, trouble="it is not served yet")


def test_status_says_nothing_of_a_page_that_nobody_wants() -> None:
    server = ServerSettings.model_validate({"socket": "/run/doorman.sock", "listen": "off"})

    assert page_state(server).view() is None
