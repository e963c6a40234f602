"""A real source that fails in every way, and what becomes of files meanwhile and afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio.lowlevel
import pytest

from daemon.journey.bell import Bell
from daemon.journey.deciding import Deciding
from daemon.journey.identify import BATCH_FILES, Identify
from daemon.journey.resolving import Schedule
from providers.base import Source
from providers.client import Persistence
from providers.clock import Clock
from providers.limits import Limiters
from providers.registry import SourceSpec, open_sources
from providers.sandbox import Sandbox
from providers.sandbox.faults import (
    Drop,
    Fault,
    Instead,
    Slow,
    Truncate,
    server_error,
    too_many,
    web_page,
)
from providers.sandbox.messages import Response
from providers.sandbox.seeds import FingerprintSeed, SceneSeed
from providers.secret import SecretText
from rules.defaults import DEFAULT_RULES
from rules.journey import FileState
from rules.ruleset import compile_rules
from tests.daemon.doubles import Lines
from tests.daemon.ground import DURATION_S, Ground

pytestmark = pytest.mark.anyio

HOUR_S = 3600.0
LONG_S = 7 * HOUR_S
"""Longer than any source rests and than any file waits for one."""
FINE: Fault = Slow(0)
RIGHT = [FileState.ACCEPTED, FileState.REVIEW, FileState.NO_MATCH]
FAULTS: Mapping[str, Fault] = {
    "429": too_many(),
    "a web page": web_page(),
    "an empty 401": Instead(Response(401, "text/plain", b"")),
    "dropped": Drop(),
}
MORE: Mapping[str, Fault] = {
    "429 with a wait": too_many("90"),
    "503": server_error(503),
    "broken off": Truncate(),
    "slow": Slow(30),
}
"""Nothing about them depends on the server, and the last costs real time."""
MODES = ("0.7", "0.9", "look-alike")
TROUBLES = [*((mode, name) for mode in MODES for name in FAULTS), *(("0.9", name) for name in MORE)]
STEPS = (0, 0, 1)
"""How many requests go well before trouble begins: the look at the schema meets it first, then,
with the schema known, the lookup, and at last the search for a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Asking and deciding, with a source that is really there."""

    ground: Ground
    identify: Identify
    deciding: Deciding

    async def work(self) -> None:
        """Ask and decide until nothing is due."""
        for stage in (self.identify, self.deciding):
            while batches := await stage.take(frozenset()):
                for batch in batches:
                    await stage.work(batch)

    async def states(self) -> list[FileState]:
        return [file.state for file in await self.ground.present()]

    async def attempts(self) -> list[int]:
        return [file.attempts for file in await self.ground.present()]

    async def no_matches(self) -> list[int]:
        """Return how often each file was ever said to have no match, undone or not."""
        histories = [await self.ground.history(file.id) for file in await self.ground.present()]
        return [history.count(FileState.NO_MATCH) for history in histories]


@asynccontextmanager
async def opened(ground: Ground, box: Sandbox, *, timeout_s: float = 20) -> AsyncIterator[Bench]:
    async def sleep(seconds: float) -> None:
        ground.clock.pass_s(seconds)
        await anyio.lowlevel.checkpoint()

    clock = Clock(now_s=ground.clock, wall_s=ground.clock, sleep=sleep, chance=lambda: 0.5)
    spec = SourceSpec(name="box", url=box.url, key=SecretText(box.key), timeout_s=timeout_s)
    async with open_sources(
        [spec], limiters=Limiters(clock=clock), persistence=Persistence(attempts=1)
    ) as sources:
        yield bench_of(ground, sources)


def bench_of(ground: Ground, sources: Sequence[Source]) -> Bench:
    return Bench(
        ground=ground,
        identify=Identify(
            database=ground.database, sources=sources, now=ground.clock, gather_s=0, onward=Bell()
        ),
        deciding=Deciding(
            database=ground.database,
            rules=compile_rules(DEFAULT_RULES),
            sources=frozenset(source.name for source in sources),
            schedule=Schedule(no_match_s=(100 * LONG_S,), first_deferral_s=300.0),
            now=ground.clock,
            jitter=lambda: 0.5,
            apply_bell=Bell(),
            tell_bell=Bell(),
            identify_bell=Bell(),
            log=Lines(),
        ),
    )


def fill(box: Sandbox) -> None:
    """Let the source know some films by their oshash, and one by its name."""
    for part in range(len(STEPS)):
        exact = FingerprintSeed(
            algorithm="OSHASH", hash=f"{part + 1:016x}", duration=int(DURATION_S), submissions=3
        )
        box.world.add_scene(
            SceneSeed(title="Market Day", duration=int(DURATION_S), fingerprints=(exact,))
        )
    box.world.add_scene(
        SceneSeed(title="Harbour at Dawn", release_date="2024-05-17", studio="Northlight")
    )


async def add_files(ground: Ground, part: int) -> None:
    """Add a file that the source knows, one whose name it knows, and one that it does not."""
    name = "Northlight.24.05.17.Harbour.At.Dawn.XXX.1080p.mkv"
    await ground.add_known(f"{part}/known.mkv", oshash=part + 1)
    await ground.add_known(f"{part}/{name}", oshash=part + 11)
    await ground.add_known(f"{part}/unknown.mkv", oshash=part + 21)


@pytest.mark.parametrize(("mode", "trouble"), TROUBLES)
async def test_no_failure_is_a_no_match_and_all_end_right_when_it_is_over(
    ground: Ground, mode: str, trouble: str
) -> None:
    fault = {**FAULTS, **MORE}[trouble]
    with Sandbox(mode=mode) as box:
        fill(box)
        async with opened(ground, box, timeout_s=2 if trouble == "slow" else 20) as bench:
            for part, sound in enumerate(STEPS):
                await add_files(ground, part)
                box.faults.next(*[FINE] * sound)
                box.faults.always(fault)
                await bench.work()
                during = await bench.states()
                box.faults.clear()
                ground.clock.pass_s(LONG_S)
                await bench.work()
                after = await bench.states()

                # A lookup that went well has told of the first and the last.
                waiting = [FileState.DEFERRED] * 3
                told = [FileState.ACCEPTED, FileState.DEFERRED, FileState.NO_MATCH]
                assert during == [*RIGHT * part, *(told if sound else waiting)]
                assert after == RIGHT * (part + 1)
                # Only what nobody knows was ever said to have no match, and once: whatever an
                # outage had said in between, and an attempt that it had used up, would be here.
                assert await bench.no_matches() == [0, 0, 1] * (part + 1)
                assert await bench.attempts() == [0, 0, 1] * (part + 1)


async def test_long_outage_leaves_every_file_waiting_and_uses_up_no_attempt(
    ground: Ground,
) -> None:
    await add_files(ground, 0)
    with Sandbox() as box:
        fill(box)
        box.faults.always(server_error(503))
        async with opened(ground, box) as bench:
            for _ in range(6):
                await bench.work()
                assert set(await bench.states()) == {FileState.DEFERRED}
                ground.clock.pass_s(HOUR_S)
            assert {file.attempts for file in await ground.present()} == {0}
            box.faults.clear()
            ground.clock.pass_s(LONG_S)
            await bench.work()

        assert await bench.states() == RIGHT
        assert await bench.no_matches() == await bench.attempts() == [0, 0, 1]


async def test_source_that_limits_by_the_minute_loses_nobody(ground: Ground) -> None:
    """A look-alike that answers 429 above its rate: what it did not answer waits."""
    for number in range(BATCH_FILES + 1):
        await ground.add_known(f"{number}.mkv", oshash=number + 10)
    with Sandbox(mode="look-alike", requests_per_minute=2) as box:
        fill(box)
        async with opened(ground, box) as bench:
            await bench.work()
            states = await bench.states()

    assert states == [*[FileState.NO_MATCH] * BATCH_FILES, FileState.DEFERRED]
