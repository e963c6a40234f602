"""Crashes are told as the store and the disk would be found afterwards."""

import os
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from daemon.disk.backups import Backups
from daemon.disk.errors import LibraryFolderGone, VideoGone
from daemon.disk.folder import name_for
from daemon.disk.writing import status_now
from daemon.journey.sidecar_hand import LibraryNotConfigured, purpose_of, undo_purpose_of
from daemon.journey.sidecars import Sidecars
from rules.fingerprint import Oshash
from rules.journey import FileState
from rules.nfo_ownership import OnChange
from rules.plan import Field, Origin
from rules.sidecar import digest
from store import contents, files, journal, sightings, works
from store.database import Connection
from store.files import FileRecord
from store.journal import Change, ChangeKind, ChangeState
from store.works import StoredField
from tests.daemon.ground import FILMS, NAME, Ground, accept, candidate, take_back

pytestmark = pytest.mark.anyio

ALL = 0
"""Before the first plan."""


class Bench:
    """Sidecars, and what journal and disk say of them."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.sidecars = Sidecars(
            database=ground.database,
            roots={name: Path(each.root) for name, each in ground.territories.items()},
            now=ground.clock,
        )

    async def accepted(self, name: str = NAME) -> tuple[FileRecord, int]:
        """Add a file and accept a match for it; return it with the plan's number."""
        file = await self.ground.add_known(name, FileState.ANSWERED)
        plan_id = await accept(self.ground, file)
        return await self.ground.file(file.id), plan_id

    async def write(self, file: FileRecord) -> None:
        await self.sidecars.write(file.id)

    async def journal(self, file: FileRecord) -> list[Change]:
        """Return what was done to sidecars of a file and stands, or is still intended."""
        since = partial(journal.file_changes_since, file_id=file.id, first_plan_id=ALL)
        return await self.ground.database.read(since)

    async def states(self, plan_id: int) -> list[ChangeState]:
        """Return how the changes to sidecars in a plan ended."""
        changes = await self.ground.database.read(partial(journal.changes, plan_id=plan_id))
        return [change.state for change in changes if change.kind in _OF_SIDECARS]

    async def move(self, file: FileRecord, name: str, library: str = FILMS) -> FileRecord:
        """Move a video on the disk and in the store; what lies beside it stays."""
        there = self.ground.rename(file, name)
        seen = await self.ground.look(there, library)
        at_s = self.ground.clock()
        note = partial(
            sightings.note_moved,
            file=file,
            library=library,
            sighting=seen,
            at_s=at_s,
        )
        await self.ground.database.write(note)
        return await self.ground.file(file.id)

    async def retitle(self, file: FileRecord, title: str) -> None:
        """Let the work of a file have another title."""
        assert file.work_id is not None
        stored = StoredField(value=f'"{title}"', origin=Origin.SOURCE, source="first")
        put = partial(
            works.put_field, work_id=file.work_id, field=Field.TITLE, stored=stored, at_s=1.0
        )
        await self.ground.database.write(put)

    async def intend(
        self, plan_id: int, target: Path, *, before: bytes | None, after: bytes
    ) -> int:
        """Leave behind what a crash between intending and writing leaves; return its number."""
        return await self.ground.database.write(
            partial(
                journal.intend_file,
                plan_id=plan_id,
                kind=ChangeKind.WRITE_SIDECAR,
                path=target,
                before_bytes=before,
                after_sha256=digest(after),
                at_s=self.ground.clock(),
            )
        )


_OF_SIDECARS = (ChangeKind.WRITE_SIDECAR, ChangeKind.REMOVE_SIDECAR)


@pytest.fixture
def bench(ground: Ground) -> Bench:
    return Bench(ground)


def nfo_of(file: FileRecord) -> Path:
    return Path(file.path).with_suffix(".nfo")


async def test_accepted_file_gets_its_sidecar_and_the_journal_says_so(
    ground: Ground, bench: Bench
) -> None:
    file, plan_id = await bench.accepted()

    await bench.write(file)

    written = nfo_of(file).read_bytes()
    assert b"<title>Harbour at Dawn</title>" in written
    (change,) = await bench.journal(file)
    assert (change.plan_id, change.kind) == (plan_id, ChangeKind.WRITE_SIDECAR)
    assert (change.state, change.before_bytes) == (ChangeState.DONE, None)
    assert change.after_sha256 == digest(written)
    assert await ground.details(file.id, "sidecar written") == [str(nfo_of(file))]


