"""Whoever stands at a moved file's place in the store makes way; nothing known is lost."""

from pathlib import PurePath

import pytest

from rules.fingerprint import Oshash
from rules.journey import FileState
from rules.listing import Sighting
from rules.media import FileStamp
from store import contents, files, journal, renames, sightings
from store.changes import ChangeState
from store.database import Connection
from store.files import FileRecord
from store.renames import Renaming

FORMER, NEW = PurePath("/films/a.mkv"), PurePath("/films/new/b.mkv")


def add(connection: Connection, path: PurePath, inode: int) -> FileRecord:
    stamp = FileStamp(size_bytes=5, mtime_ns=7, inode=inode)
    seen = Sighting(path=path, stamp=stamp, device=1)
    sightings.add_seen(connection, "films", [seen], at_s=1.0)
    found = files.at_path(connection, path)
    assert found is not None
    return found


def begin(connection: Connection, file: FileRecord) -> int:
    said = Renaming(
        former=str(FORMER),
        path=str(NEW),
        beside=(),
        size_bytes=5,
        mtime_ns=7,
        makes=(str(NEW.parent),),
    )
    return renames.intend(connection, file, said, plan_id=None, at_s=2.0)


@pytest.mark.parametrize("is_examined", [False, True])
def test_a_newcomer_at_the_new_place_was_the_file_all_along(
    connection: Connection, *, is_examined: bool
) -> None:
    file, stranger = add(connection, FORMER, 1), add(connection, NEW, 2)
    if is_examined:
        content = contents.ensure(connection, Oshash(1), 5)
        files.set_content(connection, stranger.id, content.id)
    begin(connection, file)
    (change,) = renames.under_way(connection, file.id)
    seen = Sighting(path=NEW, stamp=file.stamp, device=1)

    renames.note_done(connection, change, file, seen, at_s=3.0)

    here = files.at_path(connection, NEW)
    assert here is not None
    assert here.id == file.id
    other = files.get(connection, stranger.id)
    assert (other is not None) is is_examined
    assert other is None or other.missing_since_s == 3.0
    assert renames.paths_under_way(connection) == frozenset()
    assert renames.is_former(connection, FORMER)
    assert renames.made_among(connection, [NEW.parent, FORMER.parent]) == (NEW.parent,)


def test_what_did_not_come_to_be_leaves_no_trace(connection: Connection) -> None:
    file = add(connection, FORMER, 1)
    begin(connection, file)
    assert renames.is_under_way(connection, FORMER)
    (change,) = renames.under_way(connection, file.id)

    renames.note_dropped(connection, change, at_s=3.0)

    now = files.get(connection, file.id)
    assert now is not None
    assert (now.path, now.state) == (FORMER, FileState.SEEN)
    assert [each.state for each in journal.changes(connection, change.plan_id)] == [
        ChangeState.DROPPED
    ]
    assert not renames.is_under_way(connection, NEW)
    assert not renames.is_former(connection, FORMER)
    assert renames.made_among(connection, [NEW.parent]) == ()
