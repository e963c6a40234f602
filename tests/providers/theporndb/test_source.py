"""A ThePornDB source against its double, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

import pytest

from providers.base import Searcher, Source
from providers.limits import Limiters
from providers.registry import SourceSpec, open_sources
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
from providers.sandbox.theporndb import RestSandbox
from providers.secret import SecretText
from rules.candidate import Failed, Known, NotAsked, Query, Refused, Unknown, Way
from rules.filename import NameClues
from rules.fingerprint import Algorithm
from rules.lookup import Lookup
from rules.samework import count_rivals, group_works
from rules.work import ExternalId, Gender

OpenSource = Callable[..., AbstractAsyncContextManager[Source]]
MakeQuery = Callable[..., Query]

EVEN = 0x0F0F_0F0F_0F0F_0F0F
OTHER = 0x3333_3333_3333_3333
PLAIN = 0xF000_0000_0000_0000
PAGE = "https://northlight.example/harbour?id=7"
HASH, LIST, ONE = "GET scenes/hash/…", "GET scenes", "GET scenes/…"
UNKNOWN = Unknown(source="porndb")
CLUES = NameClues(
    studio="Northlight", date="2024-05-17", title="Harbour at Dawn", performers=("Ada B.",)
)


def hashed(algorithm: str, value: int, submissions: int = 3) -> FingerprintSeed:
    text = f"{value:016x}"
    return FingerprintSeed(algorithm=algorithm, hash=text, duration=1800, submissions=submissions)


def scene(*fingerprints: FingerprintSeed, title: str = "Harbour at Dawn") -> SceneSeed:
    return SceneSeed(
        title=title,
        code="NL-12",
        details="Boats leave.",
        director="Ida Moss",
        release_date="2024-05-17",
        duration=1800,
        studio="Northlight",
        performers=(CreditSeed(name="Ada Brook", credited_as="Ada B."),),
        tags=("Boats",),
        urls=(UrlSeed(url=PAGE),),
        images=(ImageSeed(), ImageSeed(width=400, height=600)),
        fingerprints=fingerprints,
    )


def settle(box: RestSandbox, seed: SceneSeed) -> str:
    """Add the scene with a network above its studio, and a person behind the alias."""
    box.world.add_studio(StudioSeed(name="Northlight", parent="Big Sky"))
    box.world.add_performer(
        PerformerSeed(
            name="Ada Brook",
            disambiguation="sailor",
            gender="FEMALE",
            aliases=("A. Brook",),
            images=(ImageSeed(width=400, height=600),),
        )
    )
    return box.world.add_scene(seed)


def asked(box: RestSandbox) -> list[str]:
    """Return verb and route of every request."""
    return [noted.operations[0] for noted in box.requests.all()]


async def test_a_scene_is_told_whole_whatever_shape_it_comes_in(
    any_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    scene_id = settle(any_box, scene(hashed("OSHASH", 1), hashed("PHASH", EVEN, 2)))

    async with open_source(any_box) as source:
        known, unknown = await source.ask([query_of(1, EVEN), query_of(2, OTHER)])

    assert unknown == UNKNOWN
    assert isinstance(known, Known)
    (candidate,) = known.candidates
    work = candidate.work
    assert (candidate.remote_id, candidate.found_by) == (scene_id, Way.FINGERPRINT)
    assert candidate.page_url == f"{any_box.url}/scenes/northlight-harbour-at-dawn"
    assert (work.title, work.code, work.details) == ("Harbour at Dawn", "NL-12", "Boats leave.")
    assert (work.director, work.date, work.duration_s) == ("Ida Moss", "2024-05-17", 1800)
    assert work.ids == (ExternalId(source="porndb", remote_id=scene_id),)
    assert work.urls == (PAGE,)
    assert [tag.name for tag in work.tags] == ["Boats"]
    assert len(work.pictures) == 2
    assert work.studio is not None
    assert work.studio.parent is not None
    assert (work.studio.name, work.studio.parent.name) == ("Northlight", "Big Sky")
    assert work.studio.parent.parent is None
    (appearance,) = work.appearances
    performer = appearance.performer
    assert (performer.name, appearance.credited_as) == ("Ada Brook", "Ada B.")
    assert (performer.disambiguation, performer.gender) == ("sailor", Gender.FEMALE)
    assert performer.aliases == ("A. Brook",)
    assert performer.ids == (
        ExternalId(source="porndb", remote_id=any_box.world.performer_id("Ada Brook")),
    )
    assert len(performer.pictures) == 1
    prints = {(one.algorithm, one.value, one.submissions) for one in candidate.fingerprints}
    assert prints == {(Algorithm.OSHASH, 1, 3), (Algorithm.PHASH, EVEN, 2)}


async def test_a_scene_that_holds_both_hashes_costs_no_question_about_the_phash(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    rest_box.world.add_scene(scene(hashed("OSHASH", 1), hashed("PHASH", EVEN ^ 1)))

    async with open_source(rest_box) as source:
        await source.ask([query_of(1, EVEN)])

    assert asked(rest_box) == [HASH, LIST]


async def test_a_phash_that_the_first_scene_lacks_is_asked_about_and_shows_the_rival(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    first = rest_box.world.add_scene(scene(hashed("OSHASH", 1)))
    second = rest_box.world.add_scene(scene(hashed("PHASH", EVEN), title="Harbour at Dusk"))

    async with open_source(rest_box) as source:
        (answer,) = await source.ask([query_of(1, EVEN)])

    assert isinstance(answer, Known)
    assert [candidate.remote_id for candidate in answer.candidates] == [first, second]
    assert count_rivals(answer.candidates) == (1, 1)


async def test_every_scene_that_holds_the_hash_is_offered_with_its_tags(
    any_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    less = any_box.world.add_scene(scene(hashed("OSHASH", 1, 1), title="Harbour at Dusk"))
    more = any_box.world.add_scene(scene(hashed("OSHASH", 1, 9)))

    async with open_source(any_box) as source:
        (answer,) = await source.ask([query_of(1)])

    assert isinstance(answer, Known)
    assert [candidate.remote_id for candidate in answer.candidates] == [more, less]
    assert [len(candidate.work.tags) for candidate in answer.candidates] == [1, 1]
    assert asked(any_box) == [HASH, LIST, ONE]


async def test_a_row_that_does_not_hold_the_hash_is_no_hit(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    other = {"id": "s9", "tags": [], "hashes": [{"hash": f"{5:016x}", "type": "OSHASH"}]}
    rest_box.faults.next(
        faults.document(json.dumps({"data": other}).encode()),
        faults.document(json.dumps({"data": [other]}).encode()),
    )

    async with open_source(rest_box) as source:
        (answer,) = await source.ask([query_of(1)])

    assert answer == UNKNOWN


async def test_a_row_that_shows_no_hashes_is_a_question_not_a_match(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    bare = {"id": "s9", "tags": [], "hashes": []}
    rest_box.faults.next(
        faults.document(json.dumps({"data": bare}).encode()),
        faults.document(json.dumps({"data": [bare, {"id": "s8"}]}).encode()),
    )

    async with open_source(rest_box) as source:
        (answer,) = await source.ask([query_of(1)])

    assert isinstance(answer, Known)
    assert [(one.remote_id, one.fingerprints) for one in answer.candidates] == [("s9", ())]


async def test_plain_pictures_and_empty_hashes_are_not_sent(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    async with open_source(rest_box) as source:
        answers = await source.ask([query_of(0), query_of(0, PLAIN), query_of(1, PLAIN)])

    assert [type(answer) for answer in answers] == [NotAsked, NotAsked, Unknown]
    assert len(rest_box.requests.all()) == 1


async def test_known_ids_are_asked_beside_the_hashes_so_that_contradictions_show(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    linked = rest_box.world.add_scene(scene())
    hit = rest_box.world.add_scene(scene(hashed("OSHASH", 1), title="Harbour at Dusk"))
    ids = (
        ExternalId(source="porndb", remote_id=linked),
        ExternalId(source="other", remote_id="s1"),
        ExternalId(source="porndb", remote_id="../auth/user"),
    )

    async with open_source(rest_box) as source:
        (answer,) = await source.ask([query_of(1, ids=ids)])

    assert isinstance(answer, Known)
    assert [(one.remote_id, one.found_by) for one in answer.candidates] == [
        (linked, Way.ID),
        (hit, Way.FINGERPRINT),
    ]
    assert asked(rest_box) == [ONE, HASH, LIST]


async def test_a_scene_found_twice_is_offered_once_by_the_surer_way(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    scene_id = rest_box.world.add_scene(scene(hashed("OSHASH", 1)))
    ids = (ExternalId(source="porndb", remote_id=scene_id),)

    async with open_source(rest_box) as source:
        (answer,) = await source.ask([query_of(1, ids=ids)])

    assert isinstance(answer, Known)
    assert [one.found_by for one in answer.candidates] == [Way.ID]


@pytest.mark.parametrize(
    ("url", "requests"),
    [
        (PAGE, [LIST, ONE]),
        ("{box}/scenes/northlight-harbour-at-dawn", [ONE]),
        ("{box}/scenes/{id}/", [ONE]),
    ],
)
async def test_an_address_finds_what_comes_from_it(
    rest_box: RestSandbox,
    open_source: OpenSource,
    query_of: MakeQuery,
    url: str,
    requests: list[str],
) -> None:
    scene_id = rest_box.world.add_scene(scene())

    async with open_source(rest_box) as source:
        query = query_of(urls=(url.format(box=rest_box.url, id=scene_id), "ftp://x.example/1"))
        (answer,) = await source.ask([query])

    assert isinstance(answer, Known)
    assert [(one.remote_id, one.found_by) for one in answer.candidates] == [(scene_id, Way.URL)]
    assert asked(rest_box) == requests


async def test_rows_that_do_not_come_from_the_address_are_no_hits(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    rows = [{"id": "s1", "url": "https://northlight.example/other"}, {"id": "s2"}]
    rest_box.faults.next(faults.document(json.dumps({"data": rows}).encode()))

    async with open_source(rest_box) as source:
        (answer,) = await source.ask([query_of(urls=(PAGE,))])

    assert answer == UNKNOWN


async def test_a_name_is_asked_about_last_and_finds_only_what_is_plausible(
    any_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    for number in range(30):
        any_box.world.add_scene(SceneSeed(title=f"Harbour {number}", studio=f"Studio {number}"))
    scene_id = settle(any_box, scene())

    async with open_source(any_box) as source:
        (answer,) = await source.ask([query_of(1, EVEN, urls=(PAGE + "8",), clues=CLUES)])

    assert isinstance(answer, Known)
    assert [(one.remote_id, one.found_by) for one in answer.candidates] == [(scene_id, Way.TEXT)]
    assert asked(any_box) == [HASH, HASH, LIST, LIST, ONE]
    assert any_box.requests.all()[3].variables == {
        "parse": "northlight.2024-05-17.Harbour.at.Dawn.Ada.B.",
        "per_page": "25",
    }


async def test_a_code_is_searched_for_first(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    scene_id = rest_box.world.add_scene(scene())

    async with open_source(rest_box) as source:
        (answer,) = await source.ask([query_of(clues=NameClues(code="NL-12"))])

    assert isinstance(answer, Known)
    assert answer.candidates[0].remote_id == scene_id
    assert rest_box.requests.all()[0].variables == {"sku": "NL-12", "per_page": "25"}


async def test_an_nfo_is_searched_for_first_and_the_name_where_it_finds_nothing(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    rest_box.world.add_scene(scene())

    async with open_source(rest_box) as source:
        named = query_of(clues=NameClues(code="NL-12"))
        queries = [
            replace(named, sidecar_clues=NameClues(code=code)) for code in ("NL-12", "XY-99")
        ]
        answers = await source.ask(queries[:1]) + await source.ask(queries[1:])

    assert [type(answer) for answer in answers] == [Known, Known]
    assert [each.path for each in rest_box.requests.all() if each.variables] == [
        f"/{where}&per_page=25"
        for where in ("scenes?sku=NL-12", "scenes?sku=XY-99", "jav?sku=XY-99", "scenes?sku=NL-12")
    ]


async def test_a_loose_search_that_finds_nothing_like_the_name_is_no_match(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    for number in range(30):
        rest_box.world.add_scene(SceneSeed(title=f"Harbour {number}", studio=f"Studio {number}"))

    async with open_source(rest_box) as source:
        (answer,) = await source.ask([query_of(clues=CLUES)])

    assert answer == UNKNOWN
    assert asked(rest_box) == [LIST, LIST]


@pytest.mark.parametrize(
    ("search", "clues"), [(False, CLUES), (True, NameClues(title="Holiday 2019"))]
)
async def test_a_name_that_may_not_be_sent_or_is_nobodys_release_stays_here(
    rest_box: RestSandbox,
    open_source: OpenSource,
    query_of: MakeQuery,
    *,
    search: bool,
    clues: NameClues,
) -> None:
    async with open_source(rest_box, search=search) as source:
        answers = await source.ask(
            [replace(query_of(each, clues=clues), sidecar_clues=clues) for each in (1, 0)]
        )

    assert [type(answer) for answer in answers] == [Unknown, NotAsked]
    assert asked(rest_box) == [HASH]


async def test_a_scene_that_goes_while_it_is_asked_about_is_offered_as_it_was_listed(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    row = {"id": "s9", "url": PAGE}
    rest_box.faults.next(faults.document(json.dumps({"data": [row]}).encode()))

    async with open_source(rest_box) as source:
        (answer,) = await source.ask([query_of(urls=(PAGE,))])

    assert isinstance(answer, Known)
    assert asked(rest_box) == [LIST, ONE]


async def test_no_request_changes_anything_and_the_token_goes_only_in_its_header(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    settle(rest_box, scene(hashed("OSHASH", 1)))
    ids = (ExternalId(source="porndb", remote_id="northlight-harbour-at-dawn"),)

    async with open_source(rest_box) as source:
        await source.check()
        await source.ask([query_of(1, EVEN, ids=ids), query_of(2, urls=(PAGE,), clues=CLUES)])

    requests = rest_box.requests.all()
    assert {operation.partition(" ")[0] for operation in asked(rest_box)} == {"GET"}
    assert rest_box.collection.all() == frozenset()
    assert {noted.headers["authorization"] for noted in requests} == {f"Bearer {rest_box.key}"}
    assert {noted.headers["accept"] for noted in requests} == {"application/json"}
    assert not any("apikey" in noted.headers or rest_box.key in noted.path for noted in requests)
    assert not any("add_to_collection" in noted.path for noted in requests)


async def test_a_work_that_two_sources_know_is_one_work_with_two_witnesses(
    box: Sandbox, query_of: MakeQuery, limiters: Limiters
) -> None:
    seed = scene(hashed("OSHASH", 1))
    with RestSandbox() as rest_box:
        ours, theirs = box.world.add_scene(seed), settle(rest_box, seed)
        specs = [
            SourceSpec(name="box", url=box.url, key=SecretText(box.key)),
            SourceSpec(
                name="porndb", kind="theporndb", url=rest_box.url, key=SecretText(rest_box.key)
            ),
        ]
        async with open_sources(specs, limiters=limiters) as sources:
            answers = [answer for source in sources for answer in await source.ask([query_of(1)])]

    candidates = [
        candidate
        for answer in answers
        if isinstance(answer, Known)
        for candidate in answer.candidates
    ]
    assert [(one.source, one.remote_id) for one in candidates] == [
        ("box", ours),
        ("porndb", theirs),
    ]
    assert group_works(candidates) == (frozenset({0, 1}),)
    assert count_rivals(candidates) == (0, 0)


async def test_both_doors_of_one_world_give_the_same_ids(
    box: Sandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    scene_id = box.world.add_scene(scene(hashed("OSHASH", 1)))

    with RestSandbox(world=box.world) as rest_box:
        async with open_source(rest_box) as source:
            (answer,) = await source.ask([query_of(1)])

    assert isinstance(answer, Known)
    assert answer.candidates[0].remote_id == scene_id


async def test_answers_come_in_the_order_of_the_questions(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    for number in range(1, 13, 3):
        rest_box.world.add_scene(scene(hashed("OSHASH", number), title=f"Harbour {number}"))
    rest_box.faults.next(faults.Slow(0.1))

    async with open_source(rest_box) as source:
        answers = await source.ask([query_of(number) for number in range(1, 13)])

    titles = [
        answer.candidates[0].work.title if isinstance(answer, Known) else None for answer in answers
    ]
    assert titles == [f"Harbour {n}" if n % 3 == 1 else None for n in range(1, 13)]


async def test_a_bad_row_fails_its_own_answer_only(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    rest_box.world.add_scene(scene(hashed("OSHASH", 4)))

    async with open_source(rest_box) as source:
        answers = []
        for number in range(1, 6):
            if number < 4:
                rest_box.faults.next(faults.document(b'{"data": {"title": "no id"}}'))
            answers += await source.ask([query_of(number)])

    assert [type(answer) for answer in answers] == [Failed, Failed, Failed, Known, Unknown]


@pytest.mark.parametrize(
    ("way", "text"),
    [
        (Way.TEXT, "harbour dawn"),
        (Way.URL, PAGE),
        (Way.ID, ""),
    ],
    ids=["words", "page", "id"],
)
async def test_a_person_finds_a_work_in_each_way(
    rest_box: RestSandbox, open_source: OpenSource, way: Way, text: str
) -> None:
    remote_id = settle(rest_box, scene(hashed("OSHASH", 1)))

    async with open_source(rest_box) as source:
        assert isinstance(source, Searcher)
        answer = await source.search(Lookup(way=way, text=text or remote_id))

    assert isinstance(answer, Known)
    (candidate,) = answer.candidates
    assert (candidate.work.title, candidate.found_by) == ("Harbour at Dawn", way)
    assert [tag.name for tag in candidate.work.tags] == ["Boats"]


@pytest.mark.parametrize(
    ("way", "text"), [(Way.TEXT, "lighthouse"), (Way.ID, "no id"), (Way.URL, "no page")]
)
async def test_what_a_person_looks_for_in_vain_is_unknown(
    rest_box: RestSandbox, open_source: OpenSource, way: Way, text: str
) -> None:
    async with open_source(rest_box) as source:
        assert isinstance(source, Searcher)
        assert await source.search(Lookup(way=way, text=text)) == UNKNOWN


async def test_a_search_that_fails_is_an_answer(
    rest_box: RestSandbox, open_source: OpenSource
) -> None:
    async with open_source(rest_box, key="wrong") as source:
        assert isinstance(source, Searcher)
        answer = await source.search(Lookup(way=Way.TEXT, text="harbour"))

    assert isinstance(answer, Refused)
