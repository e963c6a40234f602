"""The client against a real server that misbehaves in every way it can."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import httpx
import pytest

from providers.client import Call, Client, Endpoint
from providers.errors import (
    AnswerMalformed,
    AnswerTooLarge,
    Blocked,
    ConnectionDropped,
    KeyProblem,
    KeyRefused,
    RateLimited,
    ServerFailed,
    TimedOut,
    Unreachable,
    WrongPlace,
)
from providers.limits import Limiters
from providers.sandbox import Sandbox, faults
from providers.sandbox.messages import Response
from providers.secret import SecretText
from rules.errors import ProviderError

OpenClient = Callable[..., AbstractAsyncContextManager[Client]]

ME = Call(content=json.dumps({"query": "{ me { name } }"}).encode())


async def test_reply_is_the_json_of_the_answer(box: Sandbox, open_client: OpenClient) -> None:
    async with open_client(box.url, key=box.key) as client:
        reply = await client.send(ME)

    assert (reply.status, reply.body) == (200, {"data": {"me": {"name": "reader"}}})


async def test_request_says_who_we_are_and_what_we_take(
    box: Sandbox, open_client: OpenClient
) -> None:
    async with open_client(box.url, key=box.key) as client:
        await client.send(ME)

    (noted,) = box.requests.all()
    sent = {name: noted.headers.get(name) for name in ("accept", "content-type", "user-agent")}
    assert sent == {
        "accept": "application/json",
        "content-type": "application/json",
        "user-agent": "doorman-tests",
    }
    assert noted.headers["apikey"] == box.key
    assert noted.headers["accept-encoding"] == "gzip, deflate"
    assert "cookie" not in noted.headers


async def test_without_a_key_no_key_header_is_sent(box: Sandbox, open_client: OpenClient) -> None:
    async with open_client(box.url) as client:
        await client.send(ME)

    assert "apikey" not in box.requests.all()[0].headers


async def test_cookies_are_neither_kept_nor_sent(box: Sandbox, open_client: OpenClient) -> None:
    headers = {"Set-Cookie": "stashbox=session; Path=/"}
    box.faults.next(faults.Instead(Response(200, "application/json", b"{}", headers)))

    async with open_client(box.url) as client:
        await client.send(ME)
        await client.send(ME)

    assert "cookie" not in box.requests.all()[1].headers


def _short(value: object) -> str:
    """Return a name for a fault or an error that fits on a line, the same in every process."""
    return value.__name__ if isinstance(value, type) else str(value)[:60]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.too_many(), RateLimited),
        (faults.server_error(500), ServerFailed),
        (faults.server_error(502), ServerFailed),
        (faults.server_error(520), ServerFailed),
        (faults.server_error(408), ServerFailed),
        (faults.Drop(), ConnectionDropped),
        (faults.Truncate(), ConnectionDropped),
        (faults.web_page(), WrongPlace),
        (faults.web_page(content_type="application/xhtml+xml"), WrongPlace),
        (faults.web_page(content_type="application/json"), WrongPlace),
        (faults.web_page(403), Blocked),
        (faults.web_page(404), WrongPlace),
        (faults.web_page(401), Blocked),
        (faults.document(b"", 401), KeyRefused),
        (faults.document(b"{}", 403), KeyRefused),
        (faults.document(b"{}", 410), WrongPlace),
        (faults.document(b"{}", 304), WrongPlace),
        (faults.Mislabel("text/plain"), AnswerMalformed),
        (faults.Mislabel(""), AnswerMalformed),
        (faults.document(b'{"data": {"me": '), AnswerMalformed),
        (faults.document(b""), AnswerMalformed),
        (faults.document(b"\xff\xfe"), AnswerMalformed),
        (faults.document(b'"\\ud800"'), AnswerMalformed),
        (faults.document(b"[" * 50_000), AnswerMalformed),
        (faults.huge(100_001), AnswerTooLarge),
        (faults.huge(10_000_000, packed=True), AnswerTooLarge),
        (faults.redirect("/elsewhere", 303), WrongPlace),
        (faults.redirect("https://evil.example/graphql"), WrongPlace),
    ],
    ids=_short,
)
async def test_each_fault_is_its_own_error(
    box: Sandbox, open_client: OpenClient, fault: faults.Fault, error: type[ProviderError]
) -> None:
    box.faults.always(fault)

    async with open_client(box.url, key=box.key) as client:
        with pytest.raises(ProviderError) as caught:
            await client.send(ME)

    assert type(caught.value) is error


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "application/x+json"])
async def test_any_kind_of_json_is_read(
    box: Sandbox, open_client: OpenClient, content_type: str
) -> None:
    box.faults.next(faults.Mislabel(content_type))

    async with open_client(box.url) as client:
        reply = await client.send(ME)

    assert reply.status == 200


@pytest.mark.parametrize("fault", [faults.Slow(30), faults.Drip(0.02)], ids=str)
async def test_whole_answer_has_one_deadline_even_when_it_drips(
    box: Sandbox, open_client: OpenClient, fault: faults.Fault
) -> None:
    box.faults.always(fault)

    async with open_client(box.url, timeout_s=0.3) as client:
        with pytest.raises(TimedOut, match=r"0\.3 s"):
            await client.send(ME)


async def test_nobody_at_the_address_is_unreachable(open_client: OpenClient) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]

        async with open_client(f"http://127.0.0.1:{port}/graphql") as client:
            with pytest.raises(Unreachable):
                await client.send(ME)


async def test_encryption_asked_of_a_plain_server_is_unreachable(
    box: Sandbox, open_client: OpenClient
) -> None:
    async with open_client(box.url.replace("http:", "https:"), key=box.key) as client:
        with pytest.raises(Unreachable):
            await client.send(ME)


@pytest.mark.parametrize(
    ("key", "status", "problem"),
    [
        ("junk", 401, KeyProblem.NOT_VALID),
        ("", 401, KeyProblem.MISSING),
        ("junk", 403, KeyProblem.NOT_ALLOWED),
    ],
)
async def test_refused_key_is_told_from_a_missing_one(
    box: Sandbox, open_client: OpenClient, key: str, status: int, problem: KeyProblem
) -> None:
    box.faults.next(faults.document(b"", status))

    async with open_client(box.url, key=key) as client:
        with pytest.raises(KeyRefused) as caught:
            await client.send(ME)

    assert caught.value.problem is problem


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_redirect_on_the_same_server_repeats_the_request(
    box: Sandbox, open_client: OpenClient, status: int
) -> None:
    box.faults.next(faults.redirect("/graphql", status))

    async with open_client(f"{box.base_url}/old", key=box.key) as client:
        reply = await client.send(ME)

    assert reply.body == {"data": {"me": {"name": "reader"}}}
    assert [noted.path for noted in box.requests.all()] == ["/old", "/graphql"]


async def test_redirect_that_asks_for_a_get_is_not_followed(
    box: Sandbox, open_client: OpenClient
) -> None:
    box.faults.next(faults.redirect("/graphql", 303))

    async with open_client(box.url) as client:
        with pytest.raises(WrongPlace, match="somewhere else"):
            await client.send(ME)

    assert len(box.requests.all()) == 1


async def test_key_never_goes_to_another_server(box: Sandbox, open_client: OpenClient) -> None:
    with Sandbox() as other:
        box.faults.next(faults.redirect(other.url, 307))

        async with open_client(box.url, key=box.key) as client:
            with pytest.raises(WrongPlace):
                await client.send(ME)

        assert other.requests.all() == ()


async def test_redirects_in_a_circle_end(box: Sandbox, open_client: OpenClient) -> None:
    box.faults.always(faults.redirect("/graphql"))

    async with open_client(box.url) as client:
        with pytest.raises(WrongPlace, match="circle"):
            await client.send(ME)

    assert len(box.requests.all()) == 4


@pytest.mark.parametrize(
    "fault",
    [faults.too_many(), faults.server_error(503), faults.Drop(), faults.Truncate()],
    ids=str,
)
async def test_failure_that_passes_is_met_by_asking_again(
    box: Sandbox, open_client: OpenClient, slept: list[float], fault: faults.Fault
) -> None:
    box.faults.next(fault, fault)

    async with open_client(box.url, attempts=3) as client:
        reply = await client.send(ME)

    assert reply.status == 200
    assert len(box.requests.all()) == 3
    assert slept == [0.75, 1.5]


async def test_failure_that_stays_is_raised_after_the_last_attempt(
    box: Sandbox, open_client: OpenClient, slept: list[float]
) -> None:
    box.faults.always(faults.server_error(503))

    async with open_client(box.url, attempts=3) as client:
        with pytest.raises(ServerFailed):
            await client.send(ME)

    assert len(box.requests.all()) == 3
    assert slept == [0.75, 1.5]


@pytest.mark.parametrize(
    "fault", [faults.web_page(), faults.document(b"no"), faults.document(b"", 401)], ids=str
)
async def test_failure_that_cannot_pass_is_raised_at_once(
    box: Sandbox, open_client: OpenClient, fault: faults.Fault
) -> None:
    box.faults.always(fault)

    async with open_client(box.url, attempts=3) as client:
        with pytest.raises(ProviderError):
            await client.send(ME)

    assert len(box.requests.all()) == 1


@pytest.mark.parametrize("header", ["7", "Fri, 15 Jan 2027 08:00:07 GMT"])
async def test_retry_after_is_honoured_in_both_forms(
    box: Sandbox, open_client: OpenClient, slept: list[float], header: str
) -> None:
    box.faults.next(faults.too_many(header))

    async with open_client(box.url, attempts=2) as client:
        await client.send(ME)

    assert slept == [7]


async def test_retry_after_of_a_failing_server_is_honoured_too(
    box: Sandbox, open_client: OpenClient, slept: list[float]
) -> None:
    box.faults.next(faults.server_error(503, "9"))

    async with open_client(box.url, attempts=2) as client:
        await client.send(ME)

    assert slept == [9]


async def test_long_rest_is_the_callers_to_wait_and_holds_for_the_whole_host(
    box: Sandbox, open_client: OpenClient, slept: list[float]
) -> None:
    box.faults.next(faults.too_many("600"))

    async with open_client(box.url, attempts=3) as first, open_client(box.url) as second:
        with pytest.raises(RateLimited) as caught:
            await first.send(ME)
        slept.append(100)
        with pytest.raises(RateLimited) as caught_later:
            await second.send(ME)
        slept.append(500)
        await second.send(ME)

    assert caught.value.retry_after_s == 600
    assert caught_later.value.retry_after_s == 500
    assert len(box.requests.all()) == 2


async def test_asking_again_ends_when_the_time_for_it_is_used_up(
    box: Sandbox, open_client: OpenClient, slept: list[float]
) -> None:
    box.faults.always(faults.server_error(503, "15"))

    async with open_client(box.url, attempts=10) as client:
        with pytest.raises(ServerFailed):
            await client.send(ME)

    assert slept == [15, 15, 15]
    assert len(box.requests.all()) == 4


async def test_requests_are_spaced_by_the_rate_of_the_host(
    box: Sandbox, open_client: OpenClient, limiters: Limiters
) -> None:
    async with open_client(box.url) as client:
        limiters.of(client.endpoint.place, 60)
        for _ in range(3):
            await client.send(ME)

    assert limiters.clock.now_s() == pytest.approx(2, abs=0.01)


async def test_key_appears_in_no_log_and_no_error(
    box: Sandbox, open_client: OpenClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = f"{box.key}x"

    async with open_client(box.url, key=key) as client:
        with pytest.raises(KeyRefused) as caught:
            await client.send(ME)

        assert key not in repr(client.endpoint)

    assert "receive_response_headers" in caplog.text
    assert key not in caplog.text
    assert key not in repr(caught.value)


async def test_mended_server_answers_again(box: Sandbox, open_client: OpenClient) -> None:
    box.faults.always(faults.Slow(0.01))
    box.faults.next(faults.server_error(503, "1"), faults.Drip(0))

    async with open_client(box.url, attempts=2) as client:
        dripped = await client.send(ME)
        slow = await client.send(ME)
        box.faults.always(faults.Drop())
        box.faults.next(faults.Drop())
        box.faults.clear()
        mended = await client.send(ME)

    assert dripped == slow == mended
    assert len(box.requests.all()) == 4


async def test_call_goes_below_the_endpoint_with_its_parameters(
    box: Sandbox, open_client: OpenClient
) -> None:
    call = Call(method="GET", path="/scenes/a%2Fb", parameters=(("q", "tea & cake"), ("page", "1")))

    async with open_client(f"{box.base_url}/v1/") as client:
        with pytest.raises(WrongPlace):
            await client.send(call)

    (noted,) = box.requests.all()
    assert noted.path == "/v1/scenes/a%2Fb?q=tea+%26+cake&page=1"
    assert "content-type" not in noted.headers


def test_key_may_have_a_word_before_it() -> None:
    endpoint = Endpoint(
        url=httpx.URL("https://api.example"),
        key=SecretText("abc"),
        key_header="Authorization",
        key_prefix="Bearer ",
    )

    assert endpoint.key_headers() == {"Authorization": "Bearer abc"}
