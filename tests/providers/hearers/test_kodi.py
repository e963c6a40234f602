from __future__ import annotations

import base64

import pytest
from pydantic import JsonValue

from providers.hearers.errors import HearerRefuses, HearerStrange
from tests.providers.hearers.conftest import KEY, Open, Serve
from tests.providers.hearers.double import Reply, Request, said
from tests.providers.hearers.news import news

PASS = "Basic " + base64.b64encode(f"kodi:{KEY}".encode()).decode()
THERE = "smb://nas/videos"


def kodi(request: Request) -> Reply:
    """Answer as a Kodi whose library has one movie and one music video."""
    if request.headers.get("authorization") != PASS:
        return Reply(status=401)

    body = request.body
    assert isinstance(body, dict)
    parameters = body["params"]
    assert isinstance(parameters, dict)
    return said(
        {"jsonrpc": "2.0", "id": body["id"], "result": result(str(body["method"]), parameters)}
    )


def result(method: str, parameters: dict[str, JsonValue]) -> JsonValue:
    match method:
        case "VideoLibrary.GetMovies" if "one.mkv" in str(parameters["filter"]):
            return {
                "movies": [
                    {"movieid": 6, "file": "smb://nas/videos/elsewhere/one.mkv"},
                    {"movieid": 7, "file": "smb://nas/videos/films/one.mkv"},
                ],
                "limits": {"total": 2},
            }
        case "VideoLibrary.GetMusicVideos" if "song.mkv" in str(parameters["filter"]):
            return {"musicvideos": [{"musicvideoid": 9, "file": "smb://nas/videos/song.mkv"}]}
        case "VideoLibrary.GetMovies" | "VideoLibrary.GetMusicVideos":
            return {"limits": {"total": 0}}
        case "Application.GetProperties":
            return {"name": "Kodi", "version": {"major": 21, "minor": 1}}
        case _:
            return "OK"


def calls(requests: list[Request]) -> list[tuple[str, JsonValue]]:
    """Return what was done, without what was looked for."""
    bodies = [each.body for each in requests]
    return [
        (str(each["method"]), each["params"])
        for each in bodies
        if isinstance(each, dict) and "Get" not in str(each["method"])
    ]


async def test_what_it_has_is_refreshed_and_the_rest_looked_for(serve: Serve, opened: Open) -> None:
    double = serve(kodi)

    async with opened("kodi", double.url, there=THERE) as hearer:
        await hearer.tell(
            [
                news(),
                news("/srv/song.mkv"),
                news("/srv/new/a.mkv"),
                news("/srv/new/b.mkv"),
            ]
        )

    assert {each.path for each in double.requests} == {"/jsonrpc"}
    assert calls(double.requests) == [
        ("VideoLibrary.RefreshMovie", {"movieid": 7, "ignorenfo": False}),
        ("VideoLibrary.RefreshMusicVideo", {"musicvideoid": 9, "ignorenfo": False}),
        ("VideoLibrary.Scan", {"directory": "smb://nas/videos/new/", "showdialogs": False}),
    ]


async def test_check_says_its_version(serve: Serve, opened: Open) -> None:
    async with opened("kodi", serve(kodi).url) as hearer:
        assert await hearer.check() == "Kodi 21.1 answers"


async def test_a_wrong_password_is_told(serve: Serve, opened: Open) -> None:
    async with opened("kodi", serve(kodi).url, key=None) as hearer:
        with pytest.raises(HearerRefuses):
            await hearer.check()


@pytest.mark.parametrize(
    "answer",
    [
        Reply(content=b"<html>"),
        said(
            {"jsonrpc": "2.0", "id": 1, "error": {"code": -32601, "message": "Method not found."}}
        ),
        said([1]),
        said({"jsonrpc": "2.0", "id": 1, "result": 5}),
        said({"jsonrpc": "2.0", "id": 1, "result": {"version": {"tag": "stable"}}}),
    ],
    ids=["page", "fault", "list", "number", "version without number"],
)
async def test_what_is_no_kodi_is_strange(serve: Serve, opened: Open, answer: Reply) -> None:
    async with opened("kodi", serve(lambda _: answer).url) as hearer:
        with pytest.raises(HearerStrange):
            await hearer.check()


async def test_an_echoed_password_is_not_shown(serve: Serve, opened: Open) -> None:
    double = serve(lambda asked: Reply(status=400, content=asked.headers["authorization"].encode()))

    async with opened("kodi", double.url) as hearer:
        with pytest.raises(HearerStrange) as caught:
            await hearer.tell([news()])

    assert PASS.removeprefix("Basic ") not in str(caught.value)
