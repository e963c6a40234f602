from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from daemon.desk.refusals import LibraryUnknown, NoSheetsKept
from daemon.desk.views import ExaminingView, Requested
from daemon.disk.sheets import Sheets
from rules.fingerprint import Phash
from rules.journey import UNEXAMINED, FileState
from rules.listing import Sighting
from rules.media import VideoFacts
from store import contents, files, regeneration, sightings
from store.contents import Finding
from store.database import Connection
from tests.daemon.desk.shelf import GRID, NOW_S, Shelf, offer

FACTS = VideoFacts(container="matroska", duration_s=60.0)


async def examine(
    shelf: Shelf,
    number: int,
    *,
    grid: str = GRID,
    missing: str | None = None,
    at_s: float = 1.0,
    took_s: float | None = None,
) -> int:
    """Let a file have been examined; return its content's number."""
    content_id = await content_of(shelf, number)

    def change(connection: Connection) -> None:
        content = contents.get(connection, content_id)
        assert content is not None
        phash = Phash(1) if missing is None else None
        finding = Finding(facts=FACTS, phash=phash, phash_missing=missing, grid=grid, took_s=took_s)
        contents.save_finding(connection, content, finding, at_s=at_s)

    await shelf.change(change)
    return content_id


async def put_old(
    shelf: Shelf,
    name: str = "Old.mkv",
    state: FileState = FileState.DONE,
    *,
    at_s: float = 1.0,
    took_s: float | None = None,
) -> tuple[int, int]:
    """Put a file with a phash of another grid; return its and its content's number."""
    number = await shelf.put(name, state)
    return number, await examine(shelf, number, grid="4x4", at_s=at_s, took_s=took_s)


async def asked(shelf: Shelf) -> list[int]:
    """Return the contents that are to be examined again."""
    found = await shelf.read(partial(regeneration.due, now_s=NOW_S, limit=100))
    return [each.content_id for each in found]


async def test_what_is_outdated_is_asked_for_once(shelf: Shelf) -> None:
    _, old = await put_old(shelf)
    await shelf.put("Today.mkv")
    impossible = await shelf.put("Cut off.mkv")
    await examine(shelf, impossible, missing="it ends early")

    requested = await shelf.desk.generate([])
    again = await shelf.desk.generate(["films"])

    assert requested == again == Requested(contents=1, failed=0, waiting=1, left_s=None)
    assert await asked(shelf) == [old]


async def test_everything_is_asked_for_when_that_is_said(shelf: Shelf) -> None:
    await put_old(shelf)
    await shelf.put("Today.mkv")
    impossible = await shelf.put("Cut off.mkv")
    await examine(shelf, impossible, missing="it ends early")

    requested = await shelf.desk.generate([], is_all=True)

    assert requested.contents == len(await asked(shelf)) == 3


async def test_file_that_could_not_be_examined_is_tried_as_a_new_one(shelf: Shelf) -> None:
    number = await shelf.put("Broken.mkv", FileState.FAILED, is_examined=False)

    assert await shelf.desk.generate([]) == Requested(contents=0, failed=1, waiting=1, left_s=None)

    assert (await shelf.file(number)).state is FileState.SETTLED
    assert await shelf.desk.bells.hashing.heard(timeout_s=0)
    assert await shelf.desk.bells.regenerating.heard(timeout_s=0)


async def test_other_libraries_are_left_alone(shelf: Shelf) -> None:
    await put_old(shelf)
    broken = await shelf.put("Broken.mkv", FileState.FAILED, is_examined=False)

    assert await shelf.desk.generate(["series"]) == Requested(
        contents=0, failed=0, waiting=0, left_s=None
    )

    assert await asked(shelf) == []
    assert (await shelf.file(broken)).state is FileState.FAILED


async def test_unknown_library_is_refused_and_nothing_asked_for(shelf: Shelf) -> None:
    await put_old(shelf)

    with pytest.raises(LibraryUnknown):
        await shelf.desk.generate(["films", "flims"])

    assert await asked(shelf) == []


