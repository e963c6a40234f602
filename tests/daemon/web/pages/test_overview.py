from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import PurePath

import httpx
import pytest

from daemon.desk.health_views import HealthView
from daemon.desk.survey_views import OVERVIEW
from daemon.desk.surveying import Surveying
from daemon.desk.views import LibraryLine
from daemon.web.pages.all_pages import page_routes
from daemon.web.pages.overview import TONES, backlog_of
from providers.health import Standing
from rules.journey import FileState
from rules.submission import Consent, Recipient, Terms
from store import kept_sidecars, outbox
from store.kept_sidecars import NFO
from store.outbox import Errand
from tests.daemon.desk.shelf import Shelf, offer
from tests.daemon.web.visiting import CSRF, fields_of, visiting

pytestmark = pytest.mark.anyio
HOSTILE = "<img src=x>"
HEALTH = HealthView(
    state="resting",
    resting_until_s=2000.0,
    last_error=f"it said {HOSTILE}",
    last_error_at_s=990.0,
    used_last_minute=12,
    allowed_per_minute=60.0,
    pace_per_minute=30.0,
    requests={},
)


@pytest.fixture
async def browser(shelf: Shelf) -> AsyncIterator[httpx.AsyncClient]:
    async with visiting(shelf, page_routes(shelf.desk)) as client:
        yield client


async def test_overview_travels_whole(shelf: Shelf) -> None:
    await shelf.put_accepted(offer("a"))
    found = await Surveying(shelf.desk).overview()

    assert OVERVIEW.validate_json(OVERVIEW.dump_json(found)) == found
    assert (found.last_hour.seen, found.last_hour.decided, found.last_hour.done) == (1, 1, 1)


async def test_states_of_libraries_and_their_remedies_are_told(
    shelf: Shelf, browser: httpx.AsyncClient
) -> None:
    shelf.library_lines.append(
        LibraryLine(
            name=HOSTILE,
            root="/attic",
            state="offline",
            reason="its folder is gone; mount it again",
            missing=3,
            listed_at_s=900.0,
            findings=("it was empty",),
        )
    )
    shelf.library_lines.append(
        LibraryLine(name="b", root="/b", state="watching", is_listing=True, entries=1500)
    )

    page = (await browser.get("/overview")).text

    assert '<span class="badge bad">offline</span>' in page
    assert '<span class="badge good">watching</span>' in page
    for said in ("mount it again", "3 missing", "it was empty", "1 500 names so far"):
        assert said in page
    assert HOSTILE not in page