async def test_sidecar_that_says_all_that_already_is_left_alone(
    ground: Ground, bench: Bench
) -> None:
    file, _ = await bench.accepted()
    await bench.write(file)
    stamp = nfo_of(file).stat()

    await bench.write(file)

    assert nfo_of(file).stat().st_ino == stamp.st_ino
    assert len(await bench.journal(file)) == 1
    assert len(await ground.details(file.id, "sidecar written")) == 1


async def test_sidecar_of_ours_is_written_anew_when_the_work_changed(bench: Bench) -> None:
    file, _ = await bench.accepted()
    await bench.write(file)
    before = nfo_of(file).read_bytes()
    await bench.retitle(file, "Harbour at Dusk")

    await bench.write(file)

    assert b"Harbour at Dusk" in nfo_of(file).read_bytes()
    assert [change.before_bytes for change in await bench.journal(file)] == [None, before]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<movie><title>By hand</title></movie>", "somebody else wrote it"),
        ("<movie><lockdata>true</lockdata></movie>", "lockdata"),
        ("just a note", "no XML"),
    ],
)
async def test_sidecar_of_somebody_else_stays_and_the_history_says_why(
    ground: Ground, bench: Bench, text: str, reason: str
) -> None:
    file, _ = await bench.accepted()
    nfo_of(file).write_text(text)

    await bench.write(file)

    assert nfo_of(file).read_text() == text
    assert await bench.journal(file) == []
    (detail,) = await ground.details(file.id, "sidecar kept")
    assert detail is not None
    assert reason in detail


async def test_sidecar_that_a_person_edited_stays(ground: Ground, bench: Bench) -> None:
    file, _ = await bench.accepted()
    await bench.write(file)
    edited = nfo_of(file).read_text().replace("Dawn", "Dawn (my words)")
    nfo_of(file).write_text(edited)
    await bench.retitle(file, "Harbour at Dusk")

    await bench.write(file)

    assert nfo_of(file).read_text() == edited
    (detail,) = await ground.details(file.id, "sidecar kept")
    assert detail is not None
    assert "somebody changed it since" in detail


async def test_crash_before_the_first_write_is_made_up_for(bench: Bench) -> None:
    file, plan_id = await bench.accepted()
    await bench.intend(plan_id, nfo_of(file), before=None, after=b"never written")

    await bench.write(file)

    assert nfo_of(file).is_file()
    assert await bench.states(plan_id) == [ChangeState.DROPPED, ChangeState.DONE]


async def test_crash_while_writing_leaves_nothing_behind(bench: Bench) -> None:
    file, plan_id = await bench.accepted()
    change_id = await bench.intend(plan_id, nfo_of(file), before=None, after=b"never written")
    half = nfo_of(file).with_name(name_for(purpose_of(change_id, nfo_of(file))))
    half.write_bytes(b"never wr")

    assert await bench.sidecars.recover() == 1

    assert not half.exists()
    assert await bench.states(plan_id) == [ChangeState.DROPPED]
    assert await bench.sidecars.recover() == 0


@pytest.mark.parametrize("is_after_restart", [True, False])
async def test_crash_while_putting_back_leaves_nothing_behind(
    ground: Ground,
    bench: Bench,
    is_after_restart: bool,  # noqa: FBT001  # pytest hands parameters on by name
) -> None:
    file, plan_id = await bench.accepted()
    await bench.write(file)
    (change,) = await bench.journal(file)
    half = nfo_of(file).with_name(name_for(undo_purpose_of(change)))
    await take_back(ground, file, plan_id)
    half.write_bytes(b"half of wh")

    if is_after_restart:
        await bench.sidecars.recover()
    else:
        await bench.sidecars.restore(file.id, plan_id)

    assert not half.exists()
    assert nfo_of(file).exists() is is_after_restart


