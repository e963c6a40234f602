"""Accepted files are called as their library's template says, and as before when that is undone."""

import errno
import os
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath

import anyio
import pytest

from daemon.disk.errors import VideoGone
from daemon.disk.name_moving import Rename, rename_new
from daemon.journey.apply import Apply
from daemon.journey.name_giving import NameGiving
from daemon.journey.noticing import move, note_gone, note_seen, owe_sidecar
from daemon.journey.renaming import Renamer
from daemon.journey.sidecar_hand import SidecarHand
from daemon.journey.sidecars import Sidecars
from rules.announcement import Audience, Listener, Occurrence
from rules.candidate import Candidate
from rules.journey import FileState
from rules.library_naming import LibraryNaming
from rules.naming import NameTemplate
from rules.nfo_ownership import OnChange
from rules.selection import Selection
from rules.work import Studio, Work
from store import announcing, journal, renames
from store.database import Connection
from store.files import FileRecord
from store.journal import Change, ChangeKind, ChangeState
from store.outbox import Errand, Owed
from tests.daemon.doubles import Lines
from tests.daemon.ground import NAME, Ground, accept, candidate, take_back

pytestmark = pytest.mark.anyio

TEMPLATE = "{studio}/{date} {title}"
NEW = "Northlight/2024-05-17 Quiet Pier.mkv"
BESIDE = {
    "Harbour at Dawn.nfo": "<movie><title>As somebody wrote it</title></movie>",
    "Harbour at Dawn-poster.jpg": "a poster",
    "Harbour at Dawn.en.srt": "a subtitle",
    "Harbour at Dawn.forced.en.srt": "another",
    "Harbour at Dawn 2.nfo": "of another film",
    "notes.txt": "of nobody",
}
PROGRAM = "shelf"


class Bench:
    """The stage that applies, giving names on a real disk."""

    def __init__(
        self, ground: Ground, template: str | None = TEMPLATE, *, rename: Rename = rename_new
    ) -> None:
        self.ground = ground
        self.log = Lines()
        roots = {name: Path(each.root) for name, each in ground.territories.items()}
        naming = LibraryNaming(
            template=NameTemplate.parse(template) if template else None,
            selection=Selection.of(extensions=["mkv", "mp4"], excludes=["/excluded/"]),
        )
        listener = Listener(name=PROGRAM, on=frozenset(Occurrence))
        self.renamer = Renamer(
            hand=SidecarHand(database=ground.database, roots=roots, now=ground.clock),
            naming=dict.fromkeys(roots, naming),
            audience=Audience(listeners=(listener,)),
            rename=rename,
        )
        self.stage = Apply(
            database=ground.database,
            sidecars=Sidecars(
                database=ground.database,
                roots=roots,
                now=ground.clock,
                on_change=OnChange.OVERWRITE,
            ),
            writes_nfo=True,
            names=NameGiving(
                renamer=self.renamer, now=ground.clock, jitter=lambda: 0.5, log=self.log
            ),
            audience=Audience(listeners=(listener,)),
            now=ground.clock,
            jitter=lambda: 0.5,
            log=self.log,
        )

    async def accepted(
        self, name: str = NAME, offer: Candidate | None = None, *, oshash: int = 0xFEED
    ) -> tuple[FileRecord, int]:
        file = await self.ground.add_known(name, FileState.ANSWERED, oshash=oshash, text=name)
        plan_id = await accept(self.ground, file, offer or pier())
        return await self.ground.file(file.id), plan_id

    async def work(self) -> int:
        """Run everything that is due, until nothing is; return how many errands that were."""
        done = 0
        while items := await self.stage.take(frozenset()):
            for item in items:
                await self.stage.work(item)
            done += len(items)
        return done

    async def names(self) -> list[Owed]:
        return await self.ground.owed(Errand.RENAME)

    async def pass_retry(self) -> None:
        self.ground.clock.pass_s(await self.stage.next_due_in_s() or 0)
        await self.work()

    async def renames(self, file: FileRecord) -> list[tuple[ChangeState, str, str]]:
        """Return how a file came to its names: how far each came, from where and to where."""
        plans = await self.ground.database.read(partial(journal.plans_of, file_id=file.id))
        made = [each for plan in plans for each in plan.changes if each.kind is ChangeKind.RENAME]
        return [(each.state, *self._places(each)) for each in made]

    def _places(self, change: Change) -> tuple[str, str]:
        said = renames.renaming_of(change)
        root = self.ground.root
        return (
            str(said.former_path.relative_to(root)),
            str(said.new_path.relative_to(root)),
        )


