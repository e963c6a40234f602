from collections.abc import Callable

import pytest

from rules.candidate import Answer, Failed, NotAsked, Unknown
from rules.journey import FileState
from store import answers, asking, files
from store.contents import Content
from store.database import Connection
from store.files import FileRecord

AddFile = Callable[..., FileRecord]


def due_at_s(connection: Connection, file: FileRecord) -> float | None:
    found = files.get(connection, file.id)
    assert found is not None
    return found.due_at_s


@pytest.mark.parametrize(("was_s", "is_s"), [(500.0, 9.0), (5.0, 5.0), (None, 9.0)])
def test_file_that_is_to_be_asked_soon_begins_anew(
    connection: Connection, add_file: AddFile, was_s: float | None, is_s: float
) -> None:
    file = add_file(state=FileState.NO_MATCH, due_at_s=was_s)
    files.set_tries(connection, file.id, attempts=3, failures=0)

    asking.ask_soon(connection, file.id, at_s=9.0)

    found = files.get(connection, file.id)
    assert found is not None
    assert (found.attempts, found.due_at_s) == (0, is_s)


@pytest.mark.parametrize(
    ("given", "is_due"),
    [
        ([], True),
        ([Unknown(source="first")], True),
        ([Unknown(source="first"), Unknown(source="former")], True),
        ([Unknown(source="first"), Unknown(source="second")], False),
        ([Unknown(source="first"), NotAsked(source="second", reason="kept safe")], False),
        ([Failed(source="first", reason="down"), Unknown(source="second")], False),
    ],
    ids=["none", "one", "former", "all", "not asked", "failed"],
)
def test_file_that_a_source_was_never_asked_about_is_due(
    connection: Connection,
    add_file: AddFile,
    content: Content,
    given: list[Answer],
    *,
    is_due: bool,
) -> None:
    file = add_file(state=FileState.NO_MATCH, content_id=content.id, due_at_s=500.0)
    answers.save(connection, content.id, [Unknown(source="first")] * 2, at_s=1.0)
    answers.save(connection, content.id, given, at_s=2.0)

    count = asking.set_due_where_unasked(connection, ["first", "second"], at_s=9.0)

    assert (count, due_at_s(connection, file)) == ((1, 9.0) if is_due else (0, 500.0))


def test_other_files_keep_their_time(
    connection: Connection, add_file: AddFile, content: Content
) -> None:
    deferred = add_file("1.mkv", state=FileState.DEFERRED, content_id=content.id, due_at_s=500.0)
    overdue = add_file("2.mkv", state=FileState.NO_MATCH, content_id=content.id, due_at_s=5.0)

    assert asking.set_due_where_unasked(connection, ["first"], at_s=9.0) == 0

    assert (due_at_s(connection, deferred), due_at_s(connection, overdue)) == (500.0, 5.0)
