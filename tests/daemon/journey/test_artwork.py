"""Pictures beside real files, by a real store; only the network is a double."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import anyio
import pytest

from daemon.journey.artwork import Artwork
from daemon.journey.artwork_errands import ALL_DONE, Outcome
from daemon.journey.picture_decoding import PictureUndecoded
from daemon.journey.picture_supply import PictureSupply
from daemon.journey.sidecars import Sidecars
from providers.errors import ServerFailed
from providers.pictures import NoPicture
from providers.pictures import Picture as Fetched
from rules.errors import ProviderError
from rules.journey import FileState
from rules.plan import Field, Origin
from rules.work import Picture
from store import journal, kept_sidecars, sightings, works
from store.files import FileRecord
from store.journal import ChangeKind
from store.works import StoredField
from tests.daemon.doubles import Lines
from tests.daemon.ground import NAME, Ground, accept
from tests.daemon.journey.pictures import (
    GIF,
    SECOND,
    SECOND_PNG,
    UPRIGHT,
    UPRIGHT_PNG,
    WIDE,
    WIDE_PNG,
    Elsewhere,
    elsewhere,
    with_pictures,
)

pytestmark = pytest.mark.anyio

STEM = "Harbour at Dawn"
POSTER, FANART, THUMB = f"{STEM}-poster.png", f"{STEM}-fanart.png", f"{STEM}-thumb.png"
ALL = {POSTER: UPRIGHT_PNG, FANART: WIDE_PNG, THUMB: WIDE_PNG}
DOWN = ServerFailed("pictures.example", 503)


class Bench:
    """Pictures, and what journal and disk say of them."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.elsewhere = elsewhere()
        self.log = Lines()
        self.sidecars = Sidecars(
            database=ground.database,
            roots={name: Path(each.root) for name, each in ground.territories.items()},
            now=ground.clock,
        )
        self.artwork = Artwork(
            hand=self.sidecars.hand,
            supply=PictureSupply(
                database=ground.database, fetcher=self.elsewhere, now=ground.clock
            ),
            source_urls={"first": "https://first.example/graphql"},
            log=self.log,
        )

    async def accepted(
        self, addresses: Sequence[str] = (WIDE, UPRIGHT), name: str = NAME
    ) -> FileRecord:
        file = await self.ground.add_known(name, FileState.ANSWERED)
        await accept(self.ground, file, with_pictures(addresses))
        return await self.ground.file(file.id)

    async def write(self, file: FileRecord) -> Outcome:
        return await self.artwork.write(file.id)

    async def show(self, file: FileRecord, addresses: Sequence[str]) -> None:
        """Let the file's work have other pictures."""
        assert file.work_id is not None
        pictures = ", ".join(f'{{"url": "{each}"}}' for each in addresses)
        stored = StoredField(value=f"[{pictures}]", origin=Origin.SOURCE, source="first")
        await self.ground.database.write(
            partial(
                works.put_field,
                work_id=file.work_id,
                field=Field.PICTURES,
                stored=stored,
                at_s=1.0,
            )
        )

    async def move(self, file: FileRecord, name: str) -> FileRecord:
        there = self.ground.rename(file, name)
        seen = await self.ground.look(there)
        note = partial(
            sightings.note_moved, file=file, library=file.library, sighting=seen, at_s=2.0
        )
        await self.ground.database.write(note)
        return await self.ground.file(file.id)

    def beside(self, folder: str = "") -> dict[str, bytes]:
        """Return what lies in a folder but the videos."""
        found = (self.ground.root / folder).iterdir()
        return {
            path.name: path.read_bytes()
            for path in found
            if path.suffix not in {".mkv", ".mp4"} and path.is_file()
        }

    async def restore(self, file: FileRecord) -> None:
        await self.sidecars.restore(file.id, 0)


@dataclass(frozen=True, slots=True)
class Meddling:
    """Fetches from elsewhere, while somebody does something."""

    elsewhere: Elsewhere
    meddle: Callable[[], object]

    async def fetch(self, address: str, *, source_url: str | None = None) -> Fetched:
        self.meddle()
        return await self.elsewhere.fetch(address, source_url=source_url)


@pytest.fixture
def bench(ground: Ground) -> Bench:
    return Bench(ground)


