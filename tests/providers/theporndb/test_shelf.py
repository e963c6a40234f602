"""Movies and JAV beside scenes: where they are looked for, and under which ids they are known."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

import pytest

from providers.base import Source
from providers.sandbox import faults
from providers.sandbox.seeds import FingerprintSeed, SceneSeed, UrlSeed
from providers.sandbox.theporndb import RestSandbox
from providers.theporndb.shelf import Shelf, path_of, shelves_for
from rules.candidate import Failed, Known, Query, Unknown, Way
from rules.filename import NameClues
from rules.fingerprint import Fingerprints, Oshash
from rules.work import ExternalId

OpenSource = Callable[..., AbstractAsyncContextManager[Source]]
MakeQuery = Callable[..., Query]

LONG_S, SHORT_S = 5400.0, 1800.0
EVEN = 0x0F0F_0F0F_0F0F_0F0F
UNKNOWN = Unknown(source="porndb")
PAGE = "https://northlight.example/harbour"
CODED = NameClues(code="NL-12")
RELEASE = NameClues(studio="Northlight", date="2024-05-17", title="Harbour at Dawn")
SCENES, MOVIES, JAV = Shelf


def work(*hashes: FingerprintSeed, title: str = "Harbour at Dawn") -> SceneSeed:
    return SceneSeed(
        title=title,
        code="NL-12",
        release_date="2024-05-17",
        duration=5400,
        studio="Northlight",
        tags=("Boats",),
        urls=(UrlSeed(url=PAGE),),
        fingerprints=hashes,
    )


def hashed(value: int, algorithm: str = "OSHASH") -> FingerprintSeed:
    return FingerprintSeed(algorithm=algorithm, hash=f"{value:016x}", duration=5400)


def long(query: Query) -> Query:
    return replace(query, fingerprints=replace(query.fingerprints, duration_s=LONG_S))


def asked(box: RestSandbox) -> list[str]:
    return [noted.operations[0].removeprefix("GET ") for noted in box.requests.all()]


@pytest.mark.parametrize(
    ("duration_s", "clues", "shelves"),
    [
        (SHORT_S, None, [SCENES]),
        (SHORT_S, RELEASE, [SCENES]),
        (SHORT_S, CODED, [SCENES, JAV]),
        (LONG_S, None, [SCENES, MOVIES, JAV]),
        (LONG_S, CODED, [SCENES, JAV, MOVIES]),
        (0.0, None, [SCENES, MOVIES, JAV]),
    ],
    ids=["short", "short, named", "short, numbered", "long", "long, numbered", "unknown"],
)
def test_a_file_is_looked_for_where_it_may_be(
    duration_s: float, clues: NameClues | None, shelves: list[Shelf]
) -> None:
    prints = Fingerprints(oshash=Oshash(7), phash=None, size_bytes=1, duration_s=duration_s)

    assert list(shelves_for(Query(fingerprints=prints, clues=clues))) == shelves


@pytest.mark.parametrize(
    ("remote_id", "path"),
    [
        ("a-1", "/scenes/a-1"),
        (MOVIES.remote_id("a-1"), "/movies/a-1"),
        (JAV.remote_id("7"), "/jav/7"),
        (SCENES.remote_id("7"), "/scenes/7"),
        ("performers/a-1", None),
        ("movies/", None),
        ("movies/../user", None),
        ("movies/a?add_to_collection=1", None),
        ("", None),
    ],
)
def test_an_id_says_its_shelf_and_leads_nowhere_else(remote_id: str, path: str | None) -> None:
    assert path_of(remote_id) == path


@pytest.mark.parametrize("shelf", [MOVIES, JAV])
async def test_what_no_scene_is_may_be_on_another_shelf(
    any_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery, shelf: Shelf
) -> None:
    world = any_box.movies if shelf is MOVIES else any_box.jav
    name = world.add_scene(work(hashed(1)))
    any_box.world.add_scene(work(hashed(2), title="Lantern Street"))

    async with open_source(any_box) as source:
        (known,) = await source.ask([long(query_of(1))])

    assert isinstance(known, Known)
    (candidate,) = known.candidates
    assert (candidate.remote_id, candidate.found_by) == (f"{shelf}/{name}", Way.FINGERPRINT)
    assert candidate.work.ids == (ExternalId(source="porndb", remote_id=f"{shelf}/{name}"),)
    assert candidate.page_url == f"{any_box.url}/{shelf}/northlight-harbour-at-dawn"
    assert [tag.name for tag in candidate.work.tags] == ["Boats"]


async def test_equal_ids_of_two_shelves_are_two_works(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    scene, movie = work(title="Lantern Street"), work()
    rest_box.world.add_scene(scene.model_copy(update={"id": "7"}))
    rest_box.movies.add_scene(movie.model_copy(update={"id": "7"}))
    ids = tuple(ExternalId(source="porndb", remote_id=name) for name in ("7", "movies/7"))

    async with open_source(rest_box) as source:
        (known,) = await source.ask([query_of(ids=ids)])

    assert isinstance(known, Known)
    told = {each.remote_id: each.work.title for each in known.candidates}
    assert told == {"7": "Lantern Street", "movies/7": "Harbour at Dawn"}


async def test_a_scene_costs_no_question_about_other_shelves(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    rest_box.world.add_scene(work(hashed(1)))
    rest_box.movies.add_scene(work(hashed(1)))

    async with open_source(rest_box) as source:
        await source.ask([long(query_of(1))])

    assert asked(rest_box) == ["scenes/hash/…", "scenes"]


async def test_a_short_file_that_nobody_knows_costs_no_question_about_other_shelves(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    async with open_source(rest_box) as source:
        (answer,) = await source.ask([query_of(1, EVEN)])

    assert answer == UNKNOWN
    assert asked(rest_box) == ["scenes/hash/…", "scenes/hash/…"]


async def test_rivals_of_one_shelf_are_all_told(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    names = [rest_box.movies.add_scene(work(hashed(1), title=f"Harbour {n}")) for n in range(2)]

    async with open_source(rest_box) as source:
        (known,) = await source.ask([long(query_of(1))])

    assert isinstance(known, Known)
    assert {each.remote_id for each in known.candidates} == {f"movies/{name}" for name in names}


async def test_a_number_finds_jav_before_movies(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    name = rest_box.jav.add_scene(work())

    async with open_source(rest_box) as source:
        (known,) = await source.ask([query_of(clues=CODED)])

    assert isinstance(known, Known)
    assert [each.remote_id for each in known.candidates] == [f"jav/{name}"]
    assert asked(rest_box) == ["scenes", "jav", "jav/…"]


@pytest.mark.parametrize("way", [Way.URL, Way.TEXT])
async def test_other_shelves_are_searched_by_address_and_by_name_too(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery, way: Way
) -> None:
    name = rest_box.movies.add_scene(work())
    query = query_of(urls=(PAGE,)) if way is Way.URL else query_of(clues=RELEASE)

    async with open_source(rest_box) as source:
        (known,) = await source.ask([long(query)])

    assert isinstance(known, Known)
    found = [(each.remote_id, each.found_by) for each in known.candidates]
    assert found == [(f"movies/{name}", way)]


async def test_a_page_of_the_site_leads_to_its_shelf(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    rest_box.jav.add_scene(work())
    page = f"{rest_box.url}/jav/northlight-harbour-at-dawn"

    async with open_source(rest_box) as source:
        (known,) = await source.ask([query_of(urls=(page,))])

    assert isinstance(known, Known)
    assert known.candidates[0].remote_id.startswith("jav/")
    assert asked(rest_box) == ["jav/…"]


async def test_a_server_of_scenes_alone_is_no_failure(
    open_source: OpenSource, query_of: MakeQuery
) -> None:
    with RestSandbox(has_shelves=False) as box:
        async with open_source(box) as source:
            (answer,) = await source.ask([long(query_of(1, urls=(PAGE,), clues=RELEASE))])

    assert answer == UNKNOWN


@pytest.mark.parametrize(
    "fault",
    [faults.server_error(503), faults.web_page(), faults.web_page(404), faults.too_many()],
    ids=["503", "a web page", "a web page with 404", "429"],
)
async def test_a_shelf_that_fails_is_a_failure_and_no_match_never(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery, fault: faults.Fault
) -> None:
    nothing = faults.document(b'{"message": "hash not found"}', 404)
    rest_box.faults.next(nothing, fault)

    async with open_source(rest_box) as source:
        (answer,) = await source.ask([long(query_of(1))])

    assert isinstance(answer, Failed)
