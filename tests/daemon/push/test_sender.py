import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import anyio
import anyio.to_thread
import pytest
from pydantic import SecretStr

from daemon.push.message import Message, MessageKind
from daemon.push.protocol import Outcome
from daemon.push.sender import Delivery, Sender, check_target, label

MESSAGE = Message(
    title="Review 12: café.mkv",
    body="Best candidate: <Harbour> & Dawn\ndoorman accept 12",
    link="https://doorman.example/reviews/12?a=1&b=2",
    kind=MessageKind.REVIEW,
)
WHOLE_BODY = f"{MESSAGE.body}\n{MESSAGE.link}"
SECRET = "tk_verysecret"  # noqa: S105 - invented


@dataclass
class Received:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A push service on the loopback interface."""

    port: int = 0
    status: int = 200
    before_answer: Callable[[], object] = lambda: None
    hangs_up: bool = False
    received: list[Received] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)
    finish: threading.Event = field(default_factory=threading.Event)

    def target(self, scheme: str = "json", rest: str = "/") -> SecretStr:
        return SecretStr(f"{scheme}://user:{SECRET}@127.0.0.1:{self.port}{rest}")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            one.received.append(Received(self.path, dict(self.headers), body))
            one.arrived.set()
            one.before_answer()
            if one.hangs_up:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            try:
                self.send_response(one.status)
                self.end_headers()
            except ConnectionError:
                return  # the child was killed meanwhile, which is what some tests are about

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    one.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield one
    one.finish.set()
    server.shutdown()
    server.server_close()
    thread.join()


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


async def test_a_message_arrives_as_it_was_written(receiver: Receiver) -> None:
    deliveries = await Sender().send(MESSAGE, [receiver.target()])

    assert deliveries == (Delivery(target="target 1 (json)", outcome=Outcome.DELIVERED),)
    (received,) = receiver.received
    document = json.loads(received.body)
    assert (document["title"], document["message"]) == (MESSAGE.title, WHOLE_BODY)


async def test_without_targets_nothing_happens() -> None:
    assert await Sender(command=("/does/not/exist",)).send(MESSAGE, []) == ()


async def test_ntfy_opens_the_link_at_a_tap_and_fetches_no_icon(receiver: Receiver) -> None:
    target = receiver.target("ntfy", "/topic?priority=high")

    (delivery,) = await Sender().send(MESSAGE, [target])

    assert delivery.outcome == Outcome.DELIVERED
    (received,) = receiver.received
    headers = {name.lower(): value for name, value in received.headers.items()}
    said = headers | json.loads(received.body)
    assert MESSAGE.link in {said.get("click"), said.get("x-click")}
    assert not [value for value in said.values() if "github" in str(value)]


async def test_each_target_has_a_fate_of_its_own(receiver: Receiver) -> None:
    targets = [
        receiver.target(),
        SecretStr(f"json://127.0.0.1:{closed_port()}/"),
        SecretStr(f"nosuchservice://{SECRET}"),
    ]

    deliveries = await Sender().send(MESSAGE, targets)

    assert [one.outcome for one in deliveries] == [
        Outcome.DELIVERED,
        Outcome.FAILED,
        Outcome.FAILED,
    ]
    assert [one.target for one in deliveries] == [
        "target 1 (json)",
        "target 2 (json)",
        "target 3 (nosuchservice)",
    ]
    assert "no connection" in str(deliveries[1].reason)
    assert "does not understand" in str(deliveries[2].reason)


async def test_a_refusal_is_a_failure_with_its_status_and_no_secret(receiver: Receiver) -> None:
    receiver.status = 403

    (delivery,) = await Sender().send(MESSAGE, [receiver.target()])

    assert delivery.outcome == Outcome.FAILED
    assert "HTTP 403" in str(delivery.reason)
    assert SECRET not in repr(delivery)


async def test_a_service_that_never_answers_costs_no_more_than_the_deadline(
    receiver: Receiver,
) -> None:
    receiver.before_answer = receiver.finish.wait
    started_s = time.monotonic()

    deliveries = await Sender(deadline_s=3).send(
        MESSAGE, [receiver.target(), SecretStr(f"json://127.0.0.1:{closed_port()}/")]
    )

    assert time.monotonic() - started_s < 6
    assert [one.outcome for one in deliveries] == [Outcome.UNKNOWN, Outcome.FAILED]
    assert "no connection" in str(deliveries[1].reason)
    assert len(receiver.received) == 1


async def test_a_service_that_takes_the_message_and_hangs_up_may_have_delivered_it(
    receiver: Receiver,
) -> None:
    receiver.hangs_up = True

    (delivery,) = await Sender().send(MESSAGE, [receiver.target()])

    assert (delivery.outcome, len(receiver.received)) == (Outcome.UNKNOWN, 1)


async def test_an_answer_after_the_deadline_changes_nothing_more(receiver: Receiver) -> None:
    receiver.before_answer = receiver.finish.wait

    (delivery,) = await Sender(deadline_s=2).send(MESSAGE, [receiver.target()])
    receiver.finish.set()

    assert delivery.outcome == Outcome.UNKNOWN
    assert delivery.reason == "no answer in time"


async def test_a_child_that_dies_before_it_begins_has_delivered_nothing() -> None:
    dying = Sender(command=(sys.executable, "-c", "raise SystemExit(3)"))

    (delivery,) = await dying.send(MESSAGE, [SecretStr("json://127.0.0.1/")])

    assert delivery.outcome == Outcome.FAILED


async def test_a_child_that_cannot_be_started_has_delivered_nothing() -> None:
    (delivery,) = await Sender(command=("/does/not/exist",)).send(
        MESSAGE, [SecretStr("json://127.0.0.1/")]
    )

    assert delivery.outcome == Outcome.FAILED


async def test_a_cancelled_message_leaves_no_child_behind(tmp_path: Path) -> None:
    process_id = tmp_path / "process id"
    os.mkfifo(process_id)
    tell = f"open({str(process_id)!r}, 'w').write(str(os.getpid()))"
    script = f"import os, time; {tell}; time.sleep(60)"
    sender = Sender(command=(sys.executable, "-c", script))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(sender.send, MESSAGE, [SecretStr("json://127.0.0.1/")])
        with anyio.fail_after(10):
            child = int(await anyio.to_thread.run_sync(process_id.read_text))
        tasks.cancel_scope.cancel()

    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


@pytest.mark.parametrize("said", ["nonsense", '{"target": 0, "outcome": "splendid"}', "x" * 9000])
async def test_what_no_child_of_ours_would_say_is_not_believed(said: str) -> None:
    odd = Sender(command=(sys.executable, "-c", f"print({said!r})"))

    (delivery,) = await odd.send(MESSAGE, [SecretStr("json://127.0.0.1/")])

    assert delivery.outcome == Outcome.FAILED


async def test_the_child_sees_no_variable_it_does_not_need(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    listing = f"import os; open({str(seen)!r}, 'w').write(' '.join(sorted(os.environ)))"
    environment = {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "https_proxy": "http://proxy.example",
        "NOTIFY_SOCKET": "/run/systemd/notify",
        "STASHDB_API_KEY": SECRET,
        "CREDENTIALS_DIRECTORY": "/run/credentials",
    }
    sender = Sender(command=(sys.executable, "-I", "-c", listing), environment=environment)

    await sender.send(MESSAGE, [SecretStr("json://127.0.0.1/")])

    assert set(seen.read_text().split()) == {"PATH", "LC_ALL", "https_proxy"}


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc")
async def test_a_target_stands_in_no_command_line_or_environment(receiver: Receiver) -> None:
    exposed: list[bytes] = []

    def look() -> None:
        for process in Path("/proc").glob("[0-9]*"):
            for name in ("cmdline", "environ"):
                try:
                    exposed.append((process / name).read_bytes())
                except OSError:
                    continue

    receiver.before_answer = look

    await Sender().send(MESSAGE, [receiver.target()])

    assert any(b"daemon.push.child" in one for one in exposed)
    assert not any(SECRET.encode() in one for one in exposed)


@pytest.mark.parametrize(
    ("number", "address", "called"),
    [
        (0, "NTFYS://user:secret@host/topic", "target 1 (ntfys)"),
        (3, "no address, but perhaps a secret", "target 4"),
    ],
)
def test_a_target_is_called_by_its_place_and_scheme_only(
    number: int, address: str, called: str
) -> None:
    assert label(number, address) == called


@pytest.mark.parametrize(
    "url",
    [
        "json://127.0.0.1:8080/path",
        "ntfy://ntfy.example/topic",
        "ntfy://ntfy.example/topic?actions=view,Open,https://doorman.example/reviews",
    ],
)
def test_a_target_that_apprise_understands_is_fine(url: str) -> None:
    assert check_target(url) is None


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("verysecret", "no address"),
        ("ntfy:// host/verysecret", "no address"),
        ("ntfy://host/verysecret ntfy://host/other", "blank"),
        ("nosuchservice://verysecret", "does not understand"),
        ("pover://verysecret", "does not understand"),
    ],
)
def test_a_target_that_is_wrong_is_explained_without_its_secret(url: str, problem: str) -> None:
    answer = check_target(url)

    assert problem in str(answer)
    assert "verysecret" not in str(answer)


@pytest.mark.parametrize(
    "command", [("/does/not/exist",), (sys.executable, "-c", "raise SystemExit(3)")]
)
def test_a_check_that_cannot_be_made_says_so(command: tuple[str, ...]) -> None:
    assert "could not be checked" in str(check_target("json://verysecret", command=command))