@pytest.fixture
def bench(ground: Ground) -> Bench:
    return Bench(ground)


def pier(
    remote_id: str = "h-1", *, title: str = "Quiet Pier", studio: str | None = "Northlight"
) -> Candidate:
    offer = candidate(remote_id, title=title)
    work = Work(title=title, date="2024-05-17", studio=Studio(name=studio) if studio else None)
    return Candidate(
        source=offer.source, remote_id=remote_id, work=work, fingerprints=offer.fingerprints
    )


def lay_beside(ground: Ground, beside: Mapping[str, str] = BESIDE) -> None:
    for name, text in beside.items():
        ground.put(name, text)


def folder(ground: Ground) -> dict[str, tuple[bytes, int, int]]:
    """Return everything in the library: content, time and mode, and all folders."""
    return {
        str(path.relative_to(ground.root)): (
            (b"", 0, path.stat().st_mode)
            if path.is_dir()
            else (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode)
        )
        for path in sorted(ground.root.rglob("*"))
    }


def is_there(path: PurePath) -> bool:
    return Path(path).is_file()


def names(ground: Ground) -> list[str]:
    return [name for name in folder(ground) if (ground.root / name).is_file()]


async def test_accepted_file_is_renamed_with_all_beside_it_and_undo_gives_back_every_byte(
    ground: Ground, bench: Bench
) -> None:
    lay_beside(ground)
    file, plan_id = await bench.accepted()
    before = folder(ground)
    inode = file.stamp.inode

    await bench.work()

    stem = NEW.removesuffix(".mkv")
    assert names(ground) == sorted(
        [
            NEW,
            f"{stem}.nfo",
            f"{stem}-poster.jpg",
            f"{stem}.en.srt",
            f"{stem}.forced.en.srt",
            "Harbour at Dawn 2.nfo",
            "notes.txt",
        ]
    )
    now = await ground.file(file.id)
    assert (now.path, now.state, now.stamp) == (ground.root / NEW, FileState.DONE, file.stamp)
    assert (ground.root / NEW).stat().st_ino == inode
    assert b"Quiet Pier" in (ground.root / f"{stem}.nfo").read_bytes()
    assert await bench.renames(file) == [(ChangeState.DONE, NAME, NEW)]
    assert (await ground.present()) == [now]

    await take_back(ground, now, plan_id)
    await bench.work()

    assert folder(ground) == before
    assert (await ground.file(file.id)).path == file.path
    assert [state for state, *_ in await bench.renames(file)] == [ChangeState.UNDONE] * 2
    assert await bench.names() == []


async def test_other_programs_hear_where_a_file_was(ground: Ground, bench: Bench) -> None:
    file, _ = await bench.accepted()

    await bench.work()

    (owed,) = await ground.database.read(
        partial(announcing.due, hearer=PROGRAM, now_s=float("inf"), limit=9)
    )
    assert owed.former_path == file.path


async def test_a_name_that_is_taken_is_told_once_and_keeps_nothing_else(
    ground: Ground, bench: Bench
) -> None:
    taken = ground.put("Northlight/2024-05-17 QUIET PIER.mkv", "another on SMB")
    file, _ = await bench.accepted()

    await bench.work()
    await bench.pass_retry()

    assert is_there(file.path)
    assert is_there(file.path.with_suffix(".nfo"))
    assert (await ground.file(file.id)).state is FileState.DONE
    (owed,) = await bench.names()
    assert owed.attempts == 2
    assert "is there already and is never written over" in (owed.last_error or "")
    assert await ground.details(file.id, "name kept") == [owed.last_error]
    assert [event for event, _ in bench.log.lines] == ["name.kept"]

    taken.unlink()
    await bench.pass_retry()

    stem = NEW.removesuffix(".mkv")
    assert names(ground) == [NEW, f"{stem}.nfo"]
    assert await bench.names() == []


