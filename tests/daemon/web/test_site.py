from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from daemon.web.assets import asset_url
from daemon.web.forms import Form, form_of
from daemon.web.pages.rendering import length, render, size, time_element
from daemon.web.site import build_site
from daemon.web.visitor import Visitor, Way
from rules.errors import ConflictError, NotFound


class Answer(Form):
    file: int
    field: tuple[str, ...] = ()


async def _page(request: Request) -> Response:
    return render(request, "trouble.html", heading="<b>", message="x & y", back="/")


async def _change(request: Request) -> Response:
    answer = await form_of(request, Answer)
    return Response(f"{answer.file} {','.join(answer.field)}")


async def _lost(_: Request) -> Response:
    raise NotFound("there is no file 7; look at the queue")


async def _stale(_: Request) -> Response:
    raise ConflictError("it changed; load it again")


async def _bug(_: Request) -> Response:
    raise RuntimeError("secret detail")


async def _api(scope: Scope, receive: Receive, send: Send) -> None:
    await Response("the api")(scope, receive, send)


class _Gate:
    """Lets everybody in from this machine."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        visitor = Visitor(way=Way.LOOPBACK, csrf="proof")
        await self._app({**scope, "state": {"visitor": visitor}}, receive, send)


@pytest.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    pages = [
        Route("/page", _page),
        Route("/change", _change, methods=["POST"]),
        Route("/lost", _lost),
        Route("/stale", _stale),
        Route("/bug", _bug),
    ]
    site = _Gate(build_site(_api, pages))
    transport = httpx.ASGITransport(app=site, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://doorman.test") as client:
        yield client


async def test_values_are_shown_as_text(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/page")

    assert "<h1>&lt;b&gt;</h1>" in answer.text
    assert "x &amp; y" in answer.text


@pytest.mark.parametrize("address", ["/page", "/lost", "/nowhere", "/bug", "/api/v1/status"])
async def test_every_answer_forbids_what_is_not_ours(
    browser: httpx.AsyncClient, address: str
) -> None:
    headers = (await browser.get(address)).headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/lost", 404, "There is no file 7; look at the queue"),
        ("/nowhere", 404, "There is no page /nowhere."),
        ("/stale", 409, "It changed; load it again"),
        ("/change", 405, "There is no page /change."),
        ("/bug", 500, "a mistake of doorman"),
    ],
)
async def test_trouble_is_a_page_with_a_way_back(
    browser: httpx.AsyncClient, address: str, status: int, said: str
) -> None:
    answer = await browser.get(address)

    assert answer.status_code == status
    assert said in answer.text
    assert 'href="/"' in answer.text
    assert "secret detail" not in answer.text


async def test_api_is_asked_below_its_prefix(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/api/v1/status")).text == "the api"


async def test_form_is_read_into_a_value(browser: httpx.AsyncClient) -> None:
    fields = {"csrf": "proof", "file": "7", "field": ["title", "date"]}
    answer = await browser.post("/change", data=fields)

    assert (answer.status_code, answer.text) == (200, "7 title,date")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("csrf=wrong&file=7", "another site sent it"),
        ("file=7", "another site sent it"),
        ("csrf=proof", "file: Field required"),
        ("csrf=proof&file=seven", "file: Input should be a valid integer"),
        ("csrf=proof&file=7&more=1", "more: Extra inputs are not permitted"),
        ("csrf=proof&file=%FF", "its text is broken"),
        ("csrf=proof&file=ä", "its text is broken"),
        ("csrf=proof&file=" + "7" * (1 << 20), "longer than 1048576 bytes"),
    ],
)
async def test_wrong_form_changes_nothing(
    browser: httpx.AsyncClient, content: str, said: str
) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await browser.post("/change", content=content.encode(), headers=headers)

    assert answer.status_code == 400
    assert said in answer.text


async def test_json_is_no_form(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/change", json={"csrf": "proof", "file": 7})

    assert "it is sent as application/json" in answer.text


async def test_what_comes_with_doorman_is_kept_for_good(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(asset_url("doorman.css"))

    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["doorman.css", "doorman.000000000000.css", "..%2Fsite.py"])
async def test_only_what_comes_with_doorman_is_served(
    browser: httpx.AsyncClient, name: str
) -> None:
    assert (await browser.get(f"/static/{name}")).status_code == 404


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1.0 KiB"),
        (1536, "1.5 KiB"),
        (3 << 30, "3.0 GiB"),
        (5000 << 40, "5000.0 TiB"),
    ],
)
def test_sizes_are_for_people(size_bytes: int, text: str) -> None:
    assert size(size_bytes) == text


@pytest.mark.parametrize(
    ("duration_s", "text"), [(0.4, "0:00"), (65, "1:05"), (3599.6, "1:00:00"), (7384, "2:03:04")]
)
def test_lengths_are_for_people(duration_s: float, text: str) -> None:
    assert length(duration_s) == text


def test_times_can_be_read_by_machines_too() -> None:
    element = '<time datetime="2026-03-04T05:06:07Z">2026-03-04 05:06 UTC</time>'
    assert time_element(1772600767) == element
