from __future__ import annotations

from functools import partial

import pytest

from daemon.desk.pace import about, counted, describe_examining, examining
from daemon.desk.views import ExaminingView
from rules.fingerprint import Md5, Oshash
from rules.journey import FileState
from rules.media import VideoFacts
from store import contents
from store.contents import Finding
from store.database import Connection
from store.regeneration import Complete
from tests.daemon.desk.shelf import NOW_S, Shelf


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (ExaminingView(), None),
        (ExaminingView(given_up=3, given_up_reason="it is no video"), None),
        (ExaminingView(new=1), "1 file left"),
        (
            ExaminingView(new=1240, per_minute=38.2, left_s=1958),
            "1 240 files left, 38 a minute, about 33 min",
        ),
        (
            ExaminingView(again=2, per_minute=2.25, left_s=53),
            "2 known files left, 2.2 a minute, about a minute",
        ),
        (
            ExaminingView(new=1, again=1, per_minute=0.5, left_s=240),
            "1 new file and 1 known file left, 30 an hour, about 4 min",
        ),
    ],
)
def test_what_is_left_fits_into_a_line(view: ExaminingView, words: str | None) -> None:
    assert describe_examining(view) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (29, "less than a minute"),
        (30, "about a minute"),
        (119, "about a minute"),
        (120, "about 2 min"),
        (7199, "about 120 min"),
        (7200, "about 2 h"),
        (2 * 86400 - 1, "about 48 h"),
        (9.4 * 86400, "about 9 d"),
    ],
)
def test_time_left_is_as_people_say_it(seconds: float, words: str) -> None:
    assert about(seconds) == words


def test_thousands_are_set_apart() -> None:
    assert counted(1_234_567, "file") == "1 234 567 files"


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
