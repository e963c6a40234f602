"""Sidecars that a person wants brought up to date."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from daemon.journey.apply import REWRITES_AT_ONCE, Apply
from daemon.journey.sidecars import Sidecars
from rules.announcement import Audience, Listener, Occurrence
from rules.journey import FileState
from rules.nfo_style import NfoRoot, NfoStyle
from store import announcing, outbox, rewriting
from store.files import FileRecord
from store.outbox import Errand
from tests.daemon.doubles import Lines
from tests.daemon.ground import NAME, Ground, accept, candidate

pytestmark = pytest.mark.anyio
AUDIENCE = Audience(listeners=(Listener(name="player", on=frozenset(Occurrence)),))


class Bench:
    """The stage with sidecars on a real disk, and somebody who hears of it."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.stage = Apply(
            database=ground.database,
            sidecars=Sidecars(
                database=ground.database,
                roots={name: Path(each.root) for name, each in ground.territories.items()},
                now=ground.clock,
            ),
            writes_nfo=True,
            audience=AUDIENCE,
            now=ground.clock,
            jitter=lambda: 0.5,
            log=Lines(),
        )

    async def accepted(self, name: str = NAME, oshash: int = 0xFEED) -> FileRecord:
        """Accept a file, write its NFO, and let its news be heard."""
        file = await self.ground.add_known(name, FileState.ANSWERED, oshash=oshash)
        await accept(self.ground, file, candidate(f"of {oshash}", oshash=oshash))
        await self.work()
        await self.hear()
        self.ground.clock.pass_s(60)
        return await self.ground.file(file.id)

    async def want(self, *files: FileRecord) -> int:
        owe = partial(rewriting.owe, file_ids=[file.id for file in files], at_s=self.ground.clock())
        return await self.ground.database.write(owe)

    async def work(self) -> list[Errand]:
        """Run what is due, once; return what that was."""
        items = await self.stage.take(frozenset())
        for item in items:
            await self.stage.work(item)
        return [item.owed.errand for item in items]

    async def hear(self) -> list[int]:
        """Return of which files there is news, and let it be heard."""
        due = partial(announcing.due, hearer="player", now_s=1e12, limit=99)
        found = await self.ground.database.read(due)
        told = partial(announcing.mark_told, told=found, at_s=self.ground.clock())
        await self.ground.database.write(told)
        return [each.file_id for each in found]


@pytest.fixture
def bench(ground: Ground) -> Bench:
    return Bench(ground)


def nfo_of(file: FileRecord) -> Path:
    return Path(file.path).with_suffix(".nfo")


async def test_what_a_person_deleted_is_put_back_when_asked_for(
    ground: Ground, bench: Bench
) -> None:
    file = await bench.accepted()
    before = nfo_of(file).read_bytes()
    nfo_of(file).unlink()
    assert await bench.work() == []  # of itself it stays away

    assert await bench.want(file) == 1
    assert await bench.stage.next_due_in_s() == 0
    assert await bench.work() == [Errand.REWRITE]

    assert nfo_of(file).read_bytes() == before
    assert (await ground.file(file.id)).state is FileState.DONE
    assert await bench.hear() == [file.id]
    assert await bench.work() == []


async def test_other_options_change_it_and_where_all_is_well_nobody_hears_of_it(
    bench: Bench,
) -> None:
    file = await bench.accepted()
    before = nfo_of(file).stat()
    await bench.want(file)
    assert await bench.work() == [Errand.REWRITE]
    assert nfo_of(file).stat().st_mtime_ns == before.st_mtime_ns
    assert await bench.hear() == []

    styles = {file.library: NfoStyle(root=NfoRoot.MUSICVIDEO)}
    bench.stage = replace(bench.stage, sidecars=replace(bench.stage.sidecars, styles=styles))
    await bench.want(file)
    await bench.work()

    assert b"<musicvideo>" in nfo_of(file).read_bytes()
    assert await bench.hear() == [file.id]


async def test_what_somebody_else_wrote_stays(bench: Bench) -> None:
    file = await bench.accepted()
    nfo_of(file).write_text("<movie><title>Mine</title></movie>")

    await bench.want(file)
    await bench.work()

    assert nfo_of(file).read_text() == "<movie><title>Mine</title></movie>"
    assert await bench.hear() == []


async def test_what_is_decided_meanwhile_comes_first(ground: Ground, bench: Bench) -> None:
    files = [
        await ground.add_known(f"{number}.mkv", FileState.DONE, oshash=number)
        for number in range(1, REWRITES_AT_ONCE + 2)
    ]
    assert await bench.want(*files) == len(files)
    newcomer = await ground.add_known("new.mkv", FileState.ANSWERED, oshash=0xBEEF)
    await accept(ground, newcomer, candidate("new", oshash=0xBEEF))

    assert await bench.work() == [Errand.SIDECAR]
    assert await bench.work() == [Errand.REWRITE] * REWRITES_AT_ONCE
    assert await bench.work() == [Errand.REWRITE]
    assert await bench.stage.take(frozenset({1})) == []


async def test_it_is_owed_once_and_not_at_all_where_the_sidecar_is_owed(
    ground: Ground, bench: Bench
) -> None:
    file = await bench.accepted()
    fresh = await ground.add_known("new.mkv", FileState.ANSWERED, oshash=0xBEEF)
    await accept(ground, fresh, candidate("new", oshash=0xBEEF))

    assert await bench.want(file, fresh) == 1
    assert await bench.want(file, fresh) == 0


async def test_what_puts_back_or_writes_anyway_does_it_instead(
    ground: Ground, bench: Bench
) -> None:
    file = await bench.accepted()
    nfo_of(file).unlink()
    await bench.want(file)
    (item,) = await bench.stage.take(frozenset())
    add = partial(outbox.add, errand=Errand.RESTORE, file_id=file.id, payload="999", at_s=1e9)
    await ground.database.write(add)

    await bench.stage.work(item)

    assert not nfo_of(file).exists()
    assert await ground.owed(Errand.REWRITE) == []
    assert len(await ground.owed(Errand.RESTORE)) == 1


async def test_no_video_is_renamed(bench: Bench) -> None:
    class Unasked:
        async def give(self, file_id: int) -> None:
            raise AssertionError(file_id)

    file = await bench.accepted()
    bench.stage = replace(bench.stage, names=Unasked())  # type: ignore[arg-type]  # never asked
    await bench.want(file)

    assert await bench.work() == [Errand.REWRITE]
