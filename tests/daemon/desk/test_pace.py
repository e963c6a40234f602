from __future__ import annotations

from functools import partial

from daemon.desk.pace import waiting_for
from rules.fingerprint import Md5, Oshash
from rules.journey import FileState
from rules.media import VideoFacts
from store import contents, regeneration
from store.contents import Finding
from store.database import Connection
from store.regeneration import Complete
from tests.daemon.desk.shelf import NOW_S, Shelf


def _examined(connection: Connection, *, number: int, at_s: float) -> None:
    content = contents.ensure(connection, Oshash(number), 3_000_000)
    facts = VideoFacts(container="matroska", duration_s=60.0)
    finding = Finding(
        facts=facts, phash=None, phash_missing="plain", grid="1", md5=Md5("0" * 32), took_s=1.0
    )
    contents.save_finding(connection, content, finding, at_s=at_s)


def _put_into(connection: Connection, *, content_id: int) -> None:
    connection.execute("UPDATE file SET content_id = $1 WHERE state = 'done'", [content_id])


async def test_time_left_is_by_size_where_every_byte_is_read(shelf: Shelf) -> None:
    for number in range(1, 12):
        at_s = NOW_S - 60 + number
        await shelf.change(partial(_examined, number=number, at_s=at_s))
    await shelf.put("New.mkv", FileState.SETTLED)

    waiting = partial(waiting_for, complete=Complete(grid="1", has_md5=True))
    one = await shelf.read(waiting)
    content = await shelf.read(partial(contents.find, oshash=Oshash(1), size_bytes=3_000_000))
    assert content is not None
    await shelf.put("Copy.mkv", FileState.DONE)
    await shelf.change(partial(_put_into, content_id=content.id))
    await shelf.change(partial(regeneration.ask, content_ids=[content.id], at_s=1.0))
    two = await shelf.read(waiting)
    by_number = await shelf.read(partial(waiting_for, complete=Complete(grid="1", has_md5=False)))

    assert rounded(one) == (1, 0.33)
    assert rounded(two) == (2, 1.33)
    assert rounded(by_number) == (2, 2.0)


def rounded(told: tuple[int, float | None]) -> tuple[int, float]:
    waiting, left_s = told
    assert left_s is not None
    return waiting, round(left_s, 2)
