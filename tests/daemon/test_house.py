from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path, PurePath

import anyio
import pytest
from pydantic import SecretStr

from daemon.desk.views import SourceLine
from daemon.house import PATIENCE_S, House, longer_patience_s, opened_house
from daemon.household import resting_household, source_lines
from daemon.libraries import sidecar_reader
from daemon.media.examination import Wanted
from daemon.opening import open_store, opened_store
from daemon.own_desk import own_desk
from daemon.premises import premises_of
from daemon.settings import Settings, load_settings
from daemon.sources import check_source, source_spec
from daemon.stages import MOST_WORKERS, storage_of, wanted_of, worker_count
from daemon.version import doorman_version
from daemon.watch.library import Offline, Watching
from providers.errors import KeyRefused
from providers.registry import SourceUnusable
from providers.sandbox import Sandbox
from rules.discretion import Discretion
from rules.journey import FileState
from rules.sidecar_ids import SourceNames
from store.database import Database
from store.errors import StoreHeld, StoreOnShare

CONFIGURATION = """\
[[library]]
path = "{home}/films"

[[library]]
path = "{home}/old"
enabled = false

[[source]]
name = "first"
url = "{url}"
key = "s3cret"
requests_per_minute = 60
timeout = "7s"

[[source]]
name = "former"
url = "https://former.example/graphql"
timeout = "10m"
enabled = false

[fingerprint]
timeout = "5m"

[store]
path = "{home}/state/doorman.duckdb"

[server]
socket = "{home}/doorman.sock"
"""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def settings_of(home: Path, url: str = "https://first.example/graphql") -> Settings:
    config = home / "doorman.toml"
    config.write_text(CONFIGURATION.format(home=home, url=url))
    (home / "films").mkdir(exist_ok=True)
    return load_settings(config, {})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_of(tmp_path)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    async with opened_store(settings) as opened:
        yield opened


@pytest.fixture
async def house(settings: Settings, database: Database) -> AsyncIterator[House]:
    async with opened_house(settings, database) as opened:
        yield opened


def test_lookup_that_hangs_does_not_outlive_the_house(settings: Settings) -> None:
    answered = threading.Event()

    async def live() -> None:
        async with opened_store(settings) as database, opened_house(settings, database):
            with anyio.move_on_after(0.05):
                await asyncio.get_running_loop().run_in_executor(None, answered.wait, 20)

    began_s = time.monotonic()
    anyio.run(live)
    took_s = time.monotonic() - began_s
    answered.set()

    assert took_s < 10


async def test_house_is_made_of_what_is_enabled(house: House) -> None:
    status = await house.desk.status()

    assert [library.name for library in house.libraries] == ["films"]
    assert set(house.rounds.views) == {"films"}
    assert [line.name for line in status.libraries] == ["films"]
    (source,) = status.sources
    assert replace(source, health=None) == SourceLine(
        name="first", url="https://first.example/graphql"
    )
    assert source.health is not None
    assert (source.health.state, source.health.allowed_per_minute) == ("healthy", 60)
    assert await house.desk.scan(()) == ("films",)


async def test_stages_have_the_names_that_the_watchdog_knows(house: House) -> None:
    stages = house.stages

    assert [
        stage.name
        for stage in (stages.hashing, stages.identify, stages.deciding, stages.apply, stages.tell)
    ] == ["hashing", "identify", "deciding", "apply", "tell"]


async def test_stages_find_nothing_to_do_in_an_empty_store(house: House) -> None:
    stages = house.stages

    assert list(await stages.hashing.take(frozenset())) == []
    assert list(await stages.identify.take(frozenset())) == []
    assert list(await stages.deciding.take(frozenset())) == []
    assert list(await stages.apply.take(frozenset())) == []
    assert list(await stages.tell.take(frozenset())) == []


async def test_running_daemon_tells_of_itself_and_its_watchers(house: House) -> None:
    house.library_states["films"] = Watching()

    status = await house.desk.status()

    assert (status.version, status.is_running) == (doorman_version(), True)
    assert status.pid == os.getpid()
    assert status.started_at_s is not None
    assert status.libraries[0].state == "watching"

    house.library_states["films"] = Offline(reason="its drive is gone")
    assert (await house.desk.status()).libraries[0].reason == "its drive is gone"


async def test_confirmed_round_is_asked_for_as_such(house: House) -> None:
    await house.desk.scan(("films",), is_confirmed=True)

    assert house.rounds.views["films"].is_confirmed


