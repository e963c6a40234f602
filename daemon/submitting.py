"""Submitting, put together: as a stage of the daemon, and at once where none runs."""

from __future__ import annotations

import random
import time
from collections.abc import Collection

import structlog

from daemon.journey.bell import Bell
from daemon.journey.pipeline import Stage
from daemon.journey.submitting import Parcel, Submitting
from daemon.settings import Settings
from daemon.sources import opened_sources
from daemon.terms import terms_of
from providers.base import Source, Submitter
from store.database import Database


def make_submitting(
    settings: Settings, database: Database, sources: Collection[Source], tell_bell: Bell
) -> Submitting:
    """Return the work of the stage that tells sources of fingerprints."""
    return Submitting(
        database=database,
        submitters={source.name: source for source in sources if isinstance(source, Submitter)},
        terms=terms_of(settings),
        now=time.time,
        jitter=random.random,
        tell_bell=tell_bell,
        log=structlog.get_logger(),
    )


def submitting_stage(
    settings: Settings,
    database: Database,
    sources: Collection[Source],
    *,
    bell: Bell,
    tell_bell: Bell,
) -> Stage[Parcel]:
    """Return the stage; each source may have a parcel under way, so that none waits for another."""
    submitting = make_submitting(settings, database, sources, tell_bell)
    return Stage(
        name="submitting",
        take=submitting.take,
        work=submitting.work,
        next_due_in_s=submitting.next_due_in_s,
        workers=max(1, len(terms_of(settings).recipients)),
        bell=bell,
    )


async def submit_now(settings: Settings, database: Database) -> None:
    """Send all that is due, where no daemon does."""
    async with opened_sources(settings) as sources:
        submitting = make_submitting(settings, database, sources, Bell())
        while parcels := await submitting.take(frozenset()):
            for parcel in parcels:
                await submitting.work(parcel)