async def test_what_was_written_over_before_the_name_was_free_comes_back_under_the_former_one(
    ground: Ground, bench: Bench
) -> None:
    lay_beside(ground)
    taken = ground.put(NEW, "somebody's own")
    file, plan_id = await bench.accepted()
    before = folder(ground)
    await bench.work()
    taken.unlink()
    await bench.pass_retry()
    assert (ground.root / NEW).is_file()

    await take_back(ground, await ground.file(file.id), plan_id)
    await bench.work()

    taken.write_text("somebody's own")
    os.utime(taken, ns=(before[NEW][1], before[NEW][1]))
    assert folder(ground) == before


async def test_what_belongs_to_a_new_name_already_is_in_the_way(
    ground: Ground, bench: Bench
) -> None:
    ground.put(NEW.replace(".mkv", "-poster.jpg"))
    file, _ = await bench.accepted()

    await bench.work()

    assert is_there(file.path)
    assert len(await bench.names()) == 1


async def test_a_second_copy_of_a_work_keeps_its_name(ground: Ground, bench: Bench) -> None:
    first, _ = await bench.accepted()
    second, _ = await bench.accepted("Copy.mkv", oshash=0xBEEF)

    await bench.work()

    assert (await ground.file(first.id)).path == ground.root / NEW
    assert (await ground.file(second.id)).path == second.path
    assert [each.file_id for each in await bench.names()] == [second.id]


async def test_two_videos_that_share_what_lies_beside_keep_their_names(
    ground: Ground, bench: Bench
) -> None:
    ground.put("Harbour at Dawn.mp4")
    file, _ = await bench.accepted()

    await bench.work()

    assert is_there(file.path)
    (owed,) = await bench.names()
    assert "belongs to Harbour at Dawn.mp4 as well" in (owed.last_error or "")


async def test_what_somebody_moved_since_keeps_its_name(ground: Ground, bench: Bench) -> None:
    file, plan_id = await bench.accepted()
    await bench.work()
    ground.rename(await ground.file(file.id), "Mine.mkv")
    await moved_by_others(ground, file.id, "Mine.mkv")

    await bench.work()
    assert (await ground.file(file.id)).path == ground.root / "Mine.mkv"

    await take_back(ground, await ground.file(file.id), plan_id)
    await bench.work()

    assert (ground.root / "Mine.mkv").is_file()
    assert await ground.details(file.id, "name kept") == [
        "2024-05-17 Quiet Pier.mkv is not where doorman put it, and stays where it is"
    ]
    assert await bench.renames(file) == [(ChangeState.DROPPED, NAME, NEW)]


async def moved_by_others(ground: Ground, number: int, name: str) -> None:
    """Let the store see a file at another place, as the entrance does."""
    seen = await ground.look(ground.root / name)
    file = await ground.file(number)
    await ground.database.write(
        partial(move, file=file, library=file.library, seen=seen, at_s=ground.clock())
    )


async def test_undo_never_writes_over_what_stands_at_the_former_place(
    ground: Ground, bench: Bench
) -> None:
    file, plan_id = await bench.accepted()
    await bench.work()
    ground.put(NAME, "another film")

    await take_back(ground, await ground.file(file.id), plan_id)
    await bench.work()

    assert (ground.root / NAME).read_text() == "another film"
    assert (ground.root / NEW).is_file()
    (reason,) = await ground.details(file.id, "name kept")
    assert reason is not None
    assert "is never written over" in reason


async def test_a_file_that_changed_since_it_was_examined_is_not_moved(
    ground: Ground, bench: Bench
) -> None:
    file, _ = await bench.accepted()
    ground.put(NAME, "longer than before")

    await bench.work()

    assert is_there(file.path)
    (owed,) = await bench.names()
    assert "changed since it was examined" in (owed.last_error or "")


async def test_a_work_that_lacks_what_the_name_tells_leaves_the_file_as_it_is(
    bench: Bench,
) -> None:
    file, _ = await bench.accepted(offer=pier(studio=None))

    await bench.work()

    assert is_there(file.path)
    (owed,) = await bench.names()
    assert "{studio} is not known" in (owed.last_error or "")


