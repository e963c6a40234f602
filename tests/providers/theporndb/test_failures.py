"""Everything that can go wrong at ThePornDB, at every step: no failure is ever "no match"."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from providers.base import Source
from providers.errors import (
    AnswerMalformed,
    Blocked,
    KeyRefused,
    QueryRejected,
    ServerFailed,
    WrongPlace,
)
from providers.sandbox import faults
from providers.sandbox.messages import Response
from providers.sandbox.seeds import FingerprintSeed, SceneSeed, UrlSeed
from providers.sandbox.theporndb import RestSandbox
from providers.sandbox.theporndb.faults import message, too_many, unauthenticated
from rules.candidate import Failed, Known, Query, Refused, Unknown
from rules.errors import ProviderError
from rules.filename import NameClues
from rules.work import ExternalId

OpenSource = Callable[..., AbstractAsyncContextManager[Source]]
MakeQuery = Callable[..., Query]

EVEN = 0x0F0F_0F0F_0F0F_0F0F
PAGE = "https://northlight.example/harbour"

FAILURES: dict[str, tuple[faults.Fault, str]] = {
    "429": (too_many(), "too often"),
    "429 with a long rest": (too_many("3600"), "3600 s of rest"),
    "429 in words": (message(200, "Too Many Attempts."), "too often"),
    "500": (message(500, "Server Error"), "HTTP 500"),
    "502 page": (faults.server_error(502), "HTTP 502"),
    "page": (faults.web_page(), "web page"),
    "page as JSON": (faults.web_page(content_type="application/json"), "web page"),
    "page with 404": (faults.web_page(404), "web page"),
    "page with 403": (faults.web_page(403), "HTTP 403"),
    "missing route": (message(404, "The route scenes could not be found."), "HTTP 404"),
    "404 without words": (message(404, ""), "HTTP 404"),
    "404 of others": (message(404, "Not Found"), "HTTP 404"),
    "422": (message(422, "The hash is invalid."), "rejects"),
    "no data": (faults.document(b"{}"), "cannot be read"),
    "null data": (faults.document(b'{"data": null}'), "cannot be read"),
    "text data": (faults.document(b'{"data": "none"}'), "cannot be read"),
    "no map": (faults.document(b"[]"), "cannot be read"),
    "row without id": (faults.document(b'{"data": [{"title": "x"}]}'), "cannot be read"),
    "half a document": (faults.document(b'{"data": ['), "cannot be read"),
    "cut off": (faults.Truncate(5), "broke off"),
    "dropped": (faults.Drop(), "broke off"),
    "other type": (faults.Mislabel("text/plain"), "cannot be read"),
    "redirect to a log-in": (faults.redirect("https://elsewhere.example/login"), "redirect"),
    "redirect to a page": (faults.redirect("/login", 303), "redirect"),
}
"""What goes wrong, and a word of the reason that is kept."""


def queries(query_of: MakeQuery) -> dict[str, Query]:
    """Return a query that begins with each step, and knows nothing else."""
    return {
        "id": query_of(ids=(ExternalId(source="porndb", remote_id="s1"),)),
        "oshash": query_of(1),
        "phash": query_of(0, EVEN),
        "url": query_of(urls=(PAGE,)),
        "text": query_of(clues=NameClues(studio="Northlight", title="Harbour at Dawn")),
    }


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_failure_at_any_step_is_a_failure_and_passes(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery, failure: str
) -> None:
    fault, reason = FAILURES[failure]
    asked, failed = list(queries(query_of).values()), []

    async with open_source(rest_box) as source:
        for query in asked:
            rest_box.faults.clear()
            rest_box.faults.next(fault)
            failed += await source.ask([query])

        rest_box.faults.clear()
        later = await source.ask(asked)

    kind = Failed if "long rest" in failure else Unknown
    assert all(isinstance(answer, Failed) and reason in answer.reason for answer in failed), failed
    assert {type(answer) for answer in later} == {kind}


@pytest.mark.parametrize("good", range(7))
async def test_a_later_step_that_fails_takes_what_was_found_along(
    rest_box: RestSandbox,
    open_source: OpenSource,
    query_of: MakeQuery,
    good: int,
) -> None:
    """Six requests: id, hash and listing, again for the phash, and a listed rival's detail."""
    rest_box.world.add_scene(
        SceneSeed(
            id="00000000-0000-4000-8000-000000000001",
            title="Harbour",
            urls=(UrlSeed(url=PAGE),),
        )
    )
    for title in ("Harbour at Dawn", "Harbour at Dusk"):
        rest_box.world.add_scene(SceneSeed(title=title, fingerprints=prints(title)))
    known = ExternalId(source="porndb", remote_id="00000000-0000-4000-8000-000000000001")
    nothing = faults.Slow(0.0)

    async with open_source(rest_box) as source:
        rest_box.faults.next(*[nothing] * good, faults.server_error(503))
        (answer,) = await source.ask([query_of(1, EVEN, ids=(known,))])

    assert isinstance(answer, Failed) if good < 6 else isinstance(answer, Known)


