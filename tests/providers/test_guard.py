"""The guard before a source that answers as it is told, with a clock that is told too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import anyio
import pytest

from providers.breaker import FAILURES_TO_OPEN
from providers.errors import (
    AnswerMalformed,
    Blocked,
    ConnectionDropped,
    KeyProblem,
    KeyRefused,
    RateLimited,
    ServerFailed,
    TimedOut,
    Unreachable,
    WrongPlace,
)
from providers.guard import GuardedSource, Instruments
from providers.health import Standing
from providers.limits import Limiters
from providers.traffic import Outcome, Traffic, outcome_of
from rules.candidate import Answer, Failed, Known, NotAsked, Query, Refused, Unknown
from rules.discretion import KEPT_SAFE
from rules.errors import ProviderError
from rules.filename import NameClues
from rules.fingerprint import Fingerprints, Oshash

FAILED = Failed(source="box", reason="it broke off")
REFUSED = Refused(source="box", reason="the key is old")
UNKNOWN = Unknown(source="box")
NOTHING = NotAsked(source="box", reason="its fingerprints say nothing")


def query(oshash: int, *, is_sfw: bool = False) -> Query:
    fingerprints = Fingerprints(oshash=Oshash(oshash), size_bytes=1, duration_s=1)
    return Query(fingerprints=fingerprints, clues=NameClues(title="Harbour"), is_sfw=is_sfw)


@dataclass
class Told:
    """A source that gives the same answer to every query."""

    answer: Answer = UNKNOWN
    asked: list[Sequence[Query]] = field(default_factory=list)
    begun: anyio.Event = field(default_factory=anyio.Event)
    is_silent: bool = False
    name: str = "box"

    async def ask(self, queries: Sequence[Query]) -> list[Answer]:
        self.asked.append(queries)
        self.begun.set()
        if self.is_silent:
            await anyio.sleep_forever()
        return [self.answer for _ in queries]

    async def check(self) -> str:
        return "a source that is told"


@dataclass
class Post:
    """A guard, what it guards, and the time."""

    source: Told
    guard: GuardedSource
    pass_s: Callable[[float], None]

    async def ask(self, *oshashes: int) -> list[Answer]:
        return await self.guard.ask([query(oshash) for oshash in oshashes])

    async def fail(self, answer: Answer = FAILED, times: int = FAILURES_TO_OPEN) -> None:
        self.source.answer = answer
        for _ in range(times):
            await self.ask(1)


@pytest.fixture
def instruments(limiters: Limiters) -> Instruments:
    return Instruments(
        clock=limiters.clock, limiter=limiters.of("box.example", 240), traffic=Traffic()
    )


@pytest.fixture
def post(instruments: Instruments, slept: list[float]) -> Post:
    source = Told()
    guard = GuardedSource(source, instruments=instruments, is_nsfw=True)
    return Post(source=source, guard=guard, pass_s=slept.append)


async def test_nothing_that_is_safe_for_work_reaches_an_adult_source(post: Post) -> None:
    kept, passed = query(1, is_sfw=True), query(2)

    answers = await post.guard.ask([kept, passed, kept])

    withheld = NotAsked(source="box", reason=KEPT_SAFE)
    assert answers == [withheld, UNKNOWN, withheld]
    assert post.source.asked == [[passed]]


async def test_adult_source_is_not_even_asked_when_all_is_safe_for_work(post: Post) -> None:
    await post.guard.ask([query(1, is_sfw=True)])

    assert post.source.asked == []


async def test_other_sources_see_everything(instruments: Instruments) -> None:
    source = Told()
    guard = GuardedSource(source, instruments=instruments, is_nsfw=False)

    assert await guard.ask([query(1, is_sfw=True), query(2)]) == [UNKNOWN, UNKNOWN]


async def test_source_that_fails_in_a_row_is_left_alone_and_says_so(post: Post) -> None:
    await post.fail()

    answers = await post.ask(1, 2)

    assert len(post.source.asked) == FAILURES_TO_OPEN
    (answer,) = set(answers)
    assert isinstance(answer, Failed)
    assert answer.reason == "it rests after failures in a row, the last: it broke off"
    assert answer.retry_after_s == 45.0


async def test_wait_that_a_source_asks_for_is_kept_to(post: Post) -> None:
    await post.fail(Failed(source="box", reason="busy", retry_after_s=3000.0))
    post.pass_s(2999)
    await post.ask(1)
    assert len(post.source.asked) == FAILURES_TO_OPEN

    post.pass_s(1)
    await post.ask(1)
    assert len(post.source.asked) == FAILURES_TO_OPEN + 1


async def test_one_answer_after_the_rest_and_all_is_well(post: Post) -> None:
    await post.fail()
    post.pass_s(45)
    post.source.answer = UNKNOWN

    assert await post.ask(1) == [UNKNOWN]
    assert await post.ask(2) == [UNKNOWN]
    assert post.guard.health().standing is Standing.HEALTHY


async def test_failed_trial_lets_it_rest_longer(post: Post) -> None:
    await post.fail()
    post.pass_s(45)
    await post.ask(1)

    assert post.guard.health().rests_for_s == 90.0


async def test_while_one_batch_is_tried_no_other_is_sent(post: Post) -> None:
    await post.fail()
    post.pass_s(45)
    post.source.is_silent = True
    post.source.begun = anyio.Event()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(post.ask, 1)
        await post.source.begun.wait()
        (answer,) = await post.ask(2)
        assert post.guard.health().standing is Standing.TRYING
        tasks.cancel_scope.cancel()

    assert isinstance(answer, Failed)
    assert answer.retry_after_s is None
    assert len(post.source.asked) == FAILURES_TO_OPEN + 1


async def test_cancelled_trial_leaves_the_next_one_free(post: Post) -> None:
    await post.fail()
    post.pass_s(45)
    post.source.is_silent = True
    with anyio.move_on_after(0):
        await post.ask(1)
    post.source.is_silent = False
    post.source.answer = UNKNOWN

    assert await post.ask(1) == [UNKNOWN]


async def test_batch_with_any_answer_is_no_failure(post: Post) -> None:
    class Mixed(Told):
        async def ask(self, queries: Sequence[Query]) -> list[Answer]:
            answers: list[Answer] = [FAILED, UNKNOWN]
            return answers[: len(queries)]

    guard = GuardedSource(Mixed(), instruments=post.guard._instruments, is_nsfw=True)
    for _ in range(2 * FAILURES_TO_OPEN):
        assert await guard.ask([query(1), query(2)]) == [FAILED, UNKNOWN]

    assert guard.health().standing is Standing.HEALTHY
    assert guard.health().last_error == "it broke off"


async def test_batch_that_is_not_worth_asking_proves_nothing(post: Post) -> None:
    await post.fail(times=FAILURES_TO_OPEN - 1)
    await post.fail(NOTHING, times=5)
    assert post.guard.health().standing is Standing.HEALTHY

    await post.fail(times=1)
    assert post.guard.health().standing is Standing.RESTING


async def test_refused_key_stays_a_refusal_and_is_not_shown_again(post: Post) -> None:
    await post.fail(REFUSED, times=1)

    assert await post.ask(1, 2) == [REFUSED, REFUSED]
    assert len(post.source.asked) == 1
    assert post.guard.health().standing is Standing.REFUSED


async def test_refused_key_is_tried_rarely_and_heals_by_itself(post: Post) -> None:
    await post.fail(REFUSED, times=1)
    post.pass_s(post.guard.health().rests_for_s)
    post.source.answer = Known(source="box", candidates=())

    assert [answer.kind for answer in await post.ask(1)] == ["known"]
    assert post.guard.health().standing is Standing.HEALTHY


async def test_check_asks_however_the_source_fared(post: Post) -> None:
    await post.fail(REFUSED, times=1)

    assert await post.guard.check() == "a source that is told"


async def test_health_tells_of_rate_and_errors(post: Post, instruments: Instruments) -> None:
    assert post.guard.health().last_error is None
    await post.fail(times=1)
    for _ in range(3):
        await instruments.limiter.turn(patience_s=0)
    instruments.limiter.complained(0)

    health = post.guard.health()
    assert (health.standing, health.share) == (Standing.SLOWED, 0.5)
    assert (health.used_last_minute, health.allowed_per_minute) == (3, 240)
    assert (health.last_error, health.last_error_at_s) == ("it broke off", 1_800_000_000.0)

    post.pass_s(61)
    assert post.guard.health().used_last_minute == 0


async def test_rest_that_the_host_asked_for_shows(post: Post, instruments: Instruments) -> None:
    instruments.limiter.complained(30)

    health = post.guard.health()
    assert (health.standing, health.rests_for_s) == (Standing.RESTING, 30)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (RateLimited("box"), Outcome.TOO_OFTEN),
        (KeyRefused("box", KeyProblem.MISSING), Outcome.REFUSED),
        (Blocked("box", 403), Outcome.REFUSED),
        (Unreachable("box", "no route"), Outcome.NO_ANSWER),
        (TimedOut("box"), Outcome.NO_ANSWER),
        (ConnectionDropped("box", "reset"), Outcome.NO_ANSWER),
        (ServerFailed("box", 503), Outcome.FAILED),
        (WrongPlace("box", "a web page"), Outcome.FAILED),
        (AnswerMalformed("box", "no JSON"), Outcome.FAILED),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, ProviderError) else value.value,
)
def test_every_error_is_counted_as_what_the_owner_would_call_it(
    error: ProviderError, outcome: Outcome
) -> None:
    traffic = Traffic()
    traffic.answered()
    traffic.was_failure(error)

    assert outcome_of(error) is outcome
    assert traffic.counts == {each.value: int(each is outcome) for each in Outcome}
