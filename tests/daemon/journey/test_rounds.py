import os
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath

import anyio
import anyio.lowlevel
import pytest

from daemon.journey.bell import Bell
from daemon.journey.rounds import Rounds
from rules.journey import FileState
from rules.listing import RootIdentity
from rules.media import path_to_text
from store import libraries, sightings
from store.files import FileRecord
from store.news import LIBRARY_IS_BACK, NewsKind
from store.outbox import Errand
from tests.daemon.doubles import Lines
from tests.daemon.ground import FILMS, NAME, Ground

pytestmark = pytest.mark.anyio

RESCAN_S = 60.0
SIX_HOURS_S = 6 * 3600.0


def rounds_of(ground: Ground, log: Lines | None = None, rescan_s: float = RESCAN_S) -> Rounds:
    return Rounds(
        database=ground.database,
        eyes=ground.eyes,
        rescan_s=dict.fromkeys(ground.territories, rescan_s),
        door=Bell(),
        apply_bell=Bell(),
        identify_bell=Bell(),
        now=ground.clock,
        log=log or Lines(),
    )


@pytest.fixture
def log() -> Lines:
    return Lines()


@pytest.fixture
def rounds(ground: Ground, log: Lines) -> Rounds:
    return rounds_of(ground, log)


async def is_doubted(ground: Ground) -> bool:
    doubted = partial(libraries.is_doubted, library=FILMS, root=PurePath(ground.root))
    return await ground.database.read(doubted)


async def is_missing(ground: Ground, file: FileRecord) -> bool:
    return (await ground.file(file.id)).missing_since_s is not None


def hide(ground: Ground) -> Path:
    """Unmount the first library: an empty folder, another one, is left at its place."""
    aside = ground.folder / "unmounted"
    ground.root.rename(aside)
    ground.root.mkdir()
    return aside


def unhide(ground: Ground) -> None:
    ground.root.rmdir()
    (ground.folder / "unmounted").rename(ground.root)


async def test_first_round_takes_everything_in(ground: Ground, rounds: Rounds, log: Lines) -> None:
    paths = [ground.put("Harbour at Dawn.mkv"), ground.put("Lakes/Still Water.mp4")]

    await rounds.look_through(FILMS)

    assert [file.path for file in await ground.present()] == sorted(paths)
    assert {file.state for file in await ground.present()} == {FileState.SEEN}
    assert log.lines == [
        ("library.listed", {"library": FILMS, "new": 2} | dict.fromkeys(CHANGES, 0))
    ]


CHANGES = ("changed", "moved", "gone", "back")


async def test_round_notes_all_that_happened_at_once(
    ground: Ground, rounds: Rounds, log: Lines
) -> None:
    changed = await ground.add("changed.mkv", FileState.DONE)
    moved = await ground.add("moved.mkv", FileState.DONE)
    gone = await ground.add("gone.mkv", FileState.DONE)
    back = await ground.add("back.mkv", FileState.DONE)
    await rounds.look_through(FILMS)
    await ground.note_gone(back)
    ground.put("changed.mkv", "another, longer film")
    ground.rename(moved, "there.mkv")
    ground.remove(gone)
    ground.put("new.mkv")

    await rounds.look_through(FILMS)

    assert (await ground.file(changed.id)).state is FileState.SEEN
    assert (await ground.file(changed.id)).resume_state is FileState.DONE
    assert (await ground.file(moved.id)).path == PurePath(ground.root / "there.mkv")
    assert await is_missing(ground, gone)
    assert not await is_missing(ground, back)
    assert (await ground.at(ground.root / "new.mkv")).state is FileState.SEEN
    facts = {"library": FILMS, "new": 1} | dict.fromkeys(CHANGES, 1)
    assert log.lines[-1] == ("library.listed", facts)


async def test_sidecars_follow_a_file_that_moved(ground: Ground, rounds: Rounds) -> None:
    files = [
        await ground.add("accepted.mkv", FileState.ACCEPTED),
        await ground.add("asked.mkv", FileState.REVIEW),
    ]
    for file in files:
        ground.rename(file, f"there {file.path.name}")

    await rounds.look_through(FILMS)

    assert [owed.file_id for owed in await ground.owed(Errand.SIDECAR)] == [files[0].id]