async def test_best_pictures_are_written_beside_the_file(ground: Ground, bench: Bench) -> None:
    file = await bench.accepted()

    assert await bench.write(file) == ALL_DONE

    assert bench.beside() == ALL
    assert sorted(bench.elsewhere.asked) == [
        (UPRIGHT, "https://first.example/graphql"),
        (WIDE, "https://first.example/graphql"),
    ]
    assert len(await ground.details(file.id, "sidecar written")) == 3


async def test_picture_whose_size_the_source_tells_is_fetched_only_if_it_is_chosen(
    bench: Bench,
) -> None:
    file = await bench.accepted(())
    assert file.work_id is not None
    told = [Picture(url=WIDE, width=1280, height=720), Picture(url=SECOND, width=300, height=200)]
    texts = (
        f'{{"url": "{one.url}", "width": {one.width}, "height": {one.height}}}' for one in told
    )
    stored = StoredField(value=f"[{','.join(texts)}]", origin=Origin.SOURCE, source="first")
    put = partial(
        works.put_field, work_id=file.work_id, field=Field.PICTURES, stored=stored, at_s=1.0
    )
    await bench.ground.database.write(put)

    await bench.write(file)

    assert [address for address, _ in bench.elsewhere.asked] == [WIDE]
    assert bench.beside() == {POSTER: WIDE_PNG, FANART: WIDE_PNG, THUMB: WIDE_PNG}


async def test_nothing_is_fetched_or_written_twice(ground: Ground, bench: Bench) -> None:
    file = await bench.accepted()
    await bench.write(file)
    stamps = {path: path.stat().st_ino for path in ground.root.iterdir()}

    assert await bench.write(file) == ALL_DONE

    assert {path: path.stat().st_ino for path in ground.root.iterdir()} == stamps
    assert len(bench.elsewhere.asked) == 2


async def test_undo_takes_all_pictures_away(bench: Bench) -> None:
    file = await bench.accepted()
    await bench.write(file)

    await bench.restore(file)

    assert bench.beside() == {}


async def test_picture_of_another_kind_takes_the_place_of_the_former(bench: Bench) -> None:
    file = await bench.accepted()
    await bench.write(file)
    bench.elsewhere.served[SECOND] = GIF

    await bench.show(file, [SECOND])
    await bench.write(file)

    assert bench.beside() == {f"{STEM}-poster.gif": GIF, f"{STEM}-thumb.gif": GIF}
    await bench.restore(file)
    assert bench.beside() == {}


async def test_extension_follows_the_content_and_not_the_address(bench: Bench) -> None:
    address = "https://pictures.example/cover.jpg"
    bench.elsewhere.served[address] = WIDE_PNG
    file = await bench.accepted([address])

    await bench.write(file)

    assert set(bench.beside()) == {POSTER, FANART, THUMB}


@pytest.mark.parametrize("name", [POSTER, "folder.JPG"])
async def test_picture_that_somebody_else_put_there_stays_alone(
    ground: Ground, bench: Bench, name: str
) -> None:
    (ground.root / name).write_bytes(b"theirs")
    file = await bench.accepted()

    assert await bench.write(file) == ALL_DONE

    assert bench.beside() == {name: b"theirs", FANART: WIDE_PNG, THUMB: WIDE_PNG}
    kept = [f"{name} stays: it is somebody else's, and serves as poster"]
    await bench.write(file)
    assert await ground.details(file.id, "sidecar kept") == kept
    beside = await ground.database.read(partial(kept_sidecars.of_file, file_id=file.id))
    assert [str(each.path) for each in beside] == [str(ground.root / name)]
    await bench.restore(file)
    assert bench.beside() == {name: b"theirs"}


async def test_picture_is_written_once_nobody_elses_is_in_the_way(
    ground: Ground, bench: Bench
) -> None:
    (ground.root / POSTER).write_bytes(b"theirs")
    file = await bench.accepted()
    await bench.write(file)
    (ground.root / POSTER).unlink()

    await bench.write(file)

    assert bench.beside() == ALL
    assert await ground.database.read(partial(kept_sidecars.of_file, file_id=file.id)) == []


async def test_poster_of_a_folder_is_of_no_single_film_among_several(
    ground: Ground, bench: Bench
) -> None:
    ground.put("Another.mkv")
    (ground.root / "poster.jpg").write_bytes(b"theirs")

    await bench.write(await bench.accepted())

    assert bench.beside() == {**ALL, "poster.jpg": b"theirs"}


