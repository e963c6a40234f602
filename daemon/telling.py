"""The stage that tells people, made of the settings."""

from __future__ import annotations

import random
import time
from collections.abc import Collection
from datetime import datetime
from functools import partial
from pathlib import Path

import structlog

from daemon.journey.delivering import Word
from daemon.journey.tell import Tell
from daemon.journey.telling import Telling
from daemon.journey.timely import Timely
from daemon.opening import sheets_of
from daemon.push.channels import channels_of
from daemon.push.illustrating import Covers, Illustrator
from daemon.push.links import Links
from daemon.push.owner_words import OwnerWords
from daemon.push.sender import Sender
from daemon.push.templates import read_templates
from daemon.push.words import OwnWords
from daemon.settings import Settings
from daemon.source_health import source_states
from providers.base import Source
from rules.quiet_hours import parse_time
from store.database import Database


def wanted_news(settings: Settings) -> frozenset[str]:
    """Return the kinds of news that any channel wants."""
    return frozenset(kind for channel in channels_of(settings) for kind in channel.on)


def make_tell(
    settings: Settings, database: Database, sources: Collection[Source], covers: Covers
) -> Tell:
    """Return the work of the stage."""
    notify = settings.notify
    timely = Timely(
        database=database,
        wanted=wanted_news(settings),
        sources=partial(source_states, sources),
        down_after_s=notify.down_after_s,
        remind_after_s=notify.remind_after_s,
        summary_at=parse_time(notify.summary_at),
        now=time.time,
        local=on_the_wall,
    )
    return Tell(
        database=database,
        sender=Sender(deadline_s=notify.timeout_s),
        channels=channels_of(settings),
        word=_words(notify.templates),
        telling=Telling(
            links=Links(public_url=settings.server.public_url, acting_s=notify.actions_for_s),
            sheets=sheets_of(settings),
            source_urls={each.name: each.url for each in settings.sources},
        ),
        now=time.time,
        local=on_the_wall,
        jitter=random.random,
        illustrate=Illustrator(covers=covers).illustrated,
        chores=timely.look,
    )


def _words(folder: Path | None) -> Word:
    """Return who puts news into words; what is wrong with templates is logged, and stops nobody."""
    if folder is None:
        return OwnWords()

    log = structlog.get_logger()
    found = read_templates(folder)
    for problem in found.problems:
        log.warning("template.refused", template=str(problem.path), reason=problem.message)
    return OwnerWords(texts=found.texts, log=log)


def on_the_wall(at_s: float) -> datetime:
    """Return what a clock on the wall shows here, at a time in seconds since 1970."""
    return datetime.fromtimestamp(at_s)  # noqa: DTZ006  # a zone of its own, summer time and all
