from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest

from rules.fingerprint import Md5, Oshash, Phash
from rules.journey import UNEXAMINED, FileState
from rules.media import VideoFacts
from store import contents, regeneration, sightings
from store.contents import Finding
from store.database import Connection
from store.files import FileRecord
from store.regeneration import Complete, Regeneration, Standing

GRID = "5x5"
TODAY = Complete(grid=GRID, has_md5=False)
WITH_MD5 = Complete(grid=GRID, has_md5=True)
MD5 = Md5("0" * 32)
SIZE_BYTES = 1000
NOTHING = Standing(waiting=0, due_at_s=None, given_up=0, reason=None)

AddContent = Callable[..., int]
AddFile = Callable[..., FileRecord]


@pytest.fixture
def add_content(connection: Connection, add_file: AddFile) -> AddContent:
    """Return what adds a content of a file in a state, examined unless told otherwise."""
    numbers = count(1)

    def add(
        *,
        grid: str | None = GRID,
        missing: str | None = None,
        md5: Md5 | None = None,
        state: FileState | None = FileState.DONE,
    ) -> int:
        number = next(numbers)
        content = contents.ensure(connection, Oshash(number), SIZE_BYTES)
        if grid is not None or missing is not None:
            finding = Finding(
                facts=VideoFacts(container="matroska", duration_s=60.0),
                phash=Phash(number) if grid else None,
                phash_missing=missing,
                grid=grid or GRID,
                md5=md5,
            )
            contents.save_finding(connection, content, finding, at_s=float(number))
        if state is not None:
            add_file(f"{number}.mkv", state, content_id=content.id)
        return content.id

    return add


def due(connection: Connection, *, now_s: float = 10.0, without: tuple[int, ...] = ()) -> list[int]:
    found = regeneration.due(connection, now_s=now_s, limit=100, without=without)
    return [each.content_id for each in found]


def incomplete(connection: Connection, complete: Complete = TODAY) -> list[int]:
    return regeneration.incomplete(connection, ["films"], complete)


def test_what_lacks_something_is_incomplete(
    connection: Connection, add_content: AddContent
) -> None:
    whole = add_content(md5=MD5)
    without_md5 = add_content()
    old = add_content(grid="4x4", md5=MD5)
    impossible = add_content(grid=None, missing="it ends early", md5=MD5)
    impossible_without_md5 = add_content(grid=None, missing="it ends early")
    unexamined = add_content(grid=None)

    assert incomplete(connection) == [old, unexamined]
    assert incomplete(connection, WITH_MD5) == [
        without_md5,
        old,
        impossible_without_md5,
        unexamined,
    ]
    assert regeneration.held(connection, ["films"]) == [
        whole,
        without_md5,
        old,
        impossible,
        impossible_without_md5,
        unexamined,
    ]


def test_what_a_new_ffmpeg_may_decode_is_incomplete(
    connection: Connection, add_content: AddContent
) -> None:
    undecoded = add_content(grid=None, missing="DecoderMissing: no decoder knows the codec")
    add_content(grid=None, missing="VideoEndsEarly: there is no picture, as DecoderMissing: says")
    add_content()

    assert incomplete(connection) == []
    with_ffmpeg = replace(TODAY, curable=frozenset({"DecoderMissing"}))
    assert incomplete(connection, with_ffmpeg) == [undecoded]


@pytest.mark.parametrize("former", ["4x4", None], ids=["another grid", "never"])
@pytest.mark.parametrize(
    ("grid", "is_outdated"), [(GRID, False), ("4x4", True)], ids=["today", "outdated"]
)
def test_impossible_phash_is_outdated_when_the_grid_is_another_now(
    connection: Connection,
    add_content: AddContent,
    former: str | None,
    grid: str,
    is_outdated: bool,  # noqa: FBT001  # pytest hands parameters on by name
) -> None:
    content = contents.get(connection, add_content(grid=former))
    assert content is not None
    facts = VideoFacts(container="matroska", duration_s=60.0)
    finding = Finding(facts=facts, phash=None, phash_missing="it ends early", grid=grid)
    contents.save_finding(connection, content, finding, at_s=2.0)

    assert incomplete(connection) == ([content.id] if is_outdated else [])


@pytest.mark.parametrize("state", FileState)
def test_only_what_was_examined_once_is_examined_again(
    connection: Connection, add_content: AddContent, state: FileState
) -> None:
    content_id = add_content(grid="4x4", state=state)
    regeneration.ask(connection, [content_id], at_s=5.0)

    expected = [] if state in UNEXAMINED else [content_id]
    assert incomplete(connection) == expected
    assert regeneration.held(connection, ["films"]) == expected
    assert due(connection) == expected
    assert regeneration.standing(connection).waiting == len(expected)
    assert (regeneration.next_due_s(connection) is None) is (state in UNEXAMINED)


def test_only_contents_of_these_libraries_are_meant(
    connection: Connection, add_content: AddContent
) -> None:
    add_content(grid="4x4")

    assert regeneration.incomplete(connection, ["series"], TODAY) == []
    assert regeneration.held(connection, []) == []


def test_content_whose_files_are_gone_waits_unseen(
    connection: Connection, add_content: AddContent, add_file: AddFile
) -> None:
    content_id = add_content(grid="4x4", state=None)
    file = add_file(state=FileState.DONE, content_id=content_id)
    regeneration.ask(connection, [content_id], at_s=5.0)
    sightings.note_gone(connection, [file.id], at_s=6.0)

    assert incomplete(connection) == due(connection) == []
    assert regeneration.standing(connection) == NOTHING
    sightings.note_back(connection, file, at_s=7.0)
    assert due(connection) == [content_id]