async def test_what_stays_beside_files_is_told(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    number = await shelf.put_accepted(offer("a"))
    keep = partial(
        kept_sidecars.keep,
        file_id=number,
        what=NFO,
        path=PurePath("/films/dawn.nfo"),
        reason=f"dawn.nfo stays: {HOSTILE}",
        at_s=1.0,
    )
    await shelf.change(keep)

    page = (await browser.get("/overview")).text

    assert "beside 1 file, where doorman would write" in page
    assert "/films: dawn.nfo stays" in page
    assert HOSTILE not in page


async def test_health_of_sources_is_told(shelf: Shelf) -> None:
    household = replace(shelf.desk.household, healths=lambda: {"first": HEALTH})
    unwell = replace(shelf, desk=replace(shelf.desk, household=household))

    async with visiting(unwell, page_routes(unwell.desk)) as browser:
        page = (await browser.get("/overview")).text

    assert '<span class="badge warn">resting</span>' in page
    assert "12 of 30 requests in the last minute, slowed down from 60" in page
    assert 'Rests until <time datetime="1970-01-01T00:33:20Z">' in page
    assert "it said &lt;img src=x&gt;" in page


async def test_what_is_owed_is_told_with_its_last_error(
    shelf: Shelf, browser: httpx.AsyncClient
) -> None:
    assert "No sidecar and no message" in (await browser.get("/overview")).text
    await shelf.change(lambda c: outbox.add(c, Errand.SIDECAR, file_id=1, payload="{}", at_s=5.0))
    await shelf.change(
        lambda c: c.execute("UPDATE outbox SET attempts = 1, last_error = 'the disk is full'")
    )

    page = (await browser.get("/overview")).text

    assert "sidecars to write" in page
    assert "the disk is full" in page


async def test_what_sources_are_to_be_told_is_counted(shelf: Shelf) -> None:
    ear = Recipient(source="first", endpoint="https://first.example/graphql", consent=Consent.MINE)
    household = replace(shelf.desk.household, terms=Terms(recipients=(ear,)))
    telling = replace(shelf, desk=replace(shelf.desk, household=household))
    await telling.desk.accept(str(await shelf.put(offers=(offer("a"),))))

    async with visiting(telling, page_routes(telling.desk)) as browser:
        page = (await browser.get("/overview")).text

    assert re.search(r"Fingerprints for sources: [1-9]\d* to be sent, 0 held", page)


async def test_backlog_is_a_bar_over_all_files(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    await shelf.put("One.mkv", FileState.DONE)
    assert backlog_of(await Surveying(shelf.desk).overview()) is None
    await shelf.put("Two.mkv", FileState.SETTLED, is_examined=False)
    await shelf.put("Three.mkv", FileState.ANSWERED)

    page = (await browser.get("/overview")).text

    assert '<progress id="backlog" max="3" value="1">' in page
    assert '<label for="backlog">1 file left' in page


async def test_library_is_scanned(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    await shelf.put()
    fields = fields_of((await browser.get("/overview")).text, "/overview/scan")

    answer = await browser.post("/overview/scan", data=fields)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/overview?asked=scan")
    assert shelf.rounds == [("films", False)]
    assert "looks through it now" in (await browser.get(answer.headers["Location"])).text


async def test_all_that_nobody_knew_is_asked_about_again(
    shelf: Shelf, browser: httpx.AsyncClient
) -> None:
    number = await shelf.put(state=FileState.NO_MATCH, due_at_s=1e9)
    fields = fields_of((await browser.get("/overview")).text, "/overview/identify")

    answer = await browser.post("/overview/identify", data=fields)

    assert answer.headers["Location"] == "/overview?asked=identify"
    assert (await shelf.file(number)).state is not FileState.NO_MATCH


async def test_missing_fingerprints_are_computed(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    await shelf.put()
    await shelf.change(lambda c: c.execute("UPDATE content SET grid = 'old'"))
    fields = fields_of((await browser.get("/overview")).text, "/overview/generate")

    answer = await browser.post("/overview/generate", data=fields)

    assert answer.headers["Location"] == "/overview?asked=generate"
    assert (await shelf.desk.status()).examining.again == 1


@pytest.mark.parametrize(
    ("deed", "fields", "status"),
    [
        ("scan", {"library": "attic"}, 404),
        ("generate", {"library": "attic"}, 404),
        ("scan", {"library": "films", "csrf": "wrong"}, 400),
        ("identify", {"csrf": "wrong"}, 400),
        ("generate", {"csrf": "wrong", "library": "films"}, 400),
    ],
)
async def test_what_cannot_be_asked_for_changes_nothing(
    shelf: Shelf, browser: httpx.AsyncClient, deed: str, fields: dict[str, str], status: int
) -> None:
    answer = await browser.post(f"/overview/{deed}", data={"csrf": CSRF, **fields})

    assert (answer.status_code, shelf.rounds) == (status, [])


async def test_address_puts_no_words_onto_the_page(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/overview?asked=Your+password+expired")).text

    assert "expired" not in page
    assert 'class="notice"' not in page


@pytest.mark.parametrize("standing", Standing)
def test_every_standing_of_a_source_has_a_look(standing: Standing) -> None:
    assert standing.value in TONES


async def test_what_the_overview_shows_is_told_apart(
    shelf: Shelf, browser: httpx.AsyncClient
) -> None:
    surveying = Surveying(shelf.desk)
    later = Surveying(replace(shelf.desk, now=lambda: shelf.desk.now() + 60))

    looks = [await surveying.look()]
    page = (await browser.get("/overview")).text
    same = await surveying.look()
    await shelf.put()
    looks.append(await surveying.look())
    shelf.library_lines.append(LibraryLine(name="b", root="/b", state="offline"))
    looks.append(await surveying.look())
    looks.append(await later.look())

    assert same == looks[0]
    assert f'data-seen="{same}"' in page
    assert len(set(looks)) == len(looks)
