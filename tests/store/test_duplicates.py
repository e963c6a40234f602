from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

import pytest

from rules.duplicates import Nearness
from rules.fingerprint import Oshash, Phash
from rules.journey import FileState
from rules.media import VideoFacts
from store import contents, duplicates, files
from store.contents import Finding
from store.database import Connection
from store.duplicates import NearContent
from store.files import FileRecord

BASE = 0x0F0F_3355_AA99_C3F0
DEGENERATE = 0xFF
NEAR = Nearness()

Put = Callable[..., FileRecord]


@pytest.fixture
def put(connection: Connection, add_file: Callable[..., FileRecord]) -> Put:
    """Return what adds a file with a content of its own, or of the number given."""

    def add(
        name: str,
        phash: int | None = BASE,
        *,
        duration_s: float = 600.0,
        grid: str = "5x5",
        state: FileState = FileState.DONE,
        content_id: int | None = None,
    ) -> FileRecord:
        if content_id is None:
            content = contents.ensure(connection, Oshash(sum(name.encode())), 1000)
            finding = Finding(
                facts=VideoFacts(container="matroska", duration_s=duration_s),
                phash=None if phash is None else Phash(phash),
                phash_missing=None,
                grid=grid,
            )
            contents.save_finding(connection, content, finding, at_s=1.0)
            content_id = content.id
        return add_file(name, state, content_id=content_id)

    return add


def content_of(file: FileRecord) -> int:
    assert file.content_id is not None
    return file.content_id


def lose(connection: Connection, file: FileRecord) -> None:
    connection.execute("UPDATE file SET missing_since_s = 5 WHERE id = $1", [file.id])


def printed(connection: Connection, library: str | None = None) -> list[int]:
    return sorted(duplicates.prints(connection, library).contents.tolist())


def near(connection: Connection, file: FileRecord, nearness: Nearness = NEAR) -> list[int]:
    return [found.content_id for found in duplicates.near(connection, content_of(file), nearness)]


def test_prints_stand_by_grid_phash_and_duration(connection: Connection, put: Put) -> None:
    last = put("a", 2**64 - 2**32, duration_s=5.0)
    other_grid = put("b", BASE, grid="2x2", duration_s=900.0)
    longer = put("c", BASE, duration_s=700.0)
    shorter = put("d", BASE, duration_s=600.0)

    found = duplicates.prints(connection)

    ordered = [other_grid, shorter, longer, last]
    assert found.contents.tolist() == [content_of(each) for each in ordered]
    assert found.phashes.tolist() == [BASE, BASE, BASE, 2**64 - 2**32]
    assert found.durations_s.tolist() == [900.0, 600.0, 700.0, 5.0]
    assert found.grids.tolist() == [1, 2, 2, 2]


def test_an_empty_store_has_no_prints(connection: Connection) -> None:
    found = duplicates.prints(connection)

    assert len(found.contents) == len(found.phashes) == len(found.grids) == 0


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
    connection: Connection, put: Put, phash: int | None, duration_s: float, state: FileState
) -> None:
    shown = put("One.mkv")
    silent = put("Two.mkv", phash, duration_s=duration_s, state=state)

    assert printed(connection) == [content_of(shown)]
    if state is FileState.DONE:
        assert near(connection, silent) == near(connection, shown) == []


def test_a_phash_that_was_not_found_again_says_nothing(connection: Connection, put: Put) -> None:
    one, other = put("One.mkv"), put("Two.mkv")
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


def test_missing_files_and_other_libraries_are_left_out(connection: Connection, put: Put) -> None:
    here, gone, elsewhere = put("One.mkv"), put("Two.mkv"), put("Three.mkv")
    lose(connection, gone)
    connection.execute("UPDATE file SET library = 'series' WHERE id = $1", [elsewhere.id])
    all_of_them = [content_of(each) for each in (here, gone, elsewhere)]

    assert printed(connection) == sorted([content_of(here), content_of(elsewhere)])
    assert printed(connection, "films") == [content_of(here)]
    assert [
        each.number for each in duplicates.compared_files(connection, all_of_them, "series")
    ] == [elsewhere.id]


def test_contents_of_several_present_files_are_named(connection: Connection, put: Put) -> None:
    one = put("One.mkv")
    again = put("Copy of One.mkv", content_id=content_of(one))
    two = put("Two.mkv")
    gone = put("Copy of Two.mkv", content_id=content_of(two))
    lose(connection, gone)

    assert duplicates.copied(connection) == (content_of(again),)
    assert duplicates.copied(connection, "series") == ()


def test_near_contents_are_named_the_nearest_first(connection: Connection, put: Put) -> None:
    one = put("One.mkv")
    four = put("Four.mkv", BASE ^ 0b11_1100)
    two = put("Two.mkv", BASE ^ 0b1_1000, duration_s=605.0)
    put("Six.mkv", BASE ^ 0b111_1110)
    put("Longer.mkv", duration_s=700.0)
    put("Other grid.mkv", grid="2x2")

    found = duplicates.near(connection, content_of(one), NEAR)

    assert found == (
        NearContent(content_id=content_of(two), distance_bits=2),
        NearContent(content_id=content_of(four), distance_bits=4),
    )
    assert near(connection, one, Nearness(distance_bits=3)) == [content_of(two)]


def test_a_compared_file_is_what_the_store_knows(connection: Connection, put: Put) -> None:
    one = put("Harbour at Dawn.mkv")
    files.set_work(connection, one.id, 7)

    (found,) = duplicates.compared_files(connection, [content_of(one), 99])

    assert (found.number, found.path) == (one.id, PurePath("/films/Harbour at Dawn.mkv"))
    assert (found.phash, found.facts.duration_s) == (BASE, 600.0)
    assert (found.size_bytes, found.inode, found.device) == (1000, one.stamp.inode, 1)
    assert (found.library, found.content_id, found.work_id) == ("films", content_of(one), 7)