def prints(title: str) -> tuple[FingerprintSeed, ...]:
    """Let both scenes hold the oshash, and the first the phash too."""
    oshash = FingerprintSeed(algorithm="OSHASH", hash=f"{1:016x}", duration=1800)
    phash = FingerprintSeed(algorithm="PHASH", hash=f"{EVEN:x}", duration=1800)
    return (oshash, phash) if title.endswith("Dawn") else (oshash,)


async def test_a_refused_key_is_a_refusal_at_any_step(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    async with open_source(rest_box, key="wrong") as source:
        answers = [await source.ask([query]) for query in queries(query_of).values()]

    for (answer,) in answers:
        assert isinstance(answer, Refused)
        assert "refuses the API key" in answer.reason


async def test_a_refused_key_ends_the_batch(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    async with open_source(rest_box, key="wrong") as source:
        answers = await source.ask([query_of(number) for number in range(1, 41)])

    assert {type(answer) for answer in answers} == {Refused}
    assert len(rest_box.requests.all()) <= 4


async def test_a_key_that_is_replaced_meanwhile_is_a_refusal_in_words(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    rest_box.faults.always(message(200, "Unauthenticated."))

    async with open_source(rest_box) as source:
        (answer,) = await source.ask([query_of(1)])

    assert isinstance(answer, Refused)


async def test_a_server_that_is_down_is_asked_about_few_files_and_all_of_them_failed(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    rest_box.faults.always(faults.server_error(503))

    async with open_source(rest_box) as source:
        answers = await source.ask([query_of(number) for number in range(1, 41)])
        rest_box.faults.clear()
        later = await source.ask([query_of(number) for number in range(1, 41)])

    assert {type(answer) for answer in answers} == {Failed}
    assert 3 <= len(rest_box.requests.all()) - 40 <= 6
    assert set(later) == {Unknown(source="porndb")}


async def test_a_failure_now_and_then_ends_nothing(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    """Four are under way together, so no three failures of every third can come in a row."""
    for _ in range(10):
        rest_box.faults.next(faults.server_error(503), faults.Slow(0.0), faults.Slow(0.0))

    async with open_source(rest_box) as source:
        answers = await source.ask([query_of(number) for number in range(1, 31)])

    kinds = [type(answer) for answer in answers]
    assert (kinds.count(Failed), kinds.count(Unknown)) == (10, 20)
    assert len(rest_box.requests.all()) == 30


async def test_what_is_wrong_with_single_files_does_not_end_the_batch(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    rest_box.faults.always(faults.document(b'{"data": {"title": "no id"}}'))

    async with open_source(rest_box) as source:
        answers = await source.ask([query_of(number) for number in range(1, 11)])

    assert {type(answer) for answer in answers} == {Failed}
    assert len(rest_box.requests.all()) == 10


async def test_a_rest_that_is_asked_for_is_kept_and_told(
    open_source: OpenSource, query_of: MakeQuery
) -> None:
    with RestSandbox(requests_per_minute=5, retry_after="40") as box:
        async with open_source(box) as source:
            answers = await source.ask([query_of(number) for number in range(1, 21)])

        asked = len(box.requests.all())

    kinds = [type(answer) for answer in answers]
    assert kinds.count(Unknown) == 5
    assert kinds.count(Failed) == 15
    assert asked <= 5 + 4
    assert {answer.retry_after_s for answer in answers if isinstance(answer, Failed)} <= {40.0}


async def test_a_slow_server_is_waited_for_no_longer_than_allowed(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    rest_box.faults.always(faults.Slow(5.0))

    async with open_source(rest_box, timeout_s=0.2) as source:
        (answer,) = await source.ask([query_of(1)])

    assert isinstance(answer, Failed)
    assert "within 0.2 s" in answer.reason


async def test_an_empty_map_where_a_scene_is_expected_is_nothing(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    rest_box.faults.next(faults.document(b'{"data": []}'))

    async with open_source(rest_box) as source:
        assert await source.ask([query_of(1)]) == [Unknown(source="porndb")]


async def test_the_token_is_masked_in_what_the_server_echoes(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    async with open_source(rest_box) as source:
        for status in (404, 422, 200):
            rest_box.faults.next(message(status, f"No route for {rest_box.key}."))
        answers = [answer for at in range(3) for answer in await source.ask([query_of(at + 1)])]

    assert all(isinstance(answer, Failed) and "***" in answer.reason for answer in answers)
    assert not any(rest_box.key in str(answer) for answer in answers)


async def test_a_redirect_to_another_host_never_gets_the_token(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    with RestSandbox() as elsewhere:
        rest_box.faults.next(faults.redirect(f"{elsewhere.url}/scenes", 307))
        async with open_source(rest_box) as source:
            (answer,) = await source.ask([query_of(1)])

        assert isinstance(answer, Failed)
        assert elsewhere.requests.all() == ()


async def test_check_says_who_we_are_where(any_box: RestSandbox, open_source: OpenSource) -> None:
    async with open_source(any_box) as source:
        line = await source.check()

    place = any_box.url.removeprefix("http://")
    assert line == f"authenticated as reader at {place} (ThePornDB)"


async def test_check_names_a_user_without_a_name_by_number(
    rest_box: RestSandbox, open_source: OpenSource
) -> None:
    rest_box.faults.next(faults.document(b'{"data": {"id": 12, "name": null}}'))

    async with open_source(rest_box) as source:
        assert (await source.check()).startswith("authenticated as user 12 at ")


PAGE_FOR_PEOPLE = Response(404, "text/html", b"<html></html>")


@pytest.mark.parametrize(
    ("fault", "error", "says"),
    [
        pytest.param(unauthenticated(), KeyRefused, "refuses the API key", id="401"),
        pytest.param(message(403, "Forbidden"), KeyRefused, "knows the API key", id="403"),
        pytest.param(faults.web_page(403), Blocked, "in a browser", id="403 page"),
        pytest.param(faults.web_page(), WrongPlace, "api.theporndb.net", id="page"),
        pytest.param(faults.Instead(PAGE_FOR_PEOPLE), WrongPlace, "web page", id="404 page"),
        pytest.param(message(404, "The route could not"), WrongPlace, "HTTP 404", id="404"),
        pytest.param(message(404, "user not found"), WrongPlace, "HTTP 404", id="404 user"),
        pytest.param(message(422, "no"), QueryRejected, "rejects", id="422"),
        pytest.param(faults.server_error(503), ServerFailed, "503", id="503"),
        pytest.param(faults.document(b'{"data": []}'), AnswerMalformed, "user", id="empty"),
    ],
)
async def test_check_says_what_is_wrong(
    rest_box: RestSandbox,
    open_source: OpenSource,
    fault: faults.Fault,
    error: type[ProviderError],
    says: str,
) -> None:
    rest_box.faults.always(fault)

    async with open_source(rest_box) as source:
        with pytest.raises(error, match=says):
            await source.check()


async def test_check_asks_for_a_key_that_is_missing(
    rest_box: RestSandbox, open_source: OpenSource
) -> None:
    async with open_source(rest_box, key="") as source:
        with pytest.raises(KeyRefused, match="needs an API key"):
            await source.check()


async def test_an_address_of_something_else_is_the_wrong_place(
    rest_box: RestSandbox, open_source: OpenSource, query_of: MakeQuery
) -> None:
    async with open_source(rest_box, url=f"{rest_box.url}/graphql") as source:
        with pytest.raises(WrongPlace, match=r"https://api\.theporndb\.net"):
            await source.check()

        (answer,) = await source.ask([query_of(1)])

    assert isinstance(answer, Failed)
