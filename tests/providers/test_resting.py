"""A source that is down, over a real socket: asked a little, left alone, asked again, forgiven."""

from __future__ import annotations

import pytest

from providers.breaker import FAILURES_TO_OPEN
from providers.client import Persistence
from providers.guard import GuardedSource
from providers.health import Standing
from providers.limits import Limiters
from providers.registry import SourceSpec, open_sources
from providers.sandbox import Sandbox, faults
from providers.secret import SecretText
from rules.candidate import Failed, Query, Unknown
from rules.fingerprint import Fingerprints, Oshash

SCENES_A_REQUEST = 40


def queries(count: int) -> list[Query]:
    return [
        Query(fingerprints=Fingerprints(oshash=Oshash(number), size_bytes=1, duration_s=1))
        for number in range(1, count + 1)
    ]


def spec_of(box: Sandbox) -> SourceSpec:
    return SourceSpec(
        name="box", url=box.url, key=SecretText(box.key), requests_per_minute=6000, timeout_s=2
    )


@pytest.mark.parametrize(
    "outage",
    [
        faults.server_error(503),
        faults.server_error(503, "7200"),
        faults.web_page(),
        faults.too_many(),
        faults.too_many("120"),
        faults.Drop(),
        faults.Truncate(),
        faults.document(b'{"errors": [{"message": "Internal system error. Error <1>"}]}'),
    ],
    ids=[
        *("503", "503 for two hours", "a web page", "429", "429 for two minutes"),
        *("dropped", "cut off", "an error in the answer"),
    ],
)
async def test_outage_costs_a_few_requests_and_is_never_taken_for_an_answer(
    box: Sandbox, limiters: Limiters, slept: list[float], outage: faults.Fault
) -> None:
    async with open_sources(
        [spec_of(box)], limiters=limiters, persistence=Persistence(attempts=2)
    ) as (source,):
        assert await source.ask(queries(1)) == [Unknown(source="box")]
        box.faults.always(outage)
        await ask_in_vain(source, times=FAILURES_TO_OPEN)
        asked, resting = len(box.requests.all()), source.health()

        await ask_in_vain(source, times=50)

        assert resting.standing is Standing.RESTING
        assert len(box.requests.all()) == asked

        box.faults.clear()
        slept.append(resting.rests_for_s)
        assert await source.ask(queries(1)) == [Unknown(source="box")]
        assert source.health().standing in {Standing.HEALTHY, Standing.SLOWED}


async def ask_in_vain(source: GuardedSource, *, times: int) -> None:
    for _ in range(times):
        answers = await source.ask(queries(SCENES_A_REQUEST))
        assert all(isinstance(answer, Failed) for answer in answers)


async def test_outage_that_lasts_is_asked_ever_more_rarely(
    box: Sandbox, limiters: Limiters, slept: list[float]
) -> None:
    box.faults.always(faults.server_error(502))
    async with open_sources(
        [spec_of(box)], limiters=limiters, persistence=Persistence(attempts=1)
    ) as (source,):
        ends_s = limiters.clock.now_s() + 6 * 3600
        while limiters.clock.now_s() < ends_s:
            await source.ask(queries(1))
            slept.append(60)

    # Three batches, then at most one trial in each 7.5 minutes: half of the longest rest.
    assert len(box.requests.all()) <= FAILURES_TO_OPEN + 10 + 6 * 3600 / 450


async def test_cold_start_is_as_few_requests_as_batches_and_keeps_to_the_rate(
    box: Sandbox, limiters: Limiters
) -> None:
    async with open_sources([spec_of(box)], limiters=limiters) as (source,):
        before_s = limiters.clock.now_s()
        answers = await source.ask(queries(800))

    lookups = box.requests.of("findScenesBySceneFingerprints")
    assert len(answers) == 800
    assert len(lookups) == 800 / SCENES_A_REQUEST
    assert limiters.clock.now_s() - before_s >= (len(box.requests.all()) - 1) * 60 / 6000
