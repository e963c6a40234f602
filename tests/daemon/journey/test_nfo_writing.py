"""What somebody made of an NFO, and what the next writing makes of that."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from daemon.journey.sidecars import Sidecars
from rules.journey import FileState
from rules.nfo_ownership import OnChange
from rules.nfo_style import NfoRoot, NfoStyle
from rules.plan import Field, Origin
from store import kept_sidecars, sightings, works
from store.files import FileRecord
from store.works import StoredField
from tests.daemon.ground import FILMS, NAME, Ground, accept

pytestmark = pytest.mark.anyio

THEIRS = b"<movie><title>My Harbour</title></movie>"


class Desk:
    """An accepted file, and the hand that writes beside it."""

    def __init__(self, ground: Ground, file: FileRecord) -> None:
        self.ground = ground
        self.file = file
        self.sidecars = Sidecars(
            database=ground.database,
            roots={name: Path(each.root) for name, each in ground.territories.items()},
            now=ground.clock,
        )

    @property
    def nfo(self) -> Path:
        return Path(self.file.path).with_suffix(".nfo")

    async def write(self, on_change: OnChange = OnChange.PRESERVE) -> bytes | None:
        """Write; return what lies there then."""
        await replace(self.sidecars, on_change=on_change).write(self.file.id)
        return self.nfo.read_bytes() if self.nfo.exists() else None

    def edit(self, old: bytes, new: bytes) -> bytes:
        """Change the NFO as a person would; return what lies there then."""
        text = self.nfo.read_bytes()
        assert old in text
        self.nfo.write_bytes(text.replace(old, new))
        return self.nfo.read_bytes()

    async def say(self, field: Field, text: str) -> None:
        """Let the work say something else."""
        assert self.file.work_id is not None
        stored = StoredField(value=f'"{text}"', origin=Origin.SOURCE, source="first")
        put = partial(
            works.put_field, work_id=self.file.work_id, field=field, stored=stored, at_s=1.0
        )
        await self.ground.database.write(put)

    async def kept(self) -> list[str]:
        """Return what is told to stay."""
        stays = await self.ground.database.read(
            partial(kept_sidecars.of_file, file_id=self.file.id)
        )
        return [each.reason for each in stays]

    async def move(self, name: str) -> None:
        """Move the video; what lies beside it stays."""
        there = self.ground.rename(self.file, name)
        seen = await self.ground.look(there, FILMS)
        note = partial(
            sightings.note_moved,
            file=self.file,
            library=FILMS,
            sighting=seen,
            at_s=self.ground.clock(),
        )
        await self.ground.database.write(note)
        self.file = await self.ground.file(self.file.id)


@pytest.fixture
async def desk(ground: Ground) -> Desk:
    file = await ground.add_known(NAME, FileState.ANSWERED)
    await accept(ground, file)
    return Desk(ground, await ground.file(file.id))


async def test_what_somebody_wrote_stays_and_is_told_once(desk: Desk) -> None:
    desk.nfo.write_bytes(THEIRS)

    assert await desk.write() == await desk.write() == THEIRS

    words = f"{desk.nfo.name} stays: somebody else wrote it"
    assert await desk.kept() == [words]
    assert await desk.ground.details(desk.file.id, "sidecar kept") == [words]
    assert await desk.ground.database.read(kept_sidecars.count) == 1


async def test_nothing_is_told_to_stay_once_it_is_gone(desk: Desk) -> None:
    desk.nfo.write_bytes(THEIRS)
    await desk.write()
    desk.nfo.unlink()

    assert b"Harbour at Dawn" in (await desk.write() or b"")

    assert await desk.kept() == []


async def test_an_nfo_in_capitals_is_the_files_own(desk: Desk) -> None:
    capitals = desk.nfo.with_suffix(".NFO")
    capitals.write_bytes(THEIRS)

    assert await desk.write() is None

    assert capitals.read_bytes() == THEIRS
    assert await desk.kept() == [f"{capitals.name} stays: somebody else wrote it"]


async def test_merging_keeps_an_edit_through_every_later_writing(desk: Desk) -> None:
    await desk.write()
    desk.edit(b"Harbour at Dawn</title>", b"My Harbour</title>")
    desk.edit(b"</movie>", b"<playcount>2</playcount></movie>")
    await desk.say(Field.DETAILS, "Ships come in.")

    first = await desk.write(OnChange.MERGE) or b""
    await desk.say(Field.DETAILS, "Ships go out.")
    second = await desk.write() or b""

    for written in (first, second):
        assert b"<title>My Harbour</title>" in written
        assert b"<playcount>2</playcount>" in written
    assert (b"Ships come in." in first, b"Ships go out." in second) == (True, True)
    assert await desk.kept() == []


async def test_overwriting_is_taken_back_to_the_byte(desk: Desk) -> None:
    desk.nfo.write_bytes(THEIRS)

    assert b"<title>Harbour at Dawn</title>" in (await desk.write(OnChange.OVERWRITE) or b"")
    await desk.sidecars.restore(desk.file.id, 0)

    assert desk.nfo.read_bytes() == THEIRS


async def test_undo_gives_back_what_somebody_had_made_of_it(desk: Desk) -> None:
    await desk.write()
    mine = desk.edit(b"Harbour at Dawn</title>", b"My Harbour</title>")
    await desk.say(Field.DETAILS, "Ships come in.")
    await desk.write(OnChange.MERGE)

    await desk.sidecars.restore(desk.file.id, 0)

    assert desk.nfo.read_bytes() == mine


async def test_what_somebody_added_moves_along_with_the_video(desk: Desk) -> None:
    await desk.write()
    desk.edit(b"</movie>", b"<playcount>2</playcount></movie>")
    await desk.say(Field.DETAILS, "Ships come in.")
    before = await desk.write(OnChange.MERGE)
    former = desk.nfo
    await desk.move("Dawn over the Harbour.mkv")

    assert await desk.write() == before

    assert not former.exists()


@pytest.mark.parametrize("addition", [b"", b"<playcount>2</playcount>"])
async def test_a_video_that_moved_is_told_anew_with_what_somebody_added(
    desk: Desk, addition: bytes
) -> None:
    await desk.write()
    desk.edit(b"</movie>", addition + b"</movie>")
    await desk.say(Field.DETAILS, "Ships come in.")
    await desk.write(OnChange.MERGE)
    await desk.move("Dawn over the Harbour.mkv")
    await desk.say(Field.DETAILS, "Ships go out.")

    written = await desk.write() or b""

    assert b"Ships go out." in written
    assert addition in written


@pytest.mark.parametrize("on_change", [OnChange.PRESERVE, OnChange.MERGE])
async def test_what_somebody_added_stays_where_another_nfo_awaits_the_video(
    desk: Desk, on_change: OnChange
) -> None:
    await desk.write()
    desk.edit(b"</movie>", b"<playcount>2</playcount></movie>")
    await desk.say(Field.DETAILS, "Ships come in.")
    before = await desk.write(OnChange.MERGE)
    former = desk.nfo
    await desk.move("Dawn over the Harbour.mkv")
    desk.nfo.write_bytes(THEIRS)

    await desk.write(on_change)
    await desk.write(on_change)

    assert former.read_bytes() == before
    told = [str(each) for each in await desk.ground.details(desk.file.id, "sidecar kept")]
    assert sum(each.startswith(f"{former.name} stays: others wrote") for each in told) == 1


async def test_another_spelling_of_its_own_name_is_not_removed(desk: Desk) -> None:
    """Disks that take upper and lower case alike show one file by both; here it is a link."""
    await desk.write()
    former = desk.nfo
    await desk.move(NAME.lower())
    desk.nfo.hardlink_to(former)

    await desk.write()

    assert former.samefile(desk.nfo)


async def test_what_was_written_over_comes_back_though_the_move_was_not_followed_yet(
    desk: Desk,
) -> None:
    former = desk.nfo
    former.write_bytes(THEIRS)
    await desk.write(OnChange.OVERWRITE)
    await desk.move("Lakes/Harbour at Dusk.mkv")
    await desk.write(OnChange.OVERWRITE)
    there = desk.nfo
    await desk.move(NAME)
    there.rename(desk.nfo)

    await desk.sidecars.restore(desk.file.id, 0)

    assert desk.nfo.read_bytes() == THEIRS
    assert not there.exists()


@pytest.mark.parametrize("comes_along", [False, True])
async def test_what_was_written_over_comes_back_beside_a_video_that_moved(
    desk: Desk, *, comes_along: bool
) -> None:
    former = desk.nfo
    former.write_bytes(THEIRS)
    await desk.write(OnChange.OVERWRITE)
    await desk.move("Lakes/Harbour at Dusk.mkv")
    if comes_along:
        former.rename(desk.nfo)
    await desk.write(OnChange.OVERWRITE)

    await desk.sidecars.restore(desk.file.id, 0)

    assert desk.nfo.read_bytes() == THEIRS
    assert not former.exists()


async def test_nothing_is_written_for_a_file_that_is_not_known(desk: Desk) -> None:
    await desk.sidecars.write(desk.file.id + 1)

    assert not desk.nfo.exists()


async def test_each_library_has_its_root(desk: Desk) -> None:
    music = replace(desk.sidecars, styles={FILMS: NfoStyle(root=NfoRoot.MUSICVIDEO)})

    await music.write(desk.file.id)

    assert b"<musicvideo>" in desk.nfo.read_bytes()
