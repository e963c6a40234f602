"""Announcing, put together: whom the settings name, and the stage that tells them."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

import structlog

from daemon.journey.announcing import Announcing, News
from daemon.journey.bell import Bell
from daemon.journey.pipeline import Stage
from daemon.settings import Settings
from providers.hearers.base import Hearer
from rules.announcement import Audience, Listener, Occurrence
from store.database import Database


def audience_of(settings: Settings) -> Audience:
    """Return who hears of what."""
    return Audience(
        listeners=tuple(
            Listener(
                name=each.name,
                on=frozenset(map(Occurrence, each.on)),
                libraries=frozenset(each.libraries),
            )
            for each in settings.announces
            if each.enabled
        )
    )


def announcing_stage(database: Database, hearers: Sequence[Hearer], *, bell: Bell) -> Stage[News]:
    """Return the stage; each program may be told something at the same time."""
    announcing = Announcing(
        database=database,
        hearers=hearers,
        now=time.time,
        jitter=random.random,
        log=structlog.get_logger(),
    )
    return Stage(
        name="announcing",
        take=announcing.take,
        work=announcing.work,
        next_due_in_s=announcing.next_due_in_s,
        workers=max(1, len(hearers)),
        bell=bell,
    )
