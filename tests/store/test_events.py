from store import events
from store.database import Connection
from store.events import Event


def test_a_files_history_is_told_oldest_first(connection: Connection) -> None:
    events.add(connection, 1, "seen", at_s=5.0)
    events.add(connection, 2, "seen", at_s=6.0)
    events.add(connection, 1, "failed", at_s=4.0, detail="b\udcffd name")

    assert events.of_file(connection, 1) == [
        Event(event="seen", detail=None, at_s=5.0),
        Event(event="failed", detail="b\U0010dcffd name", at_s=4.0),
    ]


def test_many_files_get_the_same_line(connection: Connection) -> None:
    events.add_many(connection, [1, 2], "missing", at_s=5.0)
    events.add_many(connection, [], "missing", at_s=6.0)

    assert [events.of_file(connection, file_id) for file_id in (1, 2, 3)] == [
        [Event(event="missing", detail=None, at_s=5.0)],
        [Event(event="missing", detail=None, at_s=5.0)],
        [],
    ]
