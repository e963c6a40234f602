from __future__ import annotations

import signal
import socket
import stat
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from daemon.web.server import SocketUnusable, serving


async def greet(_: Request) -> Response:
    return PlainTextResponse("hello")


async def stumble(_: Request) -> Response:
    raise KeyError("hunter2")


API = Starlette(routes=[Route("/", greet), Route("/bug", stumble)])


@asynccontextmanager
async def calling(path: Path) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.AsyncHTTPTransport(uds=str(path))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://doorman", timeout=10
    ) as client:
        yield client


async def test_socket_is_there_for_its_group_and_gone_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "run" / "doorman" / "doorman.sock"

    async with serving(API, path), calling(path) as client:
        mode = path.stat().st_mode
        answer = await client.get("/")

    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o660
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert answer.text == "hello"
    assert not path.exists()


async def test_socket_of_a_dead_daemon_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "doorman.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))

    async with serving(API, path), calling(path) as client:
        assert (await client.get("/")).text == "hello"


async def test_socket_of_another_process_is_left_to_it(tmp_path: Path) -> None:
    path = tmp_path / "doorman.sock"
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        other.listen()

        with pytest.raises(SocketUnusable, match="another process listens there"):
            async with serving(API, path):
                pass

        assert path.exists()


async def test_socket_that_so_many_wait_at_is_somebodys(tmp_path: Path) -> None:
    path = tmp_path / "doorman.sock"
    with socket.socket(socket.AF_UNIX) as other, socket.socket(socket.AF_UNIX) as waiting:
        other.bind(str(path))
        other.listen(0)
        waiting.connect(str(path))

        with pytest.raises(SocketUnusable, match="another process listens there"):
            async with serving(API, path):
                pass


async def test_file_that_is_no_socket_is_never_removed(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("mine")

    with pytest.raises(SocketUnusable) as caught:
        async with serving(API, path):
            pass

    assert path.read_text() == "mine"
    assert caught.value.exit_code == 78
    assert str(caught.value) == (
        f"the socket {path} cannot be made: something else is there; set another [server] socket"
    )


async def test_folder_at_its_place_is_never_removed(tmp_path: Path) -> None:
    path = tmp_path / "folder"
    path.mkdir()

    with pytest.raises(SocketUnusable, match="something else is there"):
        async with serving(API, path):
            pass

    assert path.exists()


async def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SocketUnusable, match=r"file/doorman.sock cannot be made: .+ \[server\]"):
        async with serving(API, tmp_path / "file" / "doorman.sock"):
            pass


@pytest.mark.parametrize(("length", "is_usable"), [(107, True), (108, False)])
async def test_path_is_as_long_as_linux_takes_it(
    length: int,
    is_usable: bool,  # noqa: FBT001  # pytest hands parameters on by name
) -> None:
    async with anyio.TemporaryDirectory(prefix="d") as folder:
        path = Path(folder) / ("s" * (length - len(folder) - 1))

        if is_usable:
            async with serving(API, path), calling(path) as client:
                assert (await client.get("/")).text == "hello"
        else:
            with pytest.raises(SocketUnusable, match="longer than 107 bytes"):
                async with serving(API, path):
                    pass


async def test_socket_that_somebody_put_there_since_stays(tmp_path: Path) -> None:
    path = tmp_path / "doorman.sock"

    with socket.socket(socket.AF_UNIX) as other:
        async with serving(API, path):
            path.unlink()
            other.bind(str(path))

    assert path.exists()


async def test_socket_that_was_removed_meanwhile_is_not_missed(tmp_path: Path) -> None:
    path = tmp_path / "doorman.sock"

    async with serving(API, path):
        path.unlink()

    assert not path.exists()


async def test_socket_is_gone_after_cancellation(tmp_path: Path) -> None:
    path = tmp_path / "doorman.sock"

    async with anyio.create_task_group() as tasks:
        served = anyio.Event()

        async def serve() -> None:
            async with serving(API, path):
                served.set()
                await anyio.sleep_forever()

        tasks.start_soon(serve)
        await served.wait()
        assert path.exists()
        tasks.cancel_scope.cancel()

    assert not path.exists()
    async with serving(API, path), calling(path) as client:
        assert (await client.get("/")).text == "hello"


async def test_answer_that_never_comes_delays_the_end_a_little_only(tmp_path: Path) -> None:
    path = tmp_path / "doorman.sock"
    asked = anyio.Event()

    async def hang(_: Request) -> Response:
        asked.set()
        await anyio.sleep_forever()
        return Response()

    async def ask() -> None:
        async with calling(path) as client:
            with suppress(httpx.HTTPError):
                await client.get("/")

    api = Starlette(routes=[Route("/", hang)])
    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks, serving(api, path):
            tasks.start_soon(ask)
            await asked.wait()


async def test_several_ask_at_once(tmp_path: Path) -> None:
    both_are_in = anyio.Event()
    waiting: list[Request] = []

    async def wait_for_the_other(request: Request) -> Response:
        waiting.append(request)
        if len(waiting) == 2:
            both_are_in.set()
        await both_are_in.wait()
        return PlainTextResponse("together")

    path = tmp_path / "doorman.sock"
    answers: list[str] = []

    async def ask() -> None:
        async with calling(path) as client:
            answers.append((await client.get("/")).text)

    api = Starlette(routes=[Route("/", wait_for_the_other)])
    async with serving(api, path), anyio.create_task_group() as tasks:
        tasks.start_soon(ask)
        tasks.start_soon(ask)

    assert answers == ["together", "together"]


async def test_bug_in_one_answer_ends_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "doorman.sock"

    async with serving(API, path), calling(path) as client:
        first = await client.get("/bug")
        second = await client.get("/")

    assert (first.status_code, second.text) == (500, "hello")
    assert "hunter2" in caplog.text  # the log has the details


async def test_error_in_the_block_ends_the_serving(tmp_path: Path) -> None:
    path = tmp_path / "doorman.sock"

    with pytest.RaisesGroup(ValueError):
        async with serving(API, path):
            raise ValueError

    assert not path.exists()


async def test_whoever_keeps_a_connection_open_delays_no_end(tmp_path: Path) -> None:
    path = tmp_path / "doorman.sock"

    with anyio.fail_after(10), socket.socket(socket.AF_UNIX) as idle:
        async with serving(API, path):
            idle.connect(str(path))
            async with calling(path) as client:
                await client.get("/")


async def test_signals_stay_with_the_daemon(tmp_path: Path) -> None:
    assert threading.current_thread() is threading.main_thread()  # else uvicorn takes none anyway
    before = signal.getsignal(signal.SIGTERM)
    path = tmp_path / "doorman.sock"

    async with serving(API, path), calling(path) as client:
        await client.get("/")
        assert signal.getsignal(signal.SIGTERM) is before
