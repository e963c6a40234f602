from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import anyio
import httpx
import pytest
from anyio.abc import SocketStream

from daemon.desk.comparing import Comparing
from daemon.desk.refusals import NoCandidate
from daemon.remote import DaemonError, DaemonSilent, Remote, SocketForbidden, over_app, over_socket
from daemon.web.api import build_api
from daemon.web.server import serving
from rules.duplicates import Nearness
from rules.errors import NotFound
from rules.journey import FileState
from store.database import Database
from tests.daemon.desk.shelf import Shelf, make_shelf, offer
from tests.daemon.desk.twins import Twin, put_twins

SOON_S = 0.2
A, B = offer("a"), offer("b")


@pytest.fixture
def shelf(database: Database) -> Shelf:
    return make_shelf(database)


@pytest.fixture(params=["socket", "app"])
async def remote(
    request: pytest.FixtureRequest, shelf: Shelf, tmp_path: Path
) -> AsyncIterator[Remote]:
    api = build_api(shelf.desk)
    if request.param == "app":
        async with over_app(api, tmp_path) as opened:
            yield opened
    else:
        path = tmp_path / "doorman.sock"
        async with serving(api, path), over_socket(path) as found:
            assert found is not None
            yield found


async def test_every_question_is_answered_as_the_desk_does(shelf: Shelf, remote: Remote) -> None:
    number = await shelf.put("100% caf\udce9 & more?.mkv", offers=(A, B))

    assert await remote.status() == await shelf.desk.status()
    assert await remote.list_files([FileState.REVIEW]) == await shelf.desk.list_files(
        [FileState.REVIEW]
    )
    shown = await remote.show(str(number))
    assert shown == await shelf.show(number)
    assert await remote.show(shown.line.path) == shown


async def test_every_answer_reaches_the_desk(shelf: Shelf, remote: Remote) -> None:
    number = str(await shelf.put(offers=(A, B)))

    states = [
        (await remote.reject(number, 1)).state,
        (await remote.undo(number)).state,
        (await remote.accept(number, 2)).state,
        (await remote.undo(number)).state,
        (await remote.dismiss(number)).state,
        *[each.state for each in await remote.identify([number])],
    ]

    assert states == [
        FileState.ANSWERED,
        FileState.REVIEW,
        FileState.ACCEPTED,
        FileState.REVIEW,
        FileState.DISMISSED,
        FileState.READY,
    ]
    assert await remote.scan(["films"], is_confirmed=True) == ("films",)
    assert shelf.rounds == [("films", True)]
    requested = await remote.generate(["films"], is_all=True, with_sheets=False)
    assert (requested.contents, requested.waiting) == (1, 1)


async def test_remote_remembers_whether_an_answer_changed_anything(
    shelf: Shelf, remote: Remote
) -> None:
    number = str(await shelf.put(offers=(A,)))
    await remote.show(number)
    with pytest.raises(DaemonError):
        await remote.accept(number, 2)
    assert not remote.has_changed

    await remote.accept(number, None)
    assert remote.has_changed

    await remote.accept(number, None)
    assert remote.has_changed


async def test_answer_that_changes_nothing_leaves_nothing_to_follow_up(
    shelf: Shelf, remote: Remote
) -> None:
    number = str(await shelf.put_accepted(A))

    await remote.accept(number, None)

    assert not remote.has_changed


@pytest.mark.parametrize(
    ("reference", "exit_code", "kind"), [("7", NotFound.exit_code, "doorman knows no file '7'")]
)
async def test_error_of_the_daemon_keeps_its_words_and_exit_code(
    remote: Remote, reference: str, exit_code: int, kind: str
) -> None:
    with pytest.raises(DaemonError) as caught:
        await remote.show(reference)

    assert caught.value.exit_code == exit_code
    assert str(caught.value).startswith(kind)
    assert DaemonError.exit_code == 1  # of that error, not of all


async def test_error_is_told_in_the_desks_own_words(shelf: Shelf, remote: Remote) -> None:
    number = await shelf.put()

    with pytest.raises(DaemonError) as caught:
        await remote.accept(str(number), None)

    assert str(caught.value) == str(NoCandidate(await shelf.file(number)))


async def test_bug_in_this_very_process_is_raised_as_it_is() -> None:
    async def broken(_: object, __: object, ___: object) -> None:
        raise KeyError

    async with over_app(broken, Path("/state/doorman.duckdb")) as remote:
        with pytest.raises(KeyError):
            await remote.status()


async def found_at(path: Path) -> Remote | None:
    async with over_socket(path, timeout_s=SOON_S) as remote:
        return remote


