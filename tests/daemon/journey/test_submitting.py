"""The stage that tells sources of fingerprints, with a source whose words are told to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import pytest

from daemon.journey.bell import Bell
from daemon.journey.submitting import AT_ONCE, FIRST_RETRY_S, LONGEST_RETRY_S, Submitting
from daemon.media.grid import GRID_VERSION
from providers.base import Submitter
from rules.claims import PHASH_GRID
from rules.discretion import Discretion
from rules.fingerprint import Algorithm
from rules.journey import FileState
from rules.submission import (
    Barred,
    Claim,
    Consent,
    Declined,
    Ground,
    Missed,
    Outcome,
    Recipient,
    Subject,
    Submission,
    Taken,
    Terms,
    Vote,
    Withheld,
)
from rules.work import ExternalId
from store import decisions, submissions
from store.database import Connection
from store.decisions import Decider, NewDecision
from store.decisions import Outcome as Decided
from store.files import FileRecord
from store.submissions import SubmissionRecord, SubmissionState
from tests.daemon.doubles import Lines
from tests.daemon.ground import Ground as Ground_

pytestmark = pytest.mark.anyio

BOX = "https://box.example/graphql"
TERMS = Terms(recipients=(Recipient(source="box", endpoint=BOX, consent=Consent.MINE),))
TAKEN = Taken()


class Ear:
    """A source that answers as it is told to, and remembers what it heard."""

    name = "box"

    def __init__(self) -> None:
        self.heard: list[list[Submission]] = []
        self.answer: Callable[[Submission], Outcome] = lambda _: TAKEN
        self.stumbles_over: int | None = None
        """A hash that spoils whatever it is sent with."""

    async def submit(self, submissions: Sequence[Submission]) -> list[Outcome]:
        self.heard.append(list(submissions))
        if any(each.subject.value == self.stumbles_over for each in submissions):
            return [Missed(reason="HTTP 500") for _ in submissions]

        return [self.answer(each) for each in submissions]


class Bench:
    """The stage, one file, and votes about it."""

    def __init__(self, ground: Ground_) -> None:
        self.ground = ground
        self.ear = Ear()
        self.log = Lines()
        self.tell_bell = Bell()
        self.stage = self.anew()

    def anew(self, terms: Terms = TERMS, *, is_opened: bool = True) -> Submitting:
        """Return the stage as it is after a start."""
        submitters: dict[str, Submitter] = {"box": self.ear} if is_opened else {}
        self.stage = Submitting(
            database=self.ground.database,
            submitters=submitters,
            terms=terms,
            now=self.ground.clock,
            jitter=lambda: 0.5,
            tell_bell=self.tell_bell,
            log=self.log,
        )
        return self.stage

    async def owe(self, file: FileRecord, count: int = 1) -> None:
        await self.ground.database.write(
            partial(_owe, file=file, count=count, at_s=self.ground.clock())
        )

    async def work(self) -> int:
        """Do what is due; return how many parcels that was."""
        done = 0
        while parcels := await self.stage.take(frozenset()):
            for parcel in parcels:
                await self.stage.work(parcel)
                done += 1
        return done

    async def records(self) -> list[SubmissionRecord]:
        return await self.ground.database.read(partial(submissions.of_content, content_id=1))

    async def states(self) -> list[SubmissionState]:
        return [each.state for each in await self.records()]


def _owe(connection: Connection, *, file: FileRecord, count: int, at_s: float) -> None:
    made = NewDecision(outcome=Decided.ACCEPTED, decided_by=Decider.PERSON)
    number = decisions.add(connection, file, 1, made, at_s=at_s)
    ground = Ground(
        decision_id=number,
        file_id=file.id,
        library=file.library,
        is_accept=True,
        rule=None,
        chosen=ExternalId(source="box", remote_id="h-1"),
    )
    for value in range(1, count + 1):
        subject = Subject(endpoint=BOX, remote_id="h-1", algorithm=Algorithm.OSHASH, value=value)
        claim = Claim(
            subject=subject, vote=Vote.VALID, duration_s=600, reason="you said so", label="Dawn"
        )
        submissions.add(connection, 1, ground, claim, at_s=at_s)


@pytest.fixture
def bench(ground: Ground_) -> Bench:
    return Bench(ground)


@pytest.fixture
async def file(ground: Ground_) -> FileRecord:
    return await ground.add_known(state=FileState.DONE)


def test_phashes_are_made_of_the_montage_that_sources_know() -> None:
    assert GRID_VERSION == PHASH_GRID


async def test_everything_is_told_once_in_parcels(bench: Bench, file: FileRecord) -> None:
    await bench.owe(file, AT_ONCE + 3)

    assert await bench.work() == 2
    assert await bench.work() == 0

    assert [len(each) for each in bench.ear.heard] == [AT_ONCE, 3]
    assert set(await bench.states()) == {SubmissionState.SENT}
    assert bench.log.events == ["fingerprints.submitted"] * 2
    assert await bench.stage.next_due_in_s() is None


async def test_nothing_is_even_looked_for_by_default(bench: Bench, file: FileRecord) -> None:
    await bench.owe(file)
    stage = bench.anew(Terms())

    assert await stage.take(frozenset()) == []
    assert await stage.next_due_in_s() is None


async def test_what_was_cut_off_is_told_again_after_a_start(bench: Bench, file: FileRecord) -> None:
    await bench.owe(file)
    (parcel,) = await bench.stage.take(frozenset())

    def cut_off(_: Submission) -> Outcome:
        raise KeyboardInterrupt

    bench.ear.answer = cut_off
    with pytest.raises(KeyboardInterrupt):
        await bench.stage.work(parcel)
    (record,) = await bench.records()
    assert (record.state, record.attempts, record.sent_at_s) == (SubmissionState.DUE, 1, None)

    bench.ear.answer = lambda _: TAKEN
    bench.anew()
    assert await bench.work() == 1
    assert await bench.states() == [SubmissionState.SENT]


async def test_what_is_in_hand_is_not_taken_twice(bench: Bench, file: FileRecord) -> None:
    await bench.owe(file)
    (parcel,) = await bench.stage.take(frozenset())

    assert await bench.stage.take(parcel.keys) == []
    await bench.stage.work(parcel)
    await bench.stage.work(parcel)
    assert len(bench.ear.heard) == 1


async def test_failure_is_tried_again_later_each_time_and_with_less(
    bench: Bench, file: FileRecord
) -> None:
    await bench.owe(file, 4)
    bench.ear.answer = lambda each: Missed(reason="HTTP 502") if each.subject.value == 1 else TAKEN

    assert await bench.work() == 1
    assert await bench.stage.next_due_in_s() == FIRST_RETRY_S

    bench.ground.clock.pass_s(FIRST_RETRY_S)
    assert await bench.work() == 1
    assert await bench.stage.next_due_in_s() == 2 * FIRST_RETRY_S
    assert [len(each) for each in bench.ear.heard] == [4, 1]


async def test_vote_that_a_source_stumbles_over_stands_alone_in_the_end(
    bench: Bench, file: FileRecord
) -> None:
    await bench.owe(file, 8)

    bench.ear.stumbles_over = 1
    for _ in range(12):
        await bench.work()
        bench.ground.clock.pass_s(LONGEST_RETRY_S)

    assert sorted(await bench.states()) == [SubmissionState.DUE] + [SubmissionState.SENT] * 7
    assert len(bench.ear.heard[-1]) == 1


async def test_wait_that_the_source_asks_for_is_kept(bench: Bench, file: FileRecord) -> None:
    await bench.owe(file)
    bench.ear.answer = lambda _: Missed(reason="HTTP 429", retry_after_s=9000.0)

    await bench.work()

    due_in_s = await bench.stage.next_due_in_s()
    assert due_in_s is not None
    assert due_in_s >= 9000.0


@pytest.mark.parametrize(
    "outcome", [Declined(reason="deleted scene"), Withheld(reason="too old")], ids=str
)
async def test_what_is_not_wanted_is_kept_with_its_reason(
    bench: Bench, file: FileRecord, outcome: Declined | Withheld
) -> None:
    await bench.owe(file, 2)
    bench.ear.answer = lambda each: outcome if each.subject.value == 1 else TAKEN

    await bench.work()

    first, second = await bench.records()
    assert (first.state, first.error) == (SubmissionState.FAILED, outcome.reason)
    assert second.state is SubmissionState.SENT
    assert bench.log.events == ["fingerprints.submitted", "fingerprints.kept"]


async def test_refusal_is_news_once_and_waits_for_a_start(bench: Bench, file: FileRecord) -> None:
    await bench.owe(file, AT_ONCE + 1)
    bench.ear.answer = lambda _: Barred(reason="the key was refused")

    assert await bench.work() == 1
    assert set(await bench.states()) == {SubmissionState.REFUSED}
    (told,) = await bench.ground.told()
    assert (told.subject, "the key was refused" in told.detail) == ("box", True)

    bench.anew()
    await bench.work()
    assert len(bench.ear.heard) == 2
    assert len(await bench.ground.told()) == 1

    bench.ear.answer = lambda _: TAKEN
    bench.anew()
    await bench.work()
    assert set(await bench.states()) == {SubmissionState.SENT}


async def test_library_that_became_safe_for_work_is_told_as_such(
    bench: Bench, file: FileRecord
) -> None:
    await bench.owe(file)
    sfw = frozenset({file.library})
    bench.anew(Terms(recipients=TERMS.recipients, discretion=Discretion(sfw_libraries=sfw)))

    await bench.work()

    assert [each.is_sfw for each in bench.ear.heard[0]] == [True]


async def test_source_that_is_not_opened_keeps_what_it_is_owed(
    bench: Bench, file: FileRecord
) -> None:
    await bench.owe(file)
    bench.anew(is_opened=False)

    await bench.work()

    assert await bench.states() == [SubmissionState.FAILED]