async def test_every_answer_wakes_the_stages_of_the_house(house: House) -> None:
    house.desk.bells.ring_all()

    for stage in (house.stages.hashing, house.stages.identify, house.stages.tell):
        assert await stage.bell.heard(timeout_s=0)


def test_slow_work_has_longer_patience(settings: Settings) -> None:
    assert longer_patience_s(settings) == {
        "hashing": PATIENCE_S + 4 * 300,
        "regenerating": PATIENCE_S + 4 * 300,
        "identify": PATIENCE_S + 10 * 7 + 80 * (1 + 7 / 4),
        "submitting": PATIENCE_S + 10 * 7 + 50 * (1 + 7),
        "announcing": PATIENCE_S + 300,
    }
    unnamed = [source.model_copy(update={"search": False}) for source in settings.sources]
    without = replace(settings, sources=tuple(unnamed))
    assert longer_patience_s(without)["identify"] == PATIENCE_S + 10 * 7
    assert longer_patience_s(replace(settings, sources=()))["identify"] == PATIENCE_S


@pytest.mark.parametrize(
    ("workers", "count"), [(0, min(os.cpu_count() or 1, MOST_WORKERS)), (1, 1), (64, 64)]
)
def test_files_are_examined_as_many_at_once_as_configured(
    settings: Settings, workers: int, count: int
) -> None:
    fingerprint = settings.fingerprint.model_copy(update={"workers": workers})

    assert worker_count(replace(settings, fingerprint=fingerprint)) == count


def test_examination_gives_what_is_configured(settings: Settings) -> None:
    fingerprint = settings.fingerprint.model_copy(
        update={"md5": True, "contact_sheet": False, "ffmpeg": Path("/usr/bin/ffmpeg")}
    )

    assert wanted_of(settings) == Wanted(sheet_width=800)
    assert wanted_of(replace(settings, fingerprint=fingerprint)) == Wanted(
        md5=True, ffmpeg="/usr/bin/ffmpeg"
    )


@pytest.mark.parametrize(
    ("changes", "spinning", "unknown"),
    [
        ({}, 1, 2),
        ({"workers_per_spinning_disk": 3}, 3, 2),
        ({"cluster": "tcp://scheduler:8786", "workers": 7}, 1, 7),
    ],
    ids=["default", "more", "cluster"],
)
def test_files_are_read_from_each_disk_as_many_at_once_as_configured(
    settings: Settings, changes: dict[str, object], spinning: int, unknown: int
) -> None:
    fingerprint = settings.fingerprint.model_copy(update=changes)

    storage = storage_of(replace(settings, fingerprint=fingerprint))

    assert (storage.readers_of_spinning, storage.readers_of_unknown) == (spinning, unknown)


def test_source_is_opened_as_configured(settings: Settings) -> None:
    spec = source_spec(settings.sources[0])

    assert (spec.name, spec.kind, spec.url) == (
        "first",
        "stashbox",
        "https://first.example/graphql",
    )
    assert (spec.requests_per_minute, spec.timeout_s) == (60, 7.0)
    assert spec.key is not None
    assert "s3cret" not in repr(spec)
    assert source_spec(settings.sources[1]).key is None


@pytest.mark.parametrize("is_nsfw", [True, False])
def test_source_is_opened_as_adult_as_it_is(settings: Settings, *, is_nsfw: bool) -> None:
    said = {"nsfw": is_nsfw, "pages": "https://pages.example"}
    spec = source_spec(settings.sources[0].model_copy(update=said))

    assert (spec.is_nsfw, spec.pages) == (is_nsfw, "https://pages.example")


def test_discretion_is_what_the_owner_said_of_both(settings: Settings) -> None:
    assert premises_of(settings).discretion == Discretion(
        nsfw_sources=frozenset({"first", "former"})
    )

    kept = settings.libraries[0].model_copy(update={"nsfw": False})
    harmless = settings.sources[0].model_copy(update={"nsfw": False})
    changed = replace(
        settings,
        libraries=(kept, settings.libraries[1]),
        sources=(harmless, settings.sources[1]),
    )

    assert premises_of(changed).discretion == Discretion(
        sfw_libraries=frozenset({"films"}), nsfw_sources=frozenset({"former"})
    )


def test_premises_know_where_each_library_lies_disabled_ones_too(settings: Settings) -> None:
    roots = premises_of(settings).roots

    assert roots == {each.name: PurePath(each.path) for each in settings.libraries}
    assert not all(each.enabled for each in settings.libraries)