async def test_sidecars_follow_a_file_that_changed_before_it_moved(
    ground: Ground, rounds: Rounds
) -> None:
    file = await ground.add(state=FileState.DONE)
    ground.touch(file)
    await rounds.look_through(FILMS)

    ground.rename(file, "there.mkv")
    await rounds.look_through(FILMS)

    present = await ground.file(file.id)
    assert (present.path.name, present.resume_state) == ("there.mkv", FileState.DONE)
    assert [owed.file_id for owed in await ground.owed(Errand.SIDECAR)] == [file.id]


async def test_file_with_another_number_of_its_file_system_is_only_renumbered(
    ground: Ground,
) -> None:
    ground.add_library("share", has_stable_inodes=False)
    rounds = rounds_of(ground)
    file = await ground.add(state=FileState.DONE, library="share")
    await ground.set_device(file, 12345)

    await rounds.look_through("share")

    present = await ground.file(file.id)
    assert present.device == ground.root.stat().st_dev
    assert present.state is FileState.DONE


async def test_emptied_library_counts_as_no_loss(
    ground: Ground, rounds: Rounds, log: Lines
) -> None:
    file = await ground.add()
    await rounds.look_through(FILMS)

    hide(ground)
    await rounds.look_through(FILMS)

    assert not await is_missing(ground, file)
    assert await is_doubted(ground)
    (told,) = await ground.told()
    assert (told.kind, told.subject) == (NewsKind.LIBRARY, FILMS)
    assert "doorman scan --confirm" in told.detail
    assert log.lines == [("library.suspected", {"library": FILMS, "reason": told.detail})]
    assert rounds.views[FILMS].suspicion is not None


async def test_library_that_is_not_there_counts_as_no_loss(ground: Ground, rounds: Rounds) -> None:
    file = await ground.add()
    await rounds.look_through(FILMS)

    ground.root.rename(ground.folder / "elsewhere")
    await rounds.look_through(FILMS)

    assert not await is_missing(ground, file)
    assert await is_doubted(ground)
    assert [told.kind for told in await ground.told()] == [NewsKind.LIBRARY]
    assert rounds.views[FILMS].is_first_done


async def test_the_same_doubt_is_news_once_in_six_hours(ground: Ground, rounds: Rounds) -> None:
    await ground.add()
    await rounds.look_through(FILMS)
    hide(ground)

    for _ in range(3):
        await rounds.look_through(FILMS)
    assert len(await ground.told()) == 1

    ground.clock.pass_s(SIX_HOURS_S + 1)
    await rounds.look_through(FILMS)
    assert len(await ground.told()) == 2


async def test_library_that_is_back_is_news(ground: Ground, rounds: Rounds) -> None:
    file = await ground.add()
    await rounds.look_through(FILMS)
    hide(ground)
    await rounds.look_through(FILMS)

    unhide(ground)
    await rounds.look_through(FILMS)

    assert [told.detail == LIBRARY_IS_BACK for told in await ground.told()] == [False, True]
    assert not await is_doubted(ground)
    assert rounds.views[FILMS].suspicion is None
    assert not await is_missing(ground, file)


async def test_library_that_comes_and_goes_does_not_ring_every_time(
    ground: Ground, rounds: Rounds
) -> None:
    await ground.add()
    await rounds.look_through(FILMS)

    for _ in range(3):
        hide(ground)
        await rounds.look_through(FILMS)
        unhide(ground)
        await rounds.look_through(FILMS)

    assert [told.detail == LIBRARY_IS_BACK for told in await ground.told()] == [False, True]


async def test_library_that_was_never_away_is_no_news(ground: Ground, rounds: Rounds) -> None:
    await ground.add()

    await rounds.look_through(FILMS)
    await rounds.look_through(FILMS)

    assert await ground.told() == []


