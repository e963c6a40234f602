from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath

import pytest

from rules.journey import DECIDED, FileState
from rules.listing import Sighting
from store import events, files, outbox, sightings
from store.contents import Content
from store.database import Connection
from store.files import FileRecord
from store.outbox import Errand
from store.rows import run

See = Callable[..., Sighting]
AddFile = Callable[..., FileRecord]


def fresh(connection: Connection, file: FileRecord) -> FileRecord:
    found = files.get(connection, file.id)
    assert found is not None
    return found


def history(connection: Connection, file: FileRecord) -> list[str]:
    return [each.event for each in events.of_file(connection, file.id)]


def test_newcomers_are_remembered_as_they_were_seen(connection: Connection, see: See) -> None:
    one, other = see("one.mkv", size_bytes=1), see("other.mkv", size_bytes=2)

    sightings.add_seen(connection, "films", [one, other], at_s=4.0)

    found = files.of_library(connection, "films")
    assert [(file.path, file.stamp, file.device) for file in found] == [
        (one.path, one.stamp, 1),
        (other.path, other.stamp, 1),
    ]
    assert {file.state for file in found} == {FileState.SEEN}
    assert {(file.first_seen_at_s, file.changed_at_s) for file in found} == {(4.0, 4.0)}
    assert history(connection, found[0]) == ["seen"]


def test_seeing_a_file_again_changes_nothing(connection: Connection, see: See) -> None:
    sightings.add_seen(connection, "films", [see()], at_s=1.0)
    before = files.of_library(connection, "films")

    sightings.add_seen(connection, "films", [see(size_bytes=7), see("new.mkv")], at_s=2.0)

    assert files.of_library(connection, "films")[:1] == before
    assert [file.path.name for file in files.of_library(connection, "films")] == [
        "Harbour at Dawn.mkv",
        "new.mkv",
    ]
    assert history(connection, before[0]) == ["seen"]


def test_a_path_seen_twice_in_one_batch_is_one_file(connection: Connection, see: See) -> None:
    twice = [see(size_bytes=1), see(size_bytes=2)]

    sightings.add_seen(connection, "films", twice, at_s=1.0)
    sightings.note_settled(connection, [*twice, see(size_bytes=3)], at_s=2.0)

    (file,) = files.of_library(connection, "films")
    assert (file.stamp.size_bytes, file.state) == (3, FileState.SETTLED)
    assert history(connection, file) == ["seen", "settled"]


def test_a_newcomer_may_come_where_a_file_is_missing(
    connection: Connection, see: See, add_file: AddFile
) -> None:
    gone = add_file()
    sightings.note_gone(connection, [gone.id], at_s=2.0)

    sightings.add_seen(connection, "films", [see(inode=9)], at_s=3.0)

    there = files.at_path(connection, gone.path)
    assert there is not None
    assert there.id != gone.id
    assert there.missing_since_s is None


@pytest.mark.parametrize("number", [0, 2**63, 2**64 - 1])
def test_inode_and_device_may_be_any_64_bits(connection: Connection, see: See, number: int) -> None:
    sighting = see(inode=number, device=number)
    sightings.add_seen(connection, "films", [sighting], at_s=1.0)
    sightings.note_settled(connection, [sighting], at_s=2.0)

    (file,) = files.of_library(connection, "films")
    assert (file.stamp, file.device) == (sighting.stamp, number)
    assert files.of_stamp(connection, sighting.stamp) == [file]
    sightings.set_sighting(connection, file.id, see(inode=number, device=number, size_bytes=2))
    assert fresh(connection, file).device == number


def test_nothing_seen_is_nothing_done(connection: Connection) -> None:
    sightings.add_seen(connection, "films", [], at_s=1.0)
    sightings.note_settled(connection, [], at_s=1.0)
    sightings.note_gone(connection, [], at_s=1.0)

    assert files.of_library(connection, "films") == []


def test_a_file_settles_with_the_stamp_it_rests_at(
    connection: Connection, see: See, add_file: AddFile
) -> None:
    file = add_file()
    rest = see(size_bytes=5000, mtime_ns=9)

    sightings.note_settled(connection, [rest], at_s=3.0)

    settled = fresh(connection, file)
    assert (settled.state, settled.stamp, settled.changed_at_s) == (
        FileState.SETTLED,
        rest.stamp,
        3.0,
    )
    assert settled.revision > file.revision


