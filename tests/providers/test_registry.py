from __future__ import annotations

from dataclasses import replace

import pytest

from providers.client import Persistence
from providers.limits import Limiters
from providers.registry import SourceSpec, open_sources
from providers.sandbox import Sandbox, faults
from providers.secret import SecretText
from rules.candidate import Failed, NotAsked, Query, Unknown
from rules.errors import ConfigurationError
from rules.fingerprint import Fingerprints, Oshash

GOOD = SourceSpec(name="box", url="https://box.example/graphql", key=SecretText("abc"))


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        (replace(GOOD, kind="stashbx"), "use one of: stashbox"),
        (replace(GOOD, url="box.example/graphql"), "begin with https://"),
        (replace(GOOD, url="ftp://box.example/graphql"), "begin with https://"),
        (replace(GOOD, url="https:///graphql"), "begin with https://"),
        (replace(GOOD, url="https://box.example:port/graphql"), "url is none"),
        (replace(GOOD, url="https://me:secret@box.example/graphql"), "holds a user"),
        (replace(GOOD, url="https://box.example/graphql?key=secret"), "holds a user"),
        (replace(GOOD, url="https://box.example/graphql#secret"), "holds a user"),
        (replace(GOOD, key=SecretText("two\nsecrets")), "copy it again"),
        (replace(GOOD, requests_per_minute=0), "above 0"),
        (replace(GOOD, timeout_s=-1), "above 0"),
    ],
)
async def test_source_that_can_never_work_is_told_by_name_and_without_secrets(
    spec: SourceSpec, says: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        async with open_sources([spec]):
            pass

    assert "'box'" in str(caught.value)
    assert says in str(caught.value)
    assert "secret" not in str(caught.value)


async def test_two_sources_of_one_name_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="give each its own"):
        async with open_sources([GOOD, replace(GOOD, url="https://other.example/graphql")]):
            pass


async def test_sources_come_in_the_order_of_the_configuration(limiters: Limiters) -> None:
    specs = [GOOD, replace(GOOD, name="other"), replace(GOOD, name="third", key=None)]

    async with open_sources(specs, limiters=limiters) as sources:
        assert [source.name for source in sources] == ["box", "other", "third"]


async def test_sources_on_one_host_share_its_turns(box: Sandbox, limiters: Limiters) -> None:
    spec = SourceSpec(name="one", url=box.url, key=SecretText(box.key), requests_per_minute=60)
    query = Query(fingerprints=Fingerprints(oshash=Oshash(1), size_bytes=1, duration_s=1))

    async with open_sources([spec, replace(spec, name="two")], limiters=limiters) as (one, two):
        answers = [*await one.ask([query]), *await two.ask([query])]

    assert answers == [Unknown(source="one"), Unknown(source="two")]
    assert len(box.requests.all()) == 4
    assert limiters.clock.now_s() == 3.0


@pytest.mark.parametrize(
    "complaint",
    [
        faults.document(b'{"errors": [{"message": "Too Many Attempts."}]}'),
        faults.document(b'{"errors": [{"message": "too many requests"}]}', 400),
        faults.too_many(),
    ],
    ids=["in an answer", "in a rejection", "by its status"],
)
async def test_complaint_slows_the_host_down_however_it_is_said(
    box: Sandbox, limiters: Limiters, complaint: faults.Fault
) -> None:
    spec = SourceSpec(name="one", url=box.url, key=SecretText(box.key), requests_per_minute=600)
    query = Query(fingerprints=Fingerprints(oshash=Oshash(1), size_bytes=1, duration_s=1))

    async with open_sources([spec], limiters=limiters, persistence=Persistence(attempts=1)) as (
        source,
    ):
        assert await source.ask([query]) == [Unknown(source="one")]
        box.faults.next(complaint)
        (failed,) = await source.ask([query])
        health = source.health()

    assert isinstance(failed, Failed)
    assert health.share == pytest.approx(0.5)
    assert health.rests_for_s > 0
    assert health.requests == {
        "answered": 2, "no answer": 0, "too often": 1, "refused": 0, "failed": 0,
    }  # fmt: skip


async def test_nothing_safe_for_work_is_sent_to_an_adult_source(
    box: Sandbox, limiters: Limiters
) -> None:
    spec = SourceSpec(name="adult", url=box.url, key=SecretText(box.key))
    query = Query(
        fingerprints=Fingerprints(oshash=Oshash(1), size_bytes=1, duration_s=1), is_sfw=True
    )

    async with open_sources([spec], limiters=limiters) as (source,):
        (answer,) = await source.ask([query])
        assert box.requests.all() == ()
        assert isinstance(answer, NotAsked)

    async with open_sources([replace(spec, is_nsfw=False)], limiters=limiters) as (source,):
        assert await source.ask([query]) == [Unknown(source="adult")]