async def test_what_is_asked_for_is_work_but_keeps_nobody_from_being_caught_up(
    shelf: Shelf,
) -> None:
    _, content_id = await put_old(shelf)
    await shelf.desk.generate([])

    status = await shelf.desk.status()
    assert (status.is_idle, status.is_caught_up) == (False, True)
    assert status.examining == ExaminingView(again=1)

    failed = partial(
        regeneration.mark_failed,
        content_id=content_id,
        attempts=1,
        reason="a knot",
        due_at_s=NOW_S + 60,
    )
    await shelf.change(failed)
    assert (await shelf.desk.status()).is_idle


async def test_what_was_given_up_is_told(shelf: Shelf) -> None:
    number, content_id = await put_old(shelf)
    await shelf.desk.generate([])
    why = [(await shelf.show(number)).examining_again]
    for due_at_s in (NOW_S + 60, None):
        await shelf.change(
            partial(
                regeneration.mark_failed,
                content_id=content_id,
                attempts=1,
                reason="it is no video",
                due_at_s=due_at_s,
            )
        )
        why.append((await shelf.show(number)).examining_again)
    status = await shelf.desk.status()
    await shelf.change(partial(regeneration.ask, content_ids=[content_id], at_s=1.0))
    await shelf.change(partial(regeneration.mark_done, content_id=content_id, at_s=2.0))
    why.append((await shelf.show(number)).examining_again)

    assert why == [
        "waits to be examined again",
        "waits to be examined again, which failed so far: it is no video",
        "could not be examined again: it is no video; ask once more: doorman generate",
        None,
    ]
    assert status.examining == ExaminingView(given_up=1, given_up_reason="it is no video")
    assert status.is_idle


@pytest.mark.parametrize("state", sorted(UNEXAMINED))
async def test_unexamined_files_are_not_counted_twice(shelf: Shelf, state: FileState) -> None:
    await put_old(shelf, state=state)

    requested = await shelf.desk.generate([], is_all=True)

    assert requested.contents == 0
    assert requested.failed == (1 if state is FileState.FAILED else 0)


async def put_examined(shelf: Shelf, *, files: int, every_s: float, until_s: float) -> None:
    """Let so many files have been examined, the last just now."""
    for each in range(files):
        at_s = until_s - (files - 1 - each) * every_s
        await put_old(shelf, f"{each}.mkv", at_s=at_s, took_s=every_s)


async def test_pace_and_time_left_are_told_while_something_is_left(shelf: Shelf) -> None:
    await put_examined(shelf, files=11, every_s=6.0, until_s=NOW_S)
    idle = await shelf.desk.status()
    requested = await shelf.desk.generate([])
    await shelf.put("New.mkv", FileState.SETTLED, is_examined=False)

    status = await shelf.desk.status()

    assert idle.examining == ExaminingView()
    assert requested == Requested(contents=11, failed=0, waiting=11, left_s=66.0)
    assert status.examining == ExaminingView(new=1, again=11, per_minute=10.0, left_s=72.0)


async def test_old_pace_serves_a_guess_only(shelf: Shelf) -> None:
    await put_examined(shelf, files=11, every_s=6.0, until_s=NOW_S - 700)

    requested = await shelf.desk.generate([])

    assert requested.left_s == 66.0
    assert (await shelf.desk.status()).examining == ExaminingView(again=11)


async def test_missing_file_is_not_asked_for(shelf: Shelf) -> None:
    number, _ = await put_old(shelf)
    await shelf.change(partial(sightings.note_gone, file_ids=[number], at_s=2.0))

    assert (await shelf.desk.generate([], is_all=True)).contents == 0


