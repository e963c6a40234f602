from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest

from daemon.journey.bell import Bell
from daemon.journey.examining import FIRST_RETRY_S, LONGEST_RETRY_S
from daemon.journey.pipeline import Stage, run_stage
from daemon.journey.regenerating import Regenerating
from daemon.journey.wishes import Wish, Wishes
from daemon.media.errors import NotAVideoContainer
from daemon.media.examination import Examination, Wanted
from daemon.media.storage import Storage
from rules.fingerprint import Md5, Oshash, Phash
from rules.journey import UNDECIDED, UNEXAMINED, FileState
from rules.listing import Sighting
from rules.media import VideoFacts
from store import contents, files, news, regeneration, sightings
from store.contents import Content, Finding
from store.database import Connection
from store.decisions import Decider
from store.files import FileRecord
from store.news import News, NewsKind
from store.outbox import Errand
from store.regeneration import Regeneration
from tests.daemon.doubles import Beats, Lines
from tests.daemon.ground import DURATION_S, FILMS, Ground, accept, answer, candidate, known
from tests.daemon.journey.test_hashing import FACTS, MD5, PHASH, SHEET, Workers
from tests.daemon.journey.test_room import Shelves

pytestmark = pytest.mark.anyio

ATTEMPTS = 2
TEXT = "a film"
AMPLE = Storage(readers_of_spinning=64, readers_of_unknown=64)
OLD = Phash(0xF)
"""What the montage of an earlier version gave."""


def sum_of(text: str) -> Oshash:
    """Return what the workers of these tests say of a text."""
    return Oshash(sum(text.encode()))


@dataclass
class MeddledWorkers(Workers):
    """While they examine a file, somebody changes the store."""

    meddle: Callable[[], Awaitable[object]] = anyio.lowlevel.checkpoint

    async def examine(self, path: Path, wanted: Wanted) -> Examination:
        found = await super().examine(path, wanted)
        await self.meddle()
        return found


@dataclass
class LingeringWorkers(Workers):
    """They are not done with a file on the slow disk before the last one on the quick disk."""

    is_over: anyio.Event = field(default_factory=anyio.Event)
    begun: list[str] = field(default_factory=list)

    async def examine(self, path: Path, wanted: Wanted) -> Examination:
        self.begun.append(path.name)
        if path.name == "Quick 2.mkv":
            self.is_over.set()
        if "Slow" in path.name:
            await self.is_over.wait()
        return await super().examine(path, wanted)


