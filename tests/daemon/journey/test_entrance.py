import os
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path, PurePath

import anyio
import pytest

from daemon.journey.bell import Bell
from daemon.journey.entrance import LONGEST_NAP_S, Entrance
from daemon.journey.noticing import note_seen
from daemon.journey.rounds import Rounds
from daemon.journey.settle import Settler
from daemon.watch.library import Hint
from rules.journey import FileState
from rules.listing import Sighting
from rules.media import path_to_text
from store import renames, sightings
from store.database import Connection
from store.files import FileRecord
from store.outbox import Errand
from store.renames import Renaming
from tests.daemon.doubles import Beats, Clock, Lines
from tests.daemon.ground import FILMS, NAME, Ground

pytestmark = pytest.mark.anyio

QUIET_S = 10.0


class Door:
    """An entrance whose time is told, and that can be made to look once more."""

    def __init__(self, ground: Ground, *, quiet_s: float = QUIET_S) -> None:
        self.ground = ground
        self.clock = Clock(50.0)
        self.beats = Beats()
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
        self.entrance = Entrance(
            database=ground.database,
            eyes=ground.eyes,
            rounds=self.rounds,
            settlers={name: Settler(quiet_s=quiet_s) for name in ground.territories},
            bell=Bell(),
            hashing_bell=Bell(),
            apply_bell=Bell(),
            identify_bell=Bell(),
            now=ground.clock,
            clock=self.clock,
            beat=self.beats,
        )

    async def follow(self, *paths: Path | PurePath | None, library: str = FILMS) -> None:
        """Give hints, and return when all were followed."""
        feed, hints = anyio.create_memory_object_stream[Hint](len(paths))
        for path in paths:
            hint = Hint(library=library, path=None if path is None else PurePath(path))
            feed.send_nowait(hint)
        feed.close()
        await self.entrance._listen(hints)

    async def look(self) -> None:
        """Let the door be looked at until everything that is due was done."""
        async with anyio.create_task_group() as tasks:
            self.beats.on_rest = tasks.cancel_scope.cancel
            await self.entrance._settle()

    async def rest(self) -> None:
        """Look, let the quiet time pass, and look again."""
        await self.look()
        self.clock.pass_s(QUIET_S)
        await self.look()

    @property
    def settler(self) -> Settler:
        return self.entrance.settlers[FILMS]

    async def is_round_asked_for(self) -> bool:
        return await self.rounds.bells[FILMS].heard(timeout_s=0)


@pytest.fixture
def door(ground: Ground) -> Door:
    return Door(ground)


async def is_missing(ground: Ground, file: FileRecord) -> bool:
    return (await ground.file(file.id)).missing_since_s is not None


async def test_new_file_is_seen_and_goes_on_after_the_quiet_time(
    ground: Ground, door: Door
) -> None:
    path = ground.put()

    await door.follow(path)
    assert (await ground.at(path)).state is FileState.SEEN
    assert await door.entrance.bell.heard(timeout_s=0)

    await door.rest()
    file = await ground.at(path)
    assert file.state is FileState.SETTLED
    assert await ground.history(file.id) == ["seen", "settled"]
    assert await door.entrance.hashing_bell.heard(timeout_s=0)


async def test_file_does_not_go_on_before_the_quiet_time(ground: Ground, door: Door) -> None:
    path = ground.put()
    await door.follow(path)

    await door.look()
    door.clock.pass_s(QUIET_S - 0.1)
    await door.look()

    assert (await ground.at(path)).state is FileState.SEEN
    name, nap_s = door.beats.rests[-1]
    assert (name, round(nap_s, 3)) == ("settle", 0.1)


async def test_file_that_grows_with_every_look_never_settles(ground: Ground, door: Door) -> None:
    path = ground.put()
    await door.follow(path)
    await door.look()

    for length in range(10, 15):
        ground.put(text="a" * length)
        door.clock.pass_s(QUIET_S)
        await door.look()
        assert (await ground.at(path)).state is FileState.SEEN

    door.clock.pass_s(QUIET_S)
    await door.look()
    file = await ground.at(path)
    assert (file.state, file.stamp.size_bytes) == (FileState.SETTLED, 14)


