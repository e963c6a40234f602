"""A desk of the command's own, where no daemon runs; it does what follows from an answer, too."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

from daemon.desk.counsel import Foresee
from daemon.desk.desk import Bells, Desk
from daemon.desk.judgement_views import ForeseenLine
from daemon.household import resting_household
from daemon.opening import opened_store, sheets_of
from daemon.remote import Remote, over_app
from daemon.settings import Settings
from daemon.web.api import build_api
from rules.candidate import Answer
from rules.lookup import Lookup
from store.database import Database
from store.files import FileRecord


@asynccontextmanager
async def own_desk(settings: Settings) -> AsyncIterator[Remote]:
    """Hold the store and yield a desk over it.

    Raises:
        StoreHeld: another process holds it.
        StoreError: it cannot be opened.

    """
    async with opened_store(settings) as database:
        bells = Bells()
        desk = Desk(
            database=database,
            household=replace(
                resting_household(settings, _foresight(settings, database)),
                submit_now=partial(_submit, settings, database),
                search=partial(_search, settings),
            ),
            bells=bells,
            sheets=sheets_of(settings),
            now=time.time,
        )
        async with over_app(build_api(desk), settings.store.path) as remote:
            yield remote
            if remote.has_changed:
                await _follow_up(settings, database, bells)


def _foresight(settings: Settings, database: Database) -> Foresee:
    async def foresee(files: Sequence[FileRecord]) -> Sequence[ForeseenLine]:
        from daemon.rehearsing import resting_foresight  # noqa: PLC0415  # others need no source

        return await resting_foresight(settings, database)(files)

    return foresee


async def _submit(settings: Settings, database: Database) -> None:
    from daemon.submitting import submit_now  # noqa: PLC0415  # only one command needs sources

    await submit_now(settings, database)


async def _search(settings: Settings, source: str, lookup: Lookup) -> Answer:
    from daemon.searching import search_once  # noqa: PLC0415  # as above

    return await search_once(settings, source, lookup)


async def _follow_up(settings: Settings, database: Database, bells: Bells) -> None:
    """Do what a person's answer led to, where no daemon does: decide anew, write sidecars."""
    from daemon.applying import make_apply  # noqa: PLC0415  # questions need neither
    from daemon.stages import make_deciding  # noqa: PLC0415  # as above

    deciding, apply = make_deciding(settings, database, bells), make_apply(settings, database)
    while decidable := await deciding.take(frozenset()):
        for batch in decidable:
            await deciding.work(batch)
    while owed := await apply.take(frozenset()):
        for item in owed:
            await apply.work(item)
