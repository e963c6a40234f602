from dataclasses import replace
from functools import partial
from pathlib import Path

import anyio
import pytest

from daemon.journey.apply import FIRST_RETRY_S, LONGEST_RETRY_S, Apply
from daemon.journey.sidecars import Sidecars
from rules.journey import FileState
from store import journal, outbox
from store.files import FileRecord
from store.outbox import Errand, Owed
from tests.daemon.doubles import Lines
from tests.daemon.ground import NAME, Ground, accept, candidate, take_back

pytestmark = pytest.mark.anyio


class Bench:
    """The stage with sidecars on a real disk."""

    def __init__(self, ground: Ground, *, writes_nfo: bool = True) -> None:
        self.ground = ground
        self.log = Lines()
        self.stage = Apply(
            database=ground.database,
            sidecars=Sidecars(
                database=ground.database,
                roots={name: Path(each.root) for name, each in ground.territories.items()},
                now=ground.clock,
            ),
            writes_nfo=writes_nfo,
            now=ground.clock,
            jitter=lambda: 0.5,
            log=self.log,
        )

    async def accepted(self, name: str = NAME, oshash: int = 0xFEED) -> tuple[FileRecord, int]:
        file = await self.ground.add_known(name, FileState.ANSWERED, oshash=oshash)
        offer = candidate(f"of {oshash}", oshash=oshash)
        plan_id = await accept(self.ground, file, offer)
        return await self.ground.file(file.id), plan_id

    async def work(self) -> int:
        """Run everything that is due, once; return how many errands that were."""
        items = await self.stage.take(frozenset())
        for item in items:
            await self.stage.work(item)
        return len(items)

    async def owed(self) -> list[Owed]:
        return await self.ground.owed(Errand.SIDECAR, Errand.RESTORE)


@pytest.fixture
def bench(ground: Ground) -> Bench:
    return Bench(ground)


def nfo_of(file: FileRecord) -> Path:
    return Path(file.path).with_suffix(".nfo")


async def test_accepted_file_gets_its_sidecar_and_is_done(ground: Ground, bench: Bench) -> None:
    file, _ = await bench.accepted()

    assert await bench.work() == 1

    assert nfo_of(file).is_file()
    assert (await ground.file(file.id)).state is FileState.DONE
    assert await bench.owed() == []
    assert await bench.work() == 0
    assert await bench.stage.next_due_in_s() is None


async def test_file_is_done_without_a_sidecar_where_none_is_wanted(ground: Ground) -> None:
    bench = Bench(ground, writes_nfo=False)
    file, _ = await bench.accepted()

    await bench.work()

    assert not nfo_of(file).exists()
    assert (await ground.file(file.id)).state is FileState.DONE


async def test_undone_accept_is_put_back(ground: Ground, bench: Bench) -> None:
    file, plan_id = await bench.accepted()
    await bench.work()
    await take_back(ground, file, plan_id)

    await bench.work()

    assert not nfo_of(file).exists()
    assert (await ground.file(file.id)).state is FileState.REVIEW
    assert await bench.owed() == []


async def test_sidecars_are_put_back_though_none_are_written_any_more(
    ground: Ground, bench: Bench
) -> None:
    file, plan_id = await bench.accepted()
    await bench.work()
    await take_back(ground, file, plan_id)

    await Bench(ground, writes_nfo=False).work()

    assert not nfo_of(file).exists()


async def test_what_a_disk_refuses_is_tried_again_and_undoes_nothing(
    ground: Ground, bench: Bench
) -> None:
    file, _ = await bench.accepted()
    nfo_of(file).mkdir()

    for failures in range(1, 4):
        assert await bench.work() == 1
        (owed,) = await bench.owed()
        assert owed.attempts == failures
        assert owed.due_at_s == ground.clock() + FIRST_RETRY_S * 2 ** (failures - 1)
        assert owed.last_error is not None
        assert "move it away" in owed.last_error
        assert (await ground.file(file.id)).state is FileState.ACCEPTED
        assert await bench.work() == 0
        ground.clock.pass_s(await bench.stage.next_due_in_s() or 0)

    details = await ground.details(file.id, "sidecar failed")
    assert details == [owed.last_error]  # the same reason is told once
    assert bench.log.lines == [("sidecar.failed", {"number": file.id, "reason": owed.last_error})]

    nfo_of(file).rmdir()
    await bench.work()
    assert nfo_of(file).is_file()
    assert (await ground.file(file.id)).state is FileState.DONE


async def test_wait_does_not_grow_for_ever(ground: Ground, bench: Bench) -> None:
    file, _ = await bench.accepted()
    nfo_of(file).mkdir()

    for _ in range(10):
        await bench.work()
        due_in_s = await bench.stage.next_due_in_s()
        assert due_in_s is not None
        ground.clock.pass_s(due_in_s)

    assert due_in_s == LONGEST_RETRY_S


async def test_another_reason_is_told_anew(ground: Ground, bench: Bench) -> None:
    file, _ = await bench.accepted()
    nfo_of(file).mkdir()
    await bench.work()
    nfo_of(file).rmdir()
    ground.remove(file)

    ground.clock.pass_s(FIRST_RETRY_S)
    await bench.work()

    first, second = await ground.details(file.id, "sidecar failed")
    assert first is not None
    assert second is not None
    assert "is a link, folder or device" in first
    assert "is not there, so nothing is written" in second


