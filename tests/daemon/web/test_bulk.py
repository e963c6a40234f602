from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict

import httpx
import pytest

from daemon.desk.bulk_views import BULK_PART, BULK_PREVIEW
from daemon.web.api import build_api
from rules.journey import FileState
from tests.daemon.desk.shelf import Shelf, offer

A, B = offer("a"), offer("b")


@pytest.fixture
async def client(shelf: Shelf) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=build_api(shelf.desk))
    base = "http://doorman/api/v1"
    async with httpx.AsyncClient(transport=transport, base_url=base) as opened:
        yield opened


async def test_what_was_shown_is_done(shelf: Shelf, client: httpx.AsyncClient) -> None:
    one, two = await shelf.put("One.mkv", offers=(A,)), await shelf.put("Two.mkv", offers=(A, B))

    answer = await client.post("/bulk/preview", json={"verb": "accept", "library": "films"})
    preview = BULK_PREVIEW.validate_json(answer.content)
    items = [asdict(each.bound) for each in preview.items]
    done = await client.post("/bulk", json={"verb": "accept", "items": items})

    assert [each.file for each in preview.left_out] == [two]
    assert BULK_PART.validate_json(done.content).done == (one,)
    assert (await shelf.file(one)).state is FileState.ACCEPTED
    assert (await shelf.file(two)).state is FileState.REVIEW


async def test_files_can_be_named(shelf: Shelf, client: httpx.AsyncClient) -> None:
    one, _ = await shelf.put("One.mkv"), await shelf.put("Two.mkv")

    answer = await client.post("/bulk/preview", json={"verb": "dismiss", "numbers": [one]})

    preview = BULK_PREVIEW.validate_json(answer.content)
    assert [each.bound.file for each in preview.items] == [one]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/bulk/preview", {"verb": "delete"}),
        ("/bulk/preview", {"verb": "accept", "numbers": [2**63]}),
        ("/bulk", {"verb": "accept", "items": [{"file": 1}]}),
        ("/bulk", {"verb": "accept", "items": [{"file": 1, "revision": -1}]}),
    ],
    ids=["verb", "number", "no revision", "negative"],
)
async def test_broken_request_is_refused(
    client: httpx.AsyncClient, path: str, body: dict[str, object]
) -> None:
    assert (await client.post(path, json=body)).status_code == 400