async def test_what_was_replaced_comes_back_as_it_lay_there(bench: Bench) -> None:
    file, _ = await bench.accepted()
    nfo_of(file).write_bytes(b"<movie><title>Mine</title></movie>")
    nfo_of(file).chmod(0o600)
    os.utime(nfo_of(file), ns=(5, 1_600_000_000_123_456_789))
    former = status_now(nfo_of(file))
    sidecars = replace(bench.sidecars, on_change=OnChange.OVERWRITE)
    await sidecars.write(file.id)
    assert status_now(nfo_of(file)) != former

    await sidecars.restore(file.id, ALL)

    assert status_now(nfo_of(file)) == former


LARGE = b"<movie><plot>" + b"x" * 100_000 + b"</plot></movie>"


async def test_what_is_large_lies_in_the_backup_folder_and_comes_back(
    bench: Bench, tmp_path: Path
) -> None:
    file, plan_id = await bench.accepted()
    nfo_of(file).write_bytes(LARGE)
    backups = Backups(tmp_path / "former", budget_bytes=1 << 20)
    sidecars = replace(bench.sidecars, on_change=OnChange.OVERWRITE, backups=backups)
    await sidecars.write(file.id)
    (change,) = await bench.journal(file)
    assert (change.before_bytes, change.before_sha256) == (None, digest(LARGE))

    await sidecars.restore(file.id, ALL)

    assert nfo_of(file).read_bytes() == LARGE
    assert await bench.states(plan_id) == [ChangeState.UNDONE]


async def test_what_an_undo_needs_is_not_dropped_in_silence(
    ground: Ground, bench: Bench, tmp_path: Path
) -> None:
    first, plan_id = await bench.accepted("One.mkv")
    second, _ = await bench.accepted("Two.mkv")
    nfo_of(first).write_bytes(LARGE)
    nfo_of(second).write_bytes(LARGE + b"<!-- another -->")
    backups = Backups(tmp_path / "former", budget_bytes=150_000)
    sidecars = replace(bench.sidecars, on_change=OnChange.OVERWRITE, backups=backups)
    await sidecars.write(first.id)
    await sidecars.write(second.id)
    written = nfo_of(first).read_bytes()

    await sidecars.restore(first.id, ALL)
    await sidecars.restore(second.id, ALL)

    (dropped,) = await ground.details(first.id, "backup dropped")
    assert dropped is not None
    assert "an undo cannot put it back" in dropped
    assert nfo_of(first).read_bytes() == written
    assert await bench.states(plan_id) == [ChangeState.DROPPED]
    assert nfo_of(second).read_bytes().endswith(b"<!-- another -->")


async def test_what_changed_since_is_put_back_by_force_and_journalled(bench: Bench) -> None:
    file, _ = await bench.accepted()
    await bench.write(file)
    nfo_of(file).write_bytes(b"edited")

    await bench.sidecars.restore(file.id, ALL, is_forced=True)

    assert not nfo_of(file).exists()
    plans = await bench.ground.database.read(partial(journal.plans_of, file_id=file.id))
    (change,) = await bench.ground.database.read(partial(journal.changes, plan_id=plans[-1].id))
    assert (change.before_bytes, change.state) == (b"edited", ChangeState.DROPPED)


async def test_crash_after_the_write_only_leaves_it_to_be_noted(
    ground: Ground, bench: Bench
) -> None:
    file, plan_id = await bench.accepted()
    await bench.write(file)
    (change,) = await bench.journal(file)
    reopen = partial(
        journal.mark, change_id=change.id, state=ChangeState.INTENDED, at_s=ground.clock()
    )
    await ground.database.write(reopen)
    inode = nfo_of(file).stat().st_ino

    await bench.write(file)

    assert nfo_of(file).stat().st_ino == inode
    assert await bench.states(plan_id) == [ChangeState.DONE]
    assert len(await ground.details(file.id, "sidecar written")) == 1


async def test_crash_before_an_overwrite_is_made_up_for(ground: Ground, bench: Bench) -> None:
    """What is there is ours, though the journal names other bytes last."""
    file, plan_id = await bench.accepted()
    await bench.write(file)
    former = nfo_of(file).read_bytes()
    await bench.retitle(file, "Harbour at Dusk")
    await bench.intend(plan_id, nfo_of(file), before=former, after=b"never written")

    await bench.write(file)

    assert b"Harbour at Dusk" in nfo_of(file).read_bytes()
    assert await ground.details(file.id, "sidecar kept") == []
    assert await bench.states(plan_id) == [
        ChangeState.DONE,
        ChangeState.DROPPED,
        ChangeState.DONE,
    ]


