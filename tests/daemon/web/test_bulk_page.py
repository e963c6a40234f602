from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from daemon.desk.bulk_views import Bound
from daemon.web.pages.all_pages import page_routes
from daemon.web.pages.bulk import bound_from_text, bound_to_text
from rules.journey import FileState
from tests.daemon.desk.shelf import Shelf, offer
from tests.daemon.web.visiting import CSRF, fields_of, visiting

A, B = offer("a"), offer("b")


@pytest.fixture
async def browser(shelf: Shelf) -> AsyncIterator[httpx.AsyncClient]:
    async with visiting(shelf, page_routes(shelf.desk)) as client:
        yield client


async def test_selection_is_shown_and_done(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    one, two = await shelf.put("One.mkv", offers=(A,)), await shelf.put("Two.mkv", offers=(A, B))
    asked = {"of": "accept-selected", "file": [str(one), str(two)], "text": "mkv"}

    preview = (await browser.get("/bulk", params=asked)).text
    fields = fields_of(preview, "/bulk")
    done = await browser.post("/bulk", data=fields)

    assert "Accept 1 file?" in preview
    assert "&#34;Harbour A&#34; (Northlight, 2024-05-17)" in preview
    assert "1 left out" in preview
    assert "2 works are offered for it" in preview
    assert fields["back"] == "/?text=mkv"
    assert "1 file accepted" in done.text
    assert 'href="/?text=mkv"' in done.text
    assert (await shelf.file(one)).state is FileState.ACCEPTED
    assert (await shelf.file(two)).state is FileState.REVIEW


async def test_preview_changes_nothing(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    number = await shelf.put(offers=(A,))
    before = await shelf.file(number)

    await browser.get("/bulk", params={"of": "accept-all"})

    assert await shelf.file(number) == before


async def test_all_that_fit_are_dismissed(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    kept = await shelf.put("Lantern.mkv")
    numbers = [await shelf.put(f"Harbour {each}.mkv", offers=(A, B)) for each in range(3)]
    asked = {"of": "dismiss-all", "text": "harbour", "tray": "open"}

    preview = (await browser.get("/bulk", params=asked)).text
    done = await browser.post("/bulk", data=fields_of(preview, "/bulk"))

    assert "Dismiss 3 files?" in preview
    assert "3 files dismissed" in done.text
    assert [(await shelf.file(each)).state for each in numbers] == [FileState.DISMISSED] * 3
    assert (await shelf.file(kept)).state is FileState.REVIEW


async def test_what_changed_meanwhile_is_told(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    number = await shelf.put("One.mkv", offers=(A,))
    preview = (await browser.get("/bulk", params={"of": "accept-all"})).text
    await shelf.desk.dismiss(str(number))

    done = (await browser.post("/bulk", data=fields_of(preview, "/bulk"))).text

    assert "0 files accepted" in done
    assert "1 left as it was" in done
    assert "changed since you looked and is dismissed now" in done


async def test_rest_is_handed_back(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    """More than one request has time for; the first part is done whatever the time."""
    numbers = [await shelf.put(f"{each}.mkv") for each in range(2)]
    bound = bound_to_text(
        [Bound(file=each, revision=(await shelf.file(each)).revision) for each in numbers]
    )
    fields = {"csrf": CSRF, "verb": "dismiss", "bound": bound, "done": "40", "left": "2"}

    done = (await browser.post("/bulk", data=fields)).text

    assert "42 files dismissed" in done
    assert "2 left as they were" in done


@pytest.mark.parametrize(
    "asked", [{"of": "accept-selected"}, {"of": "accept-all", "tray": "dismissed"}]
)
async def test_nothing_to_do_is_said(browser: httpx.AsyncClient, asked: dict[str, str]) -> None:
    answer = await browser.get("/bulk", params=asked)

    assert "There is nothing to accept" in answer.text
    assert 'method="post" action="/bulk"' not in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/bulk",
        "/bulk?of=delete-all",
        "/bulk?of=accept-selected&file=x",
        "/bulk?of=accept-all&tray=x",
    ],
)
async def test_broken_request_is_refused(browser: httpx.AsyncClient, address: str) -> None:
    assert (await browser.get(address)).status_code == 400


@pytest.mark.parametrize(
    "bound",
    ["1", "1.2", "1.2.3.4", "x.1.1", ".1.1", "1..1", "9999999999999999999.1.1", "1.1.1 " * 5001],
    ids=["one", "two", "four", "letter", "no file", "no revision", "huge", "many"],
)
async def test_broken_form_does_nothing(
    shelf: Shelf, browser: httpx.AsyncClient, bound: str
) -> None:
    number = await shelf.put(offers=(A,))
    answer = await browser.post(
        "/bulk", data={"csrf": CSRF, "verb": "dismiss", "bound": bound, "back": "/"}
    )

    assert answer.status_code == 400
    assert (await shelf.file(number)).state is FileState.REVIEW


async def test_number_beyond_all_is_nobody(browser: httpx.AsyncClient) -> None:
    asked = {"of": "accept-selected", "file": "9" * 19}

    assert (await browser.get("/bulk", params=asked)).status_code == 200


def test_what_was_shown_comes_back_as_it_was() -> None:
    shown = (Bound(file=1, revision=2, candidate=3), Bound(file=4, revision=5))

    assert bound_from_text(bound_to_text(shown)) == shown