class Bench:
    """The stage with workers, over files that were examined under an earlier grid."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.workers = MeddledWorkers()
        self.log = Lines()
        self.sheets: dict[tuple[Oshash, int], bytes | None] = {}
        self.stage = Regenerating(
            database=ground.database,
            examiner=self.workers,
            wishes=Wishes(ground.database, storage=AMPLE, hands=10),
            wanted=Wanted(sheet_width=800),
            look=ground.eyes.look,
            now=ground.clock,
            jitter=lambda: 0.5,
            attempts=ATTEMPTS,
            door=Bell(),
            keep_sheet=self.keep_sheet,
            onward=Bell(),
            log=self.log,
        )

    async def keep_sheet(self, oshash: Oshash, size_bytes: int, sheet: bytes | None) -> None:
        self.sheets[oshash, size_bytes] = sheet

    async def add(
        self,
        name: str = "Harbour at Dawn.mkv",
        state: FileState = FileState.DONE,
        *,
        text: str = TEXT,
        phash: Phash = OLD,
        md5: Md5 | None = None,
        library: str = FILMS,
    ) -> FileRecord:
        """Add a file that was examined under the earlier grid."""
        file = await self.ground.add(name, text=text, library=library)
        examined = partial(_examined, file=file, oshash=sum_of(text), phash=phash, md5=md5)
        await self.ground.database.write(examined)
        await self.ground.set_state(await self.ground.file(file.id), state)
        return await self.ground.file(file.id)

    async def ask(self, *asked: FileRecord) -> None:
        """Want the contents of these files examined again."""
        numbers = [file.content_id for file in asked if file.content_id is not None]
        at_s = self.ground.clock()
        await self.ground.database.write(partial(regeneration.ask, content_ids=numbers, at_s=at_s))

    def meddle(self, change: Callable[[], Awaitable[object]]) -> None:
        """Let this happen while a file is examined."""
        self.workers.meddle = change

    async def work(self) -> int:
        """Work off everything that is due; return how many contents that were."""
        tasks = await self.stage.take(frozenset())
        for task in tasks:
            await self.stage.work(task)
        return len(tasks)

    async def content(self, file: FileRecord) -> Content:
        content_id = (await self.ground.file(file.id)).content_id
        assert content_id is not None
        found = await self.ground.database.read(partial(contents.get, content_id=content_id))
        assert found is not None
        return found

    async def regeneration(self, file: FileRecord) -> Regeneration:
        assert file.content_id is not None
        found = await self.ground.database.read(
            partial(regeneration.of_content, content_id=file.content_id)
        )
        assert found is not None
        return found


def _examined(
    connection: Connection, *, file: FileRecord, oshash: Oshash, phash: Phash, md5: Md5 | None
) -> None:
    content = contents.ensure(connection, oshash, file.stamp.size_bytes)
    found = Finding(facts=FACTS, phash=phash, phash_missing=None, grid="4x4", md5=md5)
    contents.save_finding(connection, content, found, at_s=1.0)
    files.set_content(connection, file.id, content.id)


@pytest.fixture
def bench(ground: Ground) -> Bench:
    return Bench(ground)


async def test_content_gets_what_an_examination_gives_today(bench: Bench) -> None:
    file = await bench.add()
    await bench.ask(file)

    assert await bench.work() == 1

    found = await bench.content(file)
    assert (found.phash, found.grid) == (PHASH, "5x5")
    assert bench.sheets == {(found.oshash, found.size_bytes): SHEET}
    assert await bench.stage.onward.heard(timeout_s=0)
    assert (await bench.regeneration(file)).done_at_s == bench.ground.clock()
    assert await bench.work() == 0


async def test_what_nobody_asked_for_stays_as_it_is(bench: Bench) -> None:
    file = await bench.add()

    assert await bench.work() == 0
    assert await bench.stage.next_due_in_s() is None
    assert (await bench.content(file)).phash == OLD


@pytest.mark.parametrize("state", sorted(set(FileState) - UNEXAMINED))
@pytest.mark.parametrize("phash", [PHASH, OLD], ids=["another", "the same"])
async def test_file_keeps_its_decision_and_an_open_question_is_asked_anew(
    ground: Ground, bench: Bench, state: FileState, phash: Phash
) -> None:
    file = await bench.add(state=state)
    await ground.database.write(partial(files.set_tries, file_id=file.id, attempts=3, failures=2))
    await bench.ask(file)
    bench.workers.phash = phash

    await bench.work()

    present = await ground.file(file.id)
    is_reopened = phash != OLD and state in UNDECIDED
    assert present.state is (FileState.READY if is_reopened else state)
    assert (present.attempts, present.failures) == ((0, 0) if is_reopened else (3, 2))
    assert (present.revision > file.revision) is is_reopened
    detail = "its phash is another now" if phash != OLD else "its phash is as it was"
    assert await ground.details(file.id, "examined again") == [detail]


@pytest.mark.parametrize("state", sorted(UNEXAMINED))
async def test_unexamined_copy_is_left_to_its_own_examination(
    ground: Ground, bench: Bench, state: FileState
) -> None:
    file = await bench.add()
    copy = await bench.add("A copy.mkv", state)
    await bench.ask(file)
    if state is not FileState.SEEN:  # or it would be a new file that goes first
        due_at_s = ground.clock() + 60
        await ground.set_state(copy, state, due_at_s=due_at_s)

    await bench.work()

    assert (await ground.file(copy.id)).state is state
    assert await ground.details(copy.id, "examined again") == []


@pytest.mark.parametrize(
    ("former", "stays"),
    [
        (FileState.DONE, True),
        (FileState.DISMISSED, True),
        (FileState.REVIEW, False),
        (FileState.NO_MATCH, False),
    ],
)
async def test_file_at_the_door_goes_back_only_to_what_still_holds(
    ground: Ground,
    bench: Bench,
    former: FileState,
    stays: bool,  # noqa: FBT001  # pytest hands parameters on by name
) -> None:
    file = await bench.add()
    copy = await bench.add("A copy.mkv", former)
    ground.touch(copy)
    seen = await ground.look(Path(copy.path))
    change = partial(sightings.note_changed, file=copy, sighting=seen, at_s=1.0)
    await ground.database.write(change)
    before = await ground.file(copy.id)
    await bench.ask(file)

    await bench.work()

    after = await ground.file(copy.id)
    assert (before.state, before.resume_state) == (FileState.SEEN, former)
    assert after.resume_state is (former if stays else None)
    assert (after.revision > before.revision) is not stays


async def test_accepted_file_keeps_work_decision_and_sidecars(ground: Ground, bench: Bench) -> None:
    file = await bench.add(state=FileState.ANSWERED)
    await accept(ground, file, decided_by=Decider.RULE)
    await bench.ask(file)
    before = await ground.file(file.id)
    owed = await ground.owed()

    await bench.work()

    assert await ground.file(file.id) == before
    assert before.work_id is not None
    assert await ground.owed() == owed


async def test_question_that_is_asked_anew_is_no_news_any_more(
    ground: Ground, bench: Bench
) -> None:
    file = await bench.add(state=FileState.REVIEW)
    await answer(ground, file, known(candidate()))
    asked = News(kind=NewsKind.REVIEW, subject="a film", detail="is it?")
    await ground.database.write(partial(_tell, file=file, asked=asked))
    await bench.ask(file)

    await bench.work()

    assert await ground.owed(Errand.MESSAGE) == []


def _tell(connection: Connection, *, file: FileRecord, asked: News) -> None:
    news.add(connection, asked, file_id=file.id, at_s=1.0)


async def test_other_duration_is_another_question(ground: Ground, bench: Bench) -> None:
    file = await bench.add(state=FileState.NO_MATCH, phash=PHASH)
    await ground.database.write(partial(_set_duration, file=file))
    await bench.ask(file)

    await bench.work()

    assert (await ground.file(file.id)).state is FileState.READY


def _set_duration(connection: Connection, *, file: FileRecord) -> None:
    content = contents.get(connection, file.content_id or 0)
    assert content is not None
    facts = VideoFacts(container="matroska", duration_s=DURATION_S - 1)
    found = Finding(facts=facts, phash=PHASH, phash_missing=None, grid="5x5")
    contents.save_finding(connection, content, found, at_s=2.0)


async def test_copies_are_examined_once_and_all_asked_about_anew(
    ground: Ground, bench: Bench
) -> None:
    first = await bench.add(state=FileState.DONE)
    second = await bench.add("A copy.mkv", FileState.REVIEW)
    gone = await bench.add("Another copy.mkv", FileState.NO_MATCH)
    await ground.note_gone(gone)
    await bench.ask(first, second, gone)

    assert await bench.work() == 1

    assert bench.workers.examined == [Path(first.path)]
    states = [(await ground.file(each.id)).state for each in (first, second, gone)]
    assert states == [FileState.DONE, FileState.READY, FileState.READY]


async def test_md5_that_was_kept_is_not_lost(bench: Bench) -> None:
    file = await bench.add(md5=MD5)
    await bench.ask(file)

    await bench.work()

    assert (await bench.content(file)).md5 == MD5


@pytest.mark.parametrize("state", [FileState.SETTLED, FileState.FAILED])
async def test_new_files_go_first(ground: Ground, bench: Bench, state: FileState) -> None:
    known_before = await bench.add()
    await bench.ask(known_before)
    new = await ground.add("New.mkv", text="a new film")
    await ground.set_state(new, state, due_at_s=ground.clock())

    assert await bench.stage.take(frozenset()) == []
    assert await bench.stage.next_due_in_s() is None

    await ground.set_state(await ground.file(new.id), FileState.READY)
    assert await bench.stage.next_due_in_s() == 0
    assert await bench.work() == 1


async def test_new_file_that_comes_after_the_taking_goes_first_too(
    ground: Ground, bench: Bench
) -> None:
    file = await bench.add()
    await bench.ask(file)
    (task,) = await bench.stage.take(frozenset())
    await ground.add("New.mkv", FileState.SETTLED, text="a new film")

    await bench.stage.work(task)

    assert bench.workers.hashed == []
    assert (await bench.regeneration(file)).due_at_s is not None


async def test_what_is_in_hand_is_not_taken_twice(bench: Bench) -> None:
    first = await bench.add()
    second = await bench.add("Lantern Street.mkv", text="another film")
    await bench.ask(first, second)

    both = await bench.stage.take(frozenset())
    (other,) = await bench.stage.take(both[0].keys)

    assert [wish.content_id for wish in both] == [first.content_id, second.content_id]
    assert other == both[1]


async def test_file_on_a_busy_disk_holds_up_none_on_another(ground: Ground, bench: Bench) -> None:
    names = ("Slow 1.mkv", "Slow 2.mkv", "Slow 3.mkv", "Quick 1.mkv", "Quick 2.mkv")
    added = [await bench.add(name, text=name) for name in names]
    for file in added:
        await ground.set_device(file, 1 if "Slow" in file.path.name else 2)
    await bench.ask(*added)
    workers = LingeringWorkers()
    wishes = Wishes(ground.database, storage=Shelves(), hands=2)
    regenerating = replace(bench.stage, examiner=workers, wishes=wishes)
    stage: Stage[Wish] = Stage(
        name="regenerating",
        take=regenerating.take,
        work=regenerating.work,
        next_due_in_s=regenerating.next_due_in_s,
        workers=2,
    )
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(partial(run_stage, stage, log=Lines(), beat=Beats()))
        with anyio.fail_after(20):
            await workers.is_over.wait()
        tasks.cancel_scope.cancel()

    assert sorted(workers.begun) == ["Quick 1.mkv", "Quick 2.mkv", "Slow 1.mkv"]


async def test_changed_file_goes_back_to_the_door_unopened(ground: Ground, bench: Bench) -> None:
    file = await bench.add()
    await bench.ask(file)
    ground.put(text="another, longer film")

    await bench.work()

    present = await ground.file(file.id)
    assert (present.state, present.resume_state) == (FileState.SEEN, FileState.DONE)
    assert bench.workers.hashed == []
    assert (await bench.content(file)).phash == OLD
    assert await bench.stage.door.heard(timeout_s=0)
    assert await bench.work() == 0


async def test_file_that_changes_while_it_is_examined_goes_back_and_nothing_is_kept(
    ground: Ground, bench: Bench
) -> None:
    file = await bench.add()
    await bench.ask(file)
    bench.workers.meanwhile = lambda: ground.put(text="another, longer film")

    await bench.work()

    assert (await ground.file(file.id)).state is FileState.SEEN
    assert (await bench.content(file)).phash == OLD
    assert bench.sheets == {}


async def test_content_that_changed_under_the_same_stamp_is_noticed(
    ground: Ground, bench: Bench
) -> None:
    file = await bench.add()
    await bench.ask(file)
    ground.put(text="o film")
    os.utime(file.path, ns=(file.stamp.mtime_ns, file.stamp.mtime_ns))

    await bench.work()

    assert (await ground.file(file.id)).state is FileState.SEEN
    assert bench.workers.examined == []
    assert (await bench.content(file)).phash == OLD


async def test_decision_that_falls_while_a_file_is_examined_stands(
    ground: Ground, bench: Bench
) -> None:
    file = await bench.add(state=FileState.REVIEW)
    await bench.ask(file)
    bench.meddle(partial(ground.set_state, file, FileState.DISMISSED))

    await bench.work()

    assert (await ground.file(file.id)).state is FileState.DISMISSED
    assert (await bench.content(file)).phash == PHASH


async def become_another_file(ground: Ground, file: FileRecord) -> None:
    seen = Sighting(path=file.path, stamp=replace(file.stamp, mtime_ns=5), device=1)
    await ground.database.write(partial(sightings.set_sighting, file_id=file.id, sighting=seen))


async def become_another_content(ground: Ground, file: FileRecord) -> None:
    await ground.database.write(partial(files.set_content, file_id=file.id, content_id=99))


async def be_gone(ground: Ground, file: FileRecord) -> None:
    await ground.note_gone(file)


async def be_at_the_door(ground: Ground, file: FileRecord) -> None:
    await ground.set_state(file, FileState.SEEN)


@pytest.mark.parametrize(
    "become", [become_another_file, become_another_content, be_gone, be_at_the_door]
)
async def test_file_that_is_another_by_the_time_of_the_commit_is_left_alone(
    ground: Ground, bench: Bench, become: Callable[[Ground, FileRecord], Awaitable[None]]
) -> None:
    file = await bench.add()
    await bench.ask(file)
    bench.meddle(partial(become, ground, file))

    await bench.work()

    content = await ground.database.read(partial(contents.get, content_id=file.content_id or 0))
    assert content is not None
    assert content.phash == OLD
    assert (await bench.regeneration(file)).done_at_s is None


@pytest.mark.parametrize("end", ["done", "gone"])
async def test_wish_that_is_over_by_its_turn_is_left(
    ground: Ground, bench: Bench, end: str
) -> None:
    file = await bench.add()
    await bench.ask(file)
    (wish,) = await bench.stage.take(frozenset())
    if end == "gone":
        await ground.note_gone(file)
    else:
        done = partial(regeneration.mark_done, content_id=wish.content_id, at_s=1.0)
        await ground.database.write(done)

    await bench.stage.work(wish)

    assert bench.workers.hashed == []


async def test_file_that_moved_since_it_was_taken_is_examined_where_it_is(
    ground: Ground, bench: Bench
) -> None:
    file = await bench.add()
    await bench.ask(file)
    (wish,) = await bench.stage.take(frozenset())
    target = ground.rename(file, "Elsewhere.mkv")
    seen = await ground.look(target)
    moved = partial(sightings.note_moved, file=file, library=FILMS, sighting=seen, at_s=1.0)
    await ground.database.write(moved)

    await bench.stage.work(wish)

    assert bench.workers.examined == [target]
    assert (await bench.content(file)).phash == PHASH


async def test_file_that_vanishes_while_it_is_examined_is_left_to_the_rounds(
    ground: Ground, bench: Bench
) -> None:
    file = await bench.add()
    await bench.ask(file)
    bench.workers.meanwhile = lambda: ground.remove(file)

    await bench.work()

    assert await ground.file(file.id) == file
    assert (await bench.regeneration(file)).attempts == 0


async def test_file_that_is_not_there_is_waited_for(ground: Ground, bench: Bench) -> None:
    file = await bench.add()
    await bench.ask(file)
    away = ground.rename(file, "../away.mkv")

    await bench.work()

    assert await ground.file(file.id) == file
    waiting = await bench.regeneration(file)
    assert (waiting.attempts, waiting.due_at_s) == (0, ground.clock() + LONGEST_RETRY_S)
    assert waiting.reason == f"{file.path} is not at its place now"
    assert await bench.stage.next_due_in_s() == LONGEST_RETRY_S
    away.rename(file.path)
    ground.clock.pass_s(LONGEST_RETRY_S)
    assert await bench.work() == 1
    assert (await bench.content(file)).phash == PHASH


async def test_copy_that_is_there_stands_in(ground: Ground, bench: Bench) -> None:
    file = await bench.add()
    copy = await bench.add("A copy.mkv")
    await bench.ask(file)
    ground.remove(file)

    await bench.work()

    assert bench.workers.examined == [Path(copy.path)]


async def test_failure_is_counted_and_the_file_stays_what_it_is(
    ground: Ground, bench: Bench
) -> None:
    file = await bench.add()
    copy = await bench.add("A copy.mkv")
    await bench.ask(file)
    bench.workers.refusal = NotAVideoContainer(file.path)

    await bench.work()
    first = await bench.regeneration(file)
    assert await bench.work() == 0
    ground.clock.pass_s(FIRST_RETRY_S)
    await bench.work()
    last = await bench.regeneration(file)

    assert (first.attempts, first.due_at_s) == (1, ground.clock())
    assert (last.attempts, last.is_given_up) == (2, True)
    assert last.reason == str(bench.workers.refusal)
    assert bench.workers.examined == [Path(file.path), Path(copy.path)]  # each in its turn
    assert [await ground.file(each.id) for each in (file, copy)] == [file, copy]
    assert await ground.told() == []
    assert bench.log.events == ["regeneration.failed"] * 2
    assert bench.log.lines[0][1]["next_try_in_s"] == FIRST_RETRY_S
    assert bench.log.lines[1][1]["next_try_in_s"] is None


async def test_failure_of_a_file_that_changed_is_not_counted(ground: Ground, bench: Bench) -> None:
    file = await bench.add()
    await bench.ask(file)
    bench.workers.refusal = NotAVideoContainer(file.path)
    bench.workers.meanwhile = lambda: ground.put(text="another, longer film")

    await bench.work()

    assert (await ground.file(file.id)).state is FileState.SEEN
    assert (await bench.regeneration(file)).attempts == 0


async def test_stage_sleeps_until_the_next_try(bench: Bench) -> None:
    file = await bench.add()
    await bench.ask(file)
    beats = Beats()
    stage: Stage[Wish] = Stage(
        name="regenerating",
        take=bench.stage.take,
        work=bench.stage.work,
        next_due_in_s=bench.stage.next_due_in_s,
    )
    bench.workers.refusal = NotAVideoContainer(file.path)

    async with anyio.create_task_group() as tasks:

        def end_when_it_failed() -> None:
            if bench.log.events:
                tasks.cancel_scope.cancel()

        beats.on_rest = end_when_it_failed
        with anyio.fail_after(20):
            await run_stage(stage, log=Lines(), beat=beats)

    assert beats.rests[-1] == ("regenerating", FIRST_RETRY_S)
