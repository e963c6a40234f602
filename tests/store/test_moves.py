from pathlib import PurePath

import pytest

from rules.journey import FileState
from rules.listing import Sighting
from rules.media import FileStamp
from store import events, files, moves, sightings
from store.database import Connection
from store.files import FileRecord
from store.moves import Move


def add(connection: Connection, number: int) -> FileRecord:
    stamp = FileStamp(size_bytes=1, mtime_ns=1, inode=number)
    seen = Sighting(path=PurePath(f"/films/{number}.mkv"), stamp=stamp, device=1)
    sightings.add_seen(connection, "films", [seen], at_s=1.0)
    return found(connection, number)


def found(connection: Connection, number: int) -> FileRecord:
    file = files.at_path(connection, PurePath(f"/films/{number}.mkv"))
    assert file is not None
    return file


def move(file: FileRecord, state: FileState, **said: object) -> Move:
    due_at_s, reason = said.get("due_at_s"), said.get("reason")
    assert due_at_s is None or isinstance(due_at_s, float)
    assert reason is None or isinstance(reason, str)
    return Move(
        file=file, state=state, reason=reason, due_at_s=due_at_s, attempts=file.id, failures=7
    )


def test_files_move_on_together_each_to_its_own_state(connection: Connection) -> None:
    one, two, three = (add(connection, number) for number in (1, 2, 3))

    moves.move_all(
        connection,
        [
            move(one, FileState.NO_MATCH, reason="nobody knows it", due_at_s=9.0),
            move(two, FileState.REVIEW),
        ],
        at_s=5.0,
    )

    first, second = found(connection, 1), found(connection, 2)
    assert (first.state, first.reason, first.due_at_s) == (
        FileState.NO_MATCH,
        "nobody knows it",
        9.0,
    )
    assert (second.state, second.reason, second.due_at_s) == (FileState.REVIEW, None, None)
    assert (first.attempts, second.attempts, first.failures) == (one.id, two.id, 7)
    assert (first.revision, first.changed_at_s) == (one.revision + 1, 5.0)
    assert found(connection, 3) == three
    last = events.of_file(connection, one.id)[-1]
    assert (last.event, last.detail, last.at_s) == ("no match", "nobody knows it", 5.0)


def test_moving_together_leaves_what_moving_alone_leaves(connection: Connection) -> None:
    together, alone = add(connection, 1), add(connection, 2)
    for file in (together, alone):
        connection.execute("UPDATE file SET resume_state = 'done' WHERE id = $1", [file.id])

    files.set_tries(connection, alone.id, attempts=together.id, failures=7)
    files.set_state(connection, alone, FileState.REVIEW, at_s=5.0, reason="why")
    moves.move_all(connection, [move(together, FileState.REVIEW, reason="why")], at_s=5.0)

    columns = "state, reason, due_at_s, attempts, failures, revision, changed_at_s, resume_state"
    rows = connection.execute(f"SELECT {columns} FROM file ORDER BY id").fetchall()  # noqa: S608  # a constant
    assert rows[0] == rows[1]
    lines = [events.of_file(connection, file.id) for file in (together, alone)]
    assert lines[0] == lines[1]


def test_no_files_are_nothing_to_do(connection: Connection) -> None:
    moves.move_all(connection, [], at_s=5.0)

    assert connection.execute("SELECT count(*) FROM event").fetchall() == [(0,)]


def test_file_that_goes_back_to_be_examined_is_not_moved_with_others(
    connection: Connection,
) -> None:
    file = add(connection, 1)

    with pytest.raises(ValueError, match="one by one"):
        moves.move_all(connection, [move(file, FileState.SETTLED)], at_s=5.0)


def test_files_that_changed_or_went_are_told_from_those_that_stayed(
    connection: Connection,
) -> None:
    stayed, changed, gone = (add(connection, number) for number in (1, 2, 3))
    files.set_state(connection, changed, FileState.SETTLED, at_s=2.0)
    connection.execute("DELETE FROM file WHERE id = $1", [gone.id])

    assert moves.unchanged(connection, [changed, stayed, gone]) == [stayed]