async def test_crash_before_a_removal_is_made_up_for(ground: Ground, bench: Bench) -> None:
    file, _ = await bench.accepted()
    await bench.write(file)
    former = nfo_of(file)
    file = await bench.move(file, "Lakes/Harbour at Dusk.mkv")
    await ground.database.write(partial(_intend_remove, file_id=file.id, target=former))

    await bench.write(file)

    assert not former.exists()
    assert nfo_of(file).is_file()


def _intend_remove(connection: Connection, *, file_id: int, target: Path) -> None:
    plan_id = journal.open_plan(connection, file_id, None, at_s=1.0)
    journal.intend_file(
        connection,
        plan_id,
        ChangeKind.REMOVE_SIDECAR,
        target,
        before_bytes=target.read_bytes(),
        after_sha256=None,
        at_s=1.0,
    )


async def test_crash_in_a_folder_that_is_not_there_stays_open(ground: Ground, bench: Bench) -> None:
    file, plan_id = await bench.accepted(f"Lakes/{NAME}")
    await bench.intend(plan_id, nfo_of(file), before=None, after=b"perhaps written")
    nfo_of(file).parent.rename(ground.folder / "unmounted")

    with pytest.raises(LibraryFolderGone):
        await bench.write(file)

    assert await bench.states(plan_id) == [ChangeState.INTENDED]


async def test_crash_where_now_a_folder_stands_never_came_to_be(
    ground: Ground, bench: Bench
) -> None:
    file, plan_id = await bench.accepted()
    former = ground.root / "former.nfo"
    await bench.intend(plan_id, former, before=None, after=b"never written")
    former.mkdir()

    await bench.write(file)

    assert await bench.states(plan_id) == [ChangeState.DROPPED, ChangeState.DONE]


async def test_sidecar_follows_its_video(bench: Bench) -> None:
    file, _ = await bench.accepted()
    await bench.write(file)
    former = nfo_of(file)

    file = await bench.move(file, "Lakes/Harbour at Dusk.mkv")
    await bench.write(file)

    assert nfo_of(file).is_file()
    assert not former.exists()
    kinds = [(change.kind, change.state) for change in await bench.journal(file)]
    assert kinds == [
        (ChangeKind.WRITE_SIDECAR, ChangeState.DONE),
        (ChangeKind.WRITE_SIDECAR, ChangeState.DONE),
        (ChangeKind.REMOVE_SIDECAR, ChangeState.DONE),
    ]


async def test_sidecar_at_a_former_place_that_was_edited_stays(
    ground: Ground, bench: Bench
) -> None:
    file, _ = await bench.accepted()
    await bench.write(file)
    former = nfo_of(file)
    former.write_text("<movie><title>By hand</title></movie>")

    file = await bench.move(file, "Harbour at Dusk.mkv")
    await bench.write(file)

    assert former.read_text() == "<movie><title>By hand</title></movie>"
    assert nfo_of(file).is_file()
    (detail,) = await ground.details(file.id, "sidecar kept")
    assert detail is not None
    assert "changed since doorman looked" in detail


async def test_sidecar_at_a_former_place_that_is_a_folder_now_stays(
    ground: Ground, bench: Bench
) -> None:
    file, _ = await bench.accepted()
    await bench.write(file)
    former = nfo_of(file)
    former.unlink()
    former.mkdir()

    file = await bench.move(file, "Harbour at Dusk.mkv")
    await bench.write(file)

    assert former.is_dir()
    assert len(await ground.details(file.id, "sidecar kept")) == 1


async def test_sidecar_at_a_former_place_is_not_removed_from_under_another_video(
    bench: Bench,
) -> None:
    """Both are copies of one work, so their sidecars are the same to the byte."""
    file, _ = await bench.accepted()
    await bench.write(file)
    file = await bench.move(file, "Lakes/Harbour at Dusk.mkv")
    newcomer, _ = await bench.accepted()
    nfo_of(newcomer).unlink()
    await bench.write(newcomer)

    await bench.write(file)

    assert nfo_of(newcomer).is_file()
    assert nfo_of(file).is_file()