async def test_file_without_bytes_or_of_no_interest_is_not_even_seen(
    ground: Ground, door: Door
) -> None:
    names = ("empty.mkv", "notes.txt", "film.mkv.part", "excluded/film.mkv")
    paths = [ground.put(name, "" if name == "empty.mkv" else "a film") for name in names]

    await door.follow(*paths)

    assert await ground.present() == []
    assert not await door.is_round_asked_for()


async def test_hint_about_a_known_file_as_it_was_changes_nothing(
    ground: Ground, door: Door
) -> None:
    file = await ground.add(state=FileState.DONE)

    await door.follow(file.path)

    assert await ground.file(file.id) == file
    assert not await door.entrance.bell.heard(timeout_s=0)


async def test_changed_file_settles_again_and_keeps_what_was_decided(
    ground: Ground, door: Door
) -> None:
    file = await ground.add(state=FileState.REVIEW)
    ground.put(text="another, longer film")

    await door.follow(file.path)
    changed = await ground.file(file.id)
    assert (changed.state, changed.resume_state) == (FileState.SEEN, FileState.REVIEW)

    await door.rest()
    assert (await ground.file(file.id)).state is FileState.SETTLED


async def test_decision_made_while_the_disk_was_looked_at_is_kept(
    ground: Ground, door: Door
) -> None:
    """A stale record would put the file back into the state before a person's accept."""
    file = await ground.add(state=FileState.REVIEW)
    ground.touch(file)
    seen = await ground.look(Path(file.path))
    await ground.set_state(file, FileState.ACCEPTED)

    await door.entrance._note_seen(FILMS, file, seen)

    assert (await ground.file(file.id)).resume_state is FileState.ACCEPTED


async def test_deleted_file_is_missing(ground: Ground, door: Door) -> None:
    file = await ground.add(state=FileState.DONE)
    await door.rounds.look_through(FILMS)
    ground.remove(file)

    await door.follow(file.path)
    assert await is_missing(ground, file)

    await door.follow(file.path)
    assert (await ground.history(file.id)).count("missing") == 1


async def test_deleted_newcomer_is_held_back_no_longer(ground: Ground, door: Door) -> None:
    file = await ground.add()
    await door.rounds.look_through(FILMS)
    await door.look()
    assert file.path in door.settler
    ground.remove(file)

    await door.follow(file.path)

    assert file.path not in door.settler


async def test_file_that_is_back_is_what_it_was(ground: Ground, door: Door) -> None:
    file = await ground.add(state=FileState.DONE)
    await ground.note_gone(file)

    await door.follow(file.path)

    assert not await is_missing(ground, file)
    assert (await ground.file(file.id)).state is FileState.DONE
    assert (await ground.history(file.id))[-1] == "back"


async def test_file_that_is_back_and_changed_settles_again(ground: Ground, door: Door) -> None:
    file = await ground.add(state=FileState.DONE)
    await ground.note_gone(file)
    ground.put(text="another, longer film")

    await door.follow(file.path)

    present = await ground.file(file.id)
    assert (present.state, present.missing_since_s) == (FileState.SEEN, None)


async def test_moved_file_keeps_everything_and_its_sidecars_follow(
    ground: Ground, door: Door
) -> None:
    file = await ground.add_known(state=FileState.DONE)

    there = ground.rename(file, "Lakes/Harbour at Dusk.mkv")
    await door.follow(there, file.path)

    moved = await ground.file(file.id)
    assert (moved.path, moved.state) == (PurePath(there), FileState.DONE)
    assert moved.content_id == file.content_id
    assert [each.id for each in await ground.present()] == [file.id]
    assert [owed.file_id for owed in await ground.owed(Errand.SIDECAR)] == [file.id]
    assert await door.entrance.apply_bell.heard(timeout_s=0)
    assert await door.entrance.identify_bell.heard(timeout_s=0)