def test_premises_know_how_sources_that_are_asked_may_be_called(settings: Settings) -> None:
    (asked,) = [each for each in settings.sources if each.enabled]
    paged = asked.model_copy(update={"pages": "https://first.example", "search": False})
    changed = replace(
        settings,
        sources=(paged, *settings.sources[1:]),
        sidecar=settings.sidecar.model_copy(update={"read": False}),
    )

    assert premises_of(settings).reads_sidecars
    assert not premises_of(changed).reads_sidecars
    assert premises_of(changed).sources == (
        SourceNames(
            source=asked.name,
            dialect=asked.kind,
            addresses=(str(asked.url), "https://first.example"),
            is_told_names=False,
        ),
    )


def test_nfos_are_read_unless_the_owner_says_otherwise(settings: Settings) -> None:
    looks = anyio.CapacityLimiter(1)
    unread = settings.sidecar.model_copy(update={"read": False})

    reader = sidecar_reader(settings, looks)

    assert reader is not None
    assert set(reader.territories) == {each.name for each in settings.libraries}
    assert sidecar_reader(replace(settings, sidecar=unread), looks) is None


async def test_source_says_who_we_are(tmp_path: Path) -> None:
    with Sandbox() as box:
        source = settings_of(tmp_path, box.url).sources[0]
        with pytest.raises(KeyRefused):
            await check_source(source)

        known = source.model_copy(update={"key": SecretStr(box.key)})
        assert (await check_source(known)).startswith("authenticated as ")


def test_where_no_daemon_runs_the_household_says_so(settings: Settings) -> None:
    household = resting_household(settings)

    (films,) = household.library_lines({"films": (3, 1)})
    household.request_round("films", False)  # noqa: FBT003  # as it is called; does nothing
    assert (household.is_running, household.started_at_s) == (False, None)
    assert (films.state, films.files, films.missing) == ("not watched", 3, 1)
    assert household.sources == source_lines(settings)
    assert household.library_names == {"films"}


def test_store_on_a_share_is_refused_before_it_is_touched(settings: Settings) -> None:
    share = f"36 35 98:0 / {settings.store.path.parents[1]} rw,noatime - nfs4 nas:/x rw\n"

    with pytest.raises(StoreOnShare, match=r"set \[store\] path to a local disk"):
        open_store(settings, share)

    assert not settings.store.path.parent.exists()


async def test_command_that_holds_the_store_for_a_moment_is_waited_for(settings: Settings) -> None:
    async with anyio.create_task_group() as tasks, opened_store(settings):
        tasks.start_soon(_open, settings)
        await anyio.wait_all_tasks_blocked()


async def test_daemon_that_holds_the_store_is_not_waited_for(settings: Settings) -> None:
    path = settings.server.socket
    async with opened_store(settings), await anyio.create_unix_listener(path):
        with pytest.raises(StoreHeld), anyio.fail_after(_LONG_S / 2):
            await _open(settings)


async def test_store_is_held_by_one_only_and_let_go_after_an_error(settings: Settings) -> None:
    with pytest.raises(ValueError, match="an error"):  # noqa: PT012  # the block is what fails
        async with opened_store(settings):
            with pytest.raises(StoreHeld):
                async with opened_store(settings):
                    pass
            raise ValueError("an error")

    async with opened_store(settings):
        pass


async def test_store_is_let_go_after_cancellation(settings: Settings) -> None:
    with anyio.CancelScope() as scope:
        async with opened_store(settings):
            scope.cancel()
            await anyio.sleep_forever()

    async with opened_store(settings):
        pass


async def test_own_desk_answers_where_no_daemon_runs(settings: Settings) -> None:
    async with own_desk(settings) as remote:
        status = await remote.status()
        assert await remote.list_files(list(FileState)) == ()

    assert (status.is_running, status.store) == (False, str(settings.store.path))
    async with opened_store(settings):
        pass


async def test_source_that_can_never_be_asked_ends_the_start(
    settings: Settings, database: Database
) -> None:
    strange = settings.sources[0].model_copy(update={"url": "ftp://first.example/graphql"})

    with pytest.raises(SourceUnusable):
        async with opened_house(replace(settings, sources=(strange,)), database):
            pass


_LONG_S = 20.0


async def _open(settings: Settings) -> None:
    async with opened_store(settings, patience_s=_LONG_S):
        pass
