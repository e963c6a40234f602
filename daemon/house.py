"""The composition: every part of doorman, built from the settings and joined to the others."""

from __future__ import annotations

import os
import random
import time
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path, PurePath

import anyio
import anyio.to_thread
import structlog

from daemon.apply import Apply, OwedWork
from daemon.deciding import Deciding, Schedule
from daemon.desk.desk import Bells, Desk, Household
from daemon.desk.views import LibraryLine, SourceLine
from daemon.entrance import Entrance
from daemon.eyes import Eyes
from daemon.hashing import Hashing
from daemon.health import Heartbeats
from daemon.identify import Identify
from daemon.libraries import library_line, territory_of
from daemon.media.pool import WorkerPool
from daemon.mounts import is_network_share, read_mount_table
from daemon.notify import Sender
from daemon.pipeline import Stage
from daemon.rounds import Rounds
from daemon.settings import LibrarySettings, Settings, SourceSettings
from daemon.settle import Settler
from daemon.sidecars import Sidecars
from daemon.tell import Mail, Tell
from daemon.unit import Batch
from daemon.watch.library import LibraryState
from providers.base import Source
from providers.registry import SourceSpec, open_sources
from providers.secret import SecretText
from store.database import Database, open_database
from store.errors import StoreOnShare

PATIENCE_S = 120.0
"""How long a stage at work may be silent before the watchdog is no longer fed."""
GATHER_MESSAGES_S = 3.0
"""Questions that come this close together become one message."""
LOOKS_AT_ONCE = 4
MOST_WORKERS = 4
"""By default; one file is decoded by one core, and a disk has only so many heads."""

ATTEMPTS_OF_A_SOURCE = 10
"""Requests that asking one source about one batch may take, at the worst."""