async def test_move_is_seen_whichever_hint_comes_first(ground: Ground, door: Door) -> None:
    file = await ground.add_known(state=FileState.REVIEW)
    await door.rounds.look_through(FILMS)

    there = ground.rename(file, "Harbour at Dusk.mkv")
    await door.follow(file.path, there)

    moved = await ground.file(file.id)
    assert (moved.path, moved.missing_since_s) == (PurePath(there), None)
    assert await ground.owed(Errand.SIDECAR) == []  # it has none


async def test_file_moves_from_one_library_to_another(ground: Ground) -> None:
    ground.add_library("shows")
    door = Door(ground)
    file = await ground.add_known(state=FileState.DONE)

    there = ground.rename(file, "../shows/Harbour at Dawn.mkv")
    await door.follow(there, library="shows")

    moved = await ground.file(file.id)
    assert (moved.library, moved.path) == ("shows", PurePath(there))


async def test_second_name_of_a_file_is_no_move(ground: Ground, door: Door) -> None:
    file = await ground.add_known(state=FileState.DONE)
    link = ground.root / "The same.mkv"
    link.hardlink_to(file.path)

    await door.follow(link)

    assert (await ground.file(file.id)).path == file.path
    assert (await ground.at(link)).id != file.id


async def test_which_of_two_lost_names_moved_is_not_guessed(ground: Ground, door: Door) -> None:
    file = await ground.add_known(state=FileState.DONE)
    other = ground.root / "The same.mkv"
    other.hardlink_to(file.path)
    await door.follow(other)
    ground.remove(file)

    there = other.rename(ground.root / "Where now.mkv")
    await door.follow(there)

    assert len({each.id for each in await ground.present()}) == 3


async def test_where_inodes_are_made_up_anew_a_move_is_left_to_the_content(
    ground: Ground,
) -> None:
    ground.add_library("share", has_stable_inodes=False)
    door = Door(ground)
    file = await ground.add_known(state=FileState.DONE, library="share")

    there = ground.rename(file, "../share/Harbour at Dusk.mkv")
    await door.follow(there, library="share")

    assert (await ground.file(file.id)).path == file.path
    assert (await ground.at(there)).id != file.id


async def test_file_on_another_file_system_is_another_file(ground: Ground, door: Door) -> None:
    file = await ground.add_known(state=FileState.DONE)
    await ground.set_device(file, 12345)

    there = ground.rename(file, "Harbour at Dusk.mkv")
    await door.follow(there)

    assert (await ground.file(file.id)).path == file.path


async def test_file_lost_by_a_library_that_is_no_longer_configured_is_found_again(
    ground: Ground,
) -> None:
    ground.add_library("shows")
    file = await ground.add_known(state=FileState.DONE, library="shows")
    await ground.note_gone(file)
    del ground.territories["shows"]
    door = Door(ground)

    there = ground.rename(file, "Harbour at Dusk.mkv")
    await door.follow(there)

    assert (await ground.file(file.id)).path == PurePath(there)


async def test_file_back_at_its_place_is_no_move_of_its_own(ground: Ground, door: Door) -> None:
    file = await ground.add(state=FileState.DONE)
    await ground.note_gone(file)

    await door.follow(file.path)

    assert "moved" not in await ground.history(file.id)


async def test_hint_about_a_deleted_folder_asks_for_a_round(ground: Ground, door: Door) -> None:
    await door.follow(ground.root / "Lakes")

    assert await door.is_round_asked_for()


async def test_hint_about_the_whole_library_asks_for_a_round(door: Door) -> None:
    await door.follow(None)

    assert await door.is_round_asked_for()


async def test_hint_of_a_library_that_nobody_configured_is_passed_over(
    ground: Ground, door: Door
) -> None:
    await door.follow(ground.put(), None, library="nowhere")

    assert await ground.present() == []


async def test_loss_under_an_unknown_root_is_for_a_round_to_judge(
    ground: Ground, door: Door
) -> None:
    file = await ground.add(state=FileState.DONE)
    await door.rounds.look_through(FILMS)
    ground.root.rename(ground.folder / "unmounted")
    ground.root.mkdir()

    await door.follow(file.path)

    assert not await is_missing(ground, file)
    assert await door.is_round_asked_for()


