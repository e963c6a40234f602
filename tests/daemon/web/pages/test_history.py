from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from html import unescape

import httpx
import pytest

from daemon.web.pages.all_pages import page_routes
from rules.journey import FileState
from rules.plan import Field, Origin
from store import works
from store.works import StoredField
from tests.daemon.desk.shelf import Shelf, offer, standing
from tests.daemon.web.visiting import CSRF, fields_of, texts, visiting

pytestmark = pytest.mark.anyio
HOSTILE = '"><script>alert(1).mkv'


@pytest.fixture
async def browser(shelf: Shelf) -> AsyncIterator[httpx.AsyncClient]:
    async with visiting(shelf, page_routes(shelf.desk)) as client:
        yield client


def names(page: str) -> list[str]:
    return [unescape(name) for name in texts(page, r'<h2><a href="/files/\d+">(.*?)</a>')]


async def test_empty_history_says_what_will_be_here(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/history")).text

    assert "Nothing was decided yet" in page
    assert "/history/preview" not in page


async def test_decision_tells_who_when_and_what(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    number = await shelf.put_accepted(offer("a"), name="One.mkv")

    page = (await browser.get("/history")).text

    assert names(page) == ["One.mkv"]
    assert f'href="/files/{number}"' in page
    for said in (
        "by rule “exact”",
        "Harbour A",
        "from first",
        "the oshash is the same",
        "accepted",
    ):
        assert said in unescape(page)
    assert '<time datetime="1970-01-01T00:00:02Z">' in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Two.mkv", "One.mkv"]),
        ("outcome=&by=&rule=&library=&state=&since=&until=&text=&more=1", ["Two.mkv", "One.mkv"]),
        ("outcome=accepted", ["One.mkv"]),
        ("by=person", ["Two.mkv"]),
        ("rule=exact", ["One.mkv"]),
        ("library=series", []),
        ("state=undone", []),
        ("text=TWO", ["Two.mkv"]),
        ("text=harbour+a", ["One.mkv"]),
        ("until=1970-01-01", ["Two.mkv", "One.mkv"]),
        ("since=1970-01-02", []),
    ],
)
async def test_history_is_filtered(
    shelf: Shelf, browser: httpx.AsyncClient, query: str, expected: list[str]
) -> None:
    await shelf.put_accepted(offer("a"), name="One.mkv")
    await shelf.desk.dismiss(str(await shelf.put("Two.mkv")))

    page = (await browser.get(f"/history?{query}")).text

    assert names(page) == expected
    assert ("Nothing fits" in page) == (not expected)


async def test_filter_stays_on_the_way_to_older_decisions(
    shelf: Shelf, browser: httpx.AsyncClient
) -> None:
    for name in ("One.mkv", "Two.mkv", "Three.mkv", "Other.avi"):
        await shelf.desk.dismiss(str(await shelf.put(name)))

    first = (await browser.get("/history?text=.mkv&limit=2")).text
    (older,) = texts(first, r'href="([^"]*)" rel="next"')
    second = (await browser.get(unescape(older))).text

    assert (names(first), names(second)) == (["Three.mkv", "Two.mkv"], ["One.mkv"])
    assert texts(second, r'href="([^"]*)" rel="first"') == ["/history?text=.mkv&amp;limit=2"]
    assert 'rel="next"' not in second


@pytest.mark.parametrize(
    "query", ["outcome=perhaps", "since=yesterday", "text=" + "x" * 201, "limit=501", "before=-1"]
)
async def test_wrong_filter_is_refused(browser: httpx.AsyncClient, query: str) -> None:
    answer = await browser.get(f"/history?{query}")

    assert answer.status_code == 400
    assert "The form cannot be read" in answer.text


