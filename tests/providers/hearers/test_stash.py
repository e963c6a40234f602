from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from pydantic import JsonValue

from providers.hearers.base import Heard, NotYet
from providers.hearers.errors import HearerRefuses, HearerStrange
from providers.hearers.stash import Known, update_of
from providers.hearers.stash_api import Scene, StashId
from rules.announcement import Occurrence
from rules.work import Work
from tests.providers.hearers.conftest import KEY, Open, Serve
from tests.providers.hearers.double import Reply, Request, said
from tests.providers.hearers.news import WORK, news

PATH = "/media/films/one.mkv"
BOX = "https://box.example/graphql"


def scene(number: str, path: str, **more: JsonValue) -> dict[str, JsonValue]:
    return {
        "id": number,
        "organized": False,
        "title": "",
        "details": None,
        "date": None,
        "code": None,
        "director": None,
        "urls": [],
        "stash_ids": [],
        "studio": None,
        "performers": [],
        "tags": [],
        "files": [{"path": path}],
        **more,
    }


@dataclass(kw_only=True)
class FakeStash:
    """A Stash with scenes, people and jobs, which answers GraphQL."""

    scenes: list[dict[str, JsonValue]] = field(default_factory=list)
    after_scan: list[dict[str, JsonValue]] = field(default_factory=list)
    by_hash: dict[str, dict[str, JsonValue]] = field(default_factory=dict)
    looks_until_done: int = 2
    scanned: list[JsonValue] = field(default_factory=list)
    updates: list[dict[str, JsonValue]] = field(default_factory=list)
    made: list[JsonValue] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=lambda: {"s1": "10", "p1": "20", "sea": "30"})
    """Numbers by stash id, or by name."""

    def __call__(self, request: Request) -> Reply:
        if request.headers.get("apikey") != KEY:
            return Reply(status=401)

        assert request.path == "/graphql"
        body = request.body
        assert isinstance(body, dict)
        variables = body["variables"]
        assert isinstance(variables, dict)
        return said({"data": self.answer(str(body["query"]), variables)})

    def answer(self, query: str, variables: dict[str, JsonValue]) -> JsonValue:  # noqa: PLR0911  # one for each thing it is asked
        given = next(iter(variables.values()), None)
        wanted = given if isinstance(given, dict) else {}
        if "metadataScan" in query:
            self.scanned.append(wanted["paths"])
            return {"metadataScan": "5"}
        if "findJob" in query:
            self.looks_until_done -= 1
            if self.looks_until_done > 0:
                return {"findJob": {"status": "RUNNING"}}
            self.scenes += self.after_scan
            self.after_scan = []
            return {"findJob": {"status": "FINISHED"} if self.looks_until_done else None}
        if "findScenes" in query:
            criterion = wanted["path"]
            assert isinstance(criterion, dict)
            assert criterion["modifier"] == "EQUALS"
            found: list[JsonValue] = [
                each
                for each in self.scenes
                if str(criterion["value"]).lower() in str(each["files"]).lower()
            ]
            return {"findScenes": {"scenes": found}}
        if "findSceneByHash" in query:
            return {"findSceneByHash": self.by_hash.get(str(wanted["oshash"]))}
        if "sceneUpdate" in query:
            self.updates.append(wanted)
            return {"sceneUpdate": {"id": wanted["id"]}}
        if "Create(" in query:
            self.made.append(wanted)
            return {"made": {"id": f"new {wanted['name']}"}}
        if "found:" in query:
            return {"found": {"items": self.find(wanted)}}

        return {"version": {"version": "v0.29.1"}}

    def find(self, wanted: dict[str, JsonValue]) -> JsonValue:
        by_id, by_name = wanted.get("stash_id_endpoint"), wanted.get("name")
        key = ""
        if isinstance(by_id, dict):
            assert by_id["endpoint"] == BOX
            key = str(by_id["stash_id"])
        if isinstance(by_name, dict):
            key = str(by_name["value"])
        number = self.people.get(key)
        return [] if number is None else [{"id": number, "name": key}]


async def test_a_scene_that_is_known_is_given_what_was_accepted(serve: Serve, opened: Open) -> None:
    stash = FakeStash(
        scenes=[
            scene("1", PATH, tags=[{"id": "31"}], urls=["https://mine.example"]),
            scene("2", PATH.upper()),
        ]
    )

    async with opened("stash", serve(stash).url) as hearer:
        outcomes = await hearer.tell([news()])

    assert outcomes == [Heard()]
    assert stash.scanned == []
    assert stash.updates == [
        {
            "id": "1",
            "title": "Harbour at Dawn",
            "details": "A quiet bay.",
            "date": "2024-05-17",
            "code": "H-1",
            "director": "Ira Moss",
            "studio_id": "10",
            "urls": ["https://mine.example", "https://lantern.example/1"],
            "performer_ids": ["20"],
            "tag_ids": ["31", "30"],
            "stash_ids": [{"endpoint": BOX, "stash_id": "w1"}],
        }
    ]
    assert stash.made == []


