"""Pictures from servers that mean no good, over real HTTP on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio
import httpx
import pytest
from anyio.abc import SocketAttribute, SocketStream

from providers.errors import (
    AnswerTooLarge,
    ConnectionDropped,
    RateLimited,
    ServerFailed,
    TimedOut,
    Unreachable,
)
from providers.pictures import (
    NoPicture,
    PictureFetcher,
    PictureRefused,
    opened_fetcher,
    place_of,
    resolve,
)
from providers.sandbox.pictures import png

PNG = png(16, 9, 7)
HOST = "pictures.example"
Answer = Callable[[SocketStream], Awaitable[None]]


@dataclass
class Server:
    """Answers each path as it is told, byte for byte."""

    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Path and Host header of each request."""

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    async def serve(self, stream: SocketStream) -> None:
        async with stream:
            head = b""
            while b"\r\n\r\n" not in head:
                head += await stream.receive()
            lines = head.decode("ascii").split("\r\n")
            path = lines[0].split()[1]
            host = next(line for line in lines if line.lower().startswith("host: "))[6:]
            self.asked.append((path, host))
            await self.answers[path](stream)


def whole(content: bytes, *, status: str = "200 OK", media_type: str = "image/png") -> Answer:
    async def answer(stream: SocketStream) -> None:
        head = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nConnection: close\r\n"
        await stream.send(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)

    return answer


def moved(location: str) -> Answer:
    async def answer(stream: SocketStream) -> None:
        head = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n"
        await stream.send(f"{head}Connection: close\r\n\r\n".encode())

    return answer


async def drip(stream: SocketStream) -> None:
    await stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + PNG[:9])
    await anyio.sleep_forever()


async def flood(stream: SocketStream) -> None:
    await stream.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + PNG)
    chunk = bytes(1 << 16)
    try:
        while True:
            await stream.send(chunk)
    except (anyio.BrokenResourceError, anyio.ClosedResourceError):
        return


async def cut(stream: SocketStream) -> None:
    await stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + PNG[:9])


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with running() as server:
        yield server


@asynccontextmanager
async def running() -> AsyncIterator[Server]:
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    server = Server(port=listener.extra(SocketAttribute.local_port))  # noqa: S610  # no Django
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, server.serve)
        yield server
        tasks.cancel_scope.cancel()


@dataclass
class Names:
    """The name service: what each host is now."""

    known: dict[str, list[Sequence[str]]] = field(default_factory=dict)
    """For each lookup the answer, the last one for ever."""
    asked: list[tuple[str, int]] = field(default_factory=list)

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        self.asked.append((host, port))
        answers = self.known.get(host)
        if answers is None:
            return [host] if host[0].isdigit() or ":" in host else ["127.0.0.1"]
        return answers.pop(0) if len(answers) > 1 else answers[0]


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture
async def fetcher(names: Names) -> AsyncIterator[PictureFetcher]:
    async with httpx.AsyncClient(trust_env=False) as http:
        yield PictureFetcher(http, resolve=names.resolve, timeout_s=0.5, most_bytes=1 << 16)


async def test_a_picture_is_fetched_with_the_type_that_it_has(
    server: Server, fetcher: PictureFetcher
) -> None:
    server.answers["/cover"] = whole(PNG, media_type="text/html")

    picture = await fetcher.fetch(f"{server.url}/cover", source_url=f"{server.url}/graphql")

    assert (picture.content, picture.media_type) == (PNG, "image/png")
    assert server.asked == [("/cover", f"{HOST}:{server.port}")]


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.7"],
        ["192.168.1.1"],
        ["169.254.169.254"],
        ["::1"],
        ["fe80::1%eth0"],
        ["fd00::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["0.0.0.0"],  # noqa: S104  # nothing listens
        ["224.0.0.1"],
        ["93.184.215.14", "127.0.0.1"],
    ],
    ids=" ".join,
)
async def test_nothing_is_fetched_from_a_private_network(
    server: Server, fetcher: PictureFetcher, names: Names, addresses: list[str]
) -> None:
    names.known["inside.example"] = [addresses]

    with pytest.raises(PictureRefused, match="it is on a private network"):
        await fetcher.fetch(f"http://inside.example:{server.port}/x", source_url=server.url)

    assert server.asked == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::1]"])
async def test_other_ways_of_writing_this_machine_are_no_way_in(server: Server, host: str) -> None:
    async with opened_fetcher(user_agent="doorman") as fetcher:
        with pytest.raises((PictureRefused, Unreachable)):
            await fetcher.fetch(f"http://{host}:{server.port}/x", source_url=server.url)

    assert server.asked == []


async def test_the_source_itself_may_be_next_door_but_no_other_port_of_it(
    server: Server, fetcher: PictureFetcher
) -> None:
    server.answers["/cover"] = whole(PNG)

    with pytest.raises(PictureRefused):
        await fetcher.fetch(f"{server.url}/cover", source_url=f"http://{HOST}:1/graphql")
    with pytest.raises(PictureRefused):
        await fetcher.fetch(f"{server.url}/cover")

    assert server.asked == []


