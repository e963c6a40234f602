from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePath

import anyio
import pytest

from daemon.desk import answering
from daemon.journey.arrival import arrive
from daemon.journey.batch import Batch
from daemon.journey.bell import Bell
from daemon.journey.examining import FIRST_RETRY_S
from daemon.journey.hashing import Hashing
from daemon.journey.rounds import Rounds
from daemon.media.errors import FileVanished, NotAVideoContainer
from daemon.media.examination import Examination, Wanted
from daemon.media.storage import Storage
from rules.errors import MediaError
from rules.fingerprint import Md5, Oshash, Phash
from rules.journey import FileState
from rules.media import VideoFacts
from store import contents, files, regeneration, sightings
from store.contents import Content
from store.database import Connection
from store.decisions import Decider
from store.files import FileRecord
from store.news import NewsKind
from store.outbox import Errand
from tests.daemon.doubles import Lines
from tests.daemon.ground import DURATION_S, FILMS, NAME, Ground, accept, candidate

pytestmark = pytest.mark.anyio

ATTEMPTS = 3
WANTED = Wanted(md5=True, sheet_width=800)
SHEET = b"25 pictures"
MD5 = Md5("0" * 32)
FACTS = VideoFacts(container="matroska", duration_s=DURATION_S)
PHASH, PHASH_OF_THE_WHOLE = Phash(0xF0), Phash(0xF1)


@dataclass
class Workers:
    """Examine files by their text: the same text has the same oshash."""

    meanwhile: Callable[[], object] = lambda: None
    """What happens to the file while it is examined."""
    refusal: MediaError | None = None
    phash: Phash | None = PHASH
    hashed: list[Path] = field(default_factory=list)
    examined: list[Path] = field(default_factory=list)

    async def oshash(self, path: Path) -> Oshash:
        self.hashed.append(path)
        text = await anyio.Path(path).read_text()
        return Oshash(sum(text.encode()))

    async def examine(self, path: Path, wanted: Wanted) -> Examination:
        self.examined.append(path)
        self.meanwhile()
        await anyio.lowlevel.checkpoint()
        if self.refusal is not None:
            raise self.refusal

        return Examination(
            facts=FACTS,
            phash=self.phash,
            phash_missing=None,
            took_s=1.0,
            md5=MD5 if wanted.md5 else None,
            sheet=SHEET if wanted.sheet_width else None,
        )