async def test_nobody_is_found_where_nobody_listens(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    dead = tmp_path / "dead.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(dead))

    for path in (
        tmp_path / "nothing",
        tmp_path / "no" / "folder",
        file,
        file / "below",
        tmp_path,
        dead,
        tmp_path / ("long" * 40),
    ):
        assert await found_at(path) is None


Answering = Callable[[SocketStream], Awaitable[None]]


@asynccontextmanager
async def listening(path: Path, answer: Answering) -> AsyncIterator[None]:
    """Have somebody listen who is no daemon."""
    listener = await anyio.create_unix_listener(path)
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, answer)
        yield
        tasks.cancel_scope.cancel()


def saying(answer: bytes) -> Answering:
    async def say(stream: SocketStream) -> None:
        async with stream:
            try:
                await stream.receive()
                await stream.send(answer)
            except (anyio.EndOfStream, anyio.BrokenResourceError):
                return  # whoever only looks whether somebody listens asks nothing

    return say


async def answer_once(stream: SocketStream) -> None:
    """Hear no second question, as one that comes while a rested connection is being closed."""
    async with stream:
        try:
            await stream.receive()
            await stream.send(http("200 OK", b"[]"))
        except (anyio.EndOfStream, anyio.BrokenResourceError):
            return

        await anyio.sleep_forever()


async def hang(stream: SocketStream) -> None:
    async with stream:
        await anyio.sleep_forever()


def http(status: str, body: bytes) -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status.encode(), len(body), body)


UNCLEAR = "its answer is not understood; it may be of another version"


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (saying(b""), "Server disconnected without sending a response."),
        (saying(b"\x00\xff garbage\r\n\r\n"), "illegal"),
        (saying(http("200 OK", b"<html>hello</html>")), UNCLEAR),
        (saying(http("200 OK", b'{"version": 7}')), UNCLEAR),
        (saying(http("500 Internal Server Error", b"Internal Server Error")), UNCLEAR),
        (saying(http("404 Not Found", b'{"detail": "Not Found"}')), UNCLEAR),
        (saying(http("302 Found", b"")), UNCLEAR),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"), "peer closed connection"),
        (hang, "nothing came in time"),
    ],
)
async def test_whoever_answers_nothing_usable_is_a_silent_daemon(
    tmp_path: Path, answer: Answering, detail: str
) -> None:
    path = tmp_path / "doorman.sock"

    async with listening(path, answer), over_socket(path, timeout_s=SOON_S) as remote:
        assert remote is not None
        with pytest.raises(DaemonSilent) as caught:
            await remote.status()

    message = str(caught.value)
    assert message.startswith(f"the daemon at {path} does not answer ({detail}")
    assert message.endswith("look at its log, or start it again")
    assert caught.value.exit_code == 1


async def test_connection_that_the_daemon_closes_meanwhile_costs_no_question(
    tmp_path: Path,
) -> None:
    path = tmp_path / "doorman.sock"

    async with listening(path, answer_once), over_socket(path, timeout_s=10) as remote:
        assert remote is not None
        assert await remote.rules() == ()
        assert await remote.rules() == ()


async def test_daemon_that_ends_meanwhile_is_silent(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "doorman.sock"

    async with serving(build_api(shelf.desk), path):
        silent = httpx.AsyncHTTPTransport(uds=str(path))
    async with httpx.AsyncClient(transport=silent) as client:
        with pytest.raises(DaemonSilent, match="it is gone"):
            await Remote(client, path).status()


async def test_daemon_that_so_many_wait_for_is_there(tmp_path: Path) -> None:
    path = tmp_path / "doorman.sock"
    with socket.socket(socket.AF_UNIX) as full, socket.socket(socket.AF_UNIX) as first:
        full.bind(str(path))
        full.listen(0)
        first.connect(str(path))

        assert await found_at(path) is not None


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that every user can reach, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="doorman-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def as_nobody() -> Iterator[None]:
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
async def test_whoever_may_not_speak_to_it_is_told_so(open_folder: Path) -> None:
    path = open_folder / "doorman.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen()

        with as_nobody(), pytest.raises(SocketForbidden) as caught:
            await found_at(path)

    assert str(caught.value) == (
        f"the daemon at {path} may not be spoken to by this user; "
        "become a member of its group (usermod -aG doorman), or use sudo"
    )


async def test_near_equal_files_are_asked_for(shelf: Shelf, remote: Remote) -> None:
    twins = (Twin(name="One.mkv", content=1), Twin(name="Two.mkv", content=2))
    number, _ = await put_twins(shelf, *twins)
    comparing, nearness = Comparing(shelf.desk), Nearness(distance_bits=2)

    found = await remote.duplicates(2, None, 10)
    near = await remote.near(str(number), 2, "films")

    assert found == await comparing.duplicates(nearness)
    assert near == await comparing.near(str(number), nearness)
    assert (found.found, len(near.near)) == (1, 1)