async def test_great_loss_is_believed_when_a_later_round_agrees(
    ground: Ground, rounds: Rounds
) -> None:
    files = [await ground.add(f"{number}.mkv") for number in range(12)]
    await rounds.look_through(FILMS)
    for file in files[2:]:
        ground.remove(file)

    await rounds.look_through(FILMS)
    assert not await is_missing(ground, files[-1])

    ground.clock.pass_s(RESCAN_S)
    await rounds.look_through(FILMS)
    assert await is_missing(ground, files[-1])
    assert not await is_missing(ground, files[0])


async def test_confirmed_loss_is_believed_at_once(ground: Ground, rounds: Rounds) -> None:
    file = await ground.add()
    await rounds.look_through(FILMS)
    hide(ground)
    await rounds.look_through(FILMS)

    rounds.request(FILMS, is_confirmed=True)
    await rounds.look_through(FILMS)

    assert await is_missing(ground, file)


async def test_confirmation_is_good_for_one_round(ground: Ground, rounds: Rounds) -> None:
    rounds.request(FILMS, is_confirmed=True)
    await rounds.look_through(FILMS)
    file = await ground.add()
    await rounds.look_through(FILMS)

    hide(ground)
    await rounds.look_through(FILMS)

    assert not await is_missing(ground, file)


async def test_confirmation_is_not_for_a_round_that_had_begun(ground: Ground) -> None:
    file = await ground.add()
    rounds = rounds_of(ground)
    await rounds.look_through(FILMS)
    hide(ground)
    rounds.eyes.limiter.total_tokens = 1

    async with anyio.create_task_group() as tasks, rounds.eyes.limiter:
        tasks.start_soon(rounds.look_through, FILMS)
        while not rounds.views[FILMS].is_under_way:
            await anyio.lowlevel.checkpoint()
        rounds.request(FILMS, is_confirmed=True)

    assert not await is_missing(ground, file)
    assert rounds.views[FILMS].is_confirmed


async def test_file_that_came_back_while_the_round_was_made_is_not_gone(ground: Ground) -> None:
    file = await ground.add()
    rounds = rounds_of(ground)
    await ground.add("stays.mkv")
    await rounds.look_through(FILMS)
    aside = ground.rename(file, "../aside.mkv")
    listing = await ground.eyes.list_all(FILMS)
    found = await rounds._compare(FILMS, listing, is_confirmed=False)
    assert found.gone == (file.path,)

    aside.rename(file.path)
    await rounds._commit(FILMS, listing, found)

    assert not await is_missing(ground, file)


async def test_what_a_hint_noted_first_is_not_noted_again(ground: Ground, rounds: Rounds) -> None:
    file = await ground.add(state=FileState.DONE)
    await rounds.look_through(FILMS)
    ground.put(text="another, longer film")
    listing = await ground.eyes.list_all(FILMS)
    found = await rounds._compare(FILMS, listing, is_confirmed=False)
    seen = await ground.look(Path(file.path))
    await ground.database.write(
        partial(sightings.note_changed, file=file, sighting=seen, at_s=ground.clock())
    )
    await ground.set_state(file, FileState.READY)

    await rounds._commit(FILMS, listing, found)

    assert (await ground.file(file.id)).state is FileState.READY


async def test_round_whose_files_moved_on_meanwhile_leaves_them_alone(
    ground: Ground, rounds: Rounds
) -> None:
    names = ("changed.mkv", "gone.mkv", "moved.mkv", "renumbered.mkv", "back.mkv")
    files = [await ground.add(name, FileState.DONE) for name in names]
    await rounds.look_through(FILMS)
    await ground.note_gone(files[4])
    ground.put("changed.mkv", "another, longer film")
    ground.remove(files[1])
    ground.rename(files[2], "there.mkv")
    await ground.set_device(files[3], 12345)
    listing = await ground.eyes.list_all(FILMS)
    found = await rounds._compare(FILMS, listing, is_confirmed=False)
    for file in files:
        await ground.database.write(partial(sightings.forget, file_id=file.id))

    await rounds._commit(FILMS, listing, found)

    assert await ground.present() == []