class Bench:
    """The stage with workers, and rounds that know the libraries."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.workers = Workers()
        self.log = Lines()
        self.sheets: dict[tuple[Oshash, int], bytes | None] = {}
        self.rounds = Rounds(
            database=ground.database,
            eyes=ground.eyes,
            rescan_s=dict.fromkeys(ground.territories, 60.0),
            door=Bell(),
            apply_bell=Bell(),
            identify_bell=Bell(),
            now=ground.clock,
            log=Lines(),
        )
        self.stage = Hashing(
            database=ground.database,
            examiner=self.workers,
            storage=Storage(readers_of_spinning=64, readers_of_unknown=64),
            wanted=WANTED,
            look=ground.eyes.look,
            is_gone=self.rounds.is_gone,
            now=ground.clock,
            jitter=lambda: 0.5,
            attempts=ATTEMPTS,
            door=Bell(),
            onward=Bell(),
            apply_bell=Bell(),
            tell_bell=Bell(),
            keep_sheet=self.keep_sheet,
            log=self.log,
        )

    async def keep_sheet(self, oshash: Oshash, size_bytes: int, sheet: bytes | None) -> None:
        self.sheets[oshash, size_bytes] = sheet

    async def work(self) -> int:
        """Work off everything that is due; return how many files that were."""
        batches = await self.stage.take(frozenset(), limit=10)
        for batch in batches:
            await self.stage.work(batch)
        return len(batches)

    async def settle(self, file: FileRecord) -> None:
        """Let a file that is at the door come to rest as it is now."""
        seen = await self.ground.look(Path(file.path), file.library)
        await self.ground.database.write(
            partial(sightings.note_settled, sightings=[seen], at_s=self.ground.clock())
        )

    async def change(self, file: FileRecord) -> None:
        """Note that a file changed, and let it come to rest."""
        seen = await self.ground.look(Path(file.path), file.library)
        present = await self.ground.file(file.id)
        change = partial(
            sightings.note_changed, file=present, sighting=seen, at_s=self.ground.clock()
        )
        await self.ground.database.write(change)
        await self.settle(file)

    async def content(self, file: FileRecord) -> Content:
        present = await self.ground.file(file.id)
        assert present.content_id is not None
        content_id = present.content_id
        found = await self.ground.database.read(partial(contents.get, content_id=content_id))
        assert found is not None
        return found


@pytest.fixture
def bench(ground: Ground) -> Bench:
    return Bench(ground)


async def test_settled_file_is_fingerprinted_and_goes_on(ground: Ground, bench: Bench) -> None:
    file = await ground.add(state=FileState.SETTLED)

    assert await bench.work() == 1

    assert (await ground.file(file.id)).state is FileState.READY
    content = await bench.content(file)
    assert (content.facts, content.phash) == (FACTS, Phash(0xF0))
    assert content.size_bytes == file.stamp.size_bytes
    stage = bench.stage
    for bell in (stage.onward, stage.apply_bell, stage.tell_bell, stage.free_bell):
        assert await bell.heard(timeout_s=0)
    assert await bench.work() == 0


async def test_known_content_costs_no_examination_and_no_sheet(
    ground: Ground, bench: Bench
) -> None:
    first = await ground.add(state=FileState.SETTLED)
    await bench.work()
    assert list(bench.sheets.values()) == [SHEET]
    copy = await ground.add("A copy.mkv", FileState.SETTLED)
    bench.sheets.clear()

    await bench.work()

    assert bench.sheets == {}

    assert bench.workers.examined == [Path(first.path)]
    assert bench.workers.hashed == [Path(first.path), Path(copy.path)]
    assert (await bench.content(copy)).id == (await bench.content(first)).id


async def test_copy_of_a_content_without_a_phash_is_examined_itself(
    ground: Ground, bench: Bench
) -> None:
    bench.workers.phash = None
    damaged = await ground.add(state=FileState.SETTLED)
    await bench.work()
    bench.workers.phash = PHASH
    sound = await ground.add("A copy.mkv", FileState.SETTLED)

    await bench.work()

    assert bench.workers.examined == [Path(damaged.path), Path(sound.path)]
    assert (await bench.content(sound)).phash == PHASH


async def test_content_that_was_never_examined_is(ground: Ground, bench: Bench) -> None:
    file = await ground.add(state=FileState.SETTLED)
    oshash = await bench.workers.oshash(Path(file.path))
    size_bytes = file.stamp.size_bytes
    await ground.database.write(partial(contents.ensure, oshash=oshash, size_bytes=size_bytes))

    await bench.work()

    assert bench.workers.examined == [Path(file.path)]
    assert (await bench.content(file)).facts == FACTS


async def test_file_that_changes_while_it_is_hashed_goes_back_and_nothing_is_kept(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add(state=FileState.SETTLED)
    bench.workers.meanwhile = lambda: ground.put(text="another, longer film")

    await bench.work()

    present = await ground.file(file.id)
    assert (present.state, present.content_id) == (FileState.SEEN, None)
    assert present.stamp.size_bytes == len("another, longer film")
    everything = partial(contents.find, oshash=Oshash(sum(b"a film")), size_bytes=6)
    assert await ground.database.read(everything) is None
    assert bench.sheets == {}
    assert await bench.stage.door.heard(timeout_s=0)


async def test_file_that_changed_since_it_came_to_rest_is_not_even_opened(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add(state=FileState.SETTLED)
    ground.put(text="another, longer film")

    await bench.work()

    assert bench.workers.hashed == []
    assert (await ground.file(file.id)).state is FileState.SEEN


async def test_refusal_of_a_file_that_changed_is_not_held_against_it(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add(state=FileState.SETTLED)
    bench.workers.refusal = NotAVideoContainer(file.path)
    bench.workers.meanwhile = lambda: ground.put(text="another, longer film")

    await bench.work()

    present = await ground.file(file.id)
    assert (present.state, present.attempts) == (FileState.SEEN, 0)


async def test_file_that_vanishes_while_it_is_hashed_goes_back_to_the_door(
    ground: Ground, bench: Bench
) -> None:
    """Whether it is lost is judged there: perhaps its library is only unmounted."""
    file = await ground.add(state=FileState.SETTLED)
    bench.workers.refusal = FileVanished(file.path)
    bench.workers.meanwhile = lambda: ground.remove(file)

    await bench.work()

    present = await ground.file(file.id)
    assert (present.state, present.missing_since_s) == (FileState.SEEN, None)
    assert present.reason == "it is not there"


async def test_file_that_is_there_and_yet_not_found_is_a_failure(
    ground: Ground, bench: Bench
) -> None:
    """Otherwise it would be tried again for ever."""
    file = await ground.add(state=FileState.SETTLED)
    bench.workers.refusal = FileVanished(file.path)

    await bench.work()

    present = await ground.file(file.id)
    assert (present.state, present.attempts) == (FileState.FAILED, 1)


async def test_file_of_a_library_that_nobody_configured_is_left_alone(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add(state=FileState.SETTLED)
    del ground.territories[FILMS]

    await bench.work()

    assert bench.workers.hashed == []
    present = await ground.file(file.id)
    assert (present.state, present.missing_since_s) == (FileState.SEEN, None)
    assert present.reason == "it is outside the library"


async def test_refused_file_is_tried_again_with_longer_and_longer_waits(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add(state=FileState.SETTLED)
    bench.workers.refusal = NotAVideoContainer(file.path)

    await bench.work()
    failed = await ground.file(file.id)
    assert (failed.state, failed.attempts) == (FileState.FAILED, 1)
    assert failed.reason == str(bench.workers.refusal)
    assert failed.due_at_s == ground.clock() + FIRST_RETRY_S
    facts = {
        "file": str(file.path),
        "number": file.id,
        "reason": failed.reason,
        "attempt": 1,
        "next_try_in_s": FIRST_RETRY_S,
    }
    assert bench.log.lines == [("file.failed", facts)]
    assert await bench.stage.next_due_in_s() == FIRST_RETRY_S
    assert await bench.work() == 0

    ground.clock.pass_s(FIRST_RETRY_S)
    await bench.work()
    assert await bench.stage.next_due_in_s() == 2 * FIRST_RETRY_S
    assert await ground.told() == []


async def test_last_refusal_leaves_the_file_to_a_person(ground: Ground, bench: Bench) -> None:
    file = await ground.add(state=FileState.SETTLED)
    bench.workers.refusal = NotAVideoContainer(file.path)

    for _ in range(ATTEMPTS):
        assert await bench.work() == 1
        ground.clock.pass_s(1e6)

    failed = await ground.file(file.id)
    assert (failed.attempts, failed.due_at_s) == (ATTEMPTS, None)
    (told,) = await ground.told()
    assert told.kind is NewsKind.FAILED
    assert (told.subject, told.detail) == (str(file.path), str(bench.workers.refusal))
    assert await bench.work() == 0
    assert await bench.stage.next_due_in_s() is None


async def test_file_that_can_be_examined_at_last_starts_counting_anew(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add(state=FileState.SETTLED)
    bench.workers.refusal = NotAVideoContainer(file.path)
    await bench.work()
    ground.clock.pass_s(FIRST_RETRY_S)
    bench.workers.refusal = None

    await bench.work()

    present = await ground.file(file.id)
    assert (present.state, present.attempts, present.reason) == (FileState.READY, 0, None)


async def lost_and_found(ground: Ground, bench: Bench, state: FileState) -> tuple[int, FileRecord]:
    """Fingerprint a file, put it into a state, and let it turn up elsewhere with a new inode."""
    file = await ground.add(state=FileState.SETTLED)
    await bench.rounds.look_through(FILMS)
    await bench.work()
    await ground.database.write(partial(files.set_work, file_id=file.id, work_id=77))
    await ground.set_state(await ground.file(file.id), state)
    ground.remove(file)
    return file.id, await ground.add("Lakes/Harbour at Dusk.mkv", FileState.SETTLED)


async def test_lost_file_found_again_is_what_it_was(ground: Ground, bench: Bench) -> None:
    number, newcomer = await lost_and_found(ground, bench, FileState.DONE)

    await bench.work()

    found = await ground.file(number)
    assert (found.path, found.state) == (newcomer.path, FileState.DONE)
    assert (found.work_id, found.stamp) == (77, newcomer.stamp)
    assert [file.id for file in await ground.present()] == [number]
    assert [owed.file_id for owed in await ground.owed(Errand.SIDECAR)] == [number]
    assert "moved" in await ground.history(number)
    assert await ground.database.read(partial(files.get, file_id=newcomer.id)) is None


@pytest.mark.parametrize("state", [FileState.REVIEW, FileState.READY, FileState.IGNORED])
async def test_lost_file_without_a_work_takes_no_sidecars_along(
    ground: Ground, bench: Bench, state: FileState
) -> None:
    number, _ = await lost_and_found(ground, bench, state)

    await bench.work()

    assert (await ground.file(number)).state is state
    assert await ground.owed(Errand.SIDECAR) == []


async def test_file_already_noted_as_missing_is_found_again_too(
    ground: Ground, bench: Bench
) -> None:
    number, newcomer = await lost_and_found(ground, bench, FileState.REVIEW)
    await ground.note_gone(await ground.file(number))

    await bench.work()

    found = await ground.file(number)
    assert (found.path, found.missing_since_s) == (newcomer.path, None)


async def test_file_lost_by_a_library_that_is_no_longer_configured_is_found_again(
    ground: Ground,
) -> None:
    ground.add_library("shows")
    bench = Bench(ground)
    file = await ground.add_known(state=FileState.DONE, oshash=sum(b"a film"), library="shows")
    await ground.note_gone(file)
    del ground.territories["shows"]
    newcomer = await ground.add("Harbour at Dusk.mkv", FileState.SETTLED)

    await bench.work()

    assert (await ground.file(file.id)).path == newcomer.path


async def test_known_file_does_not_become_a_lost_copy_of_it(ground: Ground, bench: Bench) -> None:
    number, newcomer = await lost_and_found(ground, bench, FileState.DONE)
    copy = await ground.add_known(
        "A copy.mkv", FileState.SETTLED, oshash=sum(b"a film"), text="a film"
    )

    await bench.stage.work(Batch((copy,)))

    assert (await ground.file(copy.id)).path == copy.path
    assert (await ground.file(number)).path != copy.path
    assert (await ground.file(newcomer.id)).state is FileState.SETTLED


@pytest.mark.parametrize(
    ("waiting", "expected", "owes_sidecar"),
    [
        (FileState.DONE, FileState.DONE, True),
        (FileState.ACCEPTED, FileState.ACCEPTED, True),
        (FileState.REVIEW, FileState.REVIEW, False),
        (FileState.READY, FileState.READY, False),
    ],
)
async def test_file_lost_while_it_settled_again_becomes_what_it_was(
    ground: Ground,
    bench: Bench,
    waiting: FileState,
    expected: FileState,
    *,
    owes_sidecar: bool,
) -> None:
    file = await ground.add(state=FileState.SETTLED)
    await bench.rounds.look_through(FILMS)
    await bench.work()
    await ground.set_state(await ground.file(file.id), waiting)
    ground.touch(file)
    await bench.change(file)
    ground.remove(file)
    newcomer = await ground.add("Harbour at Dusk.mkv", FileState.SETTLED)

    await bench.stage.work(Batch((newcomer,)))

    found = await ground.file(file.id)
    assert (found.path, found.state) == (newcomer.path, expected)
    assert bool(await ground.owed(Errand.SIDECAR)) is owes_sidecar


async def test_copy_whose_first_is_still_there_is_its_own_file(
    ground: Ground, bench: Bench
) -> None:
    first = await ground.add(state=FileState.SETTLED)
    await bench.rounds.look_through(FILMS)
    await bench.work()
    copy = await ground.add("A copy.mkv", FileState.SETTLED)

    await bench.work()

    assert [file.id for file in await ground.present()] == [first.id, copy.id]
    assert (await ground.file(copy.id)).state is FileState.READY


async def test_copy_of_a_file_in_an_unmounted_library_is_its_own_file(ground: Ground) -> None:
    shows = ground.add_library("shows")
    bench = Bench(ground)
    file = await ground.add_known(state=FileState.DONE, oshash=sum(b"a film"), library="shows")
    await bench.rounds.look_through("shows")
    shows.rename(ground.folder / "unmounted")
    shows.mkdir()
    copy = await ground.add("From the backup.mkv", FileState.SETTLED)

    await bench.work()

    assert (await ground.file(file.id)).path == file.path
    assert (await ground.file(copy.id)).state is FileState.READY


async def test_two_copies_do_not_both_become_the_same_lost_file(
    ground: Ground, bench: Bench
) -> None:
    number, first = await lost_and_found(ground, bench, FileState.DONE)
    second = await ground.add("Another copy.mkv", FileState.SETTLED)
    lost = await ground.file(number)

    for newcomer in (first, second):
        seen = await ground.look(Path(newcomer.path))
        await ground.database.write(
            partial(
                arrive,
                file=newcomer,
                seen=seen,
                oshash=Oshash(sum(b"a film")),
                finding=None,
                lost=[lost],
                at_s=ground.clock(),
            )
        )

    assert (await ground.file(number)).path == first.path
    assert (await ground.file(second.id)).state is FileState.READY


async def test_file_with_another_content_is_no_longer_a_copy_of_its_work(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add(state=FileState.SETTLED)
    await bench.work()
    before = await bench.content(file)
    await ground.database.write(partial(files.set_work, file_id=file.id, work_id=77))
    await ground.set_state(await ground.file(file.id), FileState.DONE)
    ground.put(text="another, longer film")
    await bench.change(file)

    await bench.work()

    present = await ground.file(file.id)
    assert (present.state, present.work_id) == (FileState.READY, None)
    assert (await bench.content(file)).id != before.id
    assert present.resume_state is None


@pytest.mark.parametrize(
    "state",
    [FileState.DONE, FileState.REVIEW, FileState.IGNORED, FileState.DISMISSED],
)
async def test_touched_file_is_what_it_was(ground: Ground, bench: Bench, state: FileState) -> None:
    file = await ground.add(state=FileState.SETTLED)
    await bench.work()
    await ground.database.write(partial(files.set_work, file_id=file.id, work_id=77))
    await ground.set_state(await ground.file(file.id), state)
    ground.touch(file)
    await bench.change(file)

    await bench.work()

    present = await ground.file(file.id)
    assert (present.state, present.work_id) == (state, 77)
    assert present.reason == "the content is the same as before"
    assert await ground.owed() == []


async def test_touched_file_that_nobody_knew_is_asked_about_again(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add(state=FileState.SETTLED)
    await bench.work()
    await ground.set_state(await ground.file(file.id), FileState.NO_MATCH, due_at_s=1e9)
    ground.touch(file)
    await bench.change(file)

    await bench.work()

    present = await ground.file(file.id)
    assert (present.state, present.due_at_s) == (FileState.NO_MATCH, ground.clock())


async def test_touched_file_gets_the_sidecars_that_it_still_lacks(
    ground: Ground, bench: Bench
) -> None:
    """The errand may have been run while the file was at the door, and cannot finish it there."""
    file = await ground.add(state=FileState.SETTLED)
    await bench.work()
    await ground.set_state(await ground.file(file.id), FileState.ACCEPTED)
    ground.touch(file)
    await bench.change(file)

    await bench.work()

    assert (await ground.file(file.id)).state is FileState.ACCEPTED
    assert [owed.file_id for owed in await ground.owed(Errand.SIDECAR)] == [file.id]


async def fill_in(ground: Ground, bench: Bench, file: FileRecord) -> None:
    """Let a file change between its ends: size and oshash stay, the pictures do not."""
    ground.touch(file)
    await bench.change(file)
    bench.workers.phash = PHASH_OF_THE_WHOLE


async def test_filled_in_film_is_examined_again_and_decided_anew(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add(state=FileState.SETTLED)
    await bench.work()
    await accept(ground, await ground.file(file.id))
    content = await bench.content(file)
    await fill_in(ground, bench, file)

    await bench.work()

    present = await ground.file(file.id)
    assert (present.state, present.work_id) == (FileState.READY, None)
    assert await bench.content(file) == replace(content, phash=PHASH_OF_THE_WHOLE)
    assert [owed.errand for owed in await ground.owed()] == [Errand.RESTORE]


async def test_filled_in_film_stays_what_a_person_said_it_is(ground: Ground, bench: Bench) -> None:
    file = await ground.add(state=FileState.SETTLED)
    await bench.work()
    await ground.set_state(await ground.file(file.id), FileState.REVIEW)
    await ground.database.write(partial(_dismiss, file_id=file.id, at_s=ground.clock()))
    await fill_in(ground, bench, file)

    await bench.work()

    assert (await ground.file(file.id)).state is FileState.DISMISSED
    assert (await bench.content(file)).phash == PHASH_OF_THE_WHOLE


async def test_copy_of_a_film_that_is_being_filled_in_is_examined_itself(
    ground: Ground, bench: Bench
) -> None:
    first = await ground.add(state=FileState.SETTLED)
    await bench.work()
    await ground.set_state(await ground.file(first.id), FileState.SEEN)
    copy = await ground.add("A copy.mkv", FileState.SETTLED)

    await bench.work()

    assert bench.workers.examined == [Path(first.path), Path(copy.path)]


def _dismiss(connection: Connection, *, file_id: int, at_s: float) -> None:
    file = files.get(connection, file_id)
    assert file is not None
    answering.dismiss(connection, file=file, at_s=at_s)


@pytest.mark.parametrize(
    ("decided_by", "phash", "is_kept"),
    [
        (Decider.RULE, Phash(0xF0), True),
        (Decider.RULE, Phash(0xE1), False),
        (Decider.PERSON, Phash(0xE1), True),
    ],
    ids=["nothing new", "other pictures", "other pictures, but a person had looked"],
)
async def test_file_whose_middle_was_filled_in_is_judged_by_its_pictures_now(
    ground: Ground, bench: Bench, decided_by: Decider, phash: Phash, *, is_kept: bool
) -> None:
    """Size and both ends are the same, as with a download that makes room first."""
    file = await ground.add(state=FileState.SETTLED)
    await bench.work()
    await accept(ground, await ground.file(file.id), decided_by=decided_by)
    ground.put(text="film a")
    await bench.change(file)
    bench.workers.phash = phash

    await bench.work()

    present = await ground.file(file.id)
    assert len(bench.workers.examined) == 2
    assert (present.work_id is not None) is is_kept
    assert present.state is (FileState.ACCEPTED if is_kept else FileState.READY)
    assert (await bench.content(file)).phash == phash


async def overtake(ground: Ground, file: FileRecord) -> FileRecord:
    """Let a person be quicker."""
    await ground.set_state(await ground.file(file.id), FileState.DISMISSED)
    return await ground.file(file.id)


async def test_file_that_was_overtaken_is_left_as_it_is(ground: Ground, bench: Bench) -> None:
    file = await ground.add(state=FileState.SETTLED)
    dismissed = await overtake(ground, file)

    await bench.stage.work(Batch((file,)))

    assert await ground.file(file.id) == dismissed
    assert dismissed.content_id is None


async def test_file_that_was_overtaken_does_not_fail_either(ground: Ground, bench: Bench) -> None:
    file = await ground.add(state=FileState.SETTLED)
    dismissed = await overtake(ground, file)
    bench.workers.refusal = NotAVideoContainer(file.path)

    await bench.stage.work(Batch((file,)))

    assert await ground.file(file.id) == dismissed


async def test_file_that_was_overtaken_does_not_go_back_either(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add(state=FileState.SETTLED)
    dismissed = await overtake(ground, file)
    ground.put(text="another, longer film")

    await bench.stage.work(Batch((file,)))

    assert await ground.file(file.id) == dismissed


async def test_file_that_was_forgotten_meanwhile_stays_forgotten(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add(state=FileState.SETTLED)
    await ground.database.write(partial(sightings.forget, file_id=file.id))

    await bench.stage.work(Batch((file,)))

    assert await ground.present() == []


async def test_no_more_is_taken_than_asked_for_and_nothing_in_hand(
    ground: Ground, bench: Bench
) -> None:
    numbers = [(await ground.add(f"{name}.mkv", FileState.SETTLED)).id for name in "abc"]

    batches = await bench.stage.take(frozenset({numbers[0]}), limit=1)

    assert [batch.keys for batch in batches] == [{numbers[1]}]
    assert await bench.stage.next_due_in_s() == -ground.clock()


async def test_file_in_a_folder_that_is_gone_goes_back_to_the_door(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add(f"Lakes/{NAME}", FileState.SETTLED)
    (ground.root / "Lakes").rename(ground.root / "Rivers")

    await bench.work()

    present = await ground.file(file.id)
    assert (present.path, present.state) == (PurePath(file.path), FileState.SEEN)


async def put_two(ground: Ground, bench: Bench) -> tuple[FileRecord, FileRecord]:
    """Put two accepted films into the library, each with a content of its own."""
    first = await ground.add("1.mkv", FileState.SETTLED, text="the first film")
    second = await ground.add("2.mkv", FileState.SETTLED, text="the second film")
    await bench.rounds.look_through(FILMS)
    await bench.work()
    for file in (first, second):
        offer = candidate(f"h-{file.id}", title=file.path.stem)
        await accept(ground, await ground.file(file.id), offer, Decider.PERSON)
        await ground.set_state(await ground.file(file.id), FileState.DONE)
    return await ground.file(first.id), await ground.file(second.id)


async def test_file_that_is_moved_over_another_keeps_what_was_decided(
    ground: Ground, bench: Bench
) -> None:
    first, second = await put_two(ground, bench)
    ground.rename(first, "2.mkv")
    await bench.change(second)

    await bench.work()

    there = await ground.at(Path(second.path))
    assert (there.id, there.work_id, there.state) == (first.id, first.work_id, FileState.DONE)
    gone = await ground.file(second.id)
    assert gone.missing_since_s is not None
    assert (gone.work_id, gone.content_id) == (second.work_id, second.content_id)
    owed = {(each.errand, each.file_id) for each in await ground.owed()}
    assert owed == {(Errand.SIDECAR, first.id), (Errand.RESTORE, second.id)}


async def test_file_that_was_moved_over_is_what_it_was_when_it_is_found_again(
    ground: Ground, bench: Bench
) -> None:
    first, second = await put_two(ground, bench)
    ground.rename(first, "2.mkv")
    await bench.change(second)
    await bench.work()
    backup = await ground.add("3.mkv", FileState.SETTLED, text="the second film")

    await bench.work()

    found = await ground.file(second.id)
    assert (found.path, found.missing_since_s) == (backup.path, None)
    assert (found.work_id, found.state) == (second.work_id, FileState.DONE)


async def test_films_that_are_renumbered_keep_what_was_decided(
    ground: Ground, bench: Bench
) -> None:
    """2 becomes 3, then 1 becomes 2."""
    first, second = await put_two(ground, bench)
    ground.rename(second, "3.mkv")
    ground.rename(first, "2.mkv")
    await bench.rounds.look_through(FILMS)
    for file in await ground.present():
        await bench.settle(file)

    await bench.work()

    places = {file.path.name: (file.id, file.state) for file in await ground.present()}
    assert places == {"2.mkv": (first.id, FileState.DONE), "3.mkv": (second.id, FileState.DONE)}


async def test_file_that_changed_into_a_copy_is_no_lost_one(ground: Ground, bench: Bench) -> None:
    first, second = await put_two(ground, bench)
    ground.put("2.mkv", "the first film")
    await bench.change(second)

    await bench.work()

    present = await ground.present()
    assert [(file.id, file.path.name) for file in present] == [
        (first.id, "1.mkv"),
        (second.id, "2.mkv"),
    ]
    assert (present[1].content_id, present[1].work_id) == (first.content_id, None)
    assert present[1].state is FileState.READY


async def test_content_that_was_to_be_examined_again_has_been_then(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add(state=FileState.SETTLED)
    await bench.work()
    content_id = (await bench.content(file)).id
    ask = partial(regeneration.ask, content_ids=[content_id], at_s=1.0)
    await ground.database.write(ask)
    ground.touch(file)
    await bench.change(file)

    await bench.work()

    asked = await ground.database.read(partial(regeneration.of_content, content_id=content_id))
    assert asked is not None
    assert asked.done_at_s == ground.clock()
