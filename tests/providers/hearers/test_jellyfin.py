from __future__ import annotations

import pytest

from providers.hearers.base import Heard
from providers.hearers.errors import HearerAway, HearerRefuses, HearerStrange
from providers.hearers.registry import HearerKind
from rules.announcement import Occurrence
from tests.providers.hearers.conftest import KEY, Open, Serve
from tests.providers.hearers.double import Reply, Request, said
from tests.providers.hearers.news import news

UPDATED = "/Library/Media/Updated"


def media_server(request: Request) -> Reply:
    """Answer as both servers do: 204 to what was updated, 401 to whoever has no key."""
    allowed = {request.headers.get("authorization"), request.headers.get("x-emby-token")}
    if not allowed & {f'MediaBrowser Token="{KEY}"', KEY}:
        return Reply(status=401)
    if request.path == UPDATED:
        return Reply(status=204)

    return said({"ServerName": "nas", "Version": "10.11.2"})


@pytest.mark.parametrize("kind", ["jellyfin", "emby"])
async def test_just_these_paths_are_looked_at_again(
    serve: Serve, opened: Open, kind: HearerKind
) -> None:
    double = serve(media_server)

    async with opened(kind, double.url) as hearer:
        outcomes = await hearer.tell(
            [
                news(),
                news(),
                news("/other/two.mkv", Occurrence.UNDONE),
                news("/srv/new.mkv", Occurrence.RENAMED, former="/srv/old.mkv"),
            ]
        )

    assert outcomes == [Heard()] * 4
    assert double.bodies(UPDATED) == [
        {
            "Updates": [
                {"Path": "/media/films/one.mkv", "UpdateType": "Modified"},
                {"Path": "/other/two.mkv", "UpdateType": "Modified"},
                {"Path": "/media/old.mkv", "UpdateType": "Deleted"},
                {"Path": "/media/new.mkv", "UpdateType": "Created"},
            ]
        }
    ]


async def test_many_files_are_few_requests(serve: Serve, opened: Open) -> None:
    double = serve(media_server)

    async with opened("jellyfin", double.url) as hearer:
        await hearer.tell([news(f"/srv/{number}.mkv") for number in range(450)])

    assert len(double.requests) == 3


async def test_check_says_who_is_there(serve: Serve, opened: Open) -> None:
    double = serve(media_server)

    async with opened("jellyfin", f"{double.url}/") as hearer:
        assert await hearer.check() == "nas, version 10.11.2, lets us in"


async def test_a_wrong_key_is_told_and_never_shown(serve: Serve, opened: Open) -> None:
    double = serve(media_server)

    async with opened("jellyfin", double.url, key="wr0ng") as hearer:
        with pytest.raises(HearerRefuses, match="check its key") as caught:
            await hearer.tell([news()])

    assert "wr0ng" not in str(caught.value)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(status=500), HearerAway),
        (Reply(status=429), HearerAway),
        (Reply(status=404, content=f"no {KEY}".encode()), HearerStrange),
        (Reply(status=302, headers={"Location": "https://elsewhere.example"}), HearerStrange),
    ],
)
async def test_other_answers_are_told_apart_and_echo_no_key(
    serve: Serve, opened: Open, reply: Reply, error: type[Exception]
) -> None:
    double = serve(lambda _: reply)

    async with opened("emby", double.url) as hearer:
        with pytest.raises(error) as caught:
            await hearer.tell([news()])

    assert KEY not in str(caught.value)


async def test_a_page_instead_of_an_api_is_strange(serve: Serve, opened: Open) -> None:
    double = serve(lambda _: Reply(content=b"<html>"))

    async with opened("jellyfin", double.url) as hearer:
        with pytest.raises(HearerStrange, match="kind and url"):
            await hearer.check()


async def test_nobody_there_is_away(opened: Open) -> None:
    async with opened("jellyfin", "http://127.0.0.1:9") as hearer:
        with pytest.raises(HearerAway, match=r"127\.0\.0\.1:9"):
            await hearer.tell([news()])


async def test_an_answer_without_end_is_not_read(serve: Serve, opened: Open) -> None:
    double = serve(lambda _: Reply(content=b" " * (9 << 20)))

    async with opened("jellyfin", double.url) as hearer:
        with pytest.raises(HearerStrange, match="bytes"):
            await hearer.check()