async def test_loss_in_a_library_under_its_former_name_is_noted(ground: Ground) -> None:
    file = await ground.add(state=FileState.DONE)
    ground.territories["cinema"] = ground.territories.pop(FILMS)
    door = Door(ground)
    seen = await ground.look(Path(file.path), "cinema")
    await door.rounds.look_through("cinema")
    await ground.database.write(
        partial(sightings.note_moved, file=file, library=FILMS, sighting=seen, at_s=1.0)
    )
    ground.remove(file)

    await door.follow(file.path, library="cinema")

    assert await is_missing(ground, file)


async def test_lost_file_that_went_on_meanwhile_is_not_taken_for_the_newcomer(
    ground: Ground,
) -> None:
    file = await ground.add_known(state=FileState.READY)
    there = ground.rename(file, "Harbour at Dusk.mkv")
    seen = await ground.look(there)
    await ground.set_state(file, FileState.ANSWERED)

    note = partial(note_seen, library=FILMS, seen=seen, origin=file, at_s=ground.clock())
    await ground.database.write(note)

    assert (await ground.file(file.id)).path == file.path
    assert (await ground.at(there)).id != file.id


async def test_hint_that_a_round_was_quicker_than_changes_nothing(ground: Ground) -> None:
    file = await ground.add(state=FileState.DONE)
    seen = await ground.look(Path(file.path))

    note = partial(note_seen, library=FILMS, seen=seen, origin=None, at_s=ground.clock())
    await ground.database.write(note)

    assert await ground.file(file.id) == file


async def test_sidecars_of_a_file_that_moves_on_and_on_are_owed_once(
    ground: Ground, door: Door
) -> None:
    file = await ground.add_known(state=FileState.DONE)
    await door.follow(there := ground.rename(file, "Harbour at Noon.mkv"))
    moved = await ground.at(there)

    await door.follow(ground.rename(moved, "Harbour at Dusk.mkv"))

    assert [owed.file_id for owed in await ground.owed(Errand.SIDECAR)] == [file.id]


async def test_file_that_becomes_of_no_interest_at_the_door_is_dropped(
    ground: Ground, door: Door
) -> None:
    file = await ground.add()
    await door.look()
    ground.put(".stashignore", NAME)

    door.clock.pass_s(QUIET_S)
    await door.look()

    assert await is_missing(ground, file)
    assert file.path not in door.settler


async def test_file_that_vanished_at_the_door_is_dropped(ground: Ground, door: Door) -> None:
    file = await ground.add()
    await door.rounds.look_through(FILMS)
    await door.look()
    ground.remove(file)

    door.clock.pass_s(QUIET_S)
    await door.look()

    assert await is_missing(ground, file)


async def test_file_that_vanished_with_its_library_stays_at_the_door(
    ground: Ground, door: Door
) -> None:
    file = await ground.add()
    await door.rounds.look_through(FILMS)
    await door.look()
    ground.root.rename(ground.folder / "unmounted")
    ground.root.mkdir()

    door.clock.pass_s(QUIET_S)
    await door.look()

    assert not await is_missing(ground, file)
    assert file.path in door.settler


async def test_file_that_cannot_be_read_stays_held(ground: Ground, door: Door) -> None:
    file = await ground.add()
    await door.look()
    hidden = ground.root.rename(ground.folder / "away")

    door.clock.pass_s(QUIET_S)
    await door.look()
    assert (await ground.file(file.id)).state is FileState.SEEN
    assert file.path in door.settler

    hidden.rename(ground.root)
    door.clock.pass_s(QUIET_S)
    await door.look()
    assert (await ground.file(file.id)).state is FileState.SETTLED


async def test_file_that_only_the_settler_remembers_is_forgotten(
    ground: Ground, door: Door
) -> None:
    file = await ground.add()
    await door.rounds.look_through(FILMS)
    await door.look()
    await ground.database.write(partial(sightings.forget, file_id=file.id))
    ground.remove(file)

    door.clock.pass_s(QUIET_S)
    await door.look()

    assert file.path not in door.settler
    assert await ground.find(Path(file.path)) is None


async def test_files_at_the_door_are_taken_up_after_a_restart(ground: Ground) -> None:
    file = await ground.add()

    await Door(ground).rest()

    assert (await ground.file(file.id)).state is FileState.SETTLED


