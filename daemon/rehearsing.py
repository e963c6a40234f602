"""Rehearsals as they are made of the settings: beside the stages, and where no daemon runs."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache

import anyio

from daemon.desk.counsel import Foresee
from daemon.desk.desk import Bells
from daemon.desk.judgement_views import ForeseenLine
from daemon.dry_run import DryRun, Tally, Tell
from daemon.identifying import make_identify
from daemon.naming import naming_of
from daemon.premises import premises_of
from daemon.rehearsal import Rehearsal
from daemon.settings import Settings
from daemon.stages import Means, asked_sources, hand_count, wanted_of
from providers.base import Source
from store.database import Database
from store.files import FileRecord

LOOKS_AT_ONCE = 4
"""At the disk, where no daemon's eyes are to be had."""


def rehearsal_of(means: Means) -> Rehearsal:
    """Return what foresees by the means of the daemon."""
    return _rehearsal(means.settings, means.database, means.sources, means.eyes.limiter)


def resting_foresight(settings: Settings, database: Database) -> Foresee:
    """Return what foresees where no daemon runs: its sources are opened when it is asked."""

    async def foresee(files: Sequence[FileRecord]) -> Sequence[ForeseenLine]:
        from daemon.sources import opened_sources  # noqa: PLC0415  # other questions ask nobody

        async with opened_sources(settings) as sources:
            looks = anyio.CapacityLimiter(LOOKS_AT_ONCE)
            return await _rehearsal(settings, database, sources, looks).foresee(files)

    return foresee


async def rehearse_all(means: Means, tell: Tell) -> Tally:
    """Look through every library and tell what would be done; do nothing."""
    settings = means.settings
    libraries = [library for library in settings.libraries if library.enabled]
    dry_run = DryRun(
        reader=means.database,
        eyes=means.eyes,
        examiner=means.workers,
        wanted=replace(wanted_of(settings), md5=False, sheet_width=None),
        rehearsal=rehearsal_of(means),
        settle_s={library.name: library.settle_s for library in libraries},
        hands=hand_count(settings),
        now=time.time,
        sleep=anyio.sleep,
        tell=tell,
    )
    return await dry_run.run()


def _rehearsal(
    settings: Settings,
    database: Database,
    sources: Collection[Source],
    looks: anyio.CapacityLimiter,
) -> Rehearsal:
    return Rehearsal(
        reader=database,
        asker=make_identify(settings, database, sources, Bells(), looks=looks),
        rules=cache(settings.rule_set),
        sources=asked_sources(settings),
        waits=len(settings.identify.retry_s),
        premises=premises_of(settings),
        naming=naming_of(settings),
    )
