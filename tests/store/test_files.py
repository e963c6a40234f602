from collections.abc import Callable
from pathlib import PurePath

import pytest

from rules.journey import IN_PROGRESS, WAITING, FileState
from rules.media import FileStamp
from store import events, files, sightings
from store.contents import Content
from store.database import Connection
from store.files import FileRecord

AddFile = Callable[..., FileRecord]


def ready(connection: Connection, state: FileState, *, now_s: float = 100.0) -> list[int]:
    found = files.ready_for(connection, [state], now_s=now_s, limit=10)
    return [file.id for file in found]


def test_a_file_that_is_not_there_is_none(connection: Connection) -> None:
    assert files.get(connection, 1) is None
    assert files.at_path(connection, PurePath("/films/none.mkv")) is None


def test_a_record_holds_what_the_table_holds(add_file: AddFile, content: Content) -> None:
    file = add_file(state=FileState.DEFERRED, content_id=content.id, due_at_s=50.0, at_s=3.0)

    assert file == FileRecord(
        id=1,
        library="films",
        path=PurePath("/films/Harbour at Dawn.mkv"),
        stamp=FileStamp(size_bytes=1000, mtime_ns=5, inode=file.stamp.inode),
        device=1,
        state=FileState.DEFERRED,
        resume_state=None,
        reason=None,
        content_id=content.id,
        work_id=None,
        attempts=0,
        failures=0,
        due_at_s=50.0,
        revision=1,
        first_seen_at_s=3.0,
        changed_at_s=3.0,
        missing_since_s=None,
    )


def test_files_are_found_by_what_they_share(
    connection: Connection, add_file: AddFile, content: Content
) -> None:
    one, other = add_file("one.mkv", content_id=content.id), add_file("other.mkv")
    files.set_work(connection, other.id, 7)

    assert [file.id for file in files.of_content(connection, content.id)] == [one.id]
    assert [file.id for file in files.of_work(connection, 7)] == [other.id]
    assert [file.id for file in files.of_stamp(connection, one.stamp)] == [one.id]
    assert [file.id for file in files.of_library(connection, "films")] == [one.id, other.id]
    assert files.of_library(connection, "series") == []


@pytest.mark.parametrize("state", sorted(IN_PROGRESS))
def test_a_file_that_doorman_leads_on_is_due_at_once(
    connection: Connection, add_file: AddFile, state: FileState
) -> None:
    file = add_file(state=state)

    assert ready(connection, state, now_s=0.0) == [file.id]
    assert files.next_due_s(connection, [state]) == 0.0


@pytest.mark.parametrize("state", sorted(WAITING))
def test_a_file_that_waits_without_a_time_is_due_never(
    connection: Connection, add_file: AddFile, state: FileState
) -> None:
    add_file(state=state)

    assert ready(connection, state, now_s=1e12) == []
    assert files.next_due_s(connection, [state]) is None


@pytest.mark.parametrize("state", list(FileState))
def test_a_file_with_a_time_is_due_from_then_on(
    connection: Connection, add_file: AddFile, state: FileState
) -> None:
    file = add_file(state=state, due_at_s=50.0)

    assert ready(connection, state, now_s=49.9) == []
    assert ready(connection, state, now_s=50.0) == [file.id]
    assert files.next_due_s(connection, [state]) == 50.0


def test_the_next_time_is_the_earliest_of_present_files(
    connection: Connection, add_file: AddFile
) -> None:
    add_file("late.mkv", FileState.NO_MATCH, due_at_s=90.0)
    add_file("soon.mkv", FileState.DEFERRED, due_at_s=60.0)
    gone = add_file("gone.mkv", FileState.DEFERRED, due_at_s=10.0)
    sightings.note_gone(connection, [gone.id], at_s=5.0)

    states = [FileState.NO_MATCH, FileState.DEFERRED, FileState.FAILED]
    assert files.next_due_s(connection, states) == 60.0
    assert files.next_due_s(connection, []) is None


def test_who_changed_first_comes_first(connection: Connection, add_file: AddFile) -> None:
    late = add_file("late.mkv", FileState.READY, at_s=9.0)
    early = add_file("early.mkv", FileState.READY, at_s=2.0)
    same = add_file("same.mkv", FileState.READY, at_s=2.0)

    assert ready(connection, FileState.READY) == [early.id, same.id, late.id]
    in_state = files.in_state(connection, [FileState.READY], limit=2)
    assert [file.id for file in in_state] == [early.id, same.id]