async def test_picture_that_somebody_changed_stays_though_the_work_has_another(
    ground: Ground, bench: Bench
) -> None:
    file = await bench.accepted()
    await bench.write(file)
    (ground.root / THUMB).write_bytes(b"theirs now")
    await bench.show(file, [SECOND, UPRIGHT])

    for _ in range(2):
        await bench.write(file)

    expected = {POSTER: UPRIGHT_PNG, FANART: SECOND_PNG, THUMB: b"theirs now"}
    assert bench.beside() == expected
    assert len(await ground.details(file.id, "sidecar kept")) == 1


async def test_link_that_serves_as_a_picture_is_left_alone(ground: Ground, bench: Bench) -> None:
    outside = ground.folder / "elsewhere.png"
    outside.write_bytes(b"precious")
    (ground.root / POSTER).symlink_to(outside)
    file = await bench.accepted()

    await bench.write(file)

    assert (ground.root / POSTER).is_symlink()
    assert outside.read_bytes() == b"precious"


async def test_same_picture_from_somebody_else_is_theirs_and_nothing_to_tell(
    ground: Ground, bench: Bench
) -> None:
    (ground.root / POSTER).write_bytes(UPRIGHT_PNG)
    file = await bench.accepted()

    await bench.write(file)

    assert await ground.details(file.id, "sidecar kept") == []
    await bench.restore(file)
    assert bench.beside() == {POSTER: UPRIGHT_PNG}


async def test_pictures_follow_a_renamed_file_without_being_fetched_again(
    ground: Ground, bench: Bench
) -> None:
    file = await bench.accepted()
    await bench.write(file)
    bench.elsewhere.served = {WIDE: DOWN, UPRIGHT: DOWN}

    file = await bench.move(file, "Lakes/Harbour at Dusk.mkv")
    assert await bench.write(file) == ALL_DONE

    assert bench.beside() == {}
    assert bench.beside("Lakes") == {
        name.replace("Dawn", "Dusk"): content for name, content in ALL.items()
    }
    assert len(bench.elsewhere.asked) == 2
    assert await ground.details(file.id, "sidecar kept") == []


async def test_pictures_that_came_along_with_their_video_are_still_ours(
    ground: Ground, bench: Bench
) -> None:
    file = await bench.accepted(name=f"Lakes/{NAME}")
    await bench.write(file)
    for path in (ground.root / "Lakes").glob("*.png"):
        path.rename(ground.root / path.name)
    file = await bench.move(file, NAME)

    await bench.write(file)
    await bench.show(file, [SECOND])
    await bench.write(file)

    assert bench.beside() == {POSTER: SECOND_PNG, FANART: SECOND_PNG, THUMB: SECOND_PNG}
    assert await ground.details(file.id, "sidecar kept") == []


async def test_pictures_follow_a_file_that_is_spelt_another_way(
    ground: Ground, bench: Bench
) -> None:
    file = await bench.accepted()
    await bench.write(file)

    file = await bench.move(file, NAME.lower())
    await bench.write(file)

    assert bench.beside() == {
        name.replace(STEM, STEM.lower()): content for name, content in ALL.items()
    }
    assert await ground.details(file.id, "sidecar kept") == []


async def test_picture_that_comes_along_while_others_are_fetched_is_still_ours(
    ground: Ground, bench: Bench
) -> None:
    file = await bench.accepted()
    await bench.write(file)
    former = ground.root / POSTER
    await bench.show(file, [UPRIGHT, SECOND])
    file = await bench.move(file, "Harbour at Dusk.mkv")
    target = Path(file.path).with_name("Harbour at Dusk-poster.png")
    supply = PictureSupply(
        database=ground.database,
        fetcher=Meddling(bench.elsewhere, lambda: former.rename(target)),
        now=ground.clock,
    )

    assert await replace(bench.artwork, supply=supply).write(file.id) == ALL_DONE

    assert target.read_bytes() == UPRIGHT_PNG
    assert not former.exists()
    await bench.restore(file)
    assert bench.beside() == {}