async def test_sidecar_in_a_library_that_is_no_longer_configured_stays(
    ground: Ground, bench: Bench
) -> None:
    ground.add_library("shows")
    file, _ = await bench.accepted()
    await bench.write(file)
    former = nfo_of(file)
    file = await bench.move(file, f"../shows/{NAME}", "shows")
    bench.sidecars = replace(bench.sidecars, roots={"shows": ground.folder / "shows"})

    await bench.write(file)

    assert former.is_file()
    assert nfo_of(file).is_file()


async def test_sidecar_that_came_along_in_a_renamed_folder_is_still_ours(
    ground: Ground, bench: Bench
) -> None:
    file, _ = await bench.accepted(f"Lakes/{NAME}")
    await bench.write(file)
    nfo_of(file).parent.rename(ground.root / "Rivers")
    ground.root.joinpath("Lakes").mkdir()
    (ground.root / "Rivers" / NAME).rename(file.path)
    file = await bench.move(file, f"Rivers/{NAME}")
    ground.root.joinpath("Lakes").rmdir()
    await bench.write(file)
    await bench.retitle(file, "Harbour at Dusk")

    await bench.write(file)

    assert b"Harbour at Dusk" in nfo_of(file).read_bytes()
    assert await ground.details(file.id, "sidecar kept") == []
    assert {change.state for change in await bench.journal(file)} == {ChangeState.DONE}


async def test_second_video_of_the_same_stem_leaves_the_sidecar_of_the_first(
    ground: Ground, bench: Bench
) -> None:
    first, _ = await bench.accepted("Harbour at Dawn.mkv")
    await bench.write(first)
    written = nfo_of(first).read_bytes()
    second = await ground.add_known(
        "Harbour at Dawn.mp4", FileState.ANSWERED, text="another film", oshash=2
    )
    await accept(ground, second, candidate("h-2", title="Something else", oshash=2))

    await bench.write(second)

    assert nfo_of(first).read_bytes() == written
    kept = ["Harbour at Dawn.nfo belongs to Harbour at Dawn.mkv and stays"]
    assert await ground.details(second.id, "sidecar kept") == kept


@pytest.mark.parametrize("is_moved", [True, False])
async def test_video_whose_namesake_went_away_gets_a_sidecar_of_its_own(
    ground: Ground, bench: Bench, *, is_moved: bool
) -> None:
    first, _ = await bench.accepted("Harbour at Dawn.mkv")
    await bench.write(first)
    second = await ground.add_known(
        "Harbour at Dawn.mp4", FileState.ANSWERED, text="another film", oshash=2
    )
    await accept(ground, second, candidate("h-2", title="Something else", oshash=2))
    if is_moved:
        await bench.move(first, "Lakes/Harbour at Dawn.mkv")
    else:
        ground.remove(first)
        await ground.note_gone(first)

    await bench.write(second)

    assert b"Something else" in nfo_of(second).read_bytes()


