"""What `doorman check` says of each thing that can be wrong with a source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from daemon.settings import SourceSettings, load_settings
from daemon.setup.checkup import check
from daemon.setup.findings import Level
from daemon.sources import check_source
from providers.clock import Clock
from providers.limits import Limiters
from providers.sandbox import Sandbox, faults

CONFIGURATION = """\
[[library]]
path = "{home}"

[[source]]
name = "box"
url = "{url}"
timeout = "1s"
requests_per_minute = 6000

[store]
path = "{home}/state/doorman.duckdb"

[server]
socket = "{home}/doorman.sock"
"""
HTML = faults.web_page()
SIGNED_BY_ANOTHER = "eyJhbGciOiJIUzI1NiJ9.eyJ1aWQiOiJ4In0.c2lnbmF0dXJl"

Change = Callable[[Sandbox, SourceSettings], SourceSettings]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """One thing that is wrong, and what has to be said of it."""

    name: str
    change: Change
    says: tuple[str, ...]


def with_key(key: str) -> Change:
    return lambda _, source: source.model_copy(update={"key": SecretStr(key)})


def without_key(_: Sandbox, source: SourceSettings) -> SourceSettings:
    return source.model_copy(update={"key": None})


def at_path(path: str) -> Change:
    return lambda box, source: source.model_copy(update={"url": f"{box.base_url}{path}"})


def at_nobodys_port(_: Sandbox, source: SourceSettings) -> SourceSettings:
    return source.model_copy(update={"url": "http://127.0.0.1:9/graphql"})


def with_fault(fault: faults.Fault) -> Change:
    def change(box: Sandbox, source: SourceSettings) -> SourceSettings:
        box.faults.always(fault)
        return source

    return change


def with_key_of_somebody_without_roles(box: Sandbox, source: SourceSettings) -> SourceSettings:
    key = box.world.add_user("guest", roles=()).key
    return source.model_copy(update={"key": SecretStr(key)})


def with_superseded_key(box: Sandbox, source: SourceSettings) -> SourceSettings:
    user = box.world.add_user("renewer")
    box.world.renew_key(user.id)
    return source.model_copy(update={"key": SecretStr(user.key)})


CASES = (
    Wrong(
        name="wrong url",
        change=at_path("/api/graphql"),
        says=("a web page instead of the API", "check the source's url", "ends in /graphql"),
    ),
    Wrong(
        name="html instead of an api",
        change=with_fault(HTML),
        says=("a web page instead of the API", "check the source's url"),
    ),
    Wrong(
        name="a page that keeps us out",
        change=with_fault(faults.web_page(403)),
        says=("something in front of", "HTTP 403", "open the site in a browser"),
    ),
    Wrong(
        name="no key",
        change=without_key,
        says=("needs an API key", "copy it from your user page"),
    ),
    Wrong(
        name="key refused",
        change=with_key(SIGNED_BY_ANOTHER),
        says=("refuses the API key", "belongs to another server", "copy it again"),
    ),
    Wrong(
        name="key superseded",
        change=with_superseded_key,
        says=("refuses the API key", "replaced by a newer one", "copy it again"),
    ),
    Wrong(
        name="key malformed",
        change=with_key("0123456789abcdef"),
        says=("refuses the API key", "begin with eyJ", "copy all of it again"),
    ),
    Wrong(
        name="key cut off",
        change=with_key(SIGNED_BY_ANOTHER.rpartition(".")[0]),
        says=("three parts joined by dots", "copy all of it again"),
    ),
    Wrong(
        name="role too low",
        change=with_key_of_somebody_without_roles,
        says=("lacks the READ role", "ask the administrators there"),
    ),
    Wrong(
        name="nobody there",
        change=at_nobodys_port,
        says=("cannot be reached", "check the source's url and the network"),
    ),
    Wrong(
        name="no answer in time",
        change=with_fault(faults.Slow(30)),
        says=("no whole answer within 1 s", "timeout"),
    ),
    Wrong(
        name="connection dropped",
        change=with_fault(faults.Drop()),
        says=("broke off its answer", "look at the server or the proxy"),
    ),
    Wrong(
        name="asked too often",
        change=with_fault(faults.too_many()),
        says=("we ask too often", "lower the source's requests_per_minute"),
    ),
    Wrong(
        name="server in trouble",
        change=with_fault(faults.server_error(503)),
        says=("failed with HTTP 503", "nothing is wrong here"),
    ),
    Wrong(
        name="another language",
        change=with_fault(faults.document(b'{"data": {"Query": {"fields": [{"name": "films"}]}}}')),
        says=("a GraphQL server without", "check the source's url"),
    ),
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def no_wait(_: float) -> None:
    """Let no time pass between attempts."""


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_check_says_exactly_what_is_wrong(case: Wrong, tmp_path: Path) -> None:
    path = tmp_path / "doorman.toml"
    with Sandbox() as box:
        path.write_text(CONFIGURATION.format(home=tmp_path, url=box.url), encoding="utf-8")
        settings = load_settings(path, {"DOORMAN_SOURCE_BOX_KEY": box.key})
        source = case.change(box, settings.sources[0])
        secret = source.key.get_secret_value() if source.key else box.key
        limiters = Limiters(clock=Clock(sleep=no_wait))
        found = await check(
            replace(settings, sources=(source,)),
            check_source=partial(check_source, limiters=limiters),
            check_target=lambda _: None,
        )

    (finding,) = [each for each in found if each.thing == "source box"]
    assert finding.level is Level.ERROR
    for words in case.says:
        assert words in finding.message
    assert secret not in finding.message


async def test_two_sources_on_one_host_take_turns_while_checked(tmp_path: Path) -> None:
    path = tmp_path / "doorman.toml"
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    with Sandbox() as box:
        path.write_text(CONFIGURATION.format(home=tmp_path, url=box.url), encoding="utf-8")
        (source,) = load_settings(path, {"DOORMAN_SOURCE_BOX_KEY": box.key}).sources
        limiters = Limiters(clock=Clock(now_s=lambda: sum(slept), sleep=sleep))
        for _ in range(2):
            said = await check_source(source, limiters=limiters)

    assert said.startswith("authenticated as reader")
    assert sum(slept) == pytest.approx((len(box.requests.all()) - 1) * 60 / 6000)