async def test_content_that_lacks_only_its_sheet_is_asked_for_when_that_is_said(
    shelf: Shelf, tmp_path: Path
) -> None:
    pictured = await shelf.put("Pictured.mkv")
    plain = await shelf.put("Plain.mkv")
    impossible = await shelf.put("Cut off.mkv")
    await examine(shelf, impossible, missing="it ends early")
    content = await shelf.read(partial(contents.get, content_id=await content_of(shelf, pictured)))
    assert content is not None
    sheets = Sheets(tmp_path / "sheets", budget_bytes=1 << 20)
    sheets.keep(content.oshash, content.size_bytes, b"a sheet")
    desk = replace(shelf.desk, sheets=sheets)

    assert (await desk.generate([])).contents == 0
    assert (await desk.generate(["series"], with_sheets=True)).contents == 0
    assert (await desk.generate([], with_sheets=True)).contents == 1
    assert await asked(shelf) == [await content_of(shelf, plain)]


async def test_sheets_are_asked_for_as_far_as_they_fit_and_then_no_more(
    shelf: Shelf, tmp_path: Path
) -> None:
    numbers = [await shelf.put(f"{number}.mkv") for number in range(20)]
    changed_last = [numbers[index] for index in (3, 17, 8, 11, 5)]
    for mtime_ns, number in enumerate(reversed(changed_last), 1000):
        await shelf.change(partial(set_mtime, number=number, mtime_ns=mtime_ns))
    sheets = Sheets(tmp_path / "sheets", budget_bytes=700)
    first, *others = [await content_of(shelf, number) for number in changed_last]
    await keep_sheet(shelf, sheets, first)
    desk = replace(shelf.desk, sheets=sheets)

    requested = await desk.generate([], with_sheets=True)
    assert await asked(shelf) == sorted(others)
    unchanged = await desk.generate([], with_sheets=True)
    for content_id in others:
        await keep_sheet(shelf, sheets, content_id)
        await shelf.change(partial(regeneration.mark_done, content_id=content_id, at_s=NOW_S))
    again = await desk.generate([], with_sheets=True)

    assert requested == unchanged
    assert (requested.contents, requested.sheets_left_out) == (4, 15)
    assert again == Requested(contents=0, failed=0, waiting=0, left_s=None, sheets_left_out=15)
    assert await asked(shelf) == []
    assert (await desk.generate([])).sheets_left_out == 0


async def test_sheet_of_what_is_examined_anyway_is_not_left_out(
    shelf: Shelf, tmp_path: Path
) -> None:
    await put_old(shelf)
    await shelf.put("Today.mkv")
    desk = replace(shelf.desk, sheets=Sheets(tmp_path / "sheets", budget_bytes=1))

    requested = await desk.generate([], with_sheets=True)
    everything = await desk.generate([], is_all=True, with_sheets=True)

    assert (requested.contents, requested.sheets_left_out) == (1, 1)
    assert (everything.contents, everything.sheets_left_out) == (2, 0)


def set_mtime(connection: Connection, *, number: int, mtime_ns: int) -> None:
    file = files.get(connection, number)
    assert file is not None
    seen = Sighting(path=file.path, stamp=replace(file.stamp, mtime_ns=mtime_ns), device=1)
    sightings.set_sighting(connection, number, seen)


async def keep_sheet(shelf: Shelf, sheets: Sheets, content_id: int) -> None:
    """Keep a sheet of 120 bytes of a content."""
    content = await shelf.read(partial(contents.get, content_id=content_id))
    assert content is not None
    sheets.keep(content.oshash, content.size_bytes, b"x" * 120)


async def test_sheets_that_are_not_kept_cannot_be_asked_for(shelf: Shelf) -> None:
    await put_old(shelf)
    desk = replace(shelf.desk, household=replace(shelf.desk.household, has_sheets=False))

    with pytest.raises(NoSheetsKept, match="contact_sheet = true"):
        await desk.generate([], with_sheets=True)

    assert await asked(shelf) == []


async def content_of(shelf: Shelf, number: int) -> int:
    content_id = (await shelf.file(number)).content_id
    assert content_id is not None
    return content_id


async def test_accepted_file_is_asked_for_and_stays_accepted(shelf: Shelf) -> None:
    number = await shelf.put_accepted(offer("a"))
    before = await shelf.file(number)

    assert (await shelf.desk.generate([], is_all=True)).contents == 1
    assert await shelf.file(number) == before