async def test_what_it_does_not_know_is_scanned_first(serve: Serve, opened: Open) -> None:
    stash = FakeStash(after_scan=[scene("1", PATH)])

    async with opened("stash", f"{serve(stash).url}/graphql") as hearer:
        outcomes = await hearer.tell([news()])

    assert outcomes == [Heard()]
    assert stash.scanned == [[PATH]]
    assert [each["id"] for each in stash.updates] == ["1"]


async def test_a_scene_is_found_by_its_hash_where_its_path_is_called_otherwise(
    serve: Serve, opened: Open
) -> None:
    stash = FakeStash(by_hash={"00000000000000ff": scene("3", "/elsewhere/one.mkv")})

    async with opened("stash", serve(stash).url) as hearer:
        assert await hearer.tell([news()]) == [Heard()]

    assert [each["id"] for each in stash.updates] == ["3"]


async def test_what_it_does_not_find_is_told_again_and_the_rest_is_done(
    serve: Serve, opened: Open
) -> None:
    stash = FakeStash(scenes=[scene("1", PATH)])

    async with opened("stash", serve(stash).url) as hearer:
        outcomes = await hearer.tell([news("/srv/gone.mkv"), news()])

    assert isinstance(outcomes[0], NotYet)
    assert "paths in [[announce]]" in outcomes[0].reason
    assert outcomes[1] == Heard()
    assert len(stash.updates) == 1


async def test_nothing_is_updated_while_it_is_still_scanning(serve: Serve, opened: Open) -> None:
    stash = FakeStash(after_scan=[scene("1", PATH)], looks_until_done=1000)

    async with opened("stash", serve(stash).url) as hearer:
        (outcome,) = await hearer.tell([news()])

    assert isinstance(outcome, NotYet)
    assert "still scanning" in outcome.reason
    assert stash.updates == []


@pytest.mark.parametrize("state", ["organized", "not wanted", "undone", "no work"])
async def test_what_somebody_finished_or_nobody_wants_is_left_alone(
    serve: Serve, opened: Open, state: str
) -> None:
    stash = FakeStash(scenes=[scene("1", PATH, organized=state == "organized")])
    occurrence = Occurrence.UNDONE if state == "undone" else Occurrence.ACCEPTED
    work = None if state == "no work" else WORK

    async with opened("stash", serve(stash).url, updates=state != "not wanted") as hearer:
        await hearer.tell([news(occurrence=occurrence, work=work)])

    assert stash.updates == []


async def test_who_is_missing_is_made_only_where_that_is_wanted(serve: Serve, opened: Open) -> None:
    stash = FakeStash(scenes=[scene("1", PATH)], people={})

    async with opened("stash", serve(stash).url, create_missing=True) as hearer:
        await hearer.tell([news()])

    assert stash.made == [
        {"name": "Lantern", "stash_ids": [{"endpoint": BOX, "stash_id": "s1"}]},
        {"name": "Ada Holm", "stash_ids": [{"endpoint": BOX, "stash_id": "p1"}]},
        {"name": "Ben Ash", "stash_ids": []},
        {"name": "sea"},
    ]
    assert stash.updates[0]["performer_ids"] == ["new Ada Holm", "new Ben Ash"]


def test_nothing_that_stands_there_is_replaced() -> None:
    held = Scene(
        id="1",
        title="Mine",
        details="Mine.",
        date="2020-01-01",
        code="M",
        director="Me",
        urls=("https://lantern.example/1",),
        stash_ids=(StashId(endpoint=BOX, stash_id="mine"),),
    )

    update = update_of(held, WORK, Known(), {"box": BOX})

    assert update == {}


def test_ids_of_other_places_stay() -> None:
    held = Scene(
        id="1", title="x", stash_ids=(StashId(endpoint="https://o.example", stash_id="o"),)
    )

    update = update_of(held, Work(ids=WORK.ids, date="2024"), Known(), {"box": BOX})

    assert update == {
        "stash_ids": [
            {"endpoint": "https://o.example", "stash_id": "o"},
            {"endpoint": BOX, "stash_id": "w1"},
        ]
    }


async def test_check_says_its_version(serve: Serve, opened: Open) -> None:
    async with opened("stash", serve(FakeStash()).url) as hearer:
        assert await hearer.check() == "Stash v0.29.1 lets us in"


async def test_a_wrong_key_is_told(serve: Serve, opened: Open) -> None:
    async with opened("stash", serve(FakeStash()).url, key="wrong") as hearer:
        with pytest.raises(HearerRefuses):
            await hearer.check()


@pytest.mark.parametrize(
    "answer",
    [
        said({"errors": [{"message": f"no such field {KEY}"}], "data": None}),
        said({"errors": ["?"]}),
        said({"data": {"version": 5}}),
        said(7),
        Reply(),
        said({"errors": []}),
    ],
    ids=["errors", "odd errors", "other form", "number", "nothing", "no errors"],
)
async def test_what_is_no_stash_is_strange(serve: Serve, opened: Open, answer: Reply) -> None:
    async with opened("stash", serve(lambda _: answer).url) as hearer:
        with pytest.raises(HearerStrange) as caught:
            await hearer.check()

    assert KEY not in str(caught.value)