def test_copies_are_one_content(
    connection: Connection, add_content: AddContent, add_file: AddFile
) -> None:
    content_id = add_content(grid="4x4")
    add_file("A copy.mkv", FileState.REVIEW, content_id=content_id)

    assert incomplete(connection) == [content_id]
    regeneration.ask(connection, [content_id, content_id], at_s=5.0)
    assert due(connection) == [content_id]
    assert regeneration.standing(connection) == Standing(
        waiting=1, due_at_s=5.0, given_up=0, reason=None
    )
    assert regeneration.waiting_bytes(connection) == SIZE_BYTES


def test_nothing_asked_is_nothing_due(connection: Connection, add_content: AddContent) -> None:
    content_id = add_content()
    regeneration.ask(connection, [], at_s=5.0)

    assert due(connection) == []
    assert regeneration.next_due_s(connection) is None
    assert regeneration.of_content(connection, content_id) is None
    assert regeneration.standing(connection) == NOTHING


def test_what_is_due_is_given_out_once_and_in_time(
    connection: Connection, add_content: AddContent
) -> None:
    first, second, later = add_content(), add_content(), add_content()
    regeneration.ask(connection, [later], at_s=50.0)
    regeneration.ask(connection, [second, first], at_s=5.0)

    assert due(connection) == [first, second]
    assert due(connection, without=(first,)) == [second]
    assert due(connection, now_s=50.0) == [first, second, later]
    assert regeneration.next_due_s(connection) == 5.0


def test_what_is_due_is_given_out_from_each_file_system(
    connection: Connection, add_content: AddContent
) -> None:
    made = [add_content() for _ in range(5)]
    for device, content_id in zip((7, 7, 7, None, 8), made, strict=True):
        update = "UPDATE file SET device = $1 WHERE content_id = $2"
        connection.execute(update, [device, content_id])
    regeneration.ask(connection, made, at_s=5.0)

    found = regeneration.due(connection, now_s=5.0, limit=2)

    assert [(each.content_id, each.device) for each in found] == [
        (made[0], 7),
        (made[1], 7),
        (made[3], None),
        (made[4], 8),
    ]


def test_each_copy_has_its_turn(
    connection: Connection, add_content: AddContent, add_file: AddFile
) -> None:
    content_id = add_content(state=None)
    copies = [add_file(f"{name}.mkv", FileState.DONE, content_id=content_id) for name in "abc"]
    add_file("At the door.mkv", FileState.SEEN, content_id=content_id)
    sightings.note_gone(connection, [copies[1].id], at_s=6.0)
    regeneration.ask(connection, [content_id], at_s=5.0)

    turns = []
    for attempts in range(1, 4):
        turns += [each.path.name for each in regeneration.due(connection, now_s=9.0, limit=1)]
        regeneration.mark_failed(
            connection, content_id, attempts=attempts, reason="a knot", due_at_s=9.0
        )

    assert turns == ["a.mkv", "c.mkv", "a.mkv"]


def test_what_is_done_is_due_no_more_and_can_be_asked_again(
    connection: Connection, add_content: AddContent
) -> None:
    content_id = add_content()
    regeneration.ask(connection, [content_id], at_s=5.0)
    regeneration.mark_done(connection, content_id, at_s=6.0)
    regeneration.mark_done(connection, content_id, at_s=7.0)

    done = regeneration.of_content(connection, content_id)
    assert done == Regeneration(
        attempts=0, due_at_s=None, reason=None, asked_at_s=5.0, done_at_s=6.0
    )
    assert not done.is_given_up
    assert due(connection) == []
    assert regeneration.standing(connection) == NOTHING

    regeneration.ask(connection, [content_id], at_s=8.0)
    assert due(connection) == [content_id]


def test_failure_is_counted_until_it_is_given_up(
    connection: Connection, add_content: AddContent
) -> None:
    content_id = add_content()
    regeneration.ask(connection, [content_id], at_s=5.0)

    regeneration.mark_failed(connection, content_id, attempts=1, reason="a knot", due_at_s=9.0)
    assert due(connection, now_s=9.0) == [content_id]
    assert regeneration.standing(connection).waiting == 1

    regeneration.mark_failed(connection, content_id, attempts=2, reason="two knots", due_at_s=None)
    found = regeneration.of_content(connection, content_id)
    assert found is not None
    assert found.is_given_up
    assert due(connection, now_s=99.0) == []
    assert regeneration.standing(connection) == Standing(
        waiting=0, due_at_s=None, given_up=1, reason="two knots"
    )
    assert regeneration.waiting_bytes(connection) == 0

    regeneration.ask(connection, [content_id], at_s=20.0)
    assert regeneration.of_content(connection, content_id) == Regeneration(
        attempts=0, due_at_s=20.0, reason=None, asked_at_s=20.0, done_at_s=None
    )


def test_failure_of_what_was_done_meanwhile_is_no_failure(
    connection: Connection, add_content: AddContent
) -> None:
    content_id = add_content()
    regeneration.ask(connection, [content_id], at_s=5.0)
    regeneration.mark_done(connection, content_id, at_s=6.0)

    regeneration.mark_failed(connection, content_id, attempts=1, reason="a knot", due_at_s=9.0)

    assert due(connection) == []


def test_asking_again_may_share_a_transaction_with_the_end_of_the_work(
    connection: Connection, add_content: AddContent
) -> None:
    content_id = add_content()
    regeneration.ask(connection, [content_id], at_s=5.0)
    connection.begin()
    regeneration.mark_done(connection, content_id, at_s=6.0)
    regeneration.ask(connection, [content_id], at_s=6.5)
    connection.commit()

    assert due(connection) == [content_id]
