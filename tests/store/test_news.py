from collections.abc import Callable
from dataclasses import replace

import pytest

from rules.work import ExternalId
from store import news, outbox
from store.database import Connection
from store.files import FileRecord
from store.news import News, NewsKind
from store.outbox import Errand

REFUSED = News(kind=NewsKind.SOURCE, subject="first", detail="the key is refused")
TEXTS = ["plain", "b\udcffd name", "quote ' \" \\ and $1", "nul \x00 in it", "two\nlines", ""]


def told(connection: Connection) -> list[News]:
    owed = outbox.due(connection, (Errand.MESSAGE,), now_s=1e9)
    return [news.read(each.payload) for each in owed]


def test_news_come_back_as_they_were_told(
    connection: Connection, add_file: Callable[..., FileRecord]
) -> None:
    whole = News(
        kind=NewsKind.REVIEW,
        subject="/films/Harbour at Dawn.mkv",
        detail="two works are offered",
        candidate="Harbour at Dawn from first",
        link="https://first.example/h-1",
        candidates=2,
        about=("films", "first"),
        best=ExternalId(source="first", remote_id="h-1"),
        question="a digest",
    )

    news.add(connection, whole, file_id=add_file().id, at_s=1.0)

    assert told(connection) == [whole]


def test_a_file_that_cannot_be_examined_is_news(
    connection: Connection, add_file: Callable[..., FileRecord]
) -> None:
    file = add_file("b\udcffd.mkv")

    news.file_failed(connection, file, "no video in b\udcffd.mkv", at_s=1.0)

    (owed,) = outbox.due(connection, (Errand.MESSAGE,), now_s=1.0)
    assert owed.file_id == file.id
    assert news.read(owed.payload) == News(
        kind=NewsKind.FAILED,
        subject="/films/b\U0010dcffd.mkv",
        detail="no video in b\U0010dcffd.mkv",
        about=(file.library,),
    )


@pytest.mark.parametrize("text", TEXTS)
def test_the_same_news_is_told_once_in_a_while(connection: Connection, text: str) -> None:
    said = replace(REFUSED, detail=text, subject=text)

    assert news.add_once(connection, said, quiet_s=60, at_s=100.0)
    assert not news.add_once(connection, said, quiet_s=60, at_s=159.0)
    assert news.add_once(connection, said, quiet_s=60, at_s=160.0)
    assert len(told(connection)) == 2


@pytest.mark.parametrize(
    "other",
    [
        replace(REFUSED, kind=NewsKind.LIBRARY),
        replace(REFUSED, subject="second"),
        replace(REFUSED, detail="the key has run out"),
    ],
)
def test_other_news_are_told(connection: Connection, other: News) -> None:
    news.add_once(connection, REFUSED, quiet_s=60, at_s=100.0)

    assert news.add_once(connection, other, quiet_s=60, at_s=100.0)


def test_news_that_was_told_is_not_told_again_so_soon(connection: Connection) -> None:
    news.add_once(connection, REFUSED, quiet_s=60, at_s=100.0)
    (owed,) = outbox.due(connection, (Errand.MESSAGE,), now_s=100.0)
    outbox.mark_done(connection, owed.id, at_s=101.0)

    assert not news.add_once(connection, REFUSED, quiet_s=60, at_s=110.0)


def test_news_that_never_got_through_may_be_told_again(connection: Connection) -> None:
    news.add_once(connection, REFUSED, quiet_s=60, at_s=100.0)
    (owed,) = outbox.due(connection, (Errand.MESSAGE,), now_s=100.0)
    outbox.mark_failed(connection, owed.id, error="refused", due_at_s=None, at_s=101.0)

    assert news.add_once(connection, REFUSED, quiet_s=60, at_s=110.0)