async def test_second_file_at_the_place_of_a_missing_one_is_the_one_that_counts(
    ground: Ground, rounds: Rounds
) -> None:
    moving = await ground.add("first.mkv", FileState.DONE)
    lost = await ground.add("second.mkv", FileState.DONE, text="the lost one")
    await rounds.look_through(FILMS)
    ground.remove(lost)
    await rounds.look_through(FILMS)
    ground.rename(moving, "second.mkv")
    seen = await ground.look(Path(lost.path))
    await ground.database.write(
        partial(sightings.note_moved, file=moving, library=FILMS, sighting=seen, at_s=1.0)
    )

    await rounds.look_through(FILMS)

    assert [file.id for file in await ground.present()] == [moving.id]
    assert (await ground.file(moving.id)).state is FileState.DONE


async def test_library_under_another_name_keeps_its_files(ground: Ground) -> None:
    file = await ground.add(state=FileState.DONE)
    ground.territories["cinema"] = ground.territories.pop(FILMS)

    await rounds_of(ground).look_through("cinema")

    present = await ground.file(file.id)
    assert (present.library, present.state) == ("cinema", FileState.DONE)
    assert [each.id for each in await ground.present()] == [file.id]


async def test_library_leaves_the_files_of_others_alone(ground: Ground) -> None:
    ground.add_library("films too")
    file = await ground.add(library="films too")
    del ground.territories["films too"]

    await rounds_of(ground).look_through(FILMS)

    assert (await ground.file(file.id)).library == "films too"


async def test_root_is_known_once_it_was_looked_through(ground: Ground, rounds: Rounds) -> None:
    await ground.add()
    assert not await rounds.is_root_known(FILMS)
    assert await rounds.root_identity(FILMS) is None

    await rounds.look_through(FILMS)

    facts = ground.root.stat()
    identity = RootIdentity(device=facts.st_dev, inode=facts.st_ino)
    assert await rounds.is_root_known(FILMS)
    assert await rounds.root_identity(FILMS) == identity


async def test_another_folder_at_the_same_place_is_not_known(
    ground: Ground, rounds: Rounds
) -> None:
    await ground.add()
    await rounds.look_through(FILMS)

    hide(ground)
    assert not await rounds.is_root_known(FILMS)

    ground.root.rmdir()
    assert not await rounds.is_root_known(FILMS)


async def test_library_that_nobody_configured_is_not_known(rounds: Rounds) -> None:
    assert not await rounds.is_root_known("nowhere")


async def test_file_is_gone_only_where_its_library_is_there(ground: Ground, rounds: Rounds) -> None:
    file = await ground.add()
    path = file.path
    await rounds.look_through(FILMS)
    assert not await rounds.is_gone(FILMS, path)

    ground.remove(file)
    assert await rounds.is_gone(FILMS, path)

    hide(ground)
    assert not await rounds.is_gone(FILMS, path)


async def test_what_an_owner_should_know_is_kept_in_words(ground: Ground, rounds: Rounds) -> None:
    name = os.fsdecode(b"caf\xe9.mkv")
    (ground.root / name).symlink_to(ground.folder)

    await rounds.look_through(FILMS)

    (finding,) = rounds.views[FILMS].findings
    assert finding.startswith(path_to_text(PurePath(ground.root / name)))
    assert "link to a folder" in finding
    assert finding.encode()  # it travels as JSON
    assert rounds.views[FILMS].listed_at_s == ground.clock()


async def test_several_requests_are_one_round(ground: Ground) -> None:
    rounds = rounds_of(ground, rescan_s=1e6)
    for _ in range(3):
        rounds.request(FILMS)
    rounds.request("nobody's")

    made = await rounds_made(rounds, until=lambda count: count == 2)

    assert made == 2  # the one at the start, and the one that was asked for


async def test_a_round_counts_as_asked_for_from_the_request_until_it_begins(
    ground: Ground,
) -> None:
    rounds = rounds_of(ground)
    await rounds.look_through(FILMS)

    rounds.request(FILMS)
    asked = rounds.views[FILMS].is_asked
    await rounds.look_through(FILMS)

    assert asked
    assert not rounds.views[FILMS].is_asked


async def test_rounds_are_made_though_nobody_asks(ground: Ground) -> None:
    rounds = rounds_of(ground, rescan_s=0.001)

    assert await rounds_made(rounds, until=lambda count: count == 3) == 3