@pytest.mark.parametrize(
    ("template", "says"),
    [("excluded/{title}", "is excluded from the library"), ("linked/{title}", "is a link")],
)
async def test_a_place_where_nobody_looks_is_refused(
    ground: Ground, template: str, says: str
) -> None:
    bench = Bench(ground, template)
    (ground.folder / "elsewhere").mkdir()
    (ground.root / "linked").symlink_to(ground.folder / "elsewhere")
    file, _ = await bench.accepted()

    await bench.work()

    assert is_there(file.path)
    assert list((ground.folder / "elsewhere").iterdir()) == []
    (owed,) = await bench.names()
    assert says in (owed.last_error or "")


async def test_a_video_with_several_names_loses_none_of_the_others(
    ground: Ground, bench: Bench
) -> None:
    file, _ = await bench.accepted()
    other = ground.folder / "other name.mkv"
    other.hardlink_to(file.path)

    await bench.work()

    assert other.samefile(ground.root / NEW)
    assert not is_there(file.path)


async def test_a_new_title_moves_the_file_on_and_undo_goes_all_the_way_back(
    ground: Ground, bench: Bench
) -> None:
    file, plan_id = await bench.accepted()
    before = folder(ground)
    await bench.work()
    again = Bench(ground, "{studio} films/{title}")
    await ground.database.write(partial(owe_again, number=file.id))
    await again.work()
    now = await ground.file(file.id)
    assert now.path == ground.root / "Northlight films" / "Quiet Pier.mkv"
    assert not (ground.root / "Northlight").exists()

    await take_back(ground, now, plan_id)
    await again.work()

    assert folder(ground) == before


def owe_again(connection: Connection, *, number: int) -> None:
    owe_sidecar(connection, number, at_s=1.0)


async def test_names_are_taken_back_though_none_are_given_any_more(
    ground: Ground, bench: Bench
) -> None:
    file, plan_id = await bench.accepted()
    before = folder(ground)
    await bench.work()
    await take_back(ground, await ground.file(file.id), plan_id)

    await Bench(ground, None).work()

    assert folder(ground) == before


def unknown_rename(_: int, name: str, __: int, ___: str) -> None:
    """Answer as a file system without RENAME_NOREPLACE does."""
    raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), name)


async def test_a_file_system_without_renameat2_moves_by_links(ground: Ground) -> None:
    bench = Bench(ground, rename=unknown_rename)
    file, plan_id = await bench.accepted()
    before = folder(ground)
    await bench.work()
    assert (ground.root / NEW).is_file()

    await take_back(ground, await ground.file(file.id), plan_id)
    await bench.work()

    assert folder(ground) == before


class Cut(Exception):
    """The process ends here."""


def cut_after(steps: int, *, before: bool, is_linked: bool = False) -> Rename:
    """Return a rename that is cut off before, or after, so many."""
    done = [0]

    def rename(source: int, name: str, target: int, new_name: str) -> None:
        done[0] += 1
        is_last = done[0] == steps
        if is_last and before:
            raise Cut
        if is_last and is_linked:
            os.link(name, new_name, src_dir_fd=source, dst_dir_fd=target)
            raise Cut
        rename_new(source, name, target, new_name)
        if is_last:
            raise Cut

    return rename


@pytest.mark.parametrize(
    ("how", "steps"),
    [("before", 1), ("after", 1), ("linked", 1), ("before", 3), ("linked", 3)],
)
async def test_what_was_cut_off_is_finished_or_never_was(
    ground: Ground, steps: int, how: str
) -> None:
    lay_beside(ground)
    cut = cut_after(steps, before=how == "before", is_linked=how == "linked")
    bench = Bench(ground, rename=cut)
    file, plan_id = await bench.accepted()
    before = folder(ground)
    with pytest.raises(Cut):
        await bench.work()

    again = Bench(ground)
    assert await again.renamer.recover() == 1
    is_back = how == "before" and steps == 1
    assert (await ground.file(file.id)).path == (file.path if is_back else ground.root / NEW)
    assert is_there((await ground.file(file.id)).path)
    if is_back:
        assert folder(ground) == before
    assert await again.renamer.recover() == 0
    await again.work()
    await take_back(ground, await ground.file(file.id), plan_id)
    await again.work()

    assert folder(ground) == before


