from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from daemon.desk.counting import Counting
from daemon.desk.history_views import HISTORY
from daemon.desk.remembering import Remembering
from daemon.desk.statistics_views import STATISTICS
from daemon.desk.survey_views import OVERVIEW
from daemon.desk.surveying import Surveying
from daemon.web.api import build_api
from store.decisions import Decider
from store.history import HistorySieve
from tests.daemon.desk.shelf import Shelf, offer

pytestmark = pytest.mark.anyio
BASE = "http://doorman/api/v1"


@pytest.fixture
async def client(shelf: Shelf) -> AsyncIterator[httpx.AsyncClient]:
    await shelf.put_accepted(offer("a"))
    await shelf.desk.dismiss(str(await shelf.put("Two.mkv")))
    transport = httpx.ASGITransport(app=build_api(shelf.desk))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as opened:
        yield opened


async def test_overview_is_told(shelf: Shelf, client: httpx.AsyncClient) -> None:
    answer = await client.get("/overview")

    assert OVERVIEW.validate_json(answer.content) == await Surveying(shelf.desk).overview()


async def test_history_is_told(shelf: Shelf, client: httpx.AsyncClient) -> None:
    answer = await client.get("/history?by=person&limit=1")

    expected = await Remembering(shelf.desk).history(
        HistorySieve(decided_by=Decider.PERSON), limit=1
    )
    assert len(expected.lines) == 1
    assert HISTORY.validate_json(answer.content) == expected


@pytest.mark.parametrize("days", [0, 7])
async def test_statistics_are_told(shelf: Shelf, client: httpx.AsyncClient, days: int) -> None:
    answer = await client.get(f"/statistics?days={days}")

    expected = await Counting(shelf.desk).statistics(days or None)
    assert STATISTICS.validate_json(answer.content) == expected


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/history?outcome=perhaps", "outcome is 'perhaps'"),
        ("/history?since=0", "it must be a day as 2026-03-04"),
        ("/history?since=2026-02-30", "since is '2026-02-30'"),
        ("/history?limit=0", "limit is '0'"),
        ("/history?who=me", "who: Extra inputs are not permitted"),
        ("/statistics?days=-1", "days is '-1'"),
        ("/overview?x=1", "x: Extra inputs are not permitted"),
    ],
)
async def test_what_is_asked_wrongly_is_refused(
    client: httpx.AsyncClient, path: str, said: str
) -> None:
    answer = await client.get(path)

    assert answer.status_code == 400
    assert said in answer.json()["error"]["message"]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_any_day_can_be_asked_for(client: httpx.AsyncClient, day: str) -> None:
    assert (await client.get(f"/history?since={day}&until={day}")).status_code == 200
