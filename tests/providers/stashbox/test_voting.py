"""Votes told to servers of every age, and what each of them makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

import pytest

from providers.base import Source, Submitter
from providers.limits import Limiters
from providers.registry import SourceSpec, open_sources
from providers.sandbox import Sandbox, faults
from providers.sandbox.seeds import FingerprintSeed, SceneSeed
from providers.stashbox.voting import NO_ID, NO_SUBMITTING, NO_VOTES
from rules.discretion import KEPT_SAFE
from rules.fingerprint import Algorithm
from rules.submission import (
    Barred,
    Declined,
    Missed,
    Outcome,
    Subject,
    Submission,
    Taken,
    Vote,
    Withheld,
)

pytestmark = pytest.mark.anyio

OpenSource = Callable[..., AbstractAsyncContextManager[Source]]
OSHASH, PHASH = 0xFEED, int("01" * 32, 2)
NOBODY = "3b241101-e2bb-4255-8caf-4136c566a962"
TAKEN = Taken()
ONE, MANY = "submitFingerprint(", "submitFingerprints("


@pytest.fixture
def scene_id(box: Sandbox) -> str:
    return box.world.add_scene(SceneSeed(title="Harbour at Dawn"))


@pytest.fixture
def old() -> Iterator[Sandbox]:
    with Sandbox(mode="0.7") as sandbox:
        yield sandbox


def votes(
    scene_id: str,
    vote: Vote = Vote.VALID,
    hashes: Sequence[tuple[Algorithm, int]] = (
        (Algorithm.OSHASH, OSHASH),
        (Algorithm.PHASH, PHASH),
    ),
) -> list[Submission]:
    return [
        Submission(
            subject=Subject(
                endpoint="https://box.example", remote_id=scene_id, algorithm=algorithm, value=value
            ),
            vote=vote,
            duration_s=600,
        )
        for algorithm, value in hashes
    ]


async def told(
    open_source: OpenSource, box: Sandbox, *rounds: Sequence[Submission], key: str | None = None
) -> list[list[Outcome]]:
    """Return what became of each round, all by one source."""
    async with open_source(box, key=key) as source:
        assert isinstance(source, Submitter)
        return [await source.submit(each) for each in rounds]


def held(box: Sandbox, scene_id: str) -> set[tuple[str, str, int, int]]:
    """Return what the server holds for a scene: algorithm, hash, duration, vote."""
    return {
        (each.algorithm, each.text, each.duration, each.vote)
        for each in box.world.votes.of_scene(scene_id)
    }


def calls(box: Sandbox, root: str) -> int:
    return sum(root in noted.query for noted in box.requests.all())


@pytest.mark.parametrize(
    ("mode", "batches", "singles"),
    [("0.2", 0, 2), ("0.7", 0, 2), ("0.9", 1, 0), ("0.10", 1, 0), ("look-alike", 0, 2)],
)
async def test_every_server_is_told_in_the_way_it_takes(
    open_source: OpenSource, mode: str, batches: int, singles: int
) -> None:
    with Sandbox(mode=mode) as box:
        scene_id = box.world.add_scene(SceneSeed(title="Harbour at Dawn"))
        outcomes = await told(open_source, box, votes(scene_id), votes(scene_id))

        assert outcomes == [[TAKEN, TAKEN]] * 2
        assert {(each[0], int(each[1], 16), *each[2:]) for each in held(box, scene_id)} == {
            ("OSHASH", OSHASH, 600, 1),
            ("PHASH", PHASH, 600, 1),
        }
        assert (calls(box, MANY), calls(box, ONE)) == (2 * batches, 2 * singles)
        assert calls(box, "query Submitting") == 1


@pytest.mark.parametrize(("mode", "singles"), [("0.7", 4), ("0.10", 0)])
async def test_server_that_hides_its_schema_says_what_it_lacks(
    open_source: OpenSource, mode: str, singles: int
) -> None:
    with Sandbox(mode=mode, introspection=False) as box:
        scene_id = box.world.add_scene(SceneSeed(title="Harbour at Dawn"))
        outcomes = await told(open_source, box, votes(scene_id), votes(scene_id))

        assert outcomes == [[TAKEN, TAKEN]] * 2
        assert calls(box, ONE) == singles
        assert calls(box, MANY) == (1 if singles else 2)


async def test_word_is_turned_and_taken_back_one_by_one(
    box: Sandbox, scene_id: str, open_source: OpenSource
) -> None:
    rounds = [votes(scene_id, vote) for vote in (Vote.VALID, Vote.INVALID, Vote.REMOVE)]
    box.world.add_fingerprints(
        scene_id, [FingerprintSeed(algorithm="OSHASH", hash=f"{OSHASH:016x}", duration=600)]
    )

    async with open_source(box) as source:
        assert isinstance(source, Submitter)
        assert await source.submit(rounds[0]) == [TAKEN, TAKEN]
        assert await source.submit(rounds[1][:1]) == [TAKEN]
        assert ("OSHASH", f"{OSHASH:016x}", 600, -1) in held(box, scene_id)
        assert await source.submit(rounds[2]) == [TAKEN, TAKEN]

    assert held(box, scene_id) == {("OSHASH", f"{OSHASH:016x}", 600, 1)}  # somebody else's


async def test_report_of_what_nobody_submitted_is_declined_and_stops_nothing(
    box: Sandbox, scene_id: str, open_source: OpenSource
) -> None:
    mixed = [*votes(scene_id, Vote.INVALID)[:1], *votes(scene_id)[1:]]

    ((declined, taken),) = await told(open_source, box, mixed)

    assert declined == Declined(reason="it says “fingerprint has no submissions”")
    assert taken == TAKEN


@pytest.mark.parametrize("introspection", [True, False], ids=["says so", "hides it"])
@pytest.mark.parametrize("mode", ["0.4", "look-alike"])
async def test_server_without_votes_takes_a_word_back_in_its_older_way(
    open_source: OpenSource, mode: str, *, introspection: bool
) -> None:
    with Sandbox(mode=mode, introspection=introspection) as box:
        scene_id = box.world.add_scene(SceneSeed(title="Harbour at Dawn"))
        outcomes = await told(
            open_source,
            box,
            votes(scene_id),
            votes(scene_id, Vote.INVALID),
            votes(scene_id, Vote.REMOVE)[:1],
        )

        assert outcomes == [[TAKEN, TAKEN], [Withheld(reason=NO_VOTES)] * 2, [TAKEN]]
        assert {each[0] for each in held(box, scene_id)} == {"PHASH"}


async def test_what_a_batch_does_not_name_is_told_alone(
    box: Sandbox, scene_id: str, open_source: OpenSource
) -> None:
    short = (
        f'{{"data": {{"submitFingerprints": [null, {{"hash": "{PHASH:016x}", '
        f'"scene_id": "{scene_id.upper()}", "error": null}}, '
        f'{{"hash": "no hash", "scene_id": "{scene_id}"}}]}}}}'
    )
    async with open_source(box) as source:
        assert isinstance(source, Submitter)
        await source.submit(votes(scene_id)[:1])
        box.requests.clear()
        box.faults.next(faults.document(short.encode()))

        assert await source.submit(votes(scene_id)) == [TAKEN, TAKEN]

    (alone,) = [each for each in box.requests.all() if ONE in each.query]
    assert f"{OSHASH:016x}" in str(alone.variables)


async def test_batch_says_of_each_what_became_of_it(
    box: Sandbox, scene_id: str, open_source: OpenSource
) -> None:
    (outcomes,) = await told(open_source, box, [votes(NOBODY)[0], *votes(scene_id)])

    assert outcomes == [
        Declined(reason="it says “invalid or deleted scene”"), TAKEN, TAKEN,
    ]  # fmt: skip


async def test_batch_that_one_vote_spoils_is_told_one_by_one(
    box: Sandbox, scene_id: str, open_source: OpenSource
) -> None:
    async with open_source(box) as source:
        assert isinstance(source, Submitter)
        await source.submit(votes(scene_id)[:1])
        box.faults.next(faults.document(b'{"errors": [{"message": "strconv: bad"}], "data": null}'))

        outcomes = await source.submit(votes(scene_id))

    assert outcomes == [TAKEN, TAKEN]
    assert calls(box, ONE) == 3


async def test_id_of_another_kind_of_source_is_never_sent(
    box: Sandbox, scene_id: str, open_source: OpenSource
) -> None:
    (outcomes,) = await told(open_source, box, [*votes("12345")[:1], *votes(scene_id)[:1]])

    assert outcomes == [Withheld(reason=NO_ID), TAKEN]
    assert not any("12345" in str(noted.variables) for noted in box.requests.all())


async def test_nothing_safe_for_work_reaches_an_adult_source(
    box: Sandbox, scene_id: str, open_source: OpenSource
) -> None:
    first, second = votes(scene_id)

    (outcomes,) = await told(open_source, box, [replace(first, is_sfw=True), second])

    assert outcomes == [Withheld(reason=KEPT_SAFE), TAKEN]
    assert f"{OSHASH:016x}" not in str([noted.variables for noted in box.requests.all()])


@pytest.mark.parametrize(
    "fault",
    [
        faults.too_many(),
        faults.too_many("7"),
        faults.server_error(502),
        faults.web_page(),
        faults.Drop(),
        faults.document(b'{"errors":[{"message":"Too Many Attempts."}]}', 200),
    ],
    ids=["429", "429 with a wait", "502", "html", "dropped", "429 in disguise"],
)
async def test_failure_is_told_from_every_answer_and_tried_again(
    box: Sandbox, scene_id: str, open_source: OpenSource, fault: faults.Fault
) -> None:
    async with open_source(box) as source:
        assert isinstance(source, Submitter)
        await source.submit(votes(scene_id)[:1])
        box.faults.next(fault)
        missed = await source.submit(votes(scene_id))
        taken = await source.submit(votes(scene_id))

    assert all(isinstance(each, Missed) for each in missed)
    assert taken == [TAKEN, TAKEN]


async def test_failure_of_one_leaves_those_before_it_taken_and_those_after_it_untold(
    old: Sandbox, open_source: OpenSource
) -> None:
    scene_id = old.world.add_scene(SceneSeed(title="Harbour at Dawn"))
    three = votes(scene_id, hashes=[(Algorithm.OSHASH, value) for value in (1, 2, 3)])
    async with open_source(old) as source:
        assert isinstance(source, Submitter)
        await source.submit(three[:1])
        old.requests.clear()
        old.faults.next(faults.Slow(0), faults.server_error(503, "9"))

        outcomes = await source.submit(three)

    assert outcomes[0] == TAKEN
    assert [getattr(each, "retry_after_s", None) for each in outcomes[1:]] == [9.0, 9.0]
    assert calls(old, ONE) == 2


@pytest.mark.parametrize("key", ["", "eyJ.wrong.key"], ids=["no key", "another key"])
async def test_refused_key_is_told_from_a_failure(
    box: Sandbox, scene_id: str, open_source: OpenSource, key: str
) -> None:
    async with open_source(box, key=key) as source:
        assert isinstance(source, Submitter)
        outcomes = await source.submit(votes(scene_id))

    assert all(isinstance(each, Barred) for each in outcomes)
    assert held(box, scene_id) == set()


async def test_refusal_of_votes_does_not_keep_the_source_from_being_asked(
    box: Sandbox, scene_id: str, open_source: OpenSource
) -> None:
    denied = faults.document(b'{"errors":[{"message":"not authorized"}],"data":null}')
    async with open_source(box) as source:
        assert isinstance(source, Submitter)
        await source.submit(votes(scene_id)[:1])
        box.faults.next(*[denied] * 4)
        refused = [await source.submit(votes(scene_id)) for _ in range(4)]

        assert all(isinstance(each, Barred) for each in refused[-1])
        assert await source.submit(votes(scene_id)) == [TAKEN, TAKEN]


async def test_source_that_rests_is_told_nothing(
    box: Sandbox, scene_id: str, open_source: OpenSource, limiters: Limiters
) -> None:
    async with open_source(box) as source:
        assert isinstance(source, Submitter)
        box.faults.always(faults.server_error())
        for _ in range(3):
            await source.submit(votes(scene_id))
        box.faults.clear()
        box.requests.clear()

        resting = await source.submit(votes(scene_id))
        assert box.requests.all() == ()
        assert isinstance(resting[0], Missed)
        assert resting[0].retry_after_s

        await limiters.clock.sleep(resting[0].retry_after_s)
        assert await source.submit(votes(scene_id)) == [TAKEN, TAKEN]


async def test_source_of_another_kind_is_told_nothing(limiters: Limiters) -> None:
    spec = SourceSpec(name="rest", url="https://api.example", kind="theporndb")
    async with open_sources([spec], limiters=limiters) as (source,):
        (outcome,) = await source.submit(votes(NOBODY)[:1])

    assert isinstance(outcome, Withheld)
    assert 'submit = "never"' in outcome.reason


async def test_server_that_takes_no_fingerprints_is_asked_to_once(
    box: Sandbox, scene_id: str, open_source: OpenSource
) -> None:
    none = b'{"data":{"Mutation":{"fields":[{"name":"other"}]},"FingerprintSubmission":null}}'
    async with open_source(box) as source:
        assert isinstance(source, Submitter)
        box.faults.next(faults.document(none))

        for _ in range(2):
            outcomes = await source.submit(votes(scene_id))
            assert outcomes == [Withheld(reason=NO_SUBMITTING)] * 2

    assert len(box.requests.all()) == 1


async def test_call_that_a_hidden_schema_does_not_have_is_not_made_again(
    open_source: OpenSource,
) -> None:
    lacks = (
        b'{"errors":[{"message":"Cannot query field \\"submitFingerprint\\" on type'
        b' \\"Mutation\\"",'
        b'"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}'
    )
    with Sandbox(introspection=False) as box:
        scene_id = box.world.add_scene(SceneSeed(title="Harbour at Dawn"))
        async with open_source(box) as source:
            assert isinstance(source, Submitter)
            box.faults.next(faults.Slow(0), faults.document(lacks, 422))

            first = await source.submit(votes(scene_id)[:1])
            second = await source.submit(votes(scene_id)[:1])

        assert first == second == [Withheld(reason=NO_SUBMITTING)]
        assert calls(box, ONE) == 1


async def test_call_that_is_refused_for_another_reason_is_declined(
    box: Sandbox, scene_id: str, open_source: OpenSource
) -> None:
    refusal = (
        b'{"errors":[{"message":"no such enum value",'
        b'"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}'
    )
    async with open_source(box) as source:
        assert isinstance(source, Submitter)
        await source.submit(votes(scene_id)[:1])
        box.faults.next(faults.document(refusal, 422))

        outcomes = await source.submit(votes(scene_id)[:1])
        again = await source.submit(votes(scene_id)[:1])

    assert outcomes == [Declined(reason="it says “no such enum value”")]
    assert again == [TAKEN]