async def test_file_that_is_a_copy_of_nothing_is_owed_nothing(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known(state=FileState.REVIEW)

    await bench.write(file)

    assert not nfo_of(file).exists()


async def test_file_whose_accept_was_undone_is_owed_nothing(ground: Ground, bench: Bench) -> None:
    file, plan_id = await bench.accepted()
    await take_back(ground, file, plan_id)
    await ground.database.write(partial(files.set_work, file_id=file.id, work_id=file.work_id))

    await bench.write(file)

    assert not nfo_of(file).exists()


async def test_file_that_was_never_examined_is_owed_nothing(ground: Ground, bench: Bench) -> None:
    file, _ = await bench.accepted()
    await ground.database.write(partial(_forget_facts, file=file))

    await bench.write(file)

    assert not nfo_of(file).exists()


def _forget_facts(connection: Connection, *, file: FileRecord) -> None:
    bare = contents.ensure(connection, Oshash(0xBEEF), 1)
    files.set_content(connection, file.id, bare.id)


async def test_library_that_is_not_configured_is_not_written_to(bench: Bench) -> None:
    file, _ = await bench.accepted()
    bench.sidecars = replace(bench.sidecars, roots={})

    with pytest.raises(LibraryNotConfigured, match="add it again under the same name"):
        await bench.write(file)

    assert not nfo_of(file).exists()


async def test_sidecar_without_its_video_is_not_written_and_nothing_stays_intended(
    ground: Ground, bench: Bench
) -> None:
    file, plan_id = await bench.accepted()
    ground.remove(file)

    with pytest.raises(VideoGone):
        await bench.write(file)

    assert not nfo_of(file).exists()
    assert await bench.states(plan_id) == [ChangeState.DROPPED]


async def test_undone_accept_takes_its_sidecar_away(ground: Ground, bench: Bench) -> None:
    file, plan_id = await bench.accepted()
    await bench.write(file)
    await take_back(ground, file, plan_id)

    await bench.sidecars.restore(file.id, plan_id)

    assert not nfo_of(file).exists()
    assert await bench.states(plan_id) == [ChangeState.UNDONE]
    assert await ground.details(file.id, "sidecar restored") == [nfo_of(file).name]


async def test_restoring_twice_changes_nothing_more(ground: Ground, bench: Bench) -> None:
    file, plan_id = await bench.accepted()
    await bench.write(file)
    await bench.sidecars.restore(file.id, plan_id)

    await bench.sidecars.restore(file.id, plan_id)

    assert len(await ground.details(file.id, "sidecar restored")) == 1


async def test_sidecar_that_is_as_it_was_before_needs_no_restoring(
    ground: Ground, bench: Bench
) -> None:
    """A crash after the disk was put back and before that was noted."""
    file, plan_id = await bench.accepted()
    await bench.write(file)
    nfo_of(file).unlink()

    await bench.sidecars.restore(file.id, plan_id)

    assert await bench.states(plan_id) == [ChangeState.UNDONE]
    assert await ground.details(file.id, "sidecar restored") == []


async def test_what_stood_there_before_a_plan_is_put_back(ground: Ground, bench: Bench) -> None:
    file, _ = await bench.accepted()
    await bench.write(file)
    before = nfo_of(file).read_bytes()
    second_plan = await accept(ground, file, candidate("h-2", title="Harbour at Dusk"))
    await bench.write(await ground.file(file.id))
    assert nfo_of(file).read_bytes() != before

    await bench.sidecars.restore(file.id, second_plan)

    assert nfo_of(file).read_bytes() == before


async def test_sidecar_that_was_edited_since_is_not_restored(ground: Ground, bench: Bench) -> None:
    file, plan_id = await bench.accepted()
    await bench.write(file)
    nfo_of(file).write_text("<movie><title>By hand</title></movie>")

    await bench.sidecars.restore(file.id, plan_id)

    assert nfo_of(file).read_text() == "<movie><title>By hand</title></movie>"
    assert await bench.states(plan_id) == [ChangeState.DROPPED]
    (detail,) = await ground.details(file.id, "sidecar kept")
    assert detail is not None
    assert "changed since doorman wrote it" in detail


async def test_sidecar_of_a_video_that_moved_since_is_taken_away_at_both_places(
    bench: Bench,
) -> None:
    file, plan_id = await bench.accepted()
    await bench.write(file)
    former = nfo_of(file)
    file = await bench.move(file, "Lakes/Harbour at Dusk.mkv")
    await bench.write(file)

    await bench.sidecars.restore(file.id, plan_id)

    assert not former.exists()
    assert not nfo_of(file).exists()
    assert await bench.journal(file) == []


async def test_undoing_a_later_accept_leaves_what_came_along_before(
    ground: Ground, bench: Bench
) -> None:
    file, first_plan = await bench.accepted()
    await bench.write(file)
    former = nfo_of(file)
    first = former.read_bytes()
    file = await bench.move(file, "Lakes/Harbour at Dusk.mkv")
    former.rename(nfo_of(file))
    second_plan = await accept(ground, file, candidate("h-2", title="Harbour at Dusk"))
    await bench.write(file)

    await bench.sidecars.restore(file.id, second_plan)

    assert nfo_of(file).read_bytes() == first
    await bench.sidecars.restore(file.id, first_plan)
    assert not nfo_of(file).exists()


async def test_what_stood_at_a_former_place_comes_back_beside_its_video(
    ground: Ground, bench: Bench
) -> None:
    file, _ = await bench.accepted()
    await bench.write(file)
    former = nfo_of(file)
    first = former.read_bytes()
    second_plan = await accept(ground, file, candidate("h-2", title="Harbour at Dusk"))
    await bench.write(await ground.file(file.id))
    file = await bench.move(await ground.file(file.id), "Lakes/Harbour at Dusk.mkv")
    await bench.write(file)

    for _ in range(2):
        await bench.sidecars.restore(file.id, second_plan)

        assert not former.exists()
        assert nfo_of(file).read_bytes() == first
    assert await ground.details(file.id, "sidecar kept") == []


async def test_what_stood_at_a_former_place_is_not_put_back_without_its_video(
    ground: Ground, bench: Bench
) -> None:
    file, _ = await bench.accepted()
    await bench.write(file)
    former = nfo_of(file)
    second_plan = await accept(ground, file, candidate("h-2", title="Harbour at Dusk"))
    await bench.write(await ground.file(file.id))
    latest = former.read_bytes()
    file = await bench.move(await ground.file(file.id), "Lakes/Harbour at Dusk.mkv")

    await bench.sidecars.restore(file.id, second_plan)

    assert former.read_bytes() == latest
    assert not nfo_of(file).exists()
    (detail,) = await ground.details(file.id, "sidecar kept")
    assert detail is not None
    assert "its video is elsewhere now" in detail


async def test_crash_before_a_write_does_not_hide_what_is_to_be_restored(bench: Bench) -> None:
    file, plan_id = await bench.accepted()
    await bench.write(file)
    former = nfo_of(file).read_bytes()
    await bench.intend(plan_id, nfo_of(file), before=former, after=b"never written")

    await bench.sidecars.restore(file.id, plan_id)

    assert not nfo_of(file).exists()
    assert await bench.states(plan_id) == [ChangeState.UNDONE, ChangeState.DROPPED]


async def test_nothing_is_judged_while_the_video_should_be_there_and_is_not(
    ground: Ground, bench: Bench
) -> None:
    """Its disk is unmounted: what cannot be seen now would stay for ever afterwards."""
    file, plan_id = await bench.accepted()
    await bench.write(file)
    ground.root.rename(ground.folder / "unmounted")
    ground.root.mkdir()

    with pytest.raises(VideoGone):
        await bench.sidecars.restore(file.id, plan_id)

    assert await bench.states(plan_id) == [ChangeState.DONE]


async def test_sidecar_of_a_video_that_is_gone_for_good_is_taken_away(
    ground: Ground, bench: Bench
) -> None:
    file, plan_id = await bench.accepted()
    await bench.write(file)
    ground.remove(file)
    await ground.note_gone(file)

    await bench.sidecars.restore(file.id, plan_id)

    assert not nfo_of(file).exists()


async def test_library_that_is_not_configured_is_not_restored_either(bench: Bench) -> None:
    file, plan_id = await bench.accepted()
    await bench.write(file)
    bench.sidecars = replace(bench.sidecars, roots={})

    with pytest.raises(LibraryNotConfigured):
        await bench.sidecars.restore(file.id, plan_id)

    assert nfo_of(file).is_file()
    assert await bench.states(plan_id) == [ChangeState.DONE]


async def test_former_place_in_a_library_of_the_past_stands_in_nobodys_way(
    ground: Ground, bench: Bench
) -> None:
    ground.add_library("shows")
    file, plan_id = await bench.accepted()
    await bench.write(file)
    former = nfo_of(file)
    file = await bench.move(file, f"../shows/{NAME}", "shows")
    bench.sidecars = replace(bench.sidecars, roots={"shows": ground.folder / "shows"})
    await bench.write(file)

    await bench.sidecars.restore(file.id, plan_id)

    assert former.is_file()
    assert not nfo_of(file).exists()


async def test_undo_before_anything_was_written_has_nothing_to_restore(
    ground: Ground, bench: Bench
) -> None:
    file, plan_id = await bench.accepted()
    ground.remove(file)

    await bench.sidecars.restore(file.id, plan_id)

    assert await bench.journal(file) == []


async def test_errand_for_a_file_that_never_was_is_a_bug_that_shows(bench: Bench) -> None:
    with pytest.raises(KeyError, match="not there"):
        await bench.sidecars.restore(4711, 1)


async def test_name_that_is_no_utf8_gets_its_sidecar(bench: Bench) -> None:
    file, plan_id = await bench.accepted("caf\udce9.mkv")

    await bench.write(file)
    assert nfo_of(file).is_file()

    await bench.sidecars.restore(file.id, plan_id)
    assert not nfo_of(file).exists()
