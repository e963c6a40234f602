from __future__ import annotations

from functools import partial

import pytest

from daemon.desk.history_views import HISTORY, Pick
from daemon.desk.remembering import Remembering
from rules.journey import FileState
from store import files
from store.database import Connection
from store.history import HistorySieve
from tests.daemon.desk.shelf import Shelf, offer

pytestmark = pytest.mark.anyio
ALL = HistorySieve()


async def pick(shelf: Shelf, number: int) -> Pick:
    return Pick(number=number, revision=(await shelf.file(number)).revision)


def decide_again(connection: Connection, number: int) -> None:
    """Ask a person again, as the rules would."""
    file = files.get(connection, number)
    assert file is not None
    files.set_state(connection, file, FileState.REVIEW, at_s=4.0)


async def test_page_travels_whole(shelf: Shelf) -> None:
    await shelf.put_accepted(offer("a"))
    page = await Remembering(shelf.desk).history(ALL)

    assert HISTORY.validate_json(HISTORY.dump_json(page)) == page
    assert (page.rules, page.libraries, page.next_before) == (("exact",), ("films",), None)


async def test_page_ends_where_the_next_begins(shelf: Shelf) -> None:
    for name in ("One.mkv", "Two.mkv", "Three.mkv"):
        await shelf.desk.dismiss(str(await shelf.put(name)))
    remembering = Remembering(shelf.desk)

    first = await remembering.history(ALL, limit=2)
    second = await remembering.history(ALL, before=first.next_before, limit=2)

    assert [line.path for line in (*first.lines, *second.lines)] == [
        "/films/Three.mkv",
        "/films/Two.mkv",
        "/films/One.mkv",
    ]
    assert second.next_before is None


async def test_only_what_an_undo_takes_back_can_be_undone(shelf: Shelf) -> None:
    number = str(await shelf.put(offers=(offer("a"), offer("b"))))
    await shelf.desk.reject(number, number=1)
    await shelf.change(partial(decide_again, number=int(number)))
    await shelf.desk.dismiss(number)
    remembering = Remembering(shelf.desk)

    lines = (await remembering.history(ALL)).lines
    assert [(line.outcome, line.can_undo) for line in lines] == [
        ("dismissed", True),
        ("rejected", False),
    ]
    await shelf.desk.undo(number)
    lines = (await remembering.history(ALL)).lines
    assert [(line.outcome, line.can_undo) for line in lines] == [
        ("dismissed", False),
        ("rejected", True),
    ]


async def test_work_without_a_title_is_named_by_its_id(shelf: Shelf) -> None:
    number = await shelf.put_accepted(offer("a"))
    await shelf.change(lambda c: c.execute("UPDATE candidate SET title = NULL"))

    (line,) = (await Remembering(shelf.desk).history(ALL)).lines

    assert (line.number, line.work) == (number, "a from first")


async def test_file_that_is_examined_again_cannot_be_undone(shelf: Shelf) -> None:
    number = await shelf.put_accepted(offer("a"), state=FileState.SEEN)
    remembering = Remembering(shelf.desk)

    (line,) = (await remembering.history(ALL)).lines
    (undone,) = await remembering.undo([await pick(shelf, number)])

    assert (line.can_undo, undone.is_done) == (False, False)
    assert "wait until it was examined" in undone.message


async def test_preview_says_what_undo_does(shelf: Shelf) -> None:
    accepted = await shelf.put_accepted(offer("a"), name="A.mkv")
    dismissed = await shelf.put("D.mkv")
    await shelf.desk.dismiss(str(dismissed))
    picks = [await pick(shelf, accepted), await pick(shelf, dismissed)]
    remembering = Remembering(shelf.desk)

    foreseen = await remembering.preview(picks)
    undone = await remembering.undo(picks)

    assert [(each.number, each.is_done, each.message) for each in foreseen] == [
        (accepted, True, 'accepted: "Harbour A" from first, decided by rule "exact"'),
        (dismissed, True, "dismissed, decided by a person"),
    ]
    assert [(each.number, each.path, each.is_done) for each in undone] == [
        (each.number, each.path, True) for each in foreseen
    ]


async def test_what_cannot_be_undone_keeps_no_other(shelf: Shelf) -> None:
    first = await shelf.put_accepted(offer("a"), name="A.mkv")
    second = await shelf.put_accepted(offer("b"), name="B.mkv")
    stale = Pick(number=first, revision=99)
    unknown = Pick(number=12345, revision=0)
    good = await pick(shelf, second)
    remembering = Remembering(shelf.desk)

    foreseen = await remembering.preview([stale, unknown, good])
    undone = await remembering.undo([stale, unknown, good])

    assert [each.is_done for each in foreseen] == [False, False, True]
    assert [each.is_done for each in undone] == [False, False, True]
    assert (await shelf.file(first)).state is FileState.DONE
    assert (await shelf.file(second)).state is FileState.REVIEW


async def test_file_that_is_chosen_twice_is_undone_once(shelf: Shelf) -> None:
    number = await shelf.put_accepted(offer("a"))
    once = await pick(shelf, number)

    undone = await Remembering(shelf.desk).undo([once, once])

    assert [each.is_done for each in undone] == [True]
