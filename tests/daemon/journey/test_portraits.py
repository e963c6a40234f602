"""Pictures of performers in a folder of their own, by a real store and a real disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import anyio
import pytest

from daemon.journey.artwork_errands import ALL_DONE, Outcome
from daemon.journey.portraits import Portraits
from daemon.journey.sidecars import Sidecars
from providers.errors import ServerFailed
from providers.sandbox.pictures import png
from rules.journey import FileState
from rules.work import Appearance, Performer
from rules.work import Picture as WorkPicture
from store import journal
from store.files import FileRecord
from tests.daemon.ground import NAME, Ground, accept, candidate
from tests.daemon.journey.pictures import PictureBench

pytestmark = pytest.mark.anyio

ADA, BEN = "https://people.example/ada", "https://people.example/ben"
ICON = "https://people.example/icon"
ADA_PNG, BEN_PNG = png(400, 600, 4), png(400, 600, 5)


class Bench:
    """Artwork with a folder for people."""

    def __init__(self, ground: Ground, folder: Path) -> None:
        self.ground = ground
        self.folder = folder
        inner = PictureBench(ground)
        self.elsewhere = inner.elsewhere
        self.elsewhere.served = {ADA: ADA_PNG, BEN: BEN_PNG, ICON: png(16, 16, 6)}
        self.sidecars = Sidecars(
            database=ground.database, roots={"films": ground.root, "": folder}, now=ground.clock
        )
        artwork = inner.stage.pictures
        assert artwork is not None
        portraits = Portraits(folder=folder, hand=self.sidecars.hand, supply=artwork.supply)
        self.artwork = replace(artwork, hand=self.sidecars.hand, portraits=portraits)

    async def accepted(
        self, people: dict[str, Sequence[str]], name: str = NAME, *, oshash: int = 0xFEED
    ) -> FileRecord:
        """Accept a work with these performers, by name, and where their pictures are."""
        offer = candidate(f"of {oshash}", title=name, oshash=oshash)
        appearances = tuple(
            Appearance(
                performer=Performer(
                    name=each, pictures=tuple(WorkPicture(url=address) for address in addresses)
                )
            )
            for each, addresses in people.items()
        )
        file = await self.ground.add_known(name, FileState.ANSWERED, oshash=oshash)
        offer = replace(offer, work=replace(offer.work, appearances=appearances))
        await accept(self.ground, file, offer)
        return await self.ground.file(file.id)

    async def write(self, file: FileRecord) -> Outcome:
        return await self.artwork.write(file.id)

    def people(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.iterdir()}


@pytest.fixture
def bench(ground: Ground, tmp_path: Path) -> Bench:
    folder = tmp_path / "people"
    folder.mkdir()
    return Bench(ground, folder)


async def test_each_performer_has_a_picture_by_name_and_undo_takes_it_away(bench: Bench) -> None:
    file = await bench.accepted({"Ada Quill": [ICON, ADA], "Ben / Oar": [BEN], "Cy": []})

    assert await bench.write(file) == ALL_DONE
    assert await bench.write(file) == ALL_DONE

    assert bench.people() == {"Ada Quill.png": ADA_PNG, "Ben _ Oar.png": BEN_PNG}
    assert [address for address, _ in bench.elsewhere.asked] == [ICON, ADA, BEN]
    assert (bench.folder / "Ada Quill.png").stat().st_mode & 0o777 == 0o644
    await bench.sidecars.restore(file.id, 0)
    assert bench.people() == {}


async def test_picture_of_a_performer_that_is_there_stays_and_is_nobodys(bench: Bench) -> None:
    (bench.folder / "ada quill.JPG").write_bytes(b"theirs")
    file = await bench.accepted({"Ada Quill": [ADA]})

    await bench.write(file)

    assert bench.people() == {"ada quill.JPG": b"theirs"}
    assert bench.elsewhere.asked == []
    assert await bench.ground.database.read(partial(journal.sidecars_of, file_id=file.id)) == {}


async def test_picture_of_a_performer_goes_with_the_last_of_the_works(bench: Bench) -> None:
    first = await bench.accepted({"Ada Quill": [ADA]})
    second = await bench.accepted({"Ada Quill": [ADA]}, "Second.mkv", oshash=2)
    await bench.write(first)
    await bench.write(second)

    await bench.sidecars.restore(first.id, 0)
    assert bench.people() == {"Ada Quill.png": ADA_PNG}

    await bench.sidecars.restore(second.id, 0)
    assert bench.people() == {}
    assert len(bench.elsewhere.asked) == 1


async def test_folder_that_is_not_there_is_told_and_not_made(bench: Bench) -> None:
    file = await bench.accepted({"Ada Quill": [ADA]})
    bench.folder.rmdir()

    outcome = await bench.write(file)

    assert outcome.disk_trouble is not None
    assert "check that the disk is mounted" in outcome.disk_trouble
    assert not bench.folder.exists()


async def test_host_that_fails_leaves_a_performer_for_later(bench: Bench) -> None:
    down = ServerFailed("people.example", 503)
    bench.elsewhere.served[ADA] = down
    file = await bench.accepted({"Ada Quill": [ADA]})

    assert await bench.write(file) == Outcome(lacking=str(down))

    assert bench.people() == {}


async def test_picture_that_somebody_changed_is_no_longer_ours_to_share_or_remove(
    bench: Bench,
) -> None:
    first = await bench.accepted({"Ada Quill": [ADA]})
    await bench.write(first)
    (bench.folder / "Ada Quill.png").write_bytes(b"theirs now")
    second = await bench.accepted({"Ada Quill": [ADA]}, "Second.mkv", oshash=2)
    await bench.write(second)

    await bench.sidecars.restore(second.id, 0)
    await bench.sidecars.restore(first.id, 0)

    assert bench.people() == {"Ada Quill.png": b"theirs now"}


async def test_name_that_something_else_has_keeps_no_other_from_its_picture(bench: Bench) -> None:
    link = bench.folder / "Ada Quill.png"
    link.symlink_to(bench.folder / "nowhere")
    file = await bench.accepted({"Ada Quill": [ADA], "Ben / Oar": [BEN]})

    assert await bench.write(file) == ALL_DONE

    assert link.is_symlink()
    assert (bench.folder / "Ben _ Oar.png").read_bytes() == BEN_PNG


async def test_works_that_share_a_performer_do_not_get_in_each_others_way(bench: Bench) -> None:
    first = await bench.accepted({"Ada Quill": [ADA]})
    second = await bench.accepted({"Ada Quill": [ADA]}, "Second.mkv", oshash=2)
    outcomes: list[Outcome] = []

    async def write(file: FileRecord) -> None:
        outcomes.append(await bench.write(file))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(write, first)
        tasks.start_soon(write, second)

    assert outcomes == [ALL_DONE, ALL_DONE]
    assert bench.people() == {"Ada Quill.png": ADA_PNG}
    for file in (first, second):
        await bench.sidecars.restore(file.id, 0)
    assert bench.people() == {}
