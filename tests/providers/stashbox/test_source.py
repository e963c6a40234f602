"""A stash-box source against the sandbox, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager

import anyio
import pytest
from pydantic import JsonValue

from providers.base import Source
from providers.sandbox import Sandbox, faults
from providers.sandbox.seeds import (
    CreditSeed,
    FingerprintSeed,
    ImageSeed,
    PerformerSeed,
    SceneSeed,
    StudioSeed,
    UrlSeed,
)
from rules.candidate import Failed, Known, NotAsked, Query, Refused, Unknown

OpenSource = Callable[..., AbstractAsyncContextManager[Source]]
MakeQuery = Callable[..., Query]

MODES = ["0.2", "0.4", "0.5.3", "0.6", "0.7", "0.8", "0.9", "0.10", "look-alike"]
EVEN = 0x0F0F_0F0F_0F0F_0F0F
NEAR = EVEN ^ 0b11
PLAIN = 0xF000_0000_0000_0000


def scene(number: int, *extra: FingerprintSeed) -> SceneSeed:
    own = FingerprintSeed(algorithm="OSHASH", hash=f"{number:016x}", duration=1800)
    return SceneSeed(
        title=f"Harbour {number}",
        release_date="2024-05-17",
        duration=1800,
        studio="Northlight",
        performers=(CreditSeed(name="Ada Brook", credited_as="Ada B."),),
        tags=("Boats",),
        urls=(UrlSeed(url="https://northlight.example/1"),),
        images=(ImageSeed(),),
        fingerprints=(own, *extra),
    )


@pytest.fixture(params=MODES)
def any_box(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(mode=request.param) as sandbox:
        yield sandbox


@pytest.fixture
def shy_box() -> Iterator[Sandbox]:
    """A look-alike that hides its schema."""
    with Sandbox(mode="look-alike", introspection=False) as sandbox:
        yield sandbox


async def test_every_version_knows_the_known_and_not_the_unknown(
    any_box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    scene_id = any_box.world.add_scene(scene(1))

    async with open_source(any_box) as source:
        known, unknown = await source.ask([query_of(1), query_of(2)])

    assert isinstance(known, Known)
    (candidate,) = known.candidates
    assert (candidate.remote_id, candidate.work.title) == (scene_id, "Harbour 1")
    assert candidate.work.date == "2024-05-17"
    assert candidate.work.appearances[0].credited_as == "Ada B."
    assert [fingerprint.value for fingerprint in candidate.fingerprints] == [1]
    assert unknown == Unknown(source="box")


async def test_former_ids_and_other_names_are_told_where_the_server_has_them(
    any_box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    any_box.world.add_studio(StudioSeed(name="Northlight", aliases=("North Light",)))
    former = any_box.world.add_performer(PerformerSeed(name="A. Brook"))
    any_box.world.add_scene(scene(1))
    survivor = any_box.world.performer_id("Ada Brook")
    any_box.world.merge_performer(former, survivor)

    async with open_source(any_box) as source:
        (known,) = await source.ask([query_of(1)])

    assert isinstance(known, Known)
    work = known.candidates[0].work
    assert work.studio is not None
    has_aliases = any_box.world.mode.version >= (0, 6)
    assert work.studio.aliases == (("North Light",) if has_aliases else ())
    names = [each.remote_id for each in work.appearances[0].performer.ids]
    assert names == [survivor, former]


@pytest.mark.parametrize("mode", ["0.2", "0.5.3", "0.6", "0.7", "0.10"])
async def test_padded_phash_is_found_by_every_version_that_keeps_it_as_stash_sends_it(
    mode: str, open_source: OpenSource, query_of: MakeQuery
) -> None:
    stored = FingerprintSeed(algorithm="PHASH", hash=f"{EVEN:x}", duration=1800)
    with Sandbox(mode=mode) as box:
        box.world.phash_distance = 4
        box.world.add_scene(scene(1, stored))

        async with open_source(box) as source:
            (answer,) = await source.ask([query_of(99, EVEN)])

    assert isinstance(answer, Known)
    assert [print_.value for print_ in answer.candidates[0].fingerprints] == [1, EVEN]


async def test_schema_is_asked_for_once(
    box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    async with open_source(box) as source, anyio.create_task_group() as tasks:
        for number in range(3):
            tasks.start_soon(source.ask, [query_of(number + 1)])

    assert len(box.requests.of("__type")) == 1


async def test_schema_that_could_not_be_asked_for_is_asked_for_again(
    box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    box.faults.next(faults.server_error(503))

    async with open_source(box) as source:
        first = await source.ask([query_of(1)])
        second = await source.ask([query_of(1)])

    assert isinstance(first[0], Failed)
    assert second == [Unknown(source="box")]


async def test_hidden_schema_is_met_with_what_stash_asks_for(
    shy_box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    shy_box.world.add_scene(scene(1))

    async with open_source(shy_box) as source:
        (answer,) = await source.ask([query_of(1)])

    assert isinstance(answer, Known)
    (noted,) = shy_box.requests.of("findScenesBySceneFingerprints")
    assert "reports" not in noted.query


def rejected(field: str, kind: str) -> faults.Fault:
    message = f'Cannot query field "{field}" on type "{kind}".'
    error = {"message": message, "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}
    return faults.document(json.dumps({"errors": [error], "data": None}).encode(), 422)


async def test_field_that_a_422_names_is_asked_for_no_more(
    shy_box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    async with open_source(shy_box) as source:
        await source.check()
        shy_box.faults.next(rejected("code", "Scene"), rejected("submissions", "Print"))
        first = await source.ask([query_of(1)])
        second = await source.ask([query_of(1)])

    asked = [noted.query for noted in shy_box.requests.of("findScenesBySceneFingerprints")]
    assert first == second == [Unknown(source="box")]
    assert [" code " in query for query in asked] == [True, False, False, False]
    assert ["submissions" in query for query in asked] == [True, True, False, False]


@pytest.mark.parametrize(
    "fault", [rejected("id", "Scene"), rejected("findScenesBySceneFingerprints", "Query")], ids=str
)
async def test_field_without_which_nothing_works_is_a_failure(
    box: Sandbox, open_source: OpenSource, query_of: MakeQuery, fault: faults.Fault
) -> None:
    async with open_source(box) as source:
        await source.check()
        box.faults.always(fault)
        (answer,) = await source.ask([query_of(1)])

    assert isinstance(answer, Failed)
    assert "Cannot query field" in answer.reason
    assert len(box.requests.of("findScenesBySceneFingerprints")) == 1


async def test_rejection_that_names_nothing_is_met_once_with_less(
    box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    async with open_source(box) as source:
        await source.check()
        box.faults.next(rejected("", ""), rejected("", ""))
        failed = await source.ask([query_of(1)])
        fine = await source.ask([query_of(1)])

    asked = [noted.query for noted in box.requests.of("findScenesBySceneFingerprints")]
    assert isinstance(failed[0], Failed)
    assert fine == [Unknown(source="box")]
    assert ["reports" in query for query in asked] == [True, False, True]


async def test_forty_scenes_go_into_one_request_and_answers_keep_their_order(
    box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    for number in range(1, 101, 3):
        box.world.add_scene(scene(number))

    async with open_source(box) as source:
        answers = await source.ask([query_of(number) for number in range(1, 101)])

    sizes = [noted.scenes for noted in box.requests.of("findScenesBySceneFingerprints")]
    titles = [
        answer.candidates[0].work.title if isinstance(answer, Known) else None for answer in answers
    ]
    assert sizes == [40, 40, 20]
    assert titles == [f"Harbour {n}" if n % 3 == 1 else None for n in range(1, 101)]


async def test_chunk_that_fails_fails_only_its_own_queries(
    box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    async with open_source(box) as source:
        await source.check()
        box.faults.next(faults.too_many("12"))
        answers = await source.ask([query_of(number) for number in range(1, 51)])

    assert {type(answer) for answer in answers[:40]} == {Failed}
    assert {type(answer) for answer in answers[40:]} == {Unknown}
    assert isinstance(answers[0], Failed)
    assert answers[0].retry_after_s == 12


async def test_long_rest_that_a_host_asks_for_keeps_the_next_chunk_at_home(
    box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    async with open_source(box) as source:
        await source.check()
        box.faults.next(faults.too_many("600"))
        answers = await source.ask([query_of(number) for number in range(1, 51)])

    waits = {answer.retry_after_s for answer in answers if isinstance(answer, Failed)}
    assert waits == {600}
    assert len(box.requests.of("findScenesBySceneFingerprints")) == 1


async def test_query_with_nothing_to_send_is_not_asked_and_spoils_no_other(
    box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    box.world.add_scene(scene(7))
    hopeless = [query_of(0), query_of(0, PLAIN), query_of(2**64), query_of(-5, 0)]

    async with open_source(box) as source:
        answers = await source.ask([hopeless[0], query_of(7), *hopeless[1:], query_of(8)])

    (noted,) = box.requests.of("findScenesBySceneFingerprints")
    assert noted.scenes == 2
    assert [type(answer) for answer in answers] == [
        NotAsked,
        Known,
        NotAsked,
        NotAsked,
        NotAsked,
        Unknown,
    ]


async def test_nothing_worth_asking_sends_nothing(
    box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    async with open_source(box) as source:
        assert await source.ask([]) == []
        assert isinstance((await source.ask([query_of(0)]))[0], NotAsked)

    assert box.requests.all() == ()


async def test_oshash_is_sent_first_and_exact_hits_come_first(
    box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    box.world.phash_distance = 8
    box.world.add_scene(scene(1, FingerprintSeed(algorithm="PHASH", hash=f"{NEAR:x}", duration=9)))
    box.world.add_scene(scene(2))

    async with open_source(box) as source:
        (answer,) = await source.ask([query_of(2, EVEN)])

    assert isinstance(answer, Known)
    assert [candidate.work.title for candidate in answer.candidates] == ["Harbour 2", "Harbour 1"]


ANY_ANSWER = pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([[], []], [Unknown, Unknown]),
        ([[None], [{"id": "a"}, None]], [Unknown, Known]),
        ([[{"id": "a", "deleted": True}], []], [Unknown, Unknown]),
        ([[{"id": "a", "fingerprints": [{"algorithm": "PHASH"}]}], []], [Failed, Unknown]),
        ([[{"id": "a"}, {"title": "no id"}], []], [Failed, Unknown]),
        ([[{"id": ""}], [{"id": "b"}]], [Failed, Known]),
        ([None, [{"id": "b"}]], [Failed, Known]),
        (["junk", [{"id": "b", "new": 1}]], [Failed, Known]),
        ([[]], [Failed, Failed]),
        ([[], [], []], [Failed, Failed]),
        ([], [Failed, Failed]),
        (None, [Failed, Failed]),
        ({"0": []}, [Failed, Failed]),
    ],
    ids=str,
)


@ANY_ANSWER
async def test_answer_of_another_shape_is_never_taken_for_no_match(
    box: Sandbox,
    open_source: OpenSource,
    query_of: MakeQuery,
    groups: JsonValue,
    expected: list[type],
) -> None:
    body = {"data": {"findScenesBySceneFingerprints": groups}}

    async with open_source(box) as source:
        await source.check()
        box.faults.next(faults.document(json.dumps(body).encode()))
        answers = await source.ask([query_of(1), query_of(2)])

    assert [type(answer) for answer in answers] == expected


async def test_scene_sent_twice_is_one_candidate(
    box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    body = {"data": {"findScenesBySceneFingerprints": [[{"id": "a"}, {"id": "a"}]]}}

    async with open_source(box) as source:
        await source.check()
        box.faults.next(faults.document(json.dumps(body).encode()))
        (answer,) = await source.ask([query_of(1)])

    assert isinstance(answer, Known)
    assert len(answer.candidates) == 1


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{}", 200),
        (b"[]", 200),
        (b'{"data": null}', 200),
        (b'{"data": {}}', 200),
        (b'{"data": {}}', 422),
        (b'{"data": [], "errors": []}', 200),
        (b'{"errors": [{}], "data": {"findScenesBySceneFingerprints": [[]]}}', 200),
        (b'{"errors": [{"message": "Internal system error. Error <1>"}], "data": null}', 200),
        (b'{"errors": [{"message": "json request body could not be decoded: x"}]}', 400),
        (b'{"errors": [{"message": "Too Many Attempts."}]}', 200),
    ],
)
async def test_odd_envelope_is_a_failure_and_no_answer(
    box: Sandbox, open_source: OpenSource, query_of: MakeQuery, content: bytes, status: int
) -> None:
    async with open_source(box) as source:
        await source.check()
        box.faults.next(faults.document(content, status))
        (answer,) = await source.ask([query_of(1)])

    assert isinstance(answer, Failed)


@pytest.mark.parametrize(
    "fault",
    [
        faults.too_many(),
        faults.server_error(504),
        faults.web_page(),
        faults.Drop(),
        faults.Truncate(),
        faults.Mislabel("text/plain"),
        faults.Slow(30),
    ],
    ids=str,
)
async def test_server_in_trouble_is_a_failure_and_never_no_match(
    box: Sandbox, open_source: OpenSource, query_of: MakeQuery, fault: faults.Fault
) -> None:
    box.world.add_scene(scene(1))

    async with open_source(box, timeout_s=1.5) as source:
        await source.check()
        box.faults.always(fault)
        answers = await source.ask([query_of(1), query_of(2)])

    assert {type(answer) for answer in answers} == {Failed}


async def test_look_alike_over_its_limit_fails_and_is_known_again_later(
    open_source: OpenSource, query_of: MakeQuery
) -> None:
    with Sandbox(mode="look-alike", requests_per_minute=3) as box:
        async with open_source(box) as source:
            answers = [(await source.ask([query_of(n)]))[0] for n in (1, 2, 3)]

    assert [type(answer) for answer in answers] == [Unknown, Unknown, Failed]


async def test_answer_too_large_for_all_is_asked_for_in_halves(
    box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    async with open_source(box) as source:
        await source.check()
        box.faults.next(faults.huge(33 * 1024 * 1024, packed=True))
        answers = await source.ask([query_of(n) for n in range(1, 6)])

    sizes = [noted.scenes for noted in box.requests.of("findScenesBySceneFingerprints")]
    assert sizes == [5, 2, 3]
    assert answers == [Unknown(source="box")] * 5


async def test_server_with_a_lower_limit_is_asked_in_halves_until_it_is_one(
    box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    async with open_source(box) as source:
        await source.check()
        body = b'{"errors": [{"message": "too many scenes"}], "data": null}'
        box.faults.always(faults.document(body))
        answers = await source.ask([query_of(1), query_of(2)])

    sizes = [noted.scenes for noted in box.requests.of("findScenesBySceneFingerprints")]
    assert sizes == [2, 1, 1]
    assert {type(answer) for answer in answers} == {Failed}


@pytest.mark.parametrize("key", ["", "no.such.key"])
async def test_key_that_is_not_let_in_is_refused_and_no_failure(
    any_box: Sandbox, open_source: OpenSource, query_of: MakeQuery, key: str
) -> None:
    async with open_source(any_box, key=key) as source:
        answers = await source.ask([query_of(1), query_of(0)])

    assert [type(answer) for answer in answers] == [Refused, NotAsked]


async def test_key_of_a_removed_account_is_refused(
    box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    user = box.world.add_user("leaver")
    box.world.remove_user(user.id)

    async with open_source(box, key=user.key) as source:
        (answer,) = await source.ask([query_of(1)])

    assert isinstance(answer, Refused)
    assert "account was removed" in answer.reason


async def test_key_that_a_server_echoes_is_masked(
    box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    async with open_source(box) as source:
        await source.check()
        body = {"errors": [{"message": f"bad header ApiKey: {box.key}"}]}
        box.faults.next(faults.document(json.dumps(body).encode()))
        (answer,) = await source.ask([query_of(1)])

    assert isinstance(answer, Failed)
    assert "bad header ApiKey: ***" in answer.reason
    assert box.key not in answer.reason


async def test_hash_that_was_only_reported_still_answers_and_says_so(
    box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    doubted = FingerprintSeed(
        algorithm="PHASH", hash=f"{EVEN:x}", duration=60, submissions=0, reports=3
    )
    box.world.add_scene(scene(1, doubted))

    async with open_source(box) as source:
        (answer,) = await source.ask([query_of(99, EVEN)])

    assert isinstance(answer, Known)
    counts = {(p.value, p.submissions, p.reports) for p in answer.candidates[0].fingerprints}
    assert (EVEN, 0, 3) in counts


async def test_studio_comes_with_its_network(
    box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    box.world.add_studio(StudioSeed(name="Northlight", parent="Big Sky"))
    box.world.add_scene(scene(1))

    async with open_source(box) as source:
        (answer,) = await source.ask([query_of(1)])

    assert isinstance(answer, Known)
    studio = answer.candidates[0].work.studio
    assert studio is not None
    assert studio.parent is not None
    assert (studio.name, studio.parent.name) == ("Northlight", "Big Sky")