@pytest.mark.parametrize("state", [state for state in FileState if state is not FileState.SEEN])
def test_only_a_seen_file_settles(
    connection: Connection, see: See, add_file: AddFile, state: FileState
) -> None:
    file = add_file(state=state)
    before = history(connection, file)

    sightings.note_settled(connection, [see(size_bytes=5000)], at_s=3.0)

    assert fresh(connection, file) == file
    assert history(connection, file) == before


def test_a_missing_file_does_not_settle(
    connection: Connection, see: See, add_file: AddFile
) -> None:
    file = add_file()
    sightings.note_gone(connection, [file.id], at_s=2.0)

    sightings.note_settled(connection, [see()], at_s=3.0)

    assert fresh(connection, file).state is FileState.SEEN


@pytest.fixture
def decided(connection: Connection, add_file: AddFile, content: Content) -> FileRecord:
    file = add_file(state=FileState.DONE, content_id=content.id)
    files.set_work(connection, file.id, 7)
    files.set_tries(connection, file.id, attempts=3, failures=2)
    return fresh(connection, file)


def test_a_changed_file_goes_back_to_the_door_and_keeps_what_is_known(
    connection: Connection, see: See, decided: FileRecord
) -> None:
    changed = see(size_bytes=4, mtime_ns=8)

    sightings.note_changed(connection, decided, changed, at_s=5.0)

    file = fresh(connection, decided)
    assert (file.state, file.resume_state, file.stamp) == (
        FileState.SEEN,
        FileState.DONE,
        changed.stamp,
    )
    assert (file.content_id, file.work_id) == (decided.content_id, 7)
    assert (file.attempts, file.failures) == (0, 0)
    assert file.revision > decided.revision
    assert history(connection, file)[-1] == "seen"


@pytest.mark.parametrize("state", list(FileState))
def test_a_changed_file_resumes_only_what_was_decided(
    connection: Connection, see: See, add_file: AddFile, state: FileState
) -> None:
    file = add_file(state=state)

    sightings.note_changed(connection, file, see(size_bytes=4), at_s=5.0)

    assert fresh(connection, file).resume_state == (state if state in DECIDED else None)


def test_a_decision_waits_however_often_the_file_changes_or_fails(
    connection: Connection, see: See, decided: FileRecord
) -> None:
    sightings.note_changed(connection, decided, see(size_bytes=4), at_s=5.0)
    sightings.note_changed(connection, fresh(connection, decided), see(size_bytes=5), at_s=6.0)
    sightings.note_settled(connection, [see(size_bytes=5)], at_s=7.0)
    files.set_state(connection, fresh(connection, decided), FileState.FAILED, at_s=8.0)
    sightings.note_changed(connection, fresh(connection, decided), see(size_bytes=6), at_s=9.0)
    sightings.note_settled(connection, [see(size_bytes=6)], at_s=10.0)

    assert fresh(connection, decided).resume_state is FileState.DONE


def test_a_decision_is_not_resumed_for_another_content(
    connection: Connection, see: See, decided: FileRecord
) -> None:
    sightings.note_changed(connection, decided, see(size_bytes=4), at_s=5.0)
    files.set_state(connection, decided, FileState.READY, at_s=6.0)

    assert fresh(connection, decided).resume_state is None


def test_a_growing_file_makes_earlier_requests_stale_and_no_noise(
    connection: Connection, see: See, add_file: AddFile
) -> None:
    file = add_file()
    before = history(connection, file)

    sightings.note_changed(connection, file, see(size_bytes=2000), at_s=2.0)

    grown = fresh(connection, file)
    assert grown.revision > file.revision
    assert grown.stamp.size_bytes == 2000
    assert history(connection, file) == before


def test_a_missing_file_that_came_back_changed_is_there_again(
    connection: Connection, see: See, decided: FileRecord
) -> None:
    sightings.note_gone(connection, [decided.id], at_s=3.0)

    sightings.note_changed(connection, fresh(connection, decided), see(size_bytes=4), at_s=5.0)

    file = fresh(connection, decided)
    assert (file.missing_since_s, file.state) == (None, FileState.SEEN)


def test_a_missing_file_keeps_all_that_is_known(
    connection: Connection, decided: FileRecord
) -> None:
    sightings.note_gone(connection, [decided.id], at_s=3.0)
    sightings.note_gone(connection, [decided.id], at_s=4.0)

    file = fresh(connection, decided)
    assert file.missing_since_s == 3.0
    assert (file.state, file.work_id, file.content_id) == (
        decided.state,
        decided.work_id,
        decided.content_id,
    )
    assert history(connection, file).count("missing") == 1
    assert files.missing_count(connection) == 1