def test_files_in_hand_and_missing_ones_are_left_out(
    connection: Connection, add_file: AddFile
) -> None:
    one, two, gone = (add_file(f"{name}.mkv", FileState.READY) for name in ("1", "2", "gone"))
    sightings.note_gone(connection, [gone.id], at_s=5.0)

    found = files.ready_for(
        connection, [FileState.READY], now_s=9.0, limit=10, without=frozenset({one.id})
    )

    assert [file.id for file in found] == [two.id]
    assert len(files.ready_for(connection, [FileState.READY], now_s=9.0, limit=1)) == 1
    assert [file.id for file in files.in_state(connection, [FileState.READY])] == [one.id, two.id]


def test_files_are_counted_by_state_without_missing_ones(
    connection: Connection, add_file: AddFile
) -> None:
    add_file("1.mkv", FileState.READY)
    add_file("2.mkv", FileState.READY)
    gone = add_file("3.mkv", FileState.DONE)
    sightings.note_gone(connection, [gone.id], at_s=5.0)

    expected = dict.fromkeys(FileState, 0) | {FileState.READY: 2}
    assert files.counts(connection) == expected
    assert files.missing_count(connection) == 1


def test_files_are_counted_by_library(connection: Connection, add_file: AddFile) -> None:
    gone = add_file("gone.mkv")
    add_file("here.mkv")
    sightings.note_gone(connection, [gone.id], at_s=5.0)

    assert files.counts_by_library(connection) == {"films": (1, 1)}


def test_a_state_is_written_into_the_history(connection: Connection, add_file: AddFile) -> None:
    file = add_file()

    files.set_state(
        connection, file, FileState.FAILED, at_s=8.0, reason="b\udcffd name", due_at_s=9.0
    )

    failed = files.get(connection, file.id)
    assert failed is not None
    assert (failed.state, failed.due_at_s, failed.changed_at_s) == (FileState.FAILED, 9.0, 8.0)
    assert failed.reason == "b\U0010dcffd name"
    assert failed.revision == file.revision + 1
    last = events.of_file(connection, file.id)[-1]
    assert (last.event, last.detail, last.at_s) == ("failed", "b\U0010dcffd name", 8.0)


def test_tries_work_and_content_are_remembered(
    connection: Connection, add_file: AddFile, content: Content
) -> None:
    file = add_file()

    files.set_tries(connection, file.id, attempts=2, failures=3)
    files.set_work(connection, file.id, 7)
    files.set_content(connection, file.id, content.id)

    found = files.get(connection, file.id)
    assert found is not None
    assert (found.attempts, found.failures, found.work_id, found.content_id) == (
        2,
        3,
        7,
        content.id,
    )
    files.set_work(connection, file.id, None)
    assert files.of_work(connection, 7) == []


def test_files_are_found_by_part_of_their_path_present_ones_first(
    connection: Connection, add_file: AddFile
) -> None:
    gone = add_file("Harbour at Dusk.mkv")
    here = add_file("Harbour at Dawn.mkv")
    odd = add_file("caf\udce9 100%_done.mkv")
    sightings.note_gone(connection, [gone.id], at_s=5.0)

    def found(words: str) -> list[int]:
        return [file.id for file in files.search(connection, words)]

    assert found("HARBOUR") == [here.id, gone.id]
    assert found("caf\udce9") == [odd.id]
    assert found("100%_") == [odd.id]
    assert found("%") == [odd.id]
    assert found("nowhere") == []
    assert len(files.search(connection, "films", limit=2)) == 2


def test_volume_is_of_present_files_in_these_states(
    connection: Connection, add_file: AddFile
) -> None:
    add_file("One.mkv", FileState.SETTLED)
    add_file("Two.mkv", FileState.SETTLED)
    gone = add_file("Three.mkv", FileState.SETTLED)
    add_file("Four.mkv", FileState.DONE)
    sightings.note_gone(connection, [gone.id], at_s=2.0)

    assert files.volume(connection, (FileState.SETTLED,)) == (2, 2000)
    assert files.volume(connection, (FileState.SETTLED, FileState.DONE)) == (3, 3000)
    assert files.volume(connection, (FileState.FAILED,)) == (0, 0)
