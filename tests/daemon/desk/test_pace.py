from __future__ import annotations

from functools import partial

import pytest

from daemon.desk.pace import examining
from rules.fingerprint import Md5, Oshash
from rules.journey import FileState
from rules.media import VideoFacts
from store import contents
from store.contents import Finding
from store.database import Connection
from store.regeneration import Complete
from tests.daemon.desk.shelf import NOW_S, Shelf


def _examined(connection: Connection, *, number: int, at_s: float) -> None:
    content = contents.ensure(connection, Oshash(number), 3_000_000)
    facts = VideoFacts(container="matroska", duration_s=60.0)
    finding = Finding(facts=facts, phash=None, phash_missing="plain", grid="1", md5=Md5("0" * 32))
    contents.save_finding(connection, content, finding, at_s=at_s)


async def test_time_left_is_by_size_where_every_byte_is_read(shelf: Shelf) -> None:
    for number in range(1, 12):
        at_s = NOW_S - 60 + number
        await shelf.change(partial(_examined, number=number, at_s=at_s))
    await shelf.put("New.mkv", FileState.SETTLED)

    by_size = partial(examining, complete=Complete(grid="1", has_md5=True), now_s=NOW_S)
    by_number = partial(examining, complete=Complete(grid="1", has_md5=False), now_s=NOW_S)

    assert (await shelf.read(by_size)).left_s == pytest.approx(1 / 3, abs=0.01)
    assert (await shelf.read(by_number)).left_s is not None
    assert (await shelf.read(by_number)).left_s != (await shelf.read(by_size)).left_s
