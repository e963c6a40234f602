"""Search and filters, as far as the real server really has them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import JsonValue, TypeAdapter

from providers.sandbox import Sandbox
from providers.sandbox.seeds import (
    CreditSeed,
    FingerprintSeed,
    PerformerSeed,
    SceneSeed,
    StudioSeed,
    TagSeed,
    UrlSeed,
    WorldSeed,
)

Ask = Callable[..., JsonValue]
ErrorOf = Callable[..., str]

NOBODY = "3b241101-e2bb-4255-8caf-4136c566a962"
QUERY = "query($input: SceneQueryInput!) { queryScenes(input: $input) { count scenes { title } } }"
SEARCH = "query($term: String!) { searchScene(term: $term) { title } }"


def world() -> WorldSeed:
    return WorldSeed(
        studios=(
            StudioSeed(name="Northlight", parent="Big Sky", aliases=("NL",)),
            StudioSeed(name="Gone", deleted=True),
        ),
        performers=(PerformerSeed(name="Ada Brook", country="NO", birth_date="1990"),),
        tags=(TagSeed(name="Boats", aliases=("Ships",)),),
        scenes=(
            SceneSeed(
                title="Harbour at Dawn",
                code="NL-1",
                release_date="2024-05",
                duration=1800,
                studio="Northlight",
                performers=(CreditSeed(name="Ada Brook"),),
                tags=("Boats", "Morning"),
                urls=(UrlSeed(url="https://northlight.example/1"),),
                fingerprints=(FingerprintSeed(algorithm="OSHASH", hash="ab", duration=1800),),
            ),
            SceneSeed(
                title="Harbour at Dusk",
                release_date="2024-05-17",
                duration=60,
                studio="Big Sky",
                performers=(CreditSeed(name="Ada Brook"), CreditSeed(name="Ben Reed")),
                tags=("Boats",),
            ),
            SceneSeed(title="Market Day", code="M-7", release_date="2023-01-01", duration=900),
            SceneSeed(title="Harbour Lost", deleted=True),
        ),
    )


@pytest.fixture
def market(box: Sandbox) -> Sandbox:
    box.world.grow(world())
    return box


def titles(answer: JsonValue) -> list[str]:
    scenes = answer["scenes"] if isinstance(answer, dict) else answer
    found = TypeAdapter(list[dict[str, str]]).validate_python(scenes)
    return [scene["title"].removeprefix("Harbour at ") for scene in found]


def filtered(ask: Ask, box: Sandbox, **wanted: JsonValue) -> list[str]:
    return titles(ask(box, QUERY, input=wanted))


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("harbour dusk", ["Dusk", "Dawn"]),
        ("HARBOUR", ["Dawn", "Dusk"]),
        ("ada reed", ["Dusk", "Dawn"]),
        ("big", ["Dawn", "Dusk"]),
        ("m-7", ["Market Day"]),
        ("2023-01-01 nothing", ["Market Day"]),
        ("nothing", []),
        ("", []),
        ("https://NORTHLIGHT.example/1", ["Dawn"]),
        ("https://northlight.example/2", []),
        (NOBODY, []),
    ],
)
def test_search_finds_any_word_and_ranks_by_how_many(
    market: Sandbox, ask: Ask, term: str, found: list[str]
) -> None:
    assert titles(ask(market, SEARCH, term=term)) == found


def test_search_for_an_id_finds_even_the_deleted(box: Sandbox, ask: Ask) -> None:
    scene_id = box.world.add_scene(SceneSeed(title="Gone", deleted=True))

    assert titles(ask(box, SEARCH, term=scene_id)) == ["Gone"]


def test_search_before_0_8_needs_all_words(ask: Ask) -> None:
    with Sandbox(mode="0.7") as box:
        box.world.grow(world())

        assert titles(ask(box, SEARCH, term="harbour dusk")) == ["Dusk"]
        assert titles(ask(box, SEARCH, term="harbour nothing")) == []


def test_search_shows_ten_or_as_many_as_asked(box: Sandbox, ask: Ask) -> None:
    for number in range(12):
        box.world.add_scene(SceneSeed(title=f"Boat {number}"))
    paged = """{ searchScenes(term: "boat", limit: 3, per_page: 5, page: 3) {
      count scenes { title } } }"""

    assert len(titles(ask(box, SEARCH, term="boat"))) == 10
    assert len(titles(ask(box, '{ searchScene(term: "boat", limit: 2) { title } }'))) == 2
    assert titles(ask(box, paged)) == ["Boat 10", "Boat 11"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["Dusk", "Dawn", "Market Day"]),
        ({"title": "AT DAWN"}, ["Dawn"]),
        ({"text": "day"}, ["Market Day"]),
        ({"url": "https://northlight.example/1"}, ["Dawn"]),
        ({"url": "https://NORTHLIGHT.example/1"}, []),
        ({"code": {"value": "M-7", "modifier": "EQUALS"}}, ["Market Day"]),
        ({"code": {"value": "M-7", "modifier": "NOT_EQUALS"}}, ["Dawn"]),
        ({"code": {"value": "L-", "modifier": "INCLUDES"}}, ["Dawn"]),
        ({"code": {"value": "", "modifier": "IS_NULL"}}, ["Dusk"]),
        ({"code": {"value": "", "modifier": "NOT_NULL"}}, ["Dawn", "Market Day"]),
        ({"code": {"value": "x", "modifier": "GREATER_THAN"}}, ["Dusk", "Dawn", "Market Day"]),
        ({"date": {"value": "2024-05", "modifier": "GREATER_THAN"}}, ["Dusk"]),
        ({"date": {"value": "2024-05-01", "modifier": "LESS_THAN"}}, ["Dawn", "Market Day"]),
        ({"date": {"value": "2024-05-17", "modifier": "EQUALS"}}, ["Dusk"]),
        ({"production_date": {"value": "1", "modifier": "EQUALS"}, "title": "dusk"}, ["Dusk"]),
        ({"alias": {"value": "x", "modifier": "EQUALS"}, "title": "dusk"}, ["Dusk"]),
        ({"fingerprints": {"value": ["AB", "1"], "modifier": "EXCLUDES"}}, ["Dawn"]),
        ({"fingerprints": {"value": ["aa"], "modifier": "EQUALS"}}, []),
        ({"favorites": "ALL"}, []),
        ({"has_fingerprint_submissions": True}, []),
        ({"sort": "TITLE", "direction": "ASC"}, ["Dawn", "Dusk", "Market Day"]),
        ({"sort": "DURATION"}, ["Dawn", "Market Day", "Dusk"]),
        ({"sort": "CREATED_AT", "direction": "ASC"}, ["Dawn", "Dusk", "Market Day"]),
        ({"page": 2, "per_page": 2}, ["Market Day"]),
        ({"page": 0, "per_page": 2}, []),
    ],
    ids=str,
)
def test_filters_do_what_the_real_ones_do(
    market: Sandbox, ask: Ask, wanted: dict[str, JsonValue], found: list[str]
) -> None:
    assert filtered(ask, market, **wanted) == found


def test_count_is_of_all_pages(market: Sandbox, ask: Ask) -> None:
    answer = ask(market, QUERY, input={"per_page": 1})

    assert isinstance(answer, dict)
    assert answer["count"] == 3


@pytest.mark.parametrize(
    ("modifier", "found"),
    [
        ("EQUALS", ["Dawn"]),
        ("INCLUDES", ["Dawn", "Dusk"]),
        ("NOT_EQUALS", ["Dusk", "Market Day"]),
        ("EXCLUDES", ["Market Day"]),
        ("IS_NULL", ["Market Day"]),
        ("NOT_NULL", ["Dusk", "Dawn"]),
        ("GREATER_THAN", ["Dusk", "Dawn", "Market Day"]),
    ],
)
def test_studio_filter(market: Sandbox, ask: Ask, modifier: str, found: list[str]) -> None:
    ids = [market.world.studio_id("Northlight"), market.world.studio_id("Big Sky")]
    wanted: JsonValue = {"value": list(ids), "modifier": modifier}

    assert sorted(filtered(ask, market, studios=wanted)) == sorted(found)


def test_studio_filter_without_values_does_nothing(market: Sandbox, ask: Ask) -> None:
    assert len(filtered(ask, market, studios={"value": [], "modifier": "IS_NULL"})) == 3


def test_parent_studio_means_itself_and_its_children(market: Sandbox, ask: Ask) -> None:
    network, child = market.world.studio_id("Big Sky"), market.world.studio_id("Northlight")

    assert filtered(ask, market, parentStudio=network) == ["Dusk", "Dawn"]
    assert filtered(ask, market, parentStudio=child) == ["Dawn"]


@pytest.mark.parametrize(
    ("modifier", "found"),
    [
        ("INCLUDES", ["Dusk", "Dawn"]),
        ("INCLUDES_ALL", ["Dusk"]),
        ("EXCLUDES", ["Market Day"]),
    ],
)
def test_performer_filter(market: Sandbox, ask: Ask, modifier: str, found: list[str]) -> None:
    ids = [market.world.performer_id("Ada Brook"), market.world.performer_id("Ben Reed")]
    wanted: JsonValue = {"value": list(ids), "modifier": modifier}

    assert filtered(ask, market, performers=wanted) == found


def test_tag_filter_refuses_other_modifiers(market: Sandbox, ask: Ask, error_of: ErrorOf) -> None:
    ids: list[JsonValue] = [market.world.tag_id("Morning")]

    assert filtered(ask, market, tags={"value": ids, "modifier": "INCLUDES"}) == ["Dawn"]
    wanted: JsonValue = {"tags": {"value": ids, "modifier": "EQUALS"}}
    assert error_of(market, QUERY, input=wanted) == "unsupported modifier EQUALS"


def test_own_submissions_filter_finds_what_the_caller_voted_on(market: Sandbox, ask: Ask) -> None:
    (dusk,) = (kept.id for kept in market.world.scenes.values() if kept.seed.duration == 60)
    fingerprint: JsonValue = {"hash": "cd", "algorithm": "OSHASH", "duration": 60}
    submit = "mutation($input: FingerprintSubmission!) { submitFingerprint(input: $input) }"
    ask(market, submit, input={"scene_id": dusk, "fingerprint": fingerprint})

    assert filtered(ask, market, has_fingerprint_submissions=True) == ["Dusk"]


EXISTING = """query($input: QueryExistingSceneInput!) {
  queryExistingScene(input: $input) { scenes { title } edits { id } }
}"""


def existing(*hashes: str, **rest: JsonValue) -> dict[str, JsonValue]:
    fingerprints: list[JsonValue] = [
        {"hash": text, "algorithm": "OSHASH", "duration": 1} for text in hashes
    ]
    return {"fingerprints": fingerprints, **rest}


def test_existing_scene_is_found_by_hash_or_by_studio_and_title(market: Sandbox, ask: Ask) -> None:
    studio = market.world.studio_id("Big Sky")
    md5: JsonValue = {"hash": "0" * 32, "algorithm": "MD5", "duration": 1}

    by_hash = ask(market, EXISTING, input=existing("ab"))
    by_name = ask(market, EXISTING, input=existing(title="HARBOUR AT DUSK", studio_id=studio))
    by_title = ask(market, EXISTING, input=existing(title="Harbour at Dusk"))
    by_md5 = ask(market, EXISTING, input={"fingerprints": [md5]})

    assert by_hash == {"scenes": [{"title": "Harbour at Dawn"}], "edits": []}
    assert by_name == {"scenes": [{"title": "Harbour at Dusk"}], "edits": []}
    assert by_title == by_md5 == {"scenes": [], "edits": []}


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ('{ findStudio(name: "NORTHLIGHT") { name parent { name } } }',
         {"name": "Northlight", "parent": {"name": "Big Sky"}}),
        ('{ findStudio(name: "Gone") { name } }', None),
        ("{ findStudio { name } }", None),
        ('{ findTag(name: "boats") { name category { name } } }',
         {"name": "Boats", "category": None}),
        ('{ findTag(name: "ships") { name } }', None),
        ('{ findTagOrAlias(name: "ships") { name } }', {"name": "Boats"}),
        (f'{{ findPerformer(id: "{NOBODY}") {{ name }} }}', None),
        (f'{{ findStudio(id: "{NOBODY}", name: "Northlight") {{ name }} }}', None),
        (f'{{ findTag(id: "{NOBODY}") {{ name }} }}', None),
        (f'{{ findScene(id: "{NOBODY}") {{ title }} }}', None),
    ],
)  # fmt: skip
def test_things_are_found_by_name_and_id(
    market: Sandbox, ask: Ask, query: str, answer: JsonValue
) -> None:
    assert ask(market, query) == answer


def test_performer_is_found_by_id(market: Sandbox, ask: Ask) -> None:
    performer_id = market.world.performer_id("Ada Brook")
    fields = "name aliases country birth_date merged_ids merged_into_id deleted"

    assert ask(market, f'{{ findPerformer(id: "{performer_id}") {{ {fields} }} }}') == {
        "name": "Ada Brook",
        "aliases": [],
        "country": "NO",
        "birth_date": "1990",
        "merged_ids": [],
        "merged_into_id": None,
        "deleted": False,
    }


@pytest.mark.parametrize("field", ["findScene", "findPerformer", "findStudio", "findTag"])
@pytest.mark.parametrize("text", ["17", "not-a-uuid"])
def test_id_that_is_no_uuid_is_an_error(
    box: Sandbox, error_of: ErrorOf, field: str, text: str
) -> None:
    query = f'{{ {field}(id: "{text}") {{ id }} }}'

    assert "incorrect UUID length" in error_of(box, query)


EDITS = """query($input: EditQueryInput!) { queryEdits(input: $input) {
  count edits { operation target { ... on Scene { title deleted } } } } }"""


def test_merge_is_an_edit_that_leads_from_what_went_to_what_stays(box: Sandbox, ask: Ask) -> None:
    gone = box.world.add_scene(SceneSeed(title="Gone"))
    kept = box.world.add_scene(SceneSeed(title="Kept"))
    box.world.merge_scene(gone, kept)
    asked: dict[str, JsonValue] = {"target_type": "SCENE", "target_id": gone}

    merge = {"operation": "MERGE", "target": {"title": "Kept", "deleted": False}}
    found = {"count": 1, "edits": [merge]}
    assert ask(box, EDITS, input={**asked, "operation": "MERGE", "applied": True}) == found
    assert ask(box, EDITS, input={}) == found
    assert box.world.scenes[gone].seed.deleted


@pytest.mark.parametrize(
    "other",
    [
        {"operation": "CREATE"},
        {"applied": False},
        {"target_type": "TAG"},
        {"target_type": "SCENE", "target_id": NOBODY},
    ],
    ids=str,
)
def test_there_are_no_other_edits(box: Sandbox, ask: Ask, other: dict[str, JsonValue]) -> None:
    one, other_one = (box.world.add_scene(SceneSeed(title=title)) for title in ("One", "Other"))
    box.world.merge_scene(one, other_one)

    assert ask(box, EDITS, input=other) == {"count": 0, "edits": []}


def test_target_of_edits_needs_its_type(box: Sandbox, error_of: ErrorOf) -> None:
    assert "TargetType" in error_of(box, EDITS, input={"target_id": NOBODY})
