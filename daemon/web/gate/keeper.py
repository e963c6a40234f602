"""Who somebody is: looked up in what is known, without a word to the visitor."""

from __future__ import annotations

from dataclasses import dataclass

import anyio
import anyio.to_thread
import structlog
from starlette.requests import Request

from daemon.settings import ServerSettings
from daemon.web.gate.access import Access
from daemon.web.gate.access_file import AccessFile
from daemon.web.gate.attempts import Attempts
from daemon.web.gate.caller import caller_of, is_from_here
from daemon.web.gate.cookies import Cookie, cookie_for
from daemon.web.gate.password import SealedPassword, fits
from daemon.web.gate.sessions import Session, Sessions
from daemon.web.visitor import Visitor, Way
from store.sessions import SessionRecord

MOST_AT_ONCE = 4
"""Tries that may wait for each other: each takes a good part of a second, and 32 MiB."""
BUSY_WAIT_S = 2.0
_BEARER = "bearer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a request's sender."""

    visitor: Visitor | None
    """None: nobody who may come in."""
    is_refused_token: bool = False
    session: SessionRecord | None = None


class MustWait(Exception):
    """The password may not be tried now."""

    def __init__(self, wait_s: float) -> None:
        """Say how long."""
        super().__init__(f"wait for {wait_s:g} s")
        self.wait_s = wait_s


class Keeper:
    """Knows who may come in, and lets people try the password."""

    def __init__(
        self, server: ServerSettings, file: AccessFile, sessions: Sessions, attempts: Attempts
    ) -> None:
        """Take what is known, and where it is kept."""
        self._server = server
        self._file = file
        self._sessions = sessions
        self._attempts = attempts
        self._nothing = Access()
        self._one = anyio.CapacityLimiter(1)
        self._trying = 0

    def access(self) -> Access:
        """Return what the file says now.

        Raises:
            AccessUnreadable: nobody can be let in then, save over the Unix socket.

        """
        return self._file.read() or self._nothing

    @property
    def is_locked(self) -> bool:
        """Tell whether a password is set."""
        return self.access().password is not None

    @property
    def is_local(self) -> bool:
        """Tell whether the page is meant for this machine only."""
        address = self._server.address
        return self._server.public_url is None and address is not None and address.is_loopback

    def know(self, request: Request) -> Known:
        """Return who asks."""
        access = self.access()
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == _BEARER:
            return _by_token(access, shown.strip())
        if access.password is None:
            is_in = self.is_local and is_from_here(request)
            visitor = Visitor(way=Way.LOOPBACK, csrf=access.sign("csrf", "loopback"))
            return Known(visitor=visitor if is_in else None)

        shown = self.cookie(request).value(request) or ""
        record = self._sessions.find(shown, epoch=access.epoch) if shown else None
        if record is None:
            return Known(visitor=None)

        visitor = Visitor(way=Way.SESSION, csrf=access.sign("csrf", record.sha256))
        return Known(visitor=visitor, session=record)

    def cookie(self, request: Request) -> Cookie:
        """Return the cookie that stands for a session here."""
        return cookie_for(request, self._server)

    async def note(self, record: SessionRecord) -> None:
        """Remember that somebody is still there."""
        await self._sessions.note(record)

    async def enter(self, request: Request, password: str) -> Session | None:
        """Return a new session for whoever knows the password, None for who does not.

        Raises:
            MustWait: it was wrong too often, or too many try at once; it was not looked at.

        """
        access, caller = self.access(), caller_of(request)
        wait_s = self._attempts.wait_s(caller)
        if wait_s > 0:
            raise MustWait(wait_s)
        if self._trying >= MOST_AT_ONCE:
            raise MustWait(BUSY_WAIT_S)

        self._attempts.begin(caller)
        if access.password is None or not await self._fits(password, access.password):
            structlog.get_logger().warning("session.refused", address=caller.address)
            return None

        self._attempts.succeed(caller)
        structlog.get_logger().info("session.begun", address=caller.address)
        await self.leave(request)
        return await self._sessions.begin(epoch=access.epoch)

    async def leave(self, request: Request) -> None:
        """End the session that the browser shows, if it shows one."""
        shown = self.cookie(request).value(request)
        record = self._sessions.find(shown, epoch=self.access().epoch) if shown else None
        if record is not None:
            await self._sessions.end(record)

    async def _fits(self, password: str, kept: SealedPassword) -> bool:
        self._trying += 1
        try:
            return await anyio.to_thread.run_sync(fits, password, kept, limiter=self._one)
        finally:
            self._trying -= 1


def _by_token(access: Access, shown: str) -> Known:
    token = access.token_of(shown)
    if token is None:
        return Known(visitor=None, is_refused_token=True)

    visitor = Visitor(way=Way.TOKEN, csrf=access.sign("csrf", f"token {token.sha256}"))
    return Known(visitor=visitor)
