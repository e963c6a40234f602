from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from daemon.push.links import Links
from daemon.web.api import build_api
from daemon.web.pages.all_pages import page_routes
from daemon.web.site import build_site
from daemon.web.visitor import Visitor, Way
from rules.journey import FileState
from rules.samework import own_id
from store import actions
from tests.daemon.desk.shelf import NOW_S, Shelf, offer

pytestmark = pytest.mark.anyio

HOME = "https://doorman.test"
BEST = offer("a", title="<b>Harbour</b>")


class AsStranger:
    """Lets nobody in: the link alone must do."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        visitor = Visitor(way=Way.STRANGER, csrf="")
        await self._app({**scope, "state": {"visitor": visitor}}, receive, send)


@pytest.fixture
async def browser(shelf: Shelf) -> AsyncIterator[httpx.AsyncClient]:
    site = AsStranger(build_site(build_api(shelf.desk), page_routes(shelf.desk)))
    transport = httpx.ASGITransport(app=site)
    async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
        yield client


async def links_of(shelf: Shelf) -> Links:
    secret = await shelf.change(partial(actions.ensure_secret, make=partial(bytes, 32)))
    return Links(public_url=HOME, secret=secret, acting_s=3600.0)


async def accept_link(shelf: Shelf, number: int) -> str:
    file, links = await shelf.file(number), await links_of(shelf)
    address = links.accept(number, file.revision, own_id(BEST), at_s=NOW_S)
    assert address is not None
    return address


async def test_looking_asks_and_the_button_acts_once(
    shelf: Shelf, browser: httpx.AsyncClient
) -> None:
    number = await shelf.put("Harbour at Dawn.mkv", offers=(BEST,))
    link = await accept_link(shelf, number)

    for _ in range(3):  # as previews of links do
        asked = await browser.get(link)
        assert (await browser.head(link)).status_code == 200
    assert (await shelf.file(number)).state is FileState.REVIEW
    done = await browser.post(link)
    again = await browser.post(link)
    seen_again = await browser.get(link)

    assert asked.status_code == 200
    assert "Harbour at Dawn.mkv" in asked.text
    assert "&lt;b&gt;Harbour&lt;/b&gt;" in asked.text
    assert f'<form method="post" action="{httpx.URL(link).path}">' in asked.text
    assert "Queue" not in asked.text  # a stranger sees nothing else
    assert (done.status_code, again.status_code, seen_again.status_code) == (200, 409, 409)
    assert "Accepted as" in done.text
    assert "used already" in again.text
    assert (await shelf.file(number)).state is FileState.ACCEPTED


async def test_dismissing_asks_first_too(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    number = await shelf.put(offers=(BEST,))
    file, links = await shelf.file(number), await links_of(shelf)
    link = str(links.dismiss(number, file.revision, at_s=NOW_S))

    asked = await browser.get(link)
    await browser.post(link)

    assert "Dismiss?" in asked.text
    assert (await shelf.file(number)).state is FileState.DISMISSED


async def test_link_to_a_question_that_changed_says_so(
    shelf: Shelf, browser: httpx.AsyncClient
) -> None:
    number = await shelf.put(offers=(BEST,))
    link = await accept_link(shelf, number)
    await shelf.desk.dismiss(str(number))

    answer = await browser.post(link)

    assert answer.status_code == 409
    assert "its question changed" in answer.text
    assert (await shelf.file(number)).state is FileState.DISMISSED


async def test_forged_link_is_refused(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    number = await shelf.put(offers=(BEST,))
    link = await accept_link(shelf, number)

    answers = [await browser.post(link[:-3] + end) for end in ("AAA", "", "%00")]

    assert [each.status_code for each in answers] == [400, 400, 400]
    assert (await shelf.file(number)).state is FileState.REVIEW
