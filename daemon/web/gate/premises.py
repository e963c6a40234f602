"""The gate as the settings want it, or why they are not safe."""

from __future__ import annotations

import time

import anyio.to_thread
from starlette.types import ASGIApp

from daemon.settings import Settings
from daemon.web.gate.access import access_path
from daemon.web.gate.access_file import AccessFile
from daemon.web.gate.attempts import Attempts
from daemon.web.gate.gate import build_gate
from daemon.web.gate.hosts import trusted_hosts
from daemon.web.gate.keeper import Keeper
from daemon.web.gate.password_file import prepare_access
from daemon.web.gate.safety import check_safe
from daemon.web.gate.sessions import Sessions
from store.database import Database


async def open_gate(settings: Settings, database: Database, site: ASGIApp) -> ASGIApp:
    """Return the site behind its gate.

    Raises:
        AccessUnreadable: it cannot be told who may come in.
        PasswordFileUnusable: the file that is to hold the password does not.
        PageUnsafe: other machines could come in without a password.

    """
    server = settings.server
    file = AccessFile(access_path(settings))
    access = await anyio.to_thread.run_sync(prepare_access, server, file)
    check_safe(server, access)
    sessions = Sessions(database, time.time)
    await sessions.load()
    keeper = Keeper(server, file, sessions, Attempts(time.monotonic))
    return build_gate(site, keeper, trusted_hosts(server))