async def test_our_own_move_is_no_newcomer_and_nobody_elses_move(
    ground: Ground, bench: Bench
) -> None:
    """A watcher or a round that comes in between leaves it to whoever moves it."""
    file, _ = await bench.accepted()
    cut = Bench(ground, rename=cut_after(1, before=False))
    with pytest.raises(Cut):
        await cut.work()
    seen = await ground.look(ground.root / NEW)

    note = partial(note_seen, library=file.library, seen=seen, origin=None, at_s=ground.clock())
    await ground.database.write(note)
    gone = partial(note_gone, file=await ground.file(file.id), at_s=ground.clock())
    assert not await ground.database.write(gone)
    assert await ground.find(ground.root / NEW) is None
    await bench.work()

    (present,) = await ground.present()
    assert (present.id, present.path) == (file.id, ground.root / NEW)
    assert "moved" not in await ground.history(file.id)
    assert await ground.database.read(partial(renames.is_former, path=file.path))


async def test_new_folders_are_like_what_they_lie_in(ground: Ground, bench: Bench) -> None:
    ground.root.chmod(0o2775)
    await bench.accepted()

    await bench.work()

    assert (ground.root / "Northlight").stat().st_mode & 0o7777 == 0o2775


async def test_two_names_at_a_time_wait_for_each_other(ground: Ground, bench: Bench) -> None:
    first, _ = await bench.accepted()
    second, _ = await bench.accepted("Copy.mp4", oshash=0xBEEF)

    async with anyio.create_task_group() as tasks:
        for item in await bench.stage.take(frozenset()):
            tasks.start_soon(bench.stage.work, item)

    paths = {(await ground.file(each.id)).path.name for each in (first, second)}
    assert len(paths & {"2024-05-17 Quiet Pier.mkv", "2024-05-17 Quiet Pier.mp4"}) == 1


async def test_a_name_that_is_taken_back_while_it_was_still_to_be_given_is_owed_no_more(
    ground: Ground, bench: Bench
) -> None:
    taken = ground.put(NEW)
    file, plan_id = await bench.accepted()
    await bench.work()
    assert len(await bench.names()) == 1

    await take_back(ground, file, plan_id)
    await bench.work()

    assert await bench.names() == []
    taken.unlink()
    await bench.pass_retry()
    assert is_there(file.path)


async def test_another_reason_is_told_anew(ground: Ground, bench: Bench) -> None:
    taken = ground.put(NEW)
    file, _ = await bench.accepted()
    await bench.work()
    taken.rename(taken.with_suffix(".mp4"))

    await bench.pass_retry()
    await ground.database.write(partial(owe_again, number=file.id))
    await bench.work()

    first, second = await ground.details(file.id, "name kept")
    assert (first or "").replace(".mkv is", ".mp4 is") == second
    assert [event for event, _ in bench.log.lines] == ["name.kept"] * 2
    (owed,) = await bench.names()
    assert owed.attempts == 3


async def test_where_a_library_is_configured_no_more_nothing_is_moved(
    ground: Ground, bench: Bench
) -> None:
    file, plan_id = await bench.accepted()
    with pytest.raises(Cut):
        await Bench(ground, rename=cut_after(1, before=False)).work()
    gone = Bench(ground)
    gone.renamer = replace(gone.renamer, hand=replace(gone.renamer.hand, roots={}))

    await gone.renamer.recover()

    assert await ground.database.read(renames.files_under_way) == [file.id]
    await bench.work()
    await take_back(ground, await ground.file(file.id), plan_id)
    await bench.work()
    assert is_there(file.path)


async def test_a_disk_that_is_not_there_leaves_a_move_open(ground: Ground, bench: Bench) -> None:
    file, _ = await bench.accepted()
    with pytest.raises(Cut):
        await Bench(ground, rename=cut_after(1, before=False)).work()
    aside = ground.root.rename(ground.folder / "unmounted")

    with pytest.raises(VideoGone):
        await bench.renamer.recover()

    aside.rename(ground.root)
    assert await bench.renamer.recover() == 1
    assert (await ground.file(file.id)).path == ground.root / NEW


async def test_what_is_accepted_as_nothing_or_not_there_is_called_nothing(
    ground: Ground, bench: Bench
) -> None:
    waiting = await ground.add_known("Waiting.mkv", FileState.REVIEW, oshash=1)
    file, _ = await bench.accepted()
    await ground.note_gone(file)

    for number in (waiting.id, file.id, 4711):
        await bench.renamer.give_name(number)
        await bench.renamer.take_back(number, 1)

    assert names(ground) == sorted([NAME, "Waiting.mkv"])