async def test_a_redirect_is_checked_like_an_address(
    server: Server, fetcher: PictureFetcher
) -> None:
    async with running() as secret:
        secret.answers["/admin"] = whole(PNG)
        server.answers["/cover"] = moved(f"http://{HOST}:{secret.port}/admin")
        server.answers["/near"] = moved("/there")
        server.answers["/there"] = whole(PNG)

        with pytest.raises(PictureRefused):
            await fetcher.fetch(f"{server.url}/cover", source_url=server.url)
        picture = await fetcher.fetch(f"{server.url}/near", source_url=server.url)

    assert secret.asked == []
    assert picture.content == PNG


async def test_a_name_that_changes_its_mind_leads_nowhere(
    server: Server, fetcher: PictureFetcher, names: Names
) -> None:
    names.known["rebound.example"] = [["192.0.2.1"], ["127.0.0.1"]]

    with pytest.raises(PictureRefused):
        await fetcher.fetch(f"http://rebound.example:{server.port}/x", source_url=server.url)

    assert len(names.asked) == 1
    assert server.asked == []


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (whole(b"<!doctype html><p>no", media_type="image/png"), NoPicture, "gave image/png"),
        (whole(b"<svg/>", media_type="image/svg+xml"), NoPicture, "gave image/svg.xml instead"),
        (whole(b"", status="404 Not Found"), NoPicture, "gave HTTP 404 instead of a picture"),
        (whole(b"", status="429 Too Many"), RateLimited, "we ask too often"),
        (whole(b"", status="503 Unavailable"), ServerFailed, "failed with HTTP 503"),
        (whole(b"", status="408 Time-out"), ServerFailed, "failed with HTTP 408"),
        (moved("/cover"), NoPicture, "one redirect after the other"),
        (moved("file:///etc/passwd"), PictureRefused, "that is no plain web address"),
        (moved("http://user:word@pictures.example/"), PictureRefused, "no plain web address"),
        (flood, AnswerTooLarge, "more than 65536 bytes"),
        (drip, TimedOut, "gave no whole answer within 0.5 s"),
        (cut, ConnectionDropped, "broke off its answer"),
    ],
    ids=[
        "page",
        "svg",
        "nothing",
        "hurry",
        "down",
        "slow",
        "circle",
        "file",
        "user",
        "flood",
        "drip",
        "cut",
    ],
)
async def test_what_is_no_picture_is_refused(
    server: Server,
    fetcher: PictureFetcher,
    answer: Answer,
    error: type[Exception],
    said: str,
) -> None:
    server.answers["/cover"] = answer

    with pytest.raises(error, match=said):
        await fetcher.fetch(f"{server.url}/cover", source_url=server.url)


@pytest.mark.parametrize(
    "address",
    [
        "ftp://a.example/x",
        "javascript:alert(1)",
        "//a.example",
        "http://",
        "http://[",
        "\ud800",
        "",
    ],
    ids=["ftp", "script", "no scheme", "no host", "broken", "surrogate", "empty"],
)
async def test_only_web_addresses_are_asked(fetcher: PictureFetcher, address: str) -> None:
    with pytest.raises(PictureRefused):
        await fetcher.fetch(address)


async def test_another_address_of_the_host_is_tried(
    server: Server, fetcher: PictureFetcher, names: Names
) -> None:
    names.known[HOST] = [["127.0.0.2", "127.0.0.1"]]
    server.answers["/cover"] = whole(PNG)

    picture = await fetcher.fetch(f"{server.url}/cover", source_url=server.url)

    assert picture.content == PNG


async def test_a_host_without_an_address_is_told_as_such(
    fetcher: PictureFetcher, names: Names
) -> None:
    names.known[HOST] = [[]]

    with pytest.raises(PictureRefused, match="it has no address"):
        await fetcher.fetch(f"http://{HOST}/cover")


async def test_hosts_are_looked_up_by_the_system() -> None:
    assert set(await resolve("localhost", 80)) <= {"127.0.0.1", "::1"}


async def test_a_host_that_nobody_knows_cannot_be_reached() -> None:
    async def unknown(_: str, __: int) -> Sequence[str]:
        raise OSError(-2, "Name or service not known")

    async with httpx.AsyncClient() as http:
        with pytest.raises(Unreachable, match="Name or service not known"):
            await PictureFetcher(http, resolve=unknown).fetch("http://nobody.example/cover")


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://pictures.example/a/cover", "pictures.example"),
        ("http://pictures.example:8080/cover", "pictures.example:8080"),
        ("no address", "no address"),
    ],
)
def test_place_of_an_address_is_its_host(address: str, place: str) -> None:
    assert place_of(address) == place
