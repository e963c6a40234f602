"""The composition: every part of doorman, built from the settings and joined to the others."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial

import anyio
import structlog

from daemon.artwork import PictureMeans, opened_artwork_fetcher
from daemon.clusters import longest_answer_s, with_cluster
from daemon.desk.desk import Bells, Desk
from daemon.gallery import Gallery, opened_gallery
from daemon.hearers import opened_hearers
from daemon.household import enabled_libraries, running_household
from daemon.journey.announcing import TELL_WITHIN_S
from daemon.journey.entrance import Entrance
from daemon.journey.examining import Examiner
from daemon.journey.rounds import Rounds
from daemon.journey.settle import Settler
from daemon.journey.sheet_keeper import SheetKeeper
from daemon.journey.sidecar_news import SidecarNews
from daemon.journey.submitting import AT_ONCE as VOTES_A_PARCEL
from daemon.libraries import sidecar_reader, territory_of
from daemon.looking.eyes import Eyes
from daemon.looking.mounts import read_mount_table
from daemon.lookups import leave_lookups_behind
from daemon.media.lanes import Lanes
from daemon.media.pool import WorkerPool
from daemon.opening import sheets_of
from daemon.rehearsing import rehearsal_of
from daemon.searching import search_at
from daemon.service.health import Heartbeats
from daemon.service.timing import StageClock
from daemon.settings import LibrarySettings, Settings, SourceSettings
from daemon.source_health import health_views
from daemon.sources import opened_sources
from daemon.stages import Means, Stages, make_stages, storage_of, worker_count
from daemon.watch.library import LibraryState
from daemon.web.listening import PageState, page_state
from providers.base import Source
from providers.hearers.base import Hearer
from store.database import Database

PATIENCE_S = 120.0
"""How long a stage at work may be silent before the watchdog is no longer fed."""
DECODED_WITHIN_S = 30.0
"""The largest picture that is taken needs a second or two; a small board ten times as long."""
LOOKS_AT_ONCE = 4
ANSWERS_ABOUT_A_FILE = 4
"""At the worst: its oshash and the rest, each after another file's on the same disk."""
ATTEMPTS_OF_A_SOURCE = 10
"""Requests that asking one source about one batch may take, at the worst, one after another."""
NAMES_A_BATCH = 40
REQUESTS_A_NAME = 2
"""An older stash-box is asked with other words when the first find nothing."""
NAMES_AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything that lives while doorman works."""

    settings: Settings
    libraries: tuple[LibrarySettings, ...]
    """Those that are enabled."""
    means: Means
    desk: Desk
    entrance: Entrance
    rounds: Rounds
    stages: Stages
    heartbeats: Heartbeats
    stage_clock: StageClock
    """Told by the stages how long their work took."""
    library_states: dict[str, LibraryState]
    """Written by the watchers; empty where none run."""
    page: PageState
    """Written by whoever serves the page."""
    gallery: Gallery
    """Pictures of works, for the page."""


@asynccontextmanager
async def opened_house(settings: Settings, database: Database) -> AsyncIterator[House]:
    """Build everything and keep open what must be, while the block runs.

    Raises:
        ConfigurationError: a source cannot be asked, or a cluster used, as it is configured.

    """
    leave_lookups_behind()
    fingerprint = settings.fingerprint
    here = WorkerPool(
        workers=worker_count(settings),
        timeout_s=fingerprint.timeout_s,
        memory_limit_bytes=fingerprint.memory_limit_bytes,
        lanes=Lanes(storage_of(settings)),
    )
    workers = with_cluster(settings, here)
    decoder = WorkerPool(  # of its own: an NFO does not wait until all videos are hashed
        workers=1,
        timeout_s=DECODED_WITHIN_S,
        memory_limit_bytes=fingerprint.memory_limit_bytes,
        is_warmed_up=False,
    )
    async with (
        opened_sources(settings) as sources,
        opened_gallery(settings) as gallery,
        opened_artwork_fetcher() as fetcher,
        opened_hearers(settings) as hearers,
        workers,
        decoder,
    ):
        yield _build(
            settings,
            database,
            workers,
            sources,
            gallery=gallery,
            pictures=PictureMeans(fetcher=fetcher, stills=here, decoder=decoder),
            hearers=hearers,
        )


def _build(
    settings: Settings,
    database: Database,
    workers: Examiner,
    sources: Collection[Source],
    *,
    gallery: Gallery,
    pictures: PictureMeans,
    hearers: Sequence[Hearer],
) -> House:
    libraries = enabled_libraries(settings)
    bells = Bells()
    eyes = _eyes(libraries)
    rounds = _rounds(settings, database, eyes, bells)
    heartbeats = Heartbeats(
        patience_s=PATIENCE_S, now_s=time.monotonic, longer_s=longer_patience_s(settings)
    )
    states: dict[str, LibraryState] = {}
    sheets = sheets_of(settings)
    means = Means(
        settings=settings,
        database=database,
        workers=workers,
        sources=sources,
        eyes=eyes,
        is_gone=rounds.is_gone,
        bells=bells,
        sheets=SheetKeeper(sheets, log=structlog.get_logger()),
        pictures=pictures,
        covers=gallery,
        hearers=hearers,
    )
    page = page_state(settings.server)
    household = replace(
        running_household(settings, rounds, states, rehearsal_of(means).foresee),
        healths=partial(health_views, sources, time.time),
        page=page.view,
        search=search_at(sources),
    )
    desk = Desk(database=database, household=household, bells=bells, sheets=sheets, now=time.time)
    return House(
        settings=settings,
        libraries=libraries,
        means=means,
        desk=desk,
        entrance=_entrance(libraries, means, rounds, heartbeats),
        rounds=rounds,
        stages=make_stages(means),
        heartbeats=heartbeats,
        stage_clock=StageClock(),
        library_states=states,
        page=page,
        gallery=gallery,
    )


def _eyes(libraries: Collection[LibrarySettings]) -> Eyes:
    table = read_mount_table()
    return Eyes(
        territories={library.name: territory_of(library, table) for library in libraries},
        limiter=anyio.CapacityLimiter(LOOKS_AT_ONCE),
    )


def _rounds(settings: Settings, database: Database, eyes: Eyes, bells: Bells) -> Rounds:
    reader = sidecar_reader(settings, eyes.limiter)
    return Rounds(
        database=database,
        eyes=eyes,
        rescan_s={library.name: library.rescan_s for library in enabled_libraries(settings)},
        sidecars=SidecarNews(database=database, reader=reader, now=time.time) if reader else None,
        door=bells.door,
        identify_bell=bells.identify,
        apply_bell=bells.apply,
        tell_bell=bells.tell,
        now=time.time,
        log=structlog.get_logger(),
    )


def longer_patience_s(settings: Settings) -> dict[str, float]:
    """Return how long the stages may be silent whose single piece of work may take long."""
    examining_s = PATIENCE_S + ANSWERS_ABOUT_A_FILE * longest_answer_s(settings)
    asking_s = (_asking_s(each) for each in settings.sources if each.enabled)
    telling_s = (_telling_s(each) for each in settings.sources if each.enabled)
    return {
        "hashing": examining_s,
        "regenerating": examining_s,
        **({"apply": examining_s} if settings.sidecar.thumb_from_video else {}),
        "identify": PATIENCE_S + max(asking_s, default=0),
        "submitting": PATIENCE_S + max(telling_s, default=0),
        "announcing": PATIENCE_S + TELL_WITHIN_S,
    }


def _asking_s(source: SourceSettings) -> float:
    """Return how long one source may take for one batch, of which it knows nothing."""
    requests = NAMES_A_BATCH * REQUESTS_A_NAME if source.search else 0
    turn_s, answer_s = 60 / source.requests_per_minute, source.timeout_s / NAMES_AT_ONCE
    return ATTEMPTS_OF_A_SOURCE * source.timeout_s + requests * (turn_s + answer_s)


def _telling_s(source: SourceSettings) -> float:
    """Return how long one source may take for a parcel of votes that it takes one by one."""
    turn_s = 60 / source.requests_per_minute
    return ATTEMPTS_OF_A_SOURCE * source.timeout_s + VOTES_A_PARCEL * (turn_s + source.timeout_s)


def _entrance(
    libraries: Collection[LibrarySettings], means: Means, rounds: Rounds, heartbeats: Heartbeats
) -> Entrance:
    return Entrance(
        database=means.database,
        eyes=means.eyes,
        rounds=rounds,
        settlers={library.name: Settler(quiet_s=library.settle_s) for library in libraries},
        bell=means.bells.door,
        hashing_bell=means.bells.hashing,
        identify_bell=means.bells.identify,
        apply_bell=means.bells.apply,
        now=time.time,
        clock=time.monotonic,
        beat=heartbeats,
    )
