"""A picture of the video as its thumb: taken apart from the NFO, and once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from daemon.journey.video_still import VideoStills
from daemon.media.errors import FileVanished, WorkerDied
from daemon.media.examination import Still
from providers.sandbox.pictures import png
from rules.errors import MediaError
from store.outbox import Errand
from tests.daemon.ground import Ground, accept
from tests.daemon.journey.pictures import WIDE, PictureBench, with_pictures

pytestmark = pytest.mark.anyio

TAKEN = png(640, 360, 9)


@dataclass(slots=True)
class Taker:
    """Answers as a worker is told to."""

    answer: Still | MediaError = field(default_factory=lambda: Still(content=TAKEN, missing=None))
    asked: list[str] = field(default_factory=list)

    async def still(self, path: Path) -> Still:
        self.asked.append(path.name)
        if isinstance(self.answer, MediaError):
            raise self.answer

        return self.answer


@pytest.fixture
def taker() -> Taker:
    return Taker()


@pytest.fixture
def bench(ground: Ground, taker: Taker) -> PictureBench:
    bench = PictureBench(ground)
    pictures = bench.stage.pictures
    assert pictures is not None
    stills = VideoStills(database=ground.database, taker=taker)
    bench.stage = replace(bench.stage, pictures=replace(pictures, stills=stills))
    return bench


async def test_work_without_pictures_gets_a_still_as_thumb_after_its_nfo(
    ground: Ground, bench: PictureBench, taker: Taker
) -> None:
    file, _ = await bench.accepted(pictures=())

    assert await bench.work() == [Errand.SIDECAR]
    assert bench.beside() == {".mkv", ".nfo"}
    assert taker.asked == []
    assert await bench.work() == [Errand.ARTWORK]

    thumb = ground.root / "Harbour at Dawn-thumb.png"
    assert thumb.read_bytes() == TAKEN
    assert await bench.owed() == []
    await accept(ground, await ground.file(file.id), with_pictures(()))
    await bench.work()
    assert taker.asked == ["Harbour at Dawn.mkv"]
    assert await bench.work() == []


async def test_work_with_a_picture_needs_no_still(bench: PictureBench, taker: Taker) -> None:
    await bench.accepted(pictures=(WIDE,))

    await bench.work()

    assert await bench.work() == []
    assert taker.asked == []


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Still(content=None, missing="TooPlain: nothing"), "TooPlain: nothing"),
        (FileVanished(Path("/films/a.mkv")), str(FileVanished(Path("/films/a.mkv")))),
        (Still(content=png(64, 48, 1), missing=None), "64 x 48 pixels are no size for a picture"),
    ],
    ids=["plain", "gone", "small"],
)
async def test_video_that_gives_no_still_is_told_once(
    ground: Ground, bench: PictureBench, taker: Taker, answer: Still | MediaError, told: str
) -> None:
    taker.answer = answer
    file, _ = await bench.accepted(pictures=())
    await bench.work()

    assert await bench.work() == [Errand.ARTWORK]

    assert bench.beside() == {".mkv", ".nfo"}
    detail = f"a picture of the video itself: {told}"
    assert await ground.details(file.id, "picture left out") == [detail]
    await accept(ground, await ground.file(file.id), with_pictures(()))
    await bench.work()
    assert await bench.work() == []
    assert len(taker.asked) == 1


async def test_worker_that_dies_is_asked_again(
    ground: Ground, bench: PictureBench, taker: Taker
) -> None:
    taker.answer = WorkerDied(Path("/films/a.mkv"), -9)
    await bench.accepted(pictures=())
    await bench.work()
    await bench.work()
    taker.answer = Still(content=TAKEN, missing=None)
    ground.clock.pass_s(3600)

    assert await bench.work() == [Errand.ARTWORK]

    assert bench.beside() == {".mkv", ".nfo", ".png"}
    assert [event for event, _ in bench.log.lines] == ["pictures.waiting"]
