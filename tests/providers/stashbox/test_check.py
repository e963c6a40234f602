"""What a person reads after `check`: who we are there, or what to mend."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from providers.base import Source
from providers.errors import AnswerMalformed, KeyProblem, KeyRefused, ServerFailed, WrongPlace
from providers.registry import SourceSpec, open_sources
from providers.sandbox import Sandbox, faults
from providers.secret import SecretText

OpenSource = Callable[..., AbstractAsyncContextManager[Source]]


@pytest.mark.parametrize(
    ("mode", "version"), [("0.2", "0.2"), ("0.7", "0.7.9"), ("0.10", "0.10.2")]
)
async def test_check_says_who_we_are_where(
    mode: str, version: str, open_source: OpenSource
) -> None:
    with Sandbox(mode=mode) as box:
        async with open_source(box) as source:
            line = await source.check()

        host = box.base_url.removeprefix("http://")
    assert line == f"authenticated as reader at {host} (stash-box {version})"


async def test_server_without_a_version_is_still_good(
    box: Sandbox, open_source: OpenSource
) -> None:
    async with open_source(box) as source:
        await source.check()
        box.faults.next(
            faults.document(b'{"data": {"me": {"name": "reader"}}}'),
            faults.document(b'{"errors": [{"message": "Cannot query field"}]}', 422),
        )
        line = await source.check()

    assert line.endswith("(a server that does not tell its version)")


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("", "MISSING"),
        ("junk", "MALFORMED"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJ1aWQiOiJ4In0", "MALFORMED"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJ1aWQiOiJ4In0.c2lnbmF0dXJl", "NOT_VALID"),
    ],
)
async def test_check_says_what_is_wrong_with_the_key(
    box: Sandbox, open_source: OpenSource, key: str, problem: str
) -> None:
    async with open_source(box, key=key) as source:
        with pytest.raises(KeyRefused) as caught:
            await source.check()

    assert caught.value.problem is KeyProblem[problem]


async def test_superseded_key_is_not_valid(box: Sandbox, open_source: OpenSource) -> None:
    user = box.world.add_user("renewer")
    box.world.renew_key(user.id)

    async with open_source(box, key=user.key) as source:
        with pytest.raises(KeyRefused, match="replaced by a newer one"):
            await source.check()


async def test_account_without_any_role_may_not_read(box: Sandbox, open_source: OpenSource) -> None:
    user = box.world.add_user("guest", roles=())

    async with open_source(box, key=user.key) as source:
        with pytest.raises(KeyRefused, match="READ role"):
            await source.check()


@pytest.mark.parametrize(("key", "problem"), [("", "MISSING"), ("some.key", "NOT_ALLOWED")])
async def test_nobody_at_home_without_an_error_is_a_refused_key_too(
    box: Sandbox, open_source: OpenSource, key: str, problem: str
) -> None:
    async with open_source(box, key=key) as source:
        box.faults.next(
            faults.document(b'{"data": {"Query": null}}'),
            faults.document(b'{"data": {"me": null}}'),
        )
        with pytest.raises(KeyRefused) as caught:
            await source.check()

    assert caught.value.problem is KeyProblem[problem]


async def test_user_of_another_shape_is_malformed(box: Sandbox, open_source: OpenSource) -> None:
    async with open_source(box) as source:
        box.faults.next(
            faults.document(b'{"data": {"Query": 5}}'), faults.document(b'{"data": {"me": [1]}}')
        )
        with pytest.raises(AnswerMalformed):
            await source.check()


async def test_url_without_graphql_is_the_wrong_place(box: Sandbox) -> None:
    spec = SourceSpec(name="box", url=box.base_url, key=SecretText(box.key))

    async with open_sources([spec]) as (source,):
        with pytest.raises(WrongPlace, match="ends in /graphql"):
            await source.check()


async def test_other_graphql_server_is_the_wrong_place(
    box: Sandbox, open_source: OpenSource
) -> None:
    schema = b'{"data": {"Query": {"fields": [{"name": "films"}]}}}'

    async with open_source(box) as source:
        box.faults.next(faults.document(schema))
        with pytest.raises(WrongPlace, match="without findScenesBySceneFingerprints"):
            await source.check()


async def test_server_in_trouble_is_said_to_be(box: Sandbox, open_source: OpenSource) -> None:
    box.faults.always(faults.server_error(503))

    async with open_source(box) as source:
        with pytest.raises(ServerFailed, match="503"):
            await source.check()