def test_a_file_that_is_back_goes_on_where_it_was(
    connection: Connection, decided: FileRecord
) -> None:
    sightings.note_gone(connection, [decided.id], at_s=3.0)

    sightings.note_back(connection, decided, at_s=4.0)

    file = fresh(connection, decided)
    assert (file.missing_since_s, file.state, file.work_id) == (None, FileState.DONE, 7)
    assert history(connection, file)[-2:] == ["missing", "back"]


def test_a_moved_file_is_the_same_file(
    connection: Connection, see: See, decided: FileRecord
) -> None:
    sightings.note_gone(connection, [decided.id], at_s=3.0)
    place = see("series/Harbour at Dusk.mkv", inode=77)

    sightings.note_moved(connection, decided, "series", place, at_s=4.0)

    file = fresh(connection, decided)
    assert (file.library, file.path, file.stamp) == ("series", place.path, place.stamp)
    assert (file.state, file.work_id, file.content_id, file.missing_since_s) == (
        decided.state,
        decided.work_id,
        decided.content_id,
        None,
    )
    last = events.of_file(connection, file.id)[-1]
    assert (last.event, last.detail) == ("moved", "from /films/Harbour at Dawn.mkv")


def test_a_newcomer_that_was_known_goes_with_all_it_is_owed(
    connection: Connection, add_file: AddFile
) -> None:
    newcomer, other = add_file("new.mkv"), add_file("other.mkv")
    for file in (newcomer, other):
        outbox.add(connection, Errand.MESSAGE, file_id=file.id, payload="{}", at_s=1.0)

    sightings.forget(connection, newcomer.id)

    assert files.get(connection, newcomer.id) is None
    assert events.of_file(connection, newcomer.id) == []
    owed = outbox.due(connection, (Errand.MESSAGE,), now_s=9.0)
    assert [each.file_id for each in owed] == [other.id]


@pytest.mark.parametrize(
    "name",
    [b"plain.mkv", "Hafen im Fr\u00fchlicht.mkv".encode(), b"caf\xe9 \xff.mkv", b"a\nb'c\".mkv"],
)
def test_any_name_that_a_disk_can_hold_comes_back_as_it_was(
    connection: Connection, see: See, name: bytes
) -> None:
    sighting = see(name.decode("utf-8", "surrogateescape"))

    sightings.add_seen(connection, "films", [sighting], at_s=1.0)
    sightings.note_settled(connection, [sighting], at_s=2.0)

    found = files.at_path(connection, sighting.path)
    assert found is not None
    assert (found.path, found.state) == (sighting.path, FileState.SETTLED)
    sightings.note_moved(connection, found, "films", see("x.mkv"), at_s=3.0)
    assert files.at_path(connection, PurePath("/films/x.mkv")) is not None


def test_library_adopts_what_lies_below_its_root_and_belongs_to_nobody(
    connection: Connection, add_file: AddFile
) -> None:
    orphan, other = add_file("orphan.mkv"), add_file("other.mkv")
    run(connection, "UPDATE file SET library = 'shows' WHERE id = $1", [other.id])
    root = PurePath("/films")

    sightings.adopt(connection, "cinema", PurePath("/fil"), configured=["shows"], at_s=2.0)
    assert files.get(connection, orphan.id) == orphan

    sightings.adopt(connection, "cinema", root, configured=["shows"], at_s=2.0)
    adopted = files.get(connection, orphan.id)
    assert adopted == replace(orphan, library="cinema", revision=orphan.revision + 1)
    assert events.of_file(connection, orphan.id)[-1].event == "now of library cinema"
    left = files.get(connection, other.id)
    assert left is not None
    assert left.library == "shows"


def test_file_that_is_to_go_on_as_new_forgets_what_it_was(
    connection: Connection, add_file: Callable[..., FileRecord], see: Callable[..., Sighting]
) -> None:
    file = add_file(state=FileState.REVIEW)
    sightings.note_changed(connection, file, see(mtime_ns=6), at_s=2.0)
    changed = files.get(connection, file.id)

    sightings.forget_resume(connection, file.id)

    found = files.get(connection, file.id)
    assert changed is not None
    assert changed.resume_state is FileState.REVIEW
    assert found == replace(changed, resume_state=None, revision=changed.revision + 1)