async def rounds_made(rounds: Rounds, *, until: Callable[[int], bool]) -> int:
    """Run until so many rounds were made and nobody has anything to do."""
    count = 0
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(rounds.run)
        while not until(count):
            with anyio.fail_after(10):
                await rounds.door.heard(timeout_s=10)
            count += 1
        await settled(lambda: rounds.database.read(lambda _: None))
        tasks.cancel_scope.cancel()
    return count


async def settled(answer: Callable[[], Awaitable[object]]) -> None:
    for _ in range(3):
        await answer()


async def test_first_round_is_remembered_however_it_ended(ground: Ground, rounds: Rounds) -> None:
    assert not rounds.views[FILMS].is_first_done

    shutil.rmtree(ground.root)
    await rounds.look_through(FILMS)

    assert rounds.views[FILMS].is_first_done
    assert not rounds.views[FILMS].is_under_way
    assert rounds.views[FILMS].listed_at_s is None


async def test_every_round_wakes_the_door_and_the_sidecars(rounds: Rounds) -> None:
    await rounds.look_through(FILMS)

    assert await rounds.door.heard(timeout_s=0)
    assert await rounds.apply_bell.heard(timeout_s=0)
    assert await rounds.identify_bell.heard(timeout_s=0)


async def test_quiet_round_is_not_worth_a_line(ground: Ground, rounds: Rounds, log: Lines) -> None:
    ground.put(NAME)
    await rounds.look_through(FILMS)

    await rounds.look_through(FILMS)

    assert log.events == ["library.listed"]


def relocate(ground: Ground, root: Path) -> None:
    """Give the first library another root, as an owner does whose disk is mounted elsewhere."""
    ground.territories[FILMS] = replace(ground.territories[FILMS], root=PurePath(root))


async def test_files_of_a_former_root_are_looked_for_in_the_new_one(
    ground: Ground, rounds: Rounds
) -> None:
    files = [await ground.add(f"{number}.mkv", FileState.DONE) for number in range(12)]
    await rounds.look_through(FILMS)
    copied = shutil.copytree(ground.root, ground.folder / "copied", copy_function=shutil.copy)

    relocate(ground, copied)
    await rounds.look_through(FILMS)

    assert rounds.views[FILMS].suspicion is None
    assert [await is_missing(ground, file) for file in files] == [True] * len(files)
    assert {file.path.parent for file in await ground.present()} == {PurePath(copied)}
    assert {file.state for file in await ground.present()} == {FileState.SEEN}


async def test_files_of_a_former_root_are_known_by_their_inodes(
    ground: Ground, rounds: Rounds
) -> None:
    files = [await ground.add(f"{number}.mkv", FileState.DONE) for number in range(12)]
    await rounds.look_through(FILMS)
    elsewhere = ground.root.rename(ground.folder / "elsewhere")

    relocate(ground, elsewhere)
    await rounds.look_through(FILMS)

    present = await ground.present()
    assert [(file.id, file.state) for file in present] == [
        (file.id, FileState.DONE) for file in files
    ]
    assert {file.path.parent for file in present} == {PurePath(elsewhere)}


async def test_empty_new_root_makes_nothing_missing(ground: Ground, rounds: Rounds) -> None:
    file = await ground.add(state=FileState.DONE)
    await rounds.look_through(FILMS)
    empty = ground.folder / "empty"
    empty.mkdir()

    relocate(ground, empty)
    await rounds.look_through(FILMS)

    assert not await is_missing(ground, file)
    relocate(ground, ground.root)
    await rounds.look_through(FILMS)
    assert [each.id for each in await ground.present()] == [file.id]
    assert (await ground.file(file.id)).state is FileState.DONE


async def test_file_of_a_former_root_is_back_when_the_root_is(
    ground: Ground, rounds: Rounds
) -> None:
    file = await ground.add(state=FileState.DONE)
    await rounds.look_through(FILMS)
    wrong = ground.put("../wrong/Another.mkv").parent

    relocate(ground, wrong)
    await rounds.look_through(FILMS)
    assert await is_missing(ground, file)

    relocate(ground, ground.root)
    await rounds.look_through(FILMS)
    assert not await is_missing(ground, file)
    assert (await ground.file(file.id)).state is FileState.DONE
