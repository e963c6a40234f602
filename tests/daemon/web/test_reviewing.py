from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from daemon.web.api import build_api
from rules.candidate import Answer, Known, Way
from rules.lookup import Lookup
from tests.daemon.desk.shelf import Shelf, offer


async def _search(source: str, lookup: Lookup) -> Answer:
    candidate = replace(offer("b", title=lookup.text), found_by=lookup.way)
    return Known(source=source, candidates=(candidate,))


@pytest.fixture
async def client(shelf: Shelf) -> AsyncIterator[httpx.AsyncClient]:
    household = replace(shelf.desk.household, search=_search)
    transport = httpx.ASGITransport(app=build_api(replace(shelf.desk, household=household)))
    async with httpx.AsyncClient(transport=transport, base_url="http://doorman/api/v1") as opened:
        yield opened


async def test_a_proposal_is_told_field_by_field(shelf: Shelf, client: httpx.AsyncClient) -> None:
    number = await shelf.put(offers=(offer(),))

    answer = await client.get("/proposal", params={"file": number, "candidate": 1})

    assert answer.status_code == 200
    title = answer.json()["fields"][0]
    assert title == {
        "field": "title",
        "current": [],
        "origin": None,
        "proposed": [{"text": "Harbour A", "is_new": False}],
        "is_changed": True,
        "is_ticked": True,
        "note": None,
        "left_out": [],
    }


async def test_only_the_fields_that_are_named_are_accepted(
    shelf: Shelf, client: httpx.AsyncClient
) -> None:
    number = await shelf.put(offers=(offer(),))

    answer = await client.post("/accept", json={"file": str(number), "fields": ["title"]})

    assert answer.status_code == 200
    assert (await shelf.show(number)).work == "Harbour A"


async def test_a_field_that_no_work_has_is_a_bad_request(
    shelf: Shelf, client: httpx.AsyncClient
) -> None:
    number = await shelf.put(offers=(offer(),))

    answer = await client.post("/accept", json={"file": str(number), "fields": ["cover"]})

    assert answer.status_code == 400
    assert (await shelf.show(number)).work is None


@pytest.mark.parametrize("way", ["text", "url", "id"])
async def test_a_search_keeps_what_it_finds(
    shelf: Shelf, client: httpx.AsyncClient, way: str
) -> None:
    number = await shelf.put(offers=(offer(),))

    answer = await client.post(
        "/search", json={"file": str(number), "source": "first", way: "harbour"}
    )

    assert answer.status_code == 200
    told = answer.json()
    assert (told["outcome"], [each["number"] for each in told["candidates"]]) == ("known", [2])
    assert Way(way)
    assert len((await shelf.show(number)).candidates) == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"source": "first"}, 400),
        ({"source": "first", "text": "a", "id": "b"}, 400),
        ({"source": "third", "text": "a"}, 404),
        ({"source": "first", "text": "a", "revision": 99}, 409),
    ],
    ids=["nothing", "too much", "no such source", "stale"],
)
async def test_a_search_that_cannot_be_made_says_so(
    shelf: Shelf, client: httpx.AsyncClient, body: dict[str, object], status: int
) -> None:
    number = await shelf.put(offers=(offer(),))

    answer = await client.post("/search", json={"file": str(number), **body})

    assert answer.status_code == status
    assert answer.json()["error"]["message"]


async def test_a_field_is_written_by_hand(shelf: Shelf, client: httpx.AsyncClient) -> None:
    number = str(await shelf.put_accepted(offer()))

    done = await client.post("/edit", json={"file": number, "field": "title", "text": "Mine"})
    wrong = await client.post("/edit", json={"file": number, "field": "cover", "text": "x"})

    assert (done.status_code, done.json()["message"]) == (
        200,
        "title is what you wrote, and stays so",
    )
    assert wrong.status_code == 400
