"""The stages that take their work from the store, each made of what it needs."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath

import structlog

from daemon.announcing import announcing_stage
from daemon.applying import make_apply
from daemon.artwork import PictureMeans
from daemon.desk.desk import Bells
from daemon.identifying import make_identify
from daemon.journey.announcing import News
from daemon.journey.apply import OwedWork
from daemon.journey.batch import Batch
from daemon.journey.deciding import Deciding
from daemon.journey.examining import Examiner
from daemon.journey.hashing import Hashing
from daemon.journey.pipeline import Stage
from daemon.journey.regenerating import Regenerating
from daemon.journey.resolving import Schedule
from daemon.journey.sheet_keeper import SheetKeeper
from daemon.journey.submitting import Parcel
from daemon.journey.tell import Mail
from daemon.journey.wishes import Wish, Wishes
from daemon.looking.eyes import Eyes
from daemon.media.examination import Wanted
from daemon.media.storage import READERS_OF_UNKNOWN, Storage
from daemon.premises import premises_of
from daemon.push.illustrating import Covers
from daemon.settings import Settings
from daemon.submitting import submitting_stage
from daemon.telling import make_tell, wanted_news
from daemon.terms import terms_of
from providers.base import Source
from providers.hearers.base import Hearer
from store.database import Database

SIDECARS_AT_ONCE = 8
"""Each is a few short waits for the disk and for commits, which those of several files share."""
MOST_WORKERS = 4
"""By default; one file is decoded by one core, and a disk has only so many heads."""
MOST_AT_CLUSTER = 32
"""By default; those that its threads cannot take yet wait, and hold nothing but a few words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """All stages, by name."""

    hashing: Stage[Batch]
    regenerating: Stage[Wish]
    identify: Stage[Batch]
    deciding: Stage[Batch]
    apply: Stage[OwedWork]
    tell: Stage[Mail]
    submitting: Stage[Parcel]
    announcing: Stage[News]


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What stages work with."""

    settings: Settings
    database: Database
    workers: Examiner
    sources: Collection[Source]
    eyes: Eyes
    is_gone: Callable[[str, PurePath], Awaitable[bool]]
    """Whether nothing is at a path of a library that is there to say so."""
    bells: Bells
    sheets: SheetKeeper
    pictures: PictureMeans
    """Where those come from that are written beside videos."""
    hearers: Sequence[Hearer] = ()
    """Other programs that hear of what was done."""
    covers: Covers
    """Pictures of works, for messages."""


def make_stages(means: Means) -> Stages:
    """Return all stages, joined by their bells."""
    return Stages(
        hashing=_hashing(means),
        regenerating=_regenerating(means),
        identify=_identify(means),
        deciding=_deciding(means),
        apply=_apply(means),
        tell=_tell(means),
        submitting=submitting_stage(
            means.settings,
            means.database,
            means.sources,
            bell=means.bells.submitting,
            tell_bell=means.bells.tell,
        ),
        announcing=announcing_stage(means.database, means.hearers, bell=means.bells.announcing),
    )


def make_deciding(settings: Settings, database: Database, bells: Bells) -> Deciding:
    """Return the work of the stage that decides."""
    return Deciding(
        database=database,
        rules=settings.rule_set(),
        sources=asked_sources(settings),
        schedule=Schedule(
            no_match_s=settings.identify.retry_s, first_deferral_s=settings.identify.defer_s
        ),
        now=time.time,
        jitter=random.random,
        apply_bell=bells.apply,
        tell_bell=bells.tell,
        identify_bell=bells.identify,
        submit_bell=bells.submitting,
        terms=terms_of(settings),
        log=structlog.get_logger(),
        premises=premises_of(settings),
        tells_accepted="accepted" in wanted_news(settings),
    )


def asked_sources(settings: Settings) -> frozenset[str]:
    """Return the names of the sources that are asked."""
    return frozenset(source.name for source in settings.sources if source.enabled)


def worker_count(settings: Settings) -> int:
    """Return how many files are examined at once on this machine."""
    fingerprint = settings.fingerprint
    own = min(os.cpu_count() or 1, MOST_WORKERS)
    return own if fingerprint.cluster else fingerprint.workers or own


def hand_count(settings: Settings) -> int:
    """Return how many files are under way at once, here or on a cluster."""
    if settings.fingerprint.cluster is None:
        return worker_count(settings)

    return settings.fingerprint.workers or MOST_AT_CLUSTER


def storage_of(settings: Settings) -> Storage:
    """Return where files lie, and how many may be read there at once.

    A cluster is made for shares, and no share is too slow for it to say so; a disk that spins
    here spins for the cluster too.
    """
    fingerprint = settings.fingerprint
    return Storage(
        readers_of_spinning=fingerprint.workers_per_spinning_disk,
        readers_of_unknown=hand_count(settings) if fingerprint.cluster else READERS_OF_UNKNOWN,
    )


def wanted_of(settings: Settings) -> Wanted:
    """Return what an examination shall give beside facts and phash."""
    fingerprint = settings.fingerprint
    return Wanted(
        md5=fingerprint.md5,
        sheet_width=fingerprint.contact_sheet_width if fingerprint.contact_sheet else None,
        ffmpeg=str(fingerprint.ffmpeg) if fingerprint.ffmpeg else None,
    )


def _hashing(means: Means) -> Stage[Batch]:
    hands = hand_count(means.settings)
    hashing = Hashing(
        database=means.database,
        examiner=means.workers,
        storage=storage_of(means.settings),
        wanted=wanted_of(means.settings),
        look=means.eyes.look,
        is_gone=means.is_gone,
        now=time.time,
        jitter=random.random,
        attempts=means.settings.fingerprint.attempts,
        door=means.bells.door,
        onward=means.bells.identify,
        apply_bell=means.bells.apply,
        tell_bell=means.bells.tell,
        keep_sheet=means.sheets.keep,
        free_bell=means.bells.regenerating,
        log=structlog.get_logger(),
    )
    return Stage(
        name="hashing",
        take=partial(hashing.take, limit=hands),
        work=hashing.work,
        next_due_in_s=hashing.next_due_in_s,
        workers=hands,
        bell=means.bells.hashing,
    )


def _regenerating(means: Means) -> Stage[Wish]:
    hands = max(hand_count(means.settings) - 1, 1)
    regenerating = Regenerating(
        database=means.database,
        examiner=means.workers,
        wishes=Wishes(means.database, storage=storage_of(means.settings), hands=hands),
        wanted=wanted_of(means.settings),
        look=means.eyes.look,
        now=time.time,
        jitter=random.random,
        attempts=means.settings.fingerprint.attempts,
        door=means.bells.door,
        keep_sheet=means.sheets.keep,
        onward=means.bells.identify,
        terms=terms_of(means.settings),
        log=structlog.get_logger(),
    )
    return Stage(
        name="regenerating",
        take=regenerating.take,
        work=regenerating.work,
        next_due_in_s=regenerating.next_due_in_s,
        workers=hands,
        bell=means.bells.regenerating,
    )


def _identify(means: Means) -> Stage[Batch]:
    identify = make_identify(
        means.settings,
        means.database,
        means.sources,
        means.bells,
        looks=means.eyes.limiter,
    )
    return Stage(
        name="identify",
        take=identify.take,
        work=identify.work,
        next_due_in_s=identify.next_due_in_s,
        bell=means.bells.identify,
    )


def _deciding(means: Means) -> Stage[Batch]:
    deciding = make_deciding(means.settings, means.database, means.bells)
    return Stage(
        name="deciding",
        take=deciding.take,
        work=deciding.work,
        next_due_in_s=deciding.next_due_in_s,
        bell=means.bells.deciding,
    )


def _apply(means: Means) -> Stage[OwedWork]:
    apply = make_apply(
        means.settings, means.database, means.pictures, announce_bell=means.bells.announcing
    )
    return Stage(
        name="apply",
        take=apply.take,
        work=apply.work,
        next_due_in_s=apply.next_due_in_s,
        workers=SIDECARS_AT_ONCE,
        bell=means.bells.apply,
    )


def _tell(means: Means) -> Stage[Mail]:
    tell = make_tell(means.settings, means.database, means.sources, means.covers)
    return Stage(
        name="tell",
        take=tell.take,
        work=tell.work,
        next_due_in_s=tell.next_due_in_s,
        workers=max(len(tell.channels), 1),
        bell=means.bells.tell,
    )
