"""Real receivers get what was promised, once: a webhook, a mailbox and a broker."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pydantic import SecretStr

from daemon.disk.sheets import Sheets
from daemon.journey.tell import Tell
from daemon.journey.telling import Telling
from daemon.push.channels import Channel
from daemon.push.illustrating import Cover
from daemon.push.links import Links
from daemon.push.sender import Sender
from daemon.push.words import OwnWords
from rules.fingerprint import Oshash
from rules.journey import FileState
from rules.work import ExternalId, Picture, Work
from store import news
from store.files import FileRecord
from store.news import News, NewsKind
from tests.daemon.ground import Ground, answer, candidate, known
from tests.daemon.journey.test_tell import Post
from tests.daemon.push.mailbox import Broker, MailServer

pytestmark = pytest.mark.anyio

PICTURE = b"RIFF\x10\x00\x00\x00WEBPVP8 \x04\x00\x00\x00abcd"
PUBLIC_URL = "https://doorman.example"


@dataclass
class Hook:
    """A webhook that keeps what is posted to it."""

    port: int = 0
    posted: list[dict[str, object]] = field(default_factory=list)

    @property
    def target(self) -> str:
        return f"json://127.0.0.1:{self.port}/"


@contextmanager
def webhook() -> Iterator[Hook]:
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.posted.append(json.loads(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield hook
    server.shutdown()
    thread.join()
    server.server_close()


async def a_question(ground: Ground, sheets: Sheets) -> FileRecord:
    """Leave a question with a picture open, and another one that waits longer."""
    await ground.add("Lantern.mkv", FileState.REVIEW)
    file = await ground.add_known("Harbour at Dawn.mkv", FileState.REVIEW)
    sheets.keep(Oshash(0xFEED), file.stamp.size_bytes, PICTURE)
    told = News(
        kind=NewsKind.REVIEW,
        subject=str(file.path),
        detail="two works share this fingerprint",
        candidate="Harbour at Dawn (Northlight) from first",
        candidates=2,
        best=ExternalId(source="first", remote_id="h-1"),
        question="which of two",
    )
    add = partial(news.add_for, told={file.id: told}, at_s=ground.clock())
    await ground.database.write(add)
    return file


def make_stage(ground: Ground, sheets: Sheets, *targets: str) -> Tell:
    channels = [
        Channel(
            name=f"channel {number}",
            targets=[SecretStr(target)],
            on=frozenset({"review"}),
        )
        for number, target in enumerate(targets)
    ]
    return Tell(
        database=ground.database,
        sender=Sender(),
        channels=channels,
        word=OwnWords(),
        telling=Telling(links=Links(public_url=PUBLIC_URL, acting_s=3600.0), sheets=sheets),
        now=ground.clock,
        local=lambda at_s: datetime.fromtimestamp(at_s, UTC),
        jitter=lambda: 0.5,
    )


async def send_all(ground: Ground, stage: Tell) -> None:
    """Send what is due, and again much later, to see that nothing comes twice."""
    for _ in range(2):
        ground.clock.pass_s(1800.0)
        for mail in await stage.take(frozenset()):
            await stage.work(mail)


def check_words(title: str, body: str, file: FileRecord) -> None:
    assert title == f"Review {file.id}: Harbour at Dawn.mkv"
    for said in (
        "Best candidate: Harbour at Dawn (Northlight) from first (and 1 more)",
        "two works share this fingerprint",
        "1 other file waits for you.",
        f"Accept: {PUBLIC_URL}/act/a.{file.id}.",
        f"Dismiss: {PUBLIC_URL}/act/d.{file.id}.",
        f"{PUBLIC_URL}/files/{file.id}",
    ):
        assert said in body


@pytest.fixture
def sheets(tmp_path: Path) -> Sheets:
    (tmp_path / "sheets").mkdir()
    return Sheets(tmp_path / "sheets", budget_bytes=1 << 20)


async def test_webhook_gets_words_and_picture_once(ground: Ground, sheets: Sheets) -> None:
    with webhook() as hook:
        file = await a_question(ground, sheets)
        await send_all(ground, make_stage(ground, sheets, hook.target))

    (posted,) = hook.posted
    check_words(str(posted["title"]), str(posted["message"]), file)
    assert posted["type"] == "warning"
    attachments = posted["attachments"]
    assert isinstance(attachments, list)
    assert [base64.b64decode(each["base64"]) for each in attachments] == [PICTURE]
    assert [each["mimetype"] for each in attachments] == ["image/webp"]


async def test_question_is_illustrated_by_the_cover_of_its_best_candidate(
    ground: Ground, sheets: Sheets
) -> None:
    file = await a_question(ground, sheets)
    pictures = (Picture(url="https://pictures.example/1.jpg"),)
    best = replace(candidate("h-1"), work=Work(title="Harbour", pictures=pictures))
    await answer(ground, file, known(candidate("h-2"), best))
    asked: list[tuple[Path | None, Cover | None]] = []

    @asynccontextmanager
    async def illustrate(sheet: Path | None, cover: Cover | None) -> AsyncIterator[Path | None]:
        asked.append((sheet, cover))
        yield Path("both.jpg")

    post, stage = Post(), make_stage(ground, sheets, "json://phone.example/one")
    telling = replace(stage.telling, source_urls={"first": "https://first.example/graphql"})
    await send_all(ground, replace(stage, telling=telling, sender=post, illustrate=illustrate))

    sheet = sheets.path_of(Oshash(0xFEED), file.stamp.size_bytes)
    cover = Cover(address=pictures[0].url, source_url="https://first.example/graphql")
    assert asked == [(sheet, cover)]
    assert [message.picture for _, message in post.sent] == [Path("both.jpg")]


async def test_mailbox_gets_words_and_picture_once(ground: Ground, sheets: Sheets) -> None:
    with MailServer() as server:
        file = await a_question(ground, sheets)
        await send_all(ground, make_stage(ground, sheets, server.target))

    (mail,) = server.mails
    text = mail.get_body(("plain",))
    assert text is not None
    check_words(str(mail["Subject"]), " ".join(text.get_content().split()), file)
    assert [part.get_payload(decode=True) for part in mail.iter_attachments()] == [PICTURE]
    assert mail["To"].endswith("ada@films.example")


async def test_broker_gets_the_words_once(ground: Ground, sheets: Sheets) -> None:
    with Broker() as broker:
        file = await a_question(ground, sheets)
        await send_all(ground, make_stage(ground, sheets, broker.target))

    ((topic, payload),) = broker.published
    title, _, body = payload.partition("\n")
    assert topic == "doorman/news"
    check_words(title.rstrip(), body, file)