async def test_pictures_that_came_along_are_taken_back_before_they_were_seen(
    ground: Ground, bench: Bench
) -> None:
    file = await bench.accepted(name=f"Lakes/{NAME}")
    await bench.write(file)
    for path in (ground.root / "Lakes").glob("*.png"):
        path.rename(ground.root / path.name)
    file = await bench.move(file, NAME)

    await bench.restore(file)

    assert bench.beside() == {}


async def test_picture_that_came_along_to_somebody_elses_goes_when_it_is_undone(
    ground: Ground, bench: Bench
) -> None:
    file = await bench.accepted(name=f"Lakes/{NAME}")
    await bench.write(file)
    for path in (ground.root / "Lakes").glob("*.png"):
        path.rename(ground.root / path.name)
    theirs = {f"{STEM}-cover.jpg": b"theirs"}
    (ground.root / f"{STEM}-cover.jpg").write_bytes(b"theirs")
    file = await bench.move(file, NAME)

    for _ in range(2):
        await bench.write(file)
        assert bench.beside() == ALL | theirs

    await bench.restore(file)
    assert bench.beside() == theirs


async def test_pictures_leave_with_their_video_for_where_somebody_elses_are(
    ground: Ground, bench: Bench
) -> None:
    file = await bench.accepted(name=f"Lakes/{NAME}")
    await bench.write(file)
    theirs = {f"{STEM}-cover.jpg": b"theirs"}
    (ground.root / f"{STEM}-cover.jpg").write_bytes(b"theirs")
    file = await bench.move(file, NAME)

    await bench.write(file)

    assert bench.beside("Lakes") == {}
    assert bench.beside() == {FANART: WIDE_PNG, THUMB: WIDE_PNG} | theirs


async def test_pictures_of_another_work_give_way(bench: Bench) -> None:
    file = await bench.accepted()
    await bench.write(file)

    await bench.show(file, [])
    await bench.write(file)

    assert bench.beside() == {}


async def test_host_that_fails_leaves_what_it_has_for_later_and_harms_nothing(
    bench: Bench,
) -> None:
    bench.elsewhere.served[UPRIGHT] = DOWN
    file = await bench.accepted([SECOND, UPRIGHT])

    outcome = await bench.write(file)

    assert outcome == Outcome(lacking=str(DOWN))
    assert bench.beside() == {POSTER: SECOND_PNG, FANART: SECOND_PNG, THUMB: SECOND_PNG}
    bench.elsewhere.served[UPRIGHT] = UPRIGHT_PNG
    bench.ground.clock.pass_s(61)
    assert await bench.write(file) == ALL_DONE
    assert bench.beside() == {POSTER: UPRIGHT_PNG, FANART: SECOND_PNG, THUMB: SECOND_PNG}


async def test_pictures_that_are_there_stay_while_others_cannot_be_had(bench: Bench) -> None:
    file = await bench.accepted([WIDE])
    await bench.write(file)
    bench.elsewhere.served[SECOND] = DOWN
    await bench.show(file, [SECOND])

    outcome = await bench.write(file)

    assert outcome.lacking == str(DOWN)
    assert set(bench.beside()) == {POSTER, FANART, THUMB}


async def test_host_that_failed_is_left_alone_for_a_while(bench: Bench) -> None:
    bench.elsewhere.served = {WIDE: DOWN, UPRIGHT: DOWN}
    file = await bench.accepted()

    assert (await bench.write(file)).lacking == str(DOWN)
    assert (await bench.write(file)).lacking == str(DOWN)

    assert len(bench.elsewhere.asked) == 1


@pytest.mark.parametrize(
    ("served", "reason"),
    [
        pytest.param(WIDE_PNG[:-4], "it is broken: a checksum differs", id="cut off"),
        pytest.param(
            NoPicture("pictures.example", "HTTP 404"),
            str(NoPicture("pictures.example", "HTTP 404")),
            id="gone",
        ),
    ],
)
async def test_broken_picture_is_told_once_and_left_out(
    ground: Ground, bench: Bench, served: bytes | ProviderError, reason: str
) -> None:
    bench.elsewhere.served[UPRIGHT] = served
    file = await bench.accepted()

    assert await bench.write(file) == ALL_DONE
    assert await bench.write(file) == ALL_DONE

    assert bench.beside() == {POSTER: WIDE_PNG, FANART: WIDE_PNG, THUMB: WIDE_PNG}
    told = f"pictures.example: {reason}"
    assert await ground.details(file.id, "picture left out") == [told]
    assert bench.log.lines == [("picture.left_out", {"number": file.id, "reason": told})]
    assert len(bench.elsewhere.asked) == 2


