from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace

import pytest

from providers.hearers.errors import HearerAway
from providers.hearers.webhook import SIGNATURE_HEADER, TIME_HEADER
from rules.announcement import Occurrence
from rules.work import ExternalId
from tests.providers.hearers.conftest import KEY, Open, Serve
from tests.providers.hearers.double import Reply
from tests.providers.hearers.news import WORK, news


async def test_what_was_accepted_is_sent_as_json_and_signed(serve: Serve, opened: Open) -> None:
    double = serve(lambda _: Reply(content=b"OK"))
    made_up = ExternalId(source="nfo", remote_id="0123456789abcdef" * 2)
    known = replace(WORK, ids=(made_up, *WORK.ids))

    async with opened("webhook", f"{double.url}/hooks/1") as hearer:
        await hearer.tell([news(work=known), news("/srv/b.mkv", Occurrence.UNDONE, work=None)])

    (request,) = double.requests
    time = request.headers[TIME_HEADER.lower()]
    signed = hmac.new(KEY.encode(), f"{time}.".encode() + request.content, hashlib.sha256)
    assert (request.path, time) == ("/hooks/1", "1700000000")
    assert request.headers[SIGNATURE_HEADER.lower()] == f"sha256={signed.hexdigest()}"
    assert request.headers["content-type"] == "application/json"
    assert request.body == {
        "events": [
            {
                "event": "accepted",
                "library": "films",
                "path": "/media/films/one.mkv",
                "former_path": None,
                "size_bytes": 1000,
                "duration_s": 12.5,
                "oshash": "00000000000000ff",
                "phash": "0f0f0f0f0f0f0f0f",
                "work": {
                    "title": "Harbour at Dawn",
                    "date": "2024-05-17",
                    "studio": "Lantern",
                    "performers": ["Ada Holm", "Ben Ash"],
                    "tags": ["sea"],
                    "details": "A quiet bay.",
                    "director": "Ira Moss",
                    "code": "H-1",
                    "urls": ["https://lantern.example/1"],
                    "ids": [{"source": "box", "id": "w1"}, {"source": "rest", "id": "9"}],
                },
            },
            {
                "event": "undone",
                "library": "films",
                "path": "/media/b.mkv",
                "former_path": None,
                "size_bytes": 1000,
                "duration_s": 12.5,
                "oshash": "00000000000000ff",
                "phash": "0f0f0f0f0f0f0f0f",
                "work": None,
            },
        ]
    }


async def test_without_a_key_nothing_is_signed(serve: Serve, opened: Open) -> None:
    double = serve(lambda _: Reply(status=204))

    async with opened("webhook", double.url, key=None) as hearer:
        assert await hearer.check() == "took a request without events"

    assert SIGNATURE_HEADER.lower() not in double.requests[0].headers
    assert double.requests[0].body == {"events": []}


async def test_many_events_are_several_requests(serve: Serve, opened: Open) -> None:
    double = serve(lambda _: Reply(status=204))

    async with opened("webhook", double.url) as hearer:
        await hearer.tell([news(f"/srv/{number}.mkv") for number in range(120)])

    assert len(double.requests) == 3


async def test_a_receiver_that_takes_too_long_is_away(serve: Serve, opened: Open) -> None:
    from threading import Event  # noqa: PLC0415  # only here

    released = Event()

    def slow(_: object) -> Reply:
        released.wait(10)
        return Reply()

    async with opened("webhook", serve(slow).url, timeout_s=0.05) as hearer:
        with pytest.raises(HearerAway, match="no answer within"):
            await hearer.tell([news()])
    released.set()


async def test_its_address_is_asked_just_as_it_is_written(serve: Serve, opened: Open) -> None:
    double = serve(lambda _: Reply())

    async with opened("webhook", f"{double.url}/hooks/1/") as hearer:
        await hearer.check()

    assert [each.path for each in double.requests] == ["/hooks/1/"]
