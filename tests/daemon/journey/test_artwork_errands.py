"""Pictures in the stage that writes sidecars: before the NFO, and never in its way."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from daemon.journey.artwork_errands import (
    FIRST_RETRY_S,
    LONGEST_DISK_RETRY_S,
    LONGEST_FETCH_RETRY_S,
    MOST_FETCH_TRIES,
    Outcome,
    Retry,
)
from rules.journey import FileState
from store import outbox
from store.outbox import Errand
from tests.daemon.ground import NAME, Ground, accept, take_back
from tests.daemon.journey.pictures import DOWN, PictureBench, with_pictures

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("outcome", "attempt", "wait_s"),
    [
        (Outcome(lacking="down"), 1, FIRST_RETRY_S),
        (Outcome(lacking="down"), 3, 4 * FIRST_RETRY_S),
        (Outcome(lacking="down"), MOST_FETCH_TRIES - 1, LONGEST_FETCH_RETRY_S),
        (Outcome(lacking="down"), MOST_FETCH_TRIES, None),
        (Outcome(disk_trouble="full"), 1, FIRST_RETRY_S),
        (Outcome(disk_trouble="full"), 10 * MOST_FETCH_TRIES, LONGEST_DISK_RETRY_S),
        (Outcome(disk_trouble="full", lacking="down"), MOST_FETCH_TRIES, LONGEST_DISK_RETRY_S),
    ],
)
def test_disk_is_asked_for_ever_and_a_host_for_a_while(
    outcome: Outcome, attempt: int, wait_s: float | None
) -> None:
    retry = Retry(now=lambda: 1000.0, jitter=lambda: 0.5)

    due_at_s = retry.due_at_s(outcome, attempt)

    assert due_at_s == (None if wait_s is None else pytest.approx(1000.0 + wait_s))


@pytest.fixture
def bench(ground: Ground) -> PictureBench:
    return PictureBench(ground)


async def test_pictures_are_written_before_the_nfo_that_servers_look_at(
    ground: Ground, bench: PictureBench
) -> None:
    file, _ = await bench.accepted()

    await bench.work()

    written = await ground.details(file.id, "sidecar written")
    assert [Path(each or "").suffix for each in written] == [".png", ".png", ".png", ".nfo"]
    assert (await ground.file(file.id)).state is FileState.DONE
    assert await bench.owed() == []


async def test_pictures_that_cannot_be_had_keep_no_nfo_waiting_and_come_later(
    ground: Ground, bench: PictureBench
) -> None:
    file, _ = await bench.accepted()
    bench.break_down()

    assert await bench.work() == [Errand.SIDECAR]

    assert bench.beside() == {".mkv", ".nfo"}
    assert (await ground.file(file.id)).state is FileState.DONE
    (owed,) = await bench.owed()
    assert (owed.errand, owed.last_error) == (Errand.ARTWORK, str(DOWN))
    assert await bench.stage.next_due_in_s() == pytest.approx(FIRST_RETRY_S)
    bench.mend()
    ground.clock.pass_s(FIRST_RETRY_S)
    assert await bench.work() == [Errand.ARTWORK]
    assert bench.beside() == {".mkv", ".nfo", ".png"}
    assert await bench.owed() == []


async def test_trouble_with_pictures_is_told_once_and_given_up_after_a_week(
    ground: Ground, bench: PictureBench
) -> None:
    file, _ = await bench.accepted()
    bench.break_down()

    for _ in range(MOST_FETCH_TRIES):
        await bench.work()
        ground.clock.pass_s(7 * 3600)

    assert await bench.owed() == []
    assert bench.log.lines == [("pictures.waiting", {"number": file.id, "reason": str(DOWN)})]
    assert await ground.details(file.id, "pictures waiting") == [str(DOWN)]
    assert await ground.details(file.id, "pictures given up") == [str(DOWN)]
    assert ground.clock() > 7 * 24 * 3600


async def test_what_is_written_anew_does_the_pictures_too(
    ground: Ground, bench: PictureBench
) -> None:
    file, _ = await bench.accepted()
    bench.break_down()
    await bench.work()
    await accept(ground, await ground.file(file.id), with_pictures())
    bench.mend()
    ground.clock.pass_s(FIRST_RETRY_S)

    assert await bench.work() == [Errand.SIDECAR]

    assert bench.beside() == {".mkv", ".nfo", ".png"}
    assert await bench.owed() == []


async def test_waiting_pictures_are_not_put_beside_what_was_undone(
    ground: Ground, bench: PictureBench
) -> None:
    file, plan_id = await bench.accepted()
    bench.break_down()
    await bench.work()
    bench.mend()
    ground.clock.pass_s(FIRST_RETRY_S)
    await take_back(ground, await ground.file(file.id), plan_id)

    assert await bench.work() == [Errand.RESTORE]
    await bench.work()

    assert bench.beside() == {".mkv"}
    assert await bench.owed() == []


async def test_pictures_wait_for_the_daemon_where_nobody_can_fetch(
    ground: Ground, bench: PictureBench
) -> None:
    file, _ = await bench.accepted()
    daemon, bench.stage = bench.stage, bench.make(pictures=None, wants_pictures=True)

    assert await bench.work() == [Errand.SIDECAR]
    assert await bench.work() == []

    assert bench.beside() == {".mkv", ".nfo"}
    bench.stage = daemon
    assert await bench.work() == [Errand.ARTWORK]
    assert bench.beside() == {".mkv", ".nfo", ".png"}
    assert await ground.details(file.id, "pictures waiting") == []


async def test_pictures_that_are_no_longer_wanted_are_owed_no_more(bench: PictureBench) -> None:
    await bench.accepted()
    bench.stage = bench.make(pictures=None, wants_pictures=True)
    await bench.work()
    bench.stage = bench.make(pictures=None, wants_pictures=False)

    assert await bench.work() == [Errand.ARTWORK]

    assert await bench.owed() == []
    assert bench.beside() == {".mkv", ".nfo"}


async def test_disk_that_refuses_a_picture_is_asked_until_it_takes_it(
    ground: Ground, bench: PictureBench
) -> None:
    """A video that is away stands for any refusal."""
    file, _ = await bench.accepted()
    await bench.work()
    poster = ground.root / "Harbour at Dawn-poster.png"
    poster.unlink()
    there = ground.rename(file, "../elsewhere.mkv")
    owe = partial(outbox.add, errand=Errand.ARTWORK, file_id=file.id, payload="{}", at_s=1.0)
    await ground.database.write(owe)

    for _ in range(3):
        await bench.work()
        ground.clock.pass_s(2 * 3600)

    (owed,) = await bench.owed()
    assert owed.errand is Errand.ARTWORK
    there.rename(ground.root / NAME)
    await bench.work()
    assert poster.is_file()
    assert await bench.owed() == []


async def test_waiting_pictures_are_not_tried_while_sidecars_wait(
    ground: Ground, bench: PictureBench
) -> None:
    file, _ = await bench.accepted()
    bench.break_down()
    await bench.work()
    await accept(ground, await ground.file(file.id), with_pictures())
    nfo = Path(file.path).with_suffix(".nfo")
    nfo.unlink()
    nfo.mkdir()
    for _ in range(4):  # each time in vain, and so later
        await bench.work()
        ground.clock.pass_s(FIRST_RETRY_S)
    lines = len(bench.log.lines)

    assert [each.errand for each in await bench.owed()] == [Errand.SIDECAR]
    assert lines == 2  # that pictures wait, and then what stands in the way of the NFO