async def test_picture_that_does_not_decode_is_left_out_and_one_nobody_decoded_is_awaited(
    ground: Ground, bench: Bench
) -> None:
    async def damage(content: bytes) -> str | None:
        if content == WIDE_PNG:
            raise PictureUndecoded("whoever decodes it ended")

        return "it ends early"

    supply = PictureSupply(
        database=ground.database, fetcher=bench.elsewhere, now=ground.clock, damage=damage
    )
    file = await bench.accepted()

    outcome = await replace(bench.artwork, supply=supply).write(file.id)

    assert outcome.lacking == str(PictureUndecoded("whoever decodes it ended"))
    assert bench.beside() == {}
    told = "pictures.example: it is broken: it ends early"
    assert await ground.details(file.id, "picture left out") == [told]


async def test_slow_host_keeps_nobody_waiting(bench: Bench) -> None:
    class Slow:
        async def fetch(self, address: str, *, source_url: str | None = None) -> Picture:
            await anyio.sleep_forever()
            raise AssertionError(address, source_url)

    supply = replace(bench.artwork.supply, fetcher=Slow())  # type: ignore[arg-type]  # never answers
    bench.artwork = replace(bench.artwork, supply=supply, patience_s=0.01)
    file = await bench.accepted()

    outcome = await bench.write(file)

    assert outcome.lacking is not None
    assert outcome.lacking.startswith("pictures.example gave no whole answer within 0.01 s")


async def test_picture_that_cannot_be_written_keeps_no_other_from_it(bench: Bench) -> None:
    file = await bench.accepted()
    await bench.write(file)
    poster = bench.ground.root / POSTER
    poster.unlink()
    poster.mkdir()
    await bench.show(file, [SECOND, UPRIGHT])

    await bench.write(file)

    assert bench.beside() == {FANART: SECOND_PNG, THUMB: SECOND_PNG}
    assert poster.is_dir()


async def test_video_that_is_gone_has_no_pictures_written(ground: Ground, bench: Bench) -> None:
    file = await bench.accepted()
    ground.remove(file)

    outcome = await bench.write(file)

    assert outcome.disk_trouble is not None
    assert "check that the disk is mounted" in outcome.disk_trouble
    assert bench.beside() == {}
    assert bench.elsewhere.asked == []


async def test_file_that_is_no_copy_of_anything_has_no_pictures(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add_known(NAME, FileState.REVIEW)

    assert await bench.write(file) == ALL_DONE
    assert bench.beside() == {}


async def test_former_picture_that_was_meddled_with_on_the_way_stays(
    ground: Ground, bench: Bench
) -> None:
    file = await bench.accepted()
    await bench.write(file)
    (ground.root / THUMB).write_bytes(b"theirs now")

    file = await bench.move(file, "Harbour at Dusk.mkv")
    await bench.write(file)

    dusk = {name.replace("Dawn", "Dusk"): content for name, content in ALL.items()}
    assert bench.beside() == {**dusk, THUMB: b"theirs now"}


async def test_writing_goes_on_where_it_was_cut_off(ground: Ground, bench: Bench) -> None:
    """The journal said what would be written, and the power went."""
    file = await bench.accepted()
    plan_id = await ground.database.write(
        partial(journal.open_plan, file_id=file.id, decision_id=None, at_s=1.0)
    )
    await ground.database.write(
        partial(
            journal.intend_file,
            plan_id=plan_id,
            kind=ChangeKind.WRITE_SIDECAR,
            path=ground.root / POSTER,
            before_bytes=None,
            after_sha256="ab" * 32,
            at_s=1.0,
        )
    )

    assert await bench.write(file) == ALL_DONE

    assert bench.beside() == ALL


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
async def test_folder_that_forbids_is_told(ground: Ground, bench: Bench) -> None:
    file = await bench.accepted()
    ground.root.chmod(0o500)
    try:
        outcome = await bench.write(file)
    finally:
        ground.root.chmod(0o700)

    assert outcome.disk_trouble is not None
    assert "let the user or a group of doorman write" in outcome.disk_trouble