async def test_file_of_a_library_that_nobody_configured_stays_at_the_door(
    ground: Ground,
) -> None:
    file = await ground.add()
    ground.add_library("shows")
    del ground.territories[FILMS]

    await Door(ground).rest()

    assert await ground.file(file.id) == file


async def test_files_that_rest_together_go_on_in_one_commit(ground: Ground, door: Door) -> None:
    first, second = await ground.add("a.mkv"), await ground.add("b.mkv")
    ground.clock.pass_s(5)

    await door.rest()

    present = [await ground.file(file.id) for file in (first, second)]
    assert {file.state for file in present} == {FileState.SETTLED}
    assert {file.changed_at_s for file in present} == {ground.clock()}


async def test_empty_door_is_looked_at_once_a_minute(door: Door) -> None:
    await door.look()

    assert door.beats.rests == [("settle", LONGEST_NAP_S)]
    assert door.beats.at_work == ["settle"]


async def test_running_entrance_notices_and_settles(ground: Ground) -> None:
    door = Door(ground, quiet_s=0)
    path = ground.put()
    feed, hints = anyio.create_memory_object_stream[Hint](1)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(door.entrance.run, hints)
        await feed.send(Hint(library=FILMS, path=PurePath(path)))
        with anyio.fail_after(20):
            assert await door.entrance.hashing_bell.heard(timeout_s=20)
            await _until(partial(_has_settled, ground, path))
        tasks.cancel_scope.cancel()
    feed.close()


async def _has_settled(ground: Ground, path: Path) -> bool:
    file = await ground.find(path)
    return file is not None and file.state is FileState.SETTLED


async def _until(is_so: Callable[[], Awaitable[bool]]) -> None:
    while not await is_so():
        await anyio.lowlevel.checkpoint()


async def test_name_that_is_no_utf8_settles_too(ground: Ground, door: Door) -> None:
    path = ground.put(os.fsdecode(b"caf\xe9.mkv"))
    await door.follow(path)

    await door.rest()

    assert (await ground.at(path)).state is FileState.SETTLED


@pytest.mark.parametrize(
    ("name", "is_due"),
    [
        ("Northlight.24.05.17.Harbour.At.Dawn.XXX.1080p.mkv", True),
        ("Lakes/Harbour at Dawn.mkv", False),
    ],
    ids=["another name", "another folder"],
)
async def test_file_that_nobody_knew_is_asked_about_again_under_another_name(
    ground: Ground, door: Door, name: str, *, is_due: bool
) -> None:
    file = await ground.add_known()
    later_s = ground.clock() + 3600
    await ground.set_state(file, FileState.NO_MATCH, due_at_s=later_s)
    there = ground.rename(await ground.file(file.id), name)

    await door.follow(there, file.path)

    moved = await ground.file(file.id)
    assert (moved.path, moved.state) == (there, FileState.NO_MATCH)
    assert moved.due_at_s == (ground.clock() if is_due else later_s)


async def test_a_place_that_doorman_moved_a_file_away_from_is_no_reason_to_look_through_all(
    ground: Ground,
) -> None:
    file = await ground.add_known()
    door = Door(ground)
    path = ground.rename(file, "Quiet Pier.mkv")
    seen = await ground.look(path)
    await ground.database.write(partial(_renamed, file=file, seen=seen))

    await door.follow(file.path, path)
    assert not door.rounds.views[FILMS].is_asked
    assert [each.id for each in await ground.present()] == [file.id]

    await door.follow(ground.root / "never there.mkv")
    assert door.rounds.views[FILMS].is_asked


def _renamed(connection: Connection, *, file: FileRecord, seen: Sighting) -> None:
    said = Renaming(
        former=path_to_text(file.path),
        path=path_to_text(seen.path),
        beside=(),
        size_bytes=file.stamp.size_bytes,
        mtime_ns=file.stamp.mtime_ns,
    )
    renames.intend(connection, file, said, plan_id=None, at_s=1.0)
    (change,) = renames.under_way(connection, file.id)
    renames.note_done(connection, change, file, seen, at_s=1.0)