VERSION = version("doorman")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """The stages that take their work from the store."""

    hashing: Stage[Batch]
    identify: Stage[Batch]
    deciding: Stage[Batch]
    apply: Stage[OwedWork]
    tell: Stage[Mail]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything that lives while doorman works."""

    settings: Settings
    libraries: tuple[LibrarySettings, ...]
    """Those that are enabled."""
    desk: Desk
    entrance: Entrance
    rounds: Rounds
    stages: Stages
    heartbeats: Heartbeats
    library_states: dict[str, LibraryState]
    """Written by the watchers; empty where none run."""


def open_store(settings: Settings) -> Database:
    """Return the database of the settings; this process then holds it.

    Raises:
        StoreOnShare: it would lie on a network share.
        StoreError: it cannot be opened.

    """
    path = settings.store.path
    if is_network_share(PurePath(path), read_mount_table()):
        raise StoreOnShare(path)

    return open_database(
        path, memory_limit_bytes=settings.store.memory_limit_bytes, now_s=time.time()
    )


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator[Database]:
    """Hold the database while the block runs."""
    database = await anyio.to_thread.run_sync(open_store, settings)
    try:
        yield database
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(database.close)


@asynccontextmanager
async def opened_house(settings: Settings, database: Database) -> AsyncIterator[House]:
    """Build everything and keep open what must be, while the block runs."""
    fingerprint = settings.fingerprint
    workers = WorkerPool(
        workers=worker_count(settings),
        timeout_s=fingerprint.timeout_s,
        memory_limit_bytes=fingerprint.memory_limit_bytes,
    )
    specs = [source_spec(source) for source in settings.sources if source.enabled]
    async with workers, open_sources(specs, user_agent=f"doorman/{VERSION}") as sources:
        yield _build(settings, database, workers, sources)


def worker_count(settings: Settings) -> int:
    """Return how many files are examined at once."""
    return settings.fingerprint.workers or min(os.cpu_count() or 1, MOST_WORKERS)


def source_spec(source: SourceSettings) -> SourceSpec:
    """Return a source as its provider is opened with."""
    key = SecretText(source.key.get_secret_value()) if source.key is not None else None
    return SourceSpec(
        name=source.name,
        kind=source.kind,
        url=str(source.url),
        key=key,
        requests_per_minute=source.requests_per_minute,
        timeout_s=source.timeout_s,
    )


def _build(
    settings: Settings, database: Database, workers: WorkerPool, sources: Collection[Source]
) -> House:
    libraries = tuple(library for library in settings.libraries if library.enabled)
    bells = Bells()
    eyes = _eyes(libraries)
    rounds = Rounds(
        database=database,
        eyes=eyes,
        rescan_s={library.name: library.rescan_s for library in libraries},
        door=bells.door,
        apply_bell=bells.apply,
        now=time.time,
        log=structlog.get_logger(),
    )
    heartbeats = Heartbeats(
        patience_s=PATIENCE_S,
        now_s=time.monotonic,
        longer_s={
            "hashing": PATIENCE_S + 2 * settings.fingerprint.timeout_s,
            "identify": PATIENCE_S
            + ATTEMPTS_OF_A_SOURCE * max((each.timeout_s for each in settings.sources), default=0),
        },
    )
    states: dict[str, LibraryState] = {}
    entrance = Entrance(
        database=database,
        eyes=eyes,
        rounds=rounds,
        settlers={library.name: Settler(quiet_s=library.settle_s) for library in libraries},
        bell=bells.door,
        hashing_bell=bells.hashing,
        apply_bell=bells.apply,
        now=time.time,
        clock=time.monotonic,
        beat=heartbeats,
    )
    return House(
        settings=settings,
        libraries=libraries,
        desk=Desk(
            database=database,
            household=_household(settings, libraries, rounds, states),
            bells=bells,
            now=time.time,
        ),
        entrance=entrance,
        rounds=rounds,
        stages=_stages(settings, database, workers, sources, eyes=eyes, bells=bells),
        heartbeats=heartbeats,
        library_states=states,
    )


def _eyes(libraries: Collection[LibrarySettings]) -> Eyes:
    table = read_mount_table()
    return Eyes(
        territories={library.name: territory_of(library, table) for library in libraries},
        limiter=anyio.CapacityLimiter(LOOKS_AT_ONCE),
    )


def _household(
    settings: Settings,
    libraries: tuple[LibrarySettings, ...],
    rounds: Rounds,
    states: Mapping[str, LibraryState],
) -> Household:
    def lines(counts: Mapping[str, tuple[int, int]]) -> tuple[LibraryLine, ...]:
        return tuple(
            library_line(library, states.get(library.name), rounds.views[library.name], counts)
            for library in libraries
        )

    return Household(
        version=VERSION,
        is_running=True,
        started_at_s=time.time(),
        store_path=str(settings.store.path),
        sources=source_lines(settings),
        library_lines=lines,
        request_round=lambda name, is_confirmed: rounds.request(name, is_confirmed=is_confirmed),
        library_names=frozenset(library.name for library in libraries),
    )


def source_lines(settings: Settings) -> tuple[SourceLine, ...]:
    """Return the sources that are asked, as configured."""
    return tuple(
        SourceLine(name=source.name, url=str(source.url))
        for source in settings.sources
        if source.enabled
    )


def make_deciding(settings: Settings, database: Database, bells: Bells) -> Deciding:
    """Return the stage that decides."""
    return Deciding(
        database=database,
        rules=settings.rule_set(),
        sources=frozenset(source.name for source in settings.sources if source.enabled),
        schedule=Schedule(
            no_match_s=settings.identify.retry_s, first_deferral_s=settings.identify.defer_s
        ),
        now=time.time,
        jitter=random.random,
        apply_bell=bells.apply,
        tell_bell=bells.tell,
        log=structlog.get_logger(),
    )


def make_apply(settings: Settings, database: Database) -> Apply:
    """Return the stage that writes sidecars."""
    sidecars = Sidecars(
        database=database,
        roots={library.name: Path(library.path) for library in settings.libraries},
        now=time.time,
    )
    return Apply(
        database=database,
        sidecars=sidecars,
        writes_nfo=settings.sidecar.nfo,
        now=time.time,
        jitter=random.random,
    )


def _stages(  # the one place where the stages meet
    settings: Settings,
    database: Database,
    workers: WorkerPool,
    sources: Collection[Source],
    *,
    eyes: Eyes,
    bells: Bells,
) -> Stages:
    now, jitter = time.time, random.random
    hashing = Hashing(
        database=database,
        examiner=workers,
        look=eyes.look,
        now=now,
        jitter=jitter,
        attempts=settings.fingerprint.attempts,
        door=bells.door,
        onward=bells.identify,
    )
    hands = worker_count(settings)
    identify = Identify(
        database=database,
        sources=tuple(sources),
        now=now,
        gather_s=settings.identify.gather_s,
        onward=bells.deciding,
    )
    deciding = make_deciding(settings, database, bells)
    apply = make_apply(settings, database)
    tell = Tell(
        database=database,
        sender=Sender(deadline_s=settings.notify.timeout_s),
        targets=settings.notify.targets,
        kinds=settings.notify.on,
        max_per_hour=settings.notify.max_per_hour,
        gather_s=GATHER_MESSAGES_S,
        now=now,
        jitter=jitter,
    )
    return Stages(
        hashing=Stage(
            name="hashing",
            take=partial(hashing.take, limit=hands),
            work=hashing.work,
            next_due_in_s=hashing.next_due_in_s,
            workers=hands,
            bell=bells.hashing,
        ),
        identify=Stage(
            name="identify",
            take=identify.take,
            work=identify.work,
            next_due_in_s=identify.next_due_in_s,
            bell=bells.identify,
        ),
        deciding=Stage(
            name="deciding",
            take=deciding.take,
            work=deciding.work,
            next_due_in_s=deciding.next_due_in_s,
            bell=bells.deciding,
        ),
        apply=Stage(
            name="apply",
            take=apply.take,
            work=apply.work,
            next_due_in_s=apply.next_due_in_s,
            bell=bells.apply,
        ),
        tell=Stage(
            name="tell",
            take=tell.take,
            work=tell.work,
            next_due_in_s=tell.next_due_in_s,
            bell=bells.tell,
        ),
    )
