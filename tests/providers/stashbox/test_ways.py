"""What fingerprints do not find: by id, by address, by name; over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

import pytest

from providers.base import Source
from providers.limits import Limiters
from providers.registry import SourceSpec, open_sources
from providers.sandbox import Sandbox, faults
from providers.sandbox.messages import Response
from providers.sandbox.seeds import CreditSeed, FingerprintSeed, SceneSeed, UrlSeed
from providers.secret import SecretText
from rules.candidate import Answer, Failed, Known, NotAsked, Query, Refused, Unknown, Way
from rules.filename import NameClues
from rules.work import ExternalId

OpenSource = Callable[..., AbstractAsyncContextManager[Source]]
MakeQuery = Callable[..., Query]

MODES = ["0.2", "0.7", "0.9", "0.10", "look-alike"]
LOOKUP = "findScenesBySceneFingerprints"
NOBODY = "3b241101-e2bb-4255-8caf-4136c566a962"
PAGE = "https://northlight.example/harbour"
CLUES = NameClues(studio="NorthLight", date="2024-05-17", title="Harbour at Dawn")


@pytest.fixture(params=MODES)
def any_box(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(mode=request.param) as sandbox:
        sandbox.world.add_scene(harbour(id=NOBODY.replace("3b", "4b")))
        yield sandbox


@pytest.fixture
def full_box(box: Sandbox) -> Sandbox:
    box.world.add_scene(harbour())
    return box


def harbour(**other: object) -> SceneSeed:
    seed = SceneSeed(
        title="Harbour at Dawn",
        release_date="2024-05-17",
        studio="Northlight",
        performers=(CreditSeed(name="Ada Brook"),),
        urls=(UrlSeed(url=PAGE),),
        fingerprints=(FingerprintSeed(algorithm="OSHASH", hash=f"{1:016x}", duration=1800),),
    )
    return seed.model_copy(update=other)


def titles(answer: Answer) -> list[tuple[str | None, Way]]:
    assert isinstance(answer, Known), answer
    return [(each.work.title, each.found_by) for each in answer.candidates]


def named(*remote_ids: str, source: str = "box") -> tuple[ExternalId, ...]:
    return tuple(ExternalId(source=source, remote_id=each) for each in remote_ids)


def operations(box: Sandbox) -> list[str]:
    """Return the queries that were sent, without the look at the schema."""
    return [each for noted in box.requests.all() for each in noted.operations if each != "__type"]


async def test_each_way_finds_the_work_at_every_version(
    any_box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    (scene_id,) = any_box.world.scenes
    queries = [
        query_of(1),
        replace(query_of(2), ids=named(scene_id)),
        replace(query_of(3), urls=(PAGE,)),
        replace(query_of(4), clues=CLUES),
        query_of(5),
    ]

    async with open_source(any_box) as source:
        answers = await source.ask(queries)

    ways = [Way.FINGERPRINT, Way.ID, Way.URL, Way.TEXT]
    assert [titles(answer) for answer in answers[:4]] == [
        [("Harbour at Dawn", way)] for way in ways
    ]
    assert answers[4] == Unknown(source="box")
    assert operations(any_box).count(LOOKUP) == 1


@pytest.mark.parametrize(
    ("mode", "query"),
    [("0.7", "searchScene"), ("0.9", "searchScenes"), ("look-alike", "searchScene")],
)
async def test_words_are_searched_for_by_what_the_server_has(
    mode: str, query: str, open_source: OpenSource, query_of: MakeQuery
) -> None:
    with Sandbox(mode=mode) as box:
        async with open_source(box) as source:
            (answer,) = await source.ask([replace(query_of(4), clues=CLUES)])

        assert answer == Unknown(source="box")
        assert set(operations(box)) == {LOOKUP, query}


async def test_costlier_ways_are_left_out_where_a_cheaper_one_found_something(
    full_box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    (scene_id,) = full_box.world.scenes
    everything = replace(query_of(1), ids=named(scene_id), urls=(PAGE,), clues=CLUES)

    async with open_source(full_box) as source:
        (answer,) = await source.ask([everything])

    assert titles(answer) == [("Harbour at Dawn", Way.ID)]
    assert operations(full_box) == [LOOKUP]


async def test_known_id_comes_before_what_fingerprints_found(
    full_box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    other = full_box.world.add_scene(SceneSeed(title="Harbour at Dusk"))

    async with open_source(full_box) as source:
        (answer,) = await source.ask([replace(query_of(1), ids=named(other))])

    assert titles(answer) == [("Harbour at Dusk", Way.ID), ("Harbour at Dawn", Way.FINGERPRINT)]


async def test_ids_of_other_sources_and_what_is_no_id_are_not_asked_about(
    full_box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    (scene_id,) = full_box.world.scenes
    ids = (*named(scene_id, source="elsewhere"), *named("tt0000000", "", "../1"))

    async with open_source(full_box) as source:
        (answer,) = await source.ask([replace(query_of(2), ids=ids)])

    assert answer == Unknown(source="box")
    assert operations(full_box) == [LOOKUP]


async def test_id_of_a_merged_scene_leads_to_the_survivor(
    full_box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    gone, merged = (full_box.world.add_scene(SceneSeed(title=each)) for each in ("Old", "Older"))
    (survivor, *_) = full_box.world.scenes
    full_box.world.merge_scene(gone, merged)
    full_box.world.merge_scene(merged, survivor)

    async with open_source(full_box) as source:
        answers = await source.ask([replace(query_of(n), ids=named(gone)) for n in (2, 1)])

    assert [titles(answer) for answer in answers] == [[("Harbour at Dawn", Way.ID)]] * 2


@pytest.mark.parametrize("mode", ["0.10", "look-alike"])
async def test_deleted_scene_is_hidden(
    mode: str, open_source: OpenSource, query_of: MakeQuery
) -> None:
    with Sandbox(mode=mode) as box:
        scene_id = box.world.add_scene(SceneSeed(title="Gone", deleted=True))
        async with open_source(box) as source:
            answers = await source.ask(
                [
                    replace(query_of(2), ids=named(scene_id, NOBODY)),
                    replace(query_of(3), urls=(f"{box.base_url}/scenes/{scene_id}",)),
                ]
            )

    assert answers == [Unknown(source="box")] * 2


async def test_page_of_the_server_itself_is_an_id(
    full_box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    (scene_id,) = full_box.world.scenes
    url = f"{full_box.base_url}/scenes/{scene_id.upper()}/"

    async with open_source(full_box) as source:
        (answer,) = await source.ask([replace(query_of(2), urls=("https://x.example/1", url))])

    assert titles(answer) == [("Harbour at Dawn", Way.URL)]
    assert operations(full_box) == [LOOKUP, "searchScenes", "findScene"]


async def test_hit_for_an_address_must_have_the_address(
    full_box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    """A look-alike may take it for words."""
    scenes = {"data": {"searchScenes": {"scenes": [{"id": "a", "urls": [{"url": PAGE + "/2"}]}]}}}

    async with open_source(full_box) as source:
        await source.check()
        full_box.faults.next(
            faults.document(b'{"data": {"findScenesBySceneFingerprints": [[]]}}'),
            faults.document(json.dumps(scenes).encode()),
        )
        (answer,) = await source.ask([replace(query_of(2), urls=(PAGE,))])

    assert answer == Unknown(source="box")


async def test_name_that_finds_something_else_finds_nothing(
    full_box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    """Any word is enough for a newer server."""
    clues = NameClues(studio="Bigwater", date="2019-01-01", title="Harbour at Night")

    async with open_source(full_box) as source:
        (answer,) = await source.ask([replace(query_of(2), clues=clues)])

    assert answer == Unknown(source="box")
    assert "searchScenes" in operations(full_box)


async def test_older_server_is_tried_with_another_term_when_the_first_finds_nothing(
    open_source: OpenSource, query_of: MakeQuery
) -> None:
    clues = replace(CLUES, studio="North Lights")
    with Sandbox(mode="0.7") as box:
        box.world.add_scene(harbour())
        async with open_source(box) as source:
            (answer,) = await source.ask([replace(query_of(2), clues=clues)])
        terms = [noted.variables for noted in box.requests.of("searchScene")]

    assert titles(answer) == [("Harbour at Dawn", Way.TEXT)]
    assert terms == [{"term": "North Lights 2024-05-17"}, {"term": "Harbour at Dawn"}]


@pytest.mark.parametrize(
    ("beside", "searches"), [(CLUES, 1), (replace(CLUES, date="2019-01-01", title="Cat Show"), 2)]
)
async def test_nfo_is_searched_for_first_and_the_name_where_it_finds_nothing(
    full_box: Sandbox,
    open_source: OpenSource,
    query_of: MakeQuery,
    beside: NameClues,
    searches: int,
) -> None:
    query = replace(query_of(2), sidecar_clues=beside, clues=replace(CLUES, studio=None))

    async with open_source(full_box) as source:
        (answer,) = await source.ask([query])

    assert titles(answer) == [("Harbour at Dawn", Way.TEXT)]
    assert len(full_box.requests.of("searchScenes")) == searches


async def test_names_stay_here_where_search_is_off(box: Sandbox, query_of: MakeQuery) -> None:
    spec = SourceSpec(name="box", url=box.url, key=SecretText(box.key), search=False)
    box.world.add_scene(harbour())

    async with open_sources([spec]) as (source,):
        query = replace(query_of(2), clues=CLUES, sidecar_clues=CLUES)
        (answer,) = await source.ask([query])

    assert answer == Unknown(source="box")
    assert operations(box) == [LOOKUP]


async def test_file_without_usable_fingerprints_is_found_by_its_id_all_the_same(
    full_box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    (scene_id,) = full_box.world.scenes

    async with open_source(full_box) as source:
        answers = await source.ask([query_of(0), replace(query_of(0), ids=named(scene_id))])

    assert isinstance(answers[0], NotAsked)
    assert titles(answers[1]) == [("Harbour at Dawn", Way.ID)]


TROUBLE = [
    faults.too_many(),
    faults.server_error(503),
    faults.web_page(),
    faults.Drop(),
    faults.Truncate(),
    faults.document(b'{"errors": [{"message": "Internal system error. Error <1>"}], "data": null}'),
    faults.document(b'{"data": {"findScene": 5, "searchScenes": null}}'),
    faults.document(
        b'{"data": {"searchScenes": {"scenes": [{"title": "no id"}]}, "findScene": {}}}'
    ),
]


@pytest.mark.parametrize("fault", TROUBLE, ids=range(len(TROUBLE)))
@pytest.mark.parametrize("way", ["ids", "urls", "clues"])
async def test_way_that_fails_leaves_no_answer_and_spoils_no_other(
    full_box: Sandbox, open_source: OpenSource, query_of: MakeQuery, way: str, fault: faults.Fault
) -> None:
    (scene_id,) = full_box.world.scenes
    given = Query(
        fingerprints=query_of(2).fingerprints, ids=named(NOBODY), urls=(PAGE,), clues=CLUES
    )
    asked = replace(query_of(2), **{way: getattr(given, way)})

    async with open_source(full_box) as source:
        lookup = [[], [], [{"id": scene_id}]]
        await source.check()
        full_box.faults.next(
            faults.document(json.dumps({"data": {LOOKUP: lookup}}).encode()), fault
        )
        failed, unknown, known = await source.ask([asked, query_of(3), query_of(1)])

        assert isinstance(failed, Failed)
        assert unknown == Unknown(source="box")
        assert isinstance(known, Known)

        full_box.faults.clear()
        (again,) = await source.ask([asked])
        assert isinstance(again, Unknown if way == "ids" else Known)


async def test_key_refused_half_way_is_a_refusal_and_is_not_tried_on(
    full_box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    queries = [replace(query_of(number), clues=CLUES) for number in range(2, 40)]
    empty = json.dumps({"data": {LOOKUP: [[] for _ in queries]}}).encode()

    async with open_source(full_box) as source:
        await source.check()
        before = len(full_box.requests.all())
        full_box.faults.next(faults.document(empty))
        full_box.faults.always(faults.Instead(Response(401, "text/plain", b"")))
        answers = await source.ask(queries)

    assert {type(answer) for answer in answers} == {Refused}
    assert len(full_box.requests.all()) - before <= 1 + 4


async def test_source_that_is_down_is_not_asked_about_every_name(
    full_box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    queries = [replace(query_of(number), clues=CLUES) for number in range(2, 40)]
    empty = json.dumps({"data": {LOOKUP: [[] for _ in queries]}}).encode()

    async with open_source(full_box) as source:
        await source.check()
        full_box.faults.next(faults.document(empty))
        full_box.faults.always(faults.server_error(503))
        answers = await source.ask(queries)

    assert {type(answer) for answer in answers} == {Failed}
    assert len(full_box.requests.of("searchScenes")) < 10


def lacking(field: str) -> faults.Fault:
    message = f'Cannot query field "{field}" on type "Query".'
    error = {"message": message, "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}
    return faults.document(json.dumps({"errors": [error], "data": None}).encode(), 422)


async def test_query_that_a_server_turns_out_to_lack_is_left_out(
    open_source: OpenSource, query_of: MakeQuery
) -> None:
    asked = [
        replace(query_of(2), clues=CLUES, ids=named(NOBODY), urls=(PAGE,)),
        replace(query_of(3), clues=CLUES),
    ]
    with Sandbox(mode="look-alike", introspection=False) as box:
        async with open_source(box) as source:
            assert await source.ask([query_of(1)]) == [Unknown(source="box")]
            box.faults.next(
                faults.document(json.dumps({"data": {LOOKUP: [[]]}}).encode()),
                lacking("findScene"),
                lacking("searchScene"),
            )
            first = await source.ask(asked[:1])
            second = await source.ask(asked)
            line = await source.check()

        sent = operations(box)
    assert first == [Unknown(source="box")]
    assert second == [Unknown(source="box")] * 2
    assert (sent.count("findScene"), sent.count("searchScene")) == (1, 1)
    assert line.endswith("; it cannot be asked by id or address or name")
    assert " submissions " in box.requests.of(LOOKUP)[-1].query


async def test_field_that_only_the_costlier_way_stumbles_over_is_asked_for_no_more(
    full_box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    message = 'Cannot query field "code" on type "Scene".'
    error = {"message": message, "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}

    async with open_source(full_box) as source:
        await source.check()
        full_box.faults.next(
            faults.document(json.dumps({"data": {LOOKUP: [[]]}}).encode()),
            faults.document(json.dumps({"errors": [error], "data": None}).encode(), 422),
        )
        (answer,) = await source.ask([replace(query_of(2), clues=CLUES)])

    assert titles(answer) == [("Harbour at Dawn", Way.TEXT)]
    assert [" code " in each.query for each in full_box.requests.of("searchScenes")] == [
        True,
        False,
    ]


async def test_edits_of_another_shape_are_a_failure(
    full_box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    deleted = {"data": {"findScene": {"id": NOBODY, "deleted": True}}}

    async with open_source(full_box) as source:
        await source.check()
        full_box.faults.next(
            faults.document(json.dumps({"data": {LOOKUP: [[]]}}).encode()),
            faults.document(json.dumps(deleted).encode()),
            faults.document(b'{"data": {"queryEdits": {"edits": 3}}}'),
        )
        (answer,) = await source.ask([replace(query_of(2), ids=named(NOBODY))])

    assert isinstance(answer, Failed)


async def test_thousands_of_files_cost_a_lookup_for_forty_and_never_exceed_the_rate(
    box: Sandbox, limiters: Limiters, slept: list[float], query_of: MakeQuery
) -> None:
    spec = SourceSpec(name="box", url=box.url, key=SecretText(box.key), requests_per_minute=240)
    queries = [query_of(number + 1) for number in range(2000)]

    async with open_sources([spec], limiters=limiters) as (source,):
        answers = await source.ask(queries)

    assert {type(answer) for answer in answers} == {Unknown}
    assert [noted.scenes for noted in box.requests.of(LOOKUP)] == [40] * 50
    assert len(box.requests.all()) == 51
    assert sum(slept) == pytest.approx(50 * 60 / 240)
    assert min(slept) >= 60 / 240 - 1e-6