async def test_library_that_is_not_configured_is_waited_for(ground: Ground, bench: Bench) -> None:
    file, _ = await bench.accepted()
    bench.stage = replace(bench.stage, sidecars=replace(bench.stage.sidecars, roots={}))

    await bench.work()

    (owed,) = await bench.owed()
    assert owed.last_error is not None
    assert "is not in the configuration" in owed.last_error
    assert (await ground.file(file.id)).state is FileState.ACCEPTED


async def test_one_file_that_fails_does_not_hold_up_another(ground: Ground, bench: Bench) -> None:
    first, _ = await bench.accepted("a.mkv", oshash=1)
    second, _ = await bench.accepted("b.mkv", oshash=2)
    nfo_of(first).mkdir()

    await bench.work()

    assert (await ground.file(first.id)).state is FileState.ACCEPTED
    assert (await ground.file(second.id)).state is FileState.DONE


async def test_errands_of_a_file_are_run_one_after_the_other(ground: Ground, bench: Bench) -> None:
    file, plan_id = await bench.accepted()
    await bench.work()
    await take_back(ground, file, plan_id)
    await accept(ground, await ground.file(file.id), candidate("h-2", title="Harbour at Dusk"))
    restore, write = await bench.owed()
    assert (restore.errand, write.errand) == (Errand.RESTORE, Errand.SIDECAR)

    (item,) = await bench.stage.take(frozenset())
    assert (item.owed.id, item.keys) == (restore.id, frozenset({file.id}))
    assert await bench.stage.take(item.keys) == []

    await bench.stage.work(item)
    assert not nfo_of(file).exists()
    await bench.work()
    assert b"Harbour at Dusk" in nfo_of(file).read_bytes()


async def test_sidecar_waits_for_a_restoring_that_failed(ground: Ground, bench: Bench) -> None:
    file, plan_id = await bench.accepted()
    await bench.work()
    nfo_of(file).unlink()
    nfo_of(file).mkdir()
    await take_back(ground, file, plan_id)
    await accept(ground, await ground.file(file.id), candidate("h-2", title="Harbour at Dusk"))

    assert await bench.work() == 1
    assert await bench.work() == 0

    restore, write = await bench.owed()
    assert (restore.attempts, write.attempts) == (1, 0)


async def test_file_is_done_only_when_all_its_sidecars_are(ground: Ground, bench: Bench) -> None:
    file, _ = await bench.accepted()
    owe = partial(
        outbox.add, errand=Errand.SIDECAR, file_id=file.id, payload="{}", at_s=ground.clock()
    )
    await ground.database.write(owe)

    await bench.work()
    assert (await ground.file(file.id)).state is FileState.ACCEPTED

    await bench.work()
    assert (await ground.file(file.id)).state is FileState.DONE


async def test_errand_that_was_undone_while_in_hand_writes_nothing(
    ground: Ground, bench: Bench
) -> None:
    file, plan_id = await bench.accepted()
    (item,) = await bench.stage.take(frozenset())
    await take_back(ground, file, plan_id)

    await bench.stage.work(item)
    await bench.work()

    assert not nfo_of(file).exists()
    assert (await ground.file(file.id)).state is FileState.REVIEW


async def test_sidecar_written_while_it_was_undone_is_put_back(
    ground: Ground, bench: Bench
) -> None:
    file, plan_id = await bench.accepted()
    await bench.stage.sidecars.write(file.id)  # the errand had begun …
    await take_back(ground, file, plan_id)  # … when a person undid it

    await bench.work()

    assert not nfo_of(file).exists()


async def test_errand_about_no_file_is_let_be(ground: Ground, bench: Bench) -> None:
    owe = partial(outbox.add, errand=Errand.SIDECAR, file_id=None, payload="{}", at_s=1.0)
    await ground.database.write(owe)

    await bench.work()

    assert await bench.owed() == []


async def test_undo_leaves_what_a_person_wrote_since(ground: Ground, bench: Bench) -> None:
    file, plan_id = await bench.accepted()
    await bench.work()
    nfo_of(file).write_text("<movie><title>By hand</title></movie>")
    await take_back(ground, file, plan_id)

    await bench.work()

    assert nfo_of(file).read_text() == "<movie><title>By hand</title></movie>"
    assert await bench.owed() == []
    undone = partial(journal.sidecars_of, file_id=file.id)
    assert await ground.database.read(undone) == {}


async def test_no_more_than_a_handful_is_taken_at_once(ground: Ground, bench: Bench) -> None:
    file, _ = await bench.accepted()
    for number in range(25):
        owe = partial(
            outbox.add,
            errand=Errand.SIDECAR,
            file_id=file.id + 1 + number,
            payload="{}",
            at_s=ground.clock(),
        )
        await ground.database.write(owe)

    assert len(await bench.stage.take(frozenset())) == 20


async def test_sidecars_of_several_files_are_written_at_the_same_time(
    ground: Ground, bench: Bench
) -> None:
    """Two videos of one name want one NFO: whoever is first has it, at whatever moment."""
    files = [
        (await bench.accepted(name, oshash=number))[0]
        for number, name in enumerate(("a.mkv", "b.mkv", "a.mp4"), start=1)
    ]

    items = await bench.stage.take(frozenset())
    async with anyio.create_task_group() as tasks:
        for item in items:
            tasks.start_soon(bench.stage.work, item)
    ground.clock.pass_s(LONGEST_RETRY_S)
    await bench.work()

    assert sorted(path.name for path in ground.root.glob("*.nfo")) == ["a.nfo", "b.nfo"]
    states = [(await ground.file(file.id)).state for file in files]
    assert states == [FileState.DONE] * len(files)
    assert await bench.owed() == []
