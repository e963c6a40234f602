from __future__ import annotations

from collections.abc import Callable

from rules.journey import FileState
from store import files, hearing
from store.database import Connection
from store.files import FileRecord
from store.transaction import snapshot, transaction

AddFile = Callable[..., FileRecord]


def now(connection: Connection, file: FileRecord) -> FileRecord:
    found = files.get(connection, file.id)
    assert found is not None
    return found


def hear(connection: Connection, source: str, *heard: FileRecord) -> None:
    with hearing.hearing(connection, heard, source):
        pass


def touch(connection: Connection, file: FileRecord) -> None:
    files.set_state(connection, file, FileState.READY, at_s=1.0)


def test_who_has_answered_is_remembered_for_each_file(
    connection: Connection, add_file: AddFile
) -> None:
    one, other, third = (add_file(f"{number}.mkv") for number in range(3))
    hear(connection, "first", one, other)
    hear(connection, "second", one)

    assert hearing.heard(connection, [one, other, third]) == {
        one.id: {"first", "second"},
        other.id: {"first"},
        third.id: set(),
    }


def test_what_a_round_changes_does_not_end_it(connection: Connection, add_file: AddFile) -> None:
    one, copy = add_file("1.mkv"), add_file("2.mkv")
    hear(connection, "first", one, copy)
    with hearing.hearing(connection, [one, copy], "second"):
        touch(connection, copy)

    assert now(connection, copy).revision > copy.revision
    assert hearing.in_round(connection, [one, copy]) == [one, copy]
    assert hearing.heard(connection, [one, copy]) == {
        one.id: {"first", "second"},
        copy.id: {"first", "second"},
    }


def test_what_anybody_else_changes_begins_a_new_one(
    connection: Connection, add_file: AddFile
) -> None:
    file = add_file("1.mkv")
    hear(connection, "first", file)
    touch(connection, file)

    assert hearing.in_round(connection, [file]) == []
    assert hearing.heard(connection, [file]) == {file.id: set()}

    fresh = now(connection, file)
    with hearing.hearing(connection, [fresh], "second"):
        touch(connection, fresh)

    assert hearing.in_round(connection, [fresh]) == [fresh]
    assert hearing.heard(connection, [fresh]) == {file.id: {"second"}}


def test_file_that_nobody_answered_about_is_in_its_round_until_it_changes(
    connection: Connection, add_file: AddFile
) -> None:
    file = add_file("1.mkv")
    assert hearing.in_round(connection, [file]) == [file]

    touch(connection, file)

    assert hearing.in_round(connection, [file]) == []


def test_round_that_ended_leaves_nothing_even_while_somebody_reads(
    connection: Connection, add_file: AddFile
) -> None:
    file, other = add_file("1.mkv"), add_file("2.mkv")
    for _ in range(3):
        with snapshot(connection.cursor()), transaction(connection):
            hear(connection, "first", file, other)
        with snapshot(connection.cursor()), transaction(connection):
            hearing.end_round(connection, [file])

    assert hearing.heard(connection, [file, other]) == {file.id: set(), other.id: {"first"}}