async def test_hostile_name_is_text(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    await shelf.put_accepted(offer("a", title="<b>Bold</b>"), name=HOSTILE)

    page = (await browser.get("/history")).text

    assert names(page) == [HOSTILE]
    assert HOSTILE not in page
    assert "<b>" not in page


async def test_one_decision_is_undone(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    number = await shelf.put_accepted(offer("a"), name="One.mkv")
    fields = fields_of((await browser.get("/history")).text, "/history/undo")

    answer = await browser.post("/history/undo", data=fields)

    assert "1 decision undone" in answer.text
    assert (await shelf.file(number)).state is FileState.REVIEW
    page = (await browser.get("/history")).text
    assert "undone <time" in page
    assert "/history/undo" not in page


@pytest.mark.parametrize(
    ("ticked", "left"), [({}, 1), ({"force": "yes"}, 0)], ids=["not", "forced"]
)
async def test_what_changed_since_is_put_back_where_that_is_ticked(
    shelf: Shelf, browser: httpx.AsyncClient, ticked: dict[str, str], left: int
) -> None:
    number = await shelf.put_accepted(offer("a"), name="One.mkv")
    work_id = (await shelf.file(number)).work_id
    assert work_id is not None
    mine = StoredField(value='"Mine"', origin=Origin.PERSON, source=None)
    await shelf.change(
        partial(works.put_field, work_id=work_id, field=Field.TITLE, stored=mine, at_s=5.0)
    )
    fields = fields_of((await browser.get("/history")).text, "/history/preview")
    picked = {**fields, "pick": f"{number}.{(await shelf.file(number)).revision}"}
    preview = (await browser.post("/history/preview", data=picked)).text
    assert 'name="force"' in preview

    answer = await browser.post("/history/undo", data={**picked, **ticked})

    assert answer.text.count("was changed since and stays") == left


async def test_stale_undo_changes_nothing(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    number = await shelf.put_accepted(offer("a"))
    fields = fields_of((await browser.get("/history")).text, "/history/undo")
    await browser.post("/history/undo", data=fields)
    await shelf.desk.accept(str(number))

    answer = await browser.post("/history/undo", data=fields)

    assert "0 decisions undone" in answer.text
    assert "changed since you looked" in answer.text
    assert standing(await shelf.show(number)) == ["accepted"]


async def test_selection_is_shown_before_it_is_undone(
    shelf: Shelf, browser: httpx.AsyncClient
) -> None:
    numbers = [await shelf.put_accepted(offer(n), name=f"{n}.mkv") for n in ("a", "b", "c")]
    page = (await browser.get("/history")).text
    picks = texts(page, r'name="pick" value="([^"]*)" form="selection"')
    await shelf.desk.undo(str(numbers[0]))

    chosen = {"csrf": CSRF, "pick": picks, "back": "/history?text=mkv"}
    preview = (await browser.post("/history/preview", data=chosen)).text

    assert [(await shelf.file(n)).state for n in numbers[1:]] == [FileState.DONE] * 2
    assert "Undo 2 decisions?" in preview
    assert "1 stays as it is" in preview
    assert 'href="/history?text=mkv"' in preview
    confirmed = texts(preview, r'name="pick" value="([^"]*)"')
    chosen = {"csrf": CSRF, "pick": confirmed}
    answer = (await browser.post("/history/undo", data=chosen)).text
    assert "2 decisions undone" in answer
    assert [(await shelf.file(n)).state for n in numbers] == [FileState.REVIEW] * 3


async def test_nothing_is_left_to_be_confirmed(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    number = await shelf.put()

    chosen = {"csrf": CSRF, "pick": f"{number}.{(await shelf.file(number)).revision}"}
    preview = (await browser.post("/history/preview", data=chosen)).text

    assert "Undo 0 decisions?" in preview
    assert "no decision about it can be taken back now" in preview
    assert 'action="/history/undo"' not in preview


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"pick": "1"},
        {"pick": "1.x"},
        {"pick": "-1.2"},
        {"pick": f"{10**20}.1"},
        {"pick": [f"{n}.1" for n in range(501)]},
        {"pick": "1.1", "csrf": "wrong"},
    ],
    ids=["nothing", "no revision", "no number", "negative", "too large", "too many", "forged"],
)
@pytest.mark.parametrize("address", ["/history/preview", "/history/undo"])
async def test_wrong_selection_is_refused(
    browser: httpx.AsyncClient, address: str, fields: dict[str, str | list[str]]
) -> None:
    answer = await browser.post(address, data={"csrf": CSRF, **fields})

    assert answer.status_code == 400
