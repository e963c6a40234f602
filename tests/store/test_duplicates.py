from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

import pytest

from rules.duplicates import Nearness
from rules.journey import FileState
from rules.media import VideoFacts
from store import contents, duplicates, files
from store.contents import Finding
from store.database import Connection
from store.duplicates import NearContent
from store.files import FileRecord
from store.prints import read_prints

BASE = 0x0F0F_3355_AA99_C3F0
DEGENERATE = 0xFF
NEAR = Nearness()

Put = Callable[..., FileRecord]


def content_of(file: FileRecord) -> int:
    assert file.content_id is not None
    return file.content_id


def lose(connection: Connection, file: FileRecord) -> None:
    connection.execute("UPDATE file SET missing_since_s = 5 WHERE id = $1", [file.id])


def printed(connection: Connection, library: str | None = None) -> list[int]:
    return sorted(read_prints(connection, library).contents.tolist())


def near(connection: Connection, file: FileRecord, nearness: Nearness = NEAR) -> list[int]:
    return [found.content_id for found in duplicates.near(connection, content_of(file), nearness)]


@pytest.mark.parametrize(
    ("phash", "duration_s", "state"),
    [
        (DEGENERATE, 600.0, FileState.DONE),
        (None, 600.0, FileState.DONE),
        (BASE, 0.0, FileState.DONE),
        (BASE, 600.0, FileState.SEEN),
        (BASE, 600.0, FileState.SETTLED),
        (BASE, 600.0, FileState.FAILED),
    ],
)
def test_what_says_nothing_is_left_out(
    connection: Connection,
    put_examined: Put,
    phash: int | None,
    duration_s: float,
    state: FileState,
) -> None:
    shown = put_examined("One.mkv")
    silent = put_examined("Two.mkv", phash, duration_s=duration_s, state=state)

    assert printed(connection) == [content_of(shown)]
    if state is FileState.DONE:
        assert near(connection, silent) == near(connection, shown) == []


def test_a_phash_that_was_not_found_again_says_nothing(
    connection: Connection, put_examined: Put
) -> None:
    one, other = put_examined("One.mkv"), put_examined("Two.mkv")
    content = contents.get(connection, content_of(one))
    assert content is not None
    gone = Finding(
        facts=VideoFacts(container="matroska", duration_s=600.0),
        phash=None,
        phash_missing="too short",
        grid="5x5",
    )
    contents.save_finding(connection, content, gone, at_s=9.0)

    assert printed(connection) == [content_of(other)]
    assert near(connection, one) == near(connection, other) == []
    (file,) = duplicates.compared_files(connection, [content.id])
    assert file.phash is None


def test_missing_files_and_other_libraries_are_left_out(
    connection: Connection, put_examined: Put
) -> None:
    here, gone, elsewhere = (
        put_examined("One.mkv"),
        put_examined("Two.mkv"),
        put_examined("Three.mkv"),
    )
    lose(connection, gone)
    connection.execute("UPDATE file SET library = 'series' WHERE id = $1", [elsewhere.id])
    all_of_them = [content_of(each) for each in (here, gone, elsewhere)]

    assert printed(connection) == sorted([content_of(here), content_of(elsewhere)])
    assert printed(connection, "films") == [content_of(here)]
    assert [
        each.number for each in duplicates.compared_files(connection, all_of_them, "series")
    ] == [elsewhere.id]


def test_contents_of_several_present_files_are_named(
    connection: Connection, put_examined: Put
) -> None:
    one = put_examined("One.mkv")
    again = put_examined("Copy of One.mkv", content_id=content_of(one))
    two = put_examined("Two.mkv")
    gone = put_examined("Copy of Two.mkv", content_id=content_of(two))
    lose(connection, gone)

    assert duplicates.copied(connection) == (content_of(again),)
    assert duplicates.copied(connection, "series") == ()


def test_near_contents_are_named_the_nearest_first(
    connection: Connection, put_examined: Put
) -> None:
    one = put_examined("One.mkv")
    four = put_examined("Four.mkv", BASE ^ 0b11_1100)
    two = put_examined("Two.mkv", BASE ^ 0b1_1000, duration_s=605.0)
    put_examined("Six.mkv", BASE ^ 0b111_1110)
    put_examined("Longer.mkv", duration_s=700.0)
    put_examined("Other grid.mkv", grid="2x2")

    found = duplicates.near(connection, content_of(one), NEAR)

    assert found == (
        NearContent(content_id=content_of(two), distance_bits=2),
        NearContent(content_id=content_of(four), distance_bits=4),
    )
    assert near(connection, one, Nearness(distance_bits=3)) == [content_of(two)]


def test_a_compared_file_is_what_the_store_knows(connection: Connection, put_examined: Put) -> None:
    one = put_examined("Harbour at Dawn.mkv")
    files.set_work(connection, one.id, 7)

    (found,) = duplicates.compared_files(connection, [content_of(one), 99])

    assert (found.number, found.path) == (one.id, PurePath("/films/Harbour at Dawn.mkv"))
    assert (found.phash, found.facts.duration_s) == (BASE, 600.0)
    assert (found.size_bytes, found.inode, found.device) == (1000, one.stamp.inode, 1)
    assert (found.library, found.content_id, found.work_id) == ("films", content_of(one), 7)
