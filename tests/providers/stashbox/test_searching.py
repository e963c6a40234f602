"""A person looks for a work at one stash-box: by words, by a page, by an id; over real HTTP."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from providers.base import Searcher, Source
from providers.sandbox import Sandbox, faults
from providers.sandbox.seeds import FingerprintSeed, SceneSeed, UrlSeed
from rules.candidate import Answer, Failed, Known, NotAsked, Refused, Unknown, Way
from rules.discretion import KEPT_SAFE
from rules.lookup import Lookup

OpenSource = Callable[..., AbstractAsyncContextManager[Source]]
NOBODY = "3b241101-e2bb-4255-8caf-4136c566a962"
PAGE = "https://northlight.example/harbour"


@pytest.fixture
def full_box(box: Sandbox) -> Sandbox:
    box.world.add_scene(
        SceneSeed(
            title="Harbour at Dawn",
            release_date="2024-05-17",
            studio="Northlight",
            urls=(UrlSeed(url=PAGE),),
            fingerprints=(FingerprintSeed(algorithm="OSHASH", hash=f"{1:016x}", duration=1800),),
        )
    )
    return box


async def search(source: Source, way: Way, text: str, *, is_sfw: bool = False) -> Answer:
    assert isinstance(source, Searcher)
    return await source.search(Lookup(way=way, text=text, is_sfw=is_sfw))


def found(answer: Answer) -> list[tuple[str | None, Way]]:
    assert isinstance(answer, Known), answer
    return [(each.work.title, each.found_by) for each in answer.candidates]


@pytest.mark.parametrize(
    ("way", "text"),
    [(Way.TEXT, "harbour dawn"), (Way.TEXT, "harbour"), (Way.URL, PAGE), (Way.ID, "")],
    ids=["words", "one word", "page", "id"],
)
async def test_a_person_finds_a_work_in_each_way(
    full_box: Sandbox, open_source: OpenSource, way: Way, text: str
) -> None:
    (scene_id,) = full_box.world.scenes

    async with open_source(full_box) as source:
        answer = await search(source, way, text or scene_id)

    assert found(answer) == [("Harbour at Dawn", way)]


@pytest.mark.parametrize(
    ("way", "text"), [(Way.TEXT, "lighthouse"), (Way.URL, f"{PAGE}/other"), (Way.ID, NOBODY)]
)
async def test_what_nobody_knows_is_unknown(
    full_box: Sandbox, open_source: OpenSource, way: Way, text: str
) -> None:
    async with open_source(full_box) as source:
        assert await search(source, way, text) == Unknown(source="box")


async def test_what_is_no_id_is_not_sent(full_box: Sandbox, open_source: OpenSource) -> None:
    async with open_source(full_box) as source:
        answer = await search(source, Way.ID, "harbour-at-dawn")

    assert isinstance(answer, NotAsked)
    assert answer.reason.startswith("an id there looks like")
    assert full_box.requests.all() == ()


async def test_words_about_a_safe_file_are_never_sent_to_an_adult_source(
    full_box: Sandbox, open_source: OpenSource
) -> None:
    async with open_source(full_box) as source:
        answer = await search(source, Way.TEXT, "harbour", is_sfw=True)

    assert answer == NotAsked(source="box", reason=KEPT_SAFE)
    assert full_box.requests.all() == ()


async def test_a_failure_is_an_answer(full_box: Sandbox, open_source: OpenSource) -> None:
    async with open_source(full_box) as source:
        full_box.faults.next(faults.server_error(503))
        answer = await search(source, Way.TEXT, "harbour")

    assert isinstance(answer, Failed)
    assert "failed with HTTP 503" in answer.reason


async def test_a_refusal_is_an_answer(full_box: Sandbox, open_source: OpenSource) -> None:
    async with open_source(full_box, key="wrong") as source:
        assert isinstance(await search(source, Way.TEXT, "harbour"), Refused)


async def test_a_source_that_rests_is_not_asked_by_a_person_either(
    full_box: Sandbox, open_source: OpenSource
) -> None:
    async with open_source(full_box) as source:
        full_box.faults.always(faults.server_error(503))
        for _ in range(3):
            await search(source, Way.TEXT, "harbour")
        asked = len(full_box.requests.all())
        answer = await search(source, Way.TEXT, "harbour")

    assert isinstance(answer, Failed)
    assert answer.reason.startswith("it rests after failures in a row")
    assert len(full_box.requests.all()) == asked
