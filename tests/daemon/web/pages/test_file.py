"""The page of one file, without a script: what it shows, and what its forms do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest

from daemon.desk.views import SourceLine
from daemon.disk.pictures import Pictures
from daemon.gallery import Gallery
from daemon.web.pages.all_pages import page_routes
from daemon.web.pages.pictures import picture_routes
from providers.pictures import NoPicture
from providers.pictures import Picture as Fetched
from providers.sandbox.pictures import png
from rules.candidate import Answer, Known, Unknown
from rules.journey import FileState
from rules.lookup import Lookup
from rules.work import Picture
from store.database import Database
from tests.daemon.desk.shelf import Shelf, make_shelf, offer, remote
from tests.daemon.web.visiting import CSRF, texts, visiting

A, B = offer("a"), offer("b")
HOSTILE = '<script>alert("x")</script>'
COVER = png(16, 9, 3)
COVER_URL = "https://pictures.example/a.png"


@dataclass
class World:
    """What is outside: a source that is asked, and where its pictures are."""

    answer: Answer = field(default_factory=lambda: Unknown(source="first"))
    looked_for: list[Lookup] = field(default_factory=list)
    fetched: list[tuple[str, str | None]] = field(default_factory=list)

    async def search(self, _: str, lookup: Lookup) -> Answer:
        self.looked_for.append(lookup)
        return self.answer

    async def fetch(self, address: str, *, source_url: str | None = None) -> Fetched:
        self.fetched.append((address, source_url))
        if address != COVER_URL:
            raise NoPicture("pictures.example", "HTTP 404")
        return Fetched(content=COVER, media_type="image/png")

    def info(self, event: str, **facts: object) -> None:
        assert (event, list(facts)) == ("picture.missed", ["reason"])


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def shelf(database: Database, world: World) -> Shelf:
    shelf = make_shelf(database)
    lines = (SourceLine(name="first", url="https://first.example/graphql"),)
    household = replace(shelf.desk.household, sources=lines, search=world.search)
    return replace(shelf, desk=replace(shelf.desk, household=household))


@pytest.fixture
async def browser(shelf: Shelf, world: World, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    kept = Pictures(tmp_path / "pictures", most_bytes=10_000, budget_bytes=10**6)
    gallery = Gallery(world, kept, now=lambda: 0.0, log=world)
    routes = [*page_routes(shelf.desk), *picture_routes(shelf.desk, gallery)]
    async with visiting(shelf, routes) as client:
        yield client


async def forms(shelf: Shelf, number: int, **more: object) -> dict[str, object]:
    revision = (await shelf.show(number)).revision
    return {"csrf": CSRF, "revision": revision, "seen_at_s": 0, **more}


async def test_everything_needed_to_answer_stands_on_the_page(
    shelf: Shelf, browser: httpx.AsyncClient
) -> None:
    number = await shelf.put(offers=(A, B))

    page = (await browser.get(f"/files/{number}")).text

    assert texts(page, r'<h1 id="file-name">(.*?)</h1>') == ["Harbour at Dawn.mkv"]
    assert f'data-file="{number}" data-revision="' in page
    assert "films · /films · 976.6 KiB · 30:00 · matroska, h264, 640x360, no sound" in page
    assert texts(page, r'<li data-candidate="(\d)">') == ["1", "2"]
    assert "oshash identical, 3 people" in page
    assert "<li>oshash is the same, 3 submissions</li>" in page
    assert '<a href="https://first.example/a" rel="noreferrer noopener"' in page
    assert texts(page, r'name="field" value="(\w+)" checked') == [
        "title",
        "date",
        "studio",
        "performers",
        "ids",
    ]
    assert page.count('<span class="badge new">new</span>') == 3
    for action in ("accept", "reject", "dismiss"):
        assert page.count(f'data-action="{action}"') == 1
    assert "style=" not in page
    assert "onclick" not in page


async def test_another_candidate_is_one_address_away(
    shelf: Shelf, browser: httpx.AsyncClient
) -> None:
    number = await shelf.put(offers=(A, B))

    page = (await browser.get(f"/files/{number}?candidate=2")).text

    assert '<h2 id="chosen">&#34;Harbour B&#34; (Northlight, 2024-05-17)</h2>' in page
    assert 'name="candidate" value="2"' in page


async def test_all_who_tell_of_a_work_stand_on_its_page_and_each_can_be_first(
    shelf: Shelf, browser: httpx.AsyncClient
) -> None:
    told = replace(A.work, title="Harbour <W>", ids=(remote("a"),))
    witness = replace(offer("w", source="second"), work=told)
    number = await shelf.put(offers=(A, witness))

    page = (await browser.get(f"/files/{number}")).text
    other = (await browser.get(f"/files/{number}?candidate=2")).text

    assert '<nav class="card" aria-label="Candidates">' not in page
    assert 'name="candidate" value="1"' in page
    assert "<strong>first</strong> says &#34;Harbour A&#34; (Northlight, 2024-05-17)" in page
    assert f'<a href="/files/{number}?candidate=2"' in page
    assert "says &#34;Harbour &lt;W&gt;&#34; (Northlight, 2024-05-17)" in page
    assert '<a href="https://second.example/w" rel="noreferrer noopener"' in page
    assert 'name="candidate" value="2"' in other
    assert "<strong>second</strong>" in other
    assert f'src="/pictures/{number}/2/0"' in other


@pytest.mark.parametrize("wanted", ["9", "x", "", "99999999999999999999"])
async def test_a_candidate_that_is_none_is_the_best(
    shelf: Shelf, browser: httpx.AsyncClient, wanted: str
) -> None:
    number = await shelf.put(offers=(A, B))

    page = (await browser.get(f"/files/{number}?candidate={wanted}")).text

    assert '<h2 id="chosen">&#34;Harbour A&#34;' in page


async def test_what_is_ticked_is_accepted(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    number = await shelf.put(offers=(A, B))
    form = await forms(shelf, number, candidate=2, field=["title", "ids"])

    answer = await browser.post(f"/files/{number}/accept", data=form)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/files/{number}?answered={number}"
    assert (await shelf.show(number)).work == "Harbour B"
    page = (await browser.get(answer.headers["location"])).text
    assert "Harbour at Dawn.mkv: accepted." in page
    assert page.count('action="/retract" data-action="undo"') == 1


async def test_accept_of_what_changed_shows_what_happened(
    shelf: Shelf, browser: httpx.AsyncClient
) -> None:
    number = await shelf.put(offers=(A,))
    form = await forms(shelf, number, candidate=1, field="title")
    await shelf.desk.dismiss(str(number))

    answer = await browser.post(f"/files/{number}/accept", data=form)

    assert answer.status_code == 409
    assert "Nothing was done. File" in answer.text
    assert "dismissed, a person said to leave it alone" in answer.text
    assert (await shelf.show(number)).line.state is FileState.DISMISSED


async def test_undo_brings_the_question_back(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    number = await shelf.put(offers=(A,))
    await shelf.desk.accept(str(number))
    page = (await browser.get(f"/files/{number}")).text
    form = await forms(shelf, number)

    answer = await browser.post(f"/files/{number}/undo", data=form)
    again = await browser.post(f"/files/{number}/undo", data=form)

    assert "It is <strong>Harbour A (Northlight, 2024-05-17)</strong>." in page
    assert 'type="checkbox"' not in page
    assert answer.status_code == 303
    assert (await shelf.show(number)).line.state is FileState.REVIEW
    assert again.status_code == 409


@pytest.mark.parametrize("verb", ["reject", "dismiss"])
async def test_the_other_answers_lead_back_to_the_page(
    shelf: Shelf, browser: httpx.AsyncClient, verb: str
) -> None:
    number = await shelf.put(offers=(A, B))
    form = await forms(shelf, number, file=number, verb=verb, back=f"/files/{number}")
    del form["seen_at_s"]
    form |= {"candidate": 1} if verb == "reject" else {}

    answer = await browser.post("/answer", data=form)

    assert answer.headers["location"] == f"/files/{number}?answered={number}"
    assert (await browser.get(answer.headers["location"])).status_code == 200


async def test_a_search_shows_what_was_found(
    shelf: Shelf, browser: httpx.AsyncClient, world: World
) -> None:
    number = await shelf.put(state=FileState.NO_MATCH)
    world.answer = Known(source="first", candidates=(B,))
    form = await forms(shelf, number, source="first", way="text", query=" harbour ")

    answer = await browser.post(f"/files/{number}/search", data=form)

    assert answer.status_code == 200
    assert "first has 1 work for that." in answer.text
    assert '<h2 id="chosen">&#34;Harbour B&#34;' in answer.text
    assert [each.text for each in world.looked_for] == ["harbour"]


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"query": "x"}, 200, "first has nothing for that; try other words, or another source."),
        ({"query": " "}, 400, "Nothing is to be looked for; give one of text, url and id."),
        (
            {"query": "x", "source": "third"},
            404,
            "There is no source &#39;third&#39;; there is first.",
        ),
        ({"query": "x", "revision": 99}, 409, "Nothing was done. File"),
    ],
    ids=["unknown", "empty", "no source", "stale"],
)
async def test_a_search_in_vain_says_why(
    shelf: Shelf, browser: httpx.AsyncClient, more: dict[str, object], status: int, said: str
) -> None:
    number = await shelf.put(offers=(A,))
    form = {**await forms(shelf, number, source="first", way="url"), **more}

    answer = await browser.post(f"/files/{number}/search", data=form)

    assert answer.status_code == status
    assert said in answer.text


async def test_a_field_is_written_by_hand(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    number = await shelf.put_accepted(A)
    form = await forms(shelf, number, field="title", text="My Harbour")

    answer = await browser.post(f"/files/{number}/edit", data=form)
    page = (await browser.get(f"/files/{number}")).text
    stale = await browser.post(f"/files/{number}/edit", data=form)

    assert answer.headers["location"] == f"/files/{number}#work"
    assert '<dt>title <span class="faint small">said by you</span></dt>' in page
    assert 'name="text" value="My Harbour"' in page
    assert stale.status_code == 409


async def test_what_cannot_be_written_says_why(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    number = await shelf.put_accepted(A)
    form = await forms(shelf, number, field="date", text="soon")

    answer = await browser.post(f"/files/{number}/edit", data=form)

    assert answer.status_code == 400
    assert "Date: write it as 2024-05-17, 2024-05 or 2024." in answer.text


async def test_sources_are_asked_again(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    number = await shelf.put(offers=(A,))

    answer = await browser.post(f"/files/{number}/identify", data=await forms(shelf, number))

    assert answer.status_code == 303
    assert (await shelf.show(number)).line.state is FileState.READY


async def test_what_sources_and_names_say_is_text(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    work = replace(A.work, title=HOSTILE, details=HOSTILE, urls=(HOSTILE,))
    number = await shelf.put("<b>.mkv", offers=(replace(A, work=work, remote_id=HOSTILE),))

    page = (await browser.get(f"/files/{number}")).text

    assert HOSTILE not in page
    assert "<b>" not in page


@pytest.mark.parametrize("state", sorted(FileState))
async def test_a_file_in_any_state_has_a_page(
    shelf: Shelf, browser: httpx.AsyncClient, state: FileState
) -> None:
    number = await shelf.put(state=state, offers=(A,))
    bare = await shelf.put("Bare.mkv", state=state, is_examined=False)

    for each in (number, bare):
        answer = await browser.get(f"/files/{each}")
        assert answer.status_code == 200
        assert texts(answer.text, r'<span class="badge">(.*?)</span></div>') == [state.value]


@pytest.mark.parametrize(
    ("state", "offered"),
    [(FileState.REVIEW, (True, False)), (FileState.FAILED, (False, True))],
)
async def test_a_file_that_was_not_examined_is_not_searched_for(
    shelf: Shelf, browser: httpx.AsyncClient, state: FileState, offered: tuple[bool, bool]
) -> None:
    number = await shelf.put(state=state, is_examined=state is FileState.REVIEW)

    page = (await browser.get(f"/files/{number}")).text

    assert ("Search a source" in page, "Examine it again" in page) == offered


async def test_an_address_that_a_form_was_sent_to_leads_to_the_page(
    shelf: Shelf, browser: httpx.AsyncClient
) -> None:
    number = await shelf.put(offers=(A, B))

    answer = await browser.get(f"/files/{number}/search")

    assert (answer.status_code, answer.headers["location"]) == (303, f"/files/{number}")


async def test_a_file_that_is_none_is_no_page(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/files/7")).status_code == 404
    assert (await browser.get("/files/99999999999999999999999")).status_code == 404
    assert (await browser.get("/files/x")).status_code == 404


async def test_the_next_file_is_one_key_away(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    last = await shelf.put("Last.mkv", at_s=1.0)
    middle = await shelf.put("Middle.mkv", at_s=2.0)
    first = await shelf.put("First.mkv", at_s=3.0)

    for number, behind in ((first, middle), (middle, last), (last, first)):
        page = (await browser.get(f"/files/{number}")).text
        assert texts(page, r'href="/files/(\d+)" data-go="next"') == [str(behind)]


async def put_pictured(shelf: Shelf, *urls: str) -> int:
    pictures = tuple(Picture(url=url) for url in urls)
    return await shelf.put(offers=(replace(A, work=replace(A.work, pictures=pictures)),))


async def test_pictures_come_from_the_daemon(
    shelf: Shelf, browser: httpx.AsyncClient, world: World
) -> None:
    number = await put_pictured(shelf, COVER_URL)
    page = (await browser.get(f"/files/{number}")).text

    answer = await browser.get(f"/pictures/{number}/1/0")
    again = await browser.get(
        f"/pictures/{number}/1/0", headers={"If-None-Match": answer.headers["etag"]}
    )

    assert f'src="/pictures/{number}/1/0"' in page
    assert (answer.content, answer.headers["content-type"]) == (COVER, "image/png")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (again.status_code, again.content) == (304, b"")
    assert world.fetched == [(COVER_URL, "https://first.example/graphql")]


async def test_the_cover_of_a_work_comes_from_the_daemon_too(
    shelf: Shelf, browser: httpx.AsyncClient
) -> None:
    number = await put_pictured(shelf, COVER_URL)
    before = await browser.get(f"/pictures/{number}/work/0")
    await shelf.desk.accept(str(number))

    answer = await browser.get(f"/pictures/{number}/work/0")

    assert before.headers["content-type"] == "image/svg+xml"
    assert answer.content == COVER


@pytest.mark.parametrize("path", ["1/0", "1/1", "2/0", "work/0"])
async def test_a_picture_that_cannot_be_had_is_a_grey_field(
    shelf: Shelf, browser: httpx.AsyncClient, path: str
) -> None:
    number = await put_pictured(shelf, "https://pictures.example/gone.png")

    for address in (f"/pictures/{number}/{path}", f"/pictures/99/{path}"):
        answer = await browser.get(address)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.headers["cache-control"] == "no-store"
