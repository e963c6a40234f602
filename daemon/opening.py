"""Open the store of the settings, and what lies beside it; let go of it whatever happens."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path, PurePath

import anyio
import anyio.to_thread

from daemon.disk.backups import Backups
from daemon.disk.pictures import Pictures
from daemon.disk.sheets import Sheets
from daemon.looking.mounts import is_network_share, read_mount_table
from daemon.occupied import is_occupied
from daemon.settings import Settings
from providers.pictures import MOST_BYTES
from store.database import Database, open_database
from store.errors import StoreHeld, StoreOnShare

_LOOK_EVERY_S = 0.1


def open_store(settings: Settings, mount_table: str) -> Database:
    """Return the database of the settings; this process then holds it.

    Args:
        settings: Say where it is.
        mount_table: The text of /proc/self/mountinfo.

    Raises:
        StoreOnShare: it would lie on a network share.
        StoreError: it cannot be opened.

    """
    path = settings.store.path
    if is_network_share(PurePath(path), mount_table):
        raise StoreOnShare(path)

    return open_database(
        path, memory_limit_bytes=settings.store.memory_limit_bytes, now_s=time.time()
    )


def sheets_of(settings: Settings) -> Sheets:
    """Return the contact sheets beside the store; its holder has them."""
    return Sheets(
        settings.store.path.parent / "sheets",
        budget_bytes=settings.fingerprint.contact_sheet_budget_bytes,
    )


def backups_of(settings: Settings) -> Backups:
    """Return what doorman replaced and is too large for the store, beside it."""
    return Backups(
        settings.store.path.parent / "former", budget_bytes=settings.store.undo_space_bytes
    )


def pictures_of(settings: Settings) -> Pictures:
    """Return the covers of works that were fetched, beside the store; its holder has them."""
    return Pictures(
        settings.store.path.parent / "pictures",
        most_bytes=MOST_BYTES,
        budget_bytes=settings.fingerprint.picture_budget_bytes,
    )


@asynccontextmanager
async def opened_store(settings: Settings, *, patience_s: float = 0.0) -> AsyncIterator[Database]:
    """Hold the database while the block runs.

    A command that answers for itself holds it for a moment: that is waited for, for so long, but
    no daemon is.

    Raises:
        StoreError: it cannot be opened, or not be closed in order.

    """
    database = await _open(settings, patience_s)
    try:
        yield database
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(database.close)


async def _open(settings: Settings, patience_s: float) -> Database:
    until_s = anyio.current_time() + patience_s
    while True:
        try:
            return await anyio.to_thread.run_sync(open_store, settings, read_mount_table())
        except StoreHeld:
            if anyio.current_time() >= until_s or _has_listener(settings.server.socket):
                raise

        await anyio.sleep(_LOOK_EVERY_S)


def _has_listener(socket: Path) -> bool:
    try:
        return is_occupied(socket)
    except PermissionError:
        return True  # somebody else's daemon, as far as can be told
