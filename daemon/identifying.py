"""The work of the stage that asks, made of the settings: for the daemon and for a rehearsal."""

from __future__ import annotations

import time
from collections.abc import Collection

import anyio

from daemon.desk.desk import Bells
from daemon.journey.identify import Identify
from daemon.libraries import sidecar_reader
from daemon.premises import premises_of
from daemon.settings import Settings
from providers.base import Source
from store.database import Database


def make_identify(
    settings: Settings,
    database: Database,
    sources: Collection[Source],
    bells: Bells,
    *,
    looks: anyio.CapacityLimiter,
) -> Identify:
    """Return the work of the stage that asks; `looks` are those at the disk at once."""
    return Identify(
        database=database,
        sources=tuple(sources),
        now=time.time,
        gather_s=settings.identify.gather_s,
        onward=bells.deciding,
        waits=len(settings.identify.retry_s),
        premises=premises_of(settings),
        sidecars=sidecar_reader(settings, looks),
    )
