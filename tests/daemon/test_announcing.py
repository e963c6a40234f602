from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePath

import pytest
from pydantic import JsonValue

from daemon.announcing import announcing_stage, audience_of
from daemon.applying import make_apply
from daemon.desk.overview import overview
from daemon.hearers import check_hearer, opened_hearers
from daemon.household import resting_household
from daemon.journey.bell import Bell
from daemon.settings import Settings, load_settings
from daemon.setup.checkup import Level, check
from rules.announcement import Occurrence
from rules.journey import FileState
from store import outbox
from store.announcing import SETTLE_S
from store.database import Database
from tests.daemon.desk.shelf import make_shelf, offer
from tests.providers.hearers.double import Double, Reply, Request, running

TEXT = """\
[[library]]
path = "{folder}/films"
[[source]]
name = "first"
url = "https://first.example/graphql"
[store]
path = "{folder}/state/doorman.duckdb"
[server]
socket = "{folder}/run/doorman.sock"
listen = "off"
[[announce]]
kind = "webhook"
name = "hook"
url = "{url}"
key = "s3cret"
paths = ["{folder}=/there"]
[[announce]]
kind = "jellyfin"
url = "{url}/nas"
libraries = ["films"]
on = ["undone"]
[[announce]]
kind = "kodi"
url = "{url}"
enabled = false
"""


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str], Settings]:
    """Return a function that reads settings with programs at an address."""
    (tmp_path / "films").mkdir()

    def load(url: str) -> Settings:
        path = tmp_path / "doorman.toml"
        path.write_text(TEXT.format(folder=tmp_path, url=url))
        return load_settings(path, {"HOME": str(tmp_path)})

    return load


def answer(request: Request) -> Reply:
    """Take everything, but that Jellyfin's key is missing."""
    return Reply(status=401 if "/nas/System" in request.path else 204)


def events(double: Double) -> list[tuple[JsonValue, JsonValue]]:
    """Return what the webhook was told: what happened, and where."""
    bodies = [each.body for each in double.requests if not each.path.startswith("/nas")]
    listed = [body["events"] for body in bodies if isinstance(body, dict)]
    return [
        (event["event"], event["path"])
        for some in listed
        if isinstance(some, list)
        for event in some
        if isinstance(event, dict)
    ]


def test_the_settings_say_who_hears_of_what(load: Callable[[str], Settings]) -> None:
    audience = audience_of(load("http://127.0.0.1:9"))

    assert audience.of("films", Occurrence.ACCEPTED) == ("hook",)
    assert audience.of("films", Occurrence.UNDONE) == ("hook", "jellyfin")
    assert audience.of("series", Occurrence.UNDONE) == ("hook",)


async def test_what_is_accepted_and_undone_is_told_once_it_is_written(
    load: Callable[[str], Settings], database: Database, tmp_path: Path
) -> None:
    shelf = make_shelf(database, PurePath(tmp_path / "films"))
    (tmp_path / "films" / "one.mkv").write_bytes(b"x")
    with running(answer) as double:
        settings = load(double.url)
        number = await shelf.put_accepted(offer("a"), name="one.mkv", state=FileState.ACCEPTED)
        await do_all(settings, database)
        first = events(double)
        await shelf.desk.undo(str(number))
        await do_all(settings, database)

        assert first == [("accepted", "/there/films/one.mkv")]
        assert events(double)[1:] == [("undone", "/there/films/one.mkv")]
        assert [each.path for each in double.requests if each.path.startswith("/nas")] == [
            "/nas/Library/Media/Updated"
        ]


async def do_all(settings: Settings, database: Database) -> None:
    """Write what is owed beside files, then tell of it."""
    bell = Bell()
    apply = make_apply(settings, database, announce_bell=bell)
    while owed := await apply.take(frozenset()):
        for item in owed:
            await apply.work(item)
    assert await bell.heard(timeout_s=0)
    await database.write(make_due)
    async with opened_hearers(settings) as hearers:
        stage = announcing_stage(database, hearers, bell=bell)
        while news := await stage.take(frozenset()):
            for each in news:
                await stage.work(each)


def make_due(connection: object) -> None:
    """Let nothing wait for more to come along."""
    from store.rows import run  # noqa: PLC0415  # only here

    run(connection, "UPDATE outbox SET due_at_s = due_at_s - $1", [SETTLE_S])  # type: ignore[arg-type]  # it is one


async def test_check_and_status_tell_of_each_program(
    load: Callable[[str], Settings], database: Database
) -> None:
    async def nobody(_: object) -> str:
        return "is there"

    with running(answer) as double:
        settings = load(double.url)
        found = await check(
            settings,
            check_source=nobody,
            check_target=lambda _: None,
            check_hearer=lambda announce: check_hearer(announce, settings),
        )

    by_thing = {finding.thing: finding for finding in found}
    assert by_thing["webhook hook"].level is Level.OK
    assert by_thing["jellyfin jellyfin"].level is Level.ERROR
    assert "check its key" in by_thing["jellyfin jellyfin"].message
    assert "disabled" in by_thing["kodi kodi"].message
    assert "s3cret" not in repr(found)
    household = resting_household(settings)
    status = await database.read(
        lambda connection: overview(connection, household=household, healths={}, now_s=1.0)
    )
    assert [(line.name, line.kind, line.due) for line in status.announces] == [
        ("hook", "webhook", 0),
        ("jellyfin", "jellyfin", 0),
    ]
    assert await database.read(outbox.state) == outbox.OutboxState(
        due=0, oldest_at_s=None, last_error=None
    )
