"""Applying, put together: what is written beside files, and who hears of it."""

from __future__ import annotations

import random
import time

import structlog

from daemon.announcing import audience_of
from daemon.artwork import PictureMeans, folders_of, make_artwork
from daemon.journey.apply import Apply
from daemon.journey.bell import Bell
from daemon.journey.name_giving import NameGiving
from daemon.journey.renaming import Renamer
from daemon.journey.sidecar_hand import SidecarHand
from daemon.journey.sidecars import Sidecars
from daemon.naming import naming_of
from daemon.nfo_styles import nfo_on_change, nfo_styles
from daemon.opening import backups_of
from daemon.settings import Settings
from store.database import Database


def make_apply(
    settings: Settings,
    database: Database,
    pictures: PictureMeans | None = None,
    *,
    announce_bell: Bell | None = None,
) -> Apply:
    """Return the work of the stage that writes sidecars; without means pictures wait."""
    sidecars = Sidecars(
        database=database,
        roots=folders_of(settings),
        now=time.time,
        styles=nfo_styles(settings),
        on_change=nfo_on_change(settings),
        backups=backups_of(settings),
    )
    return Apply(
        database=database,
        sidecars=sidecars,
        writes_nfo=settings.sidecar.nfo,
        pictures=make_artwork(settings, sidecars.hand, pictures),
        wants_pictures=settings.sidecar.artwork,
        names=_names(settings, sidecars.hand),
        audience=audience_of(settings),
        announce_bell=announce_bell,
        now=time.time,
        jitter=random.random,
        log=structlog.get_logger(),
    )


def _names(settings: Settings, hand: SidecarHand) -> NameGiving:
    """Return what gives names: also where none are wanted any more, to take back those given."""
    return NameGiving(
        renamer=Renamer(hand=hand, naming=naming_of(settings), audience=audience_of(settings)),
        now=time.time,
        jitter=random.random,
        log=structlog.get_logger(),
    )
