"""Sessions of people who knew the password; they outlive a restart of the daemon.

What the browser holds is never kept, only its digest. A session is over after some time without
anybody, after some time in any case, and when the password changes.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from daemon.web.gate.access import digest
from rules.errors import StoreError
from store.database import Connection, Database
from store.sessions import SessionRecord, all_sessions, put, remove

IDLE_S = 30 * 86_400.0
"""Long: a question comes once in a while, and must be answered in seconds then."""
LONGEST_S = 180 * 86_400.0
NOTED_EVERY_S = 3600.0
"""That somebody is still there is written down so often."""
MOST_SESSIONS = 200
_ID_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session, and what the browser shows for it."""

    cookie: str
    record: SessionRecord


class Sessions:
    """All sessions; memory holds what the store does."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        """Take the store and the clock; `load` reads what is there."""
        self._database = database
        self._now = now
        self._records: dict[str, SessionRecord] = {}

    async def load(self) -> None:
        """Read the sessions that are not over.  Raises: StoreError."""
        records = await self._database.read(all_sessions)
        self._records = {record.sha256: record for record in records}

    def find(self, cookie: str, *, epoch: str) -> SessionRecord | None:
        """Return the session that a browser shows; None when it is over, or none of ours."""
        record = self._records.get(digest(cookie))
        return record if record is not None and self._is_open(record, epoch) else None

    async def begin(self, *, epoch: str) -> Session:
        """Begin a session under a number that nobody had before.  Raises: StoreError."""
        cookie, at_s = secrets.token_urlsafe(_ID_BYTES), self._now()
        record = SessionRecord(
            sha256=digest(cookie), epoch=digest(epoch), begun_at_s=at_s, at_s=at_s
        )
        over = self._over(epoch)
        self._records = {key: value for key, value in self._records.items() if key not in over} | {
            record.sha256: record
        }

        def change(connection: Connection) -> None:
            remove(connection, over)
            put(connection, record)

        await self._database.write(change)
        return Session(cookie=cookie, record=record)

    async def note(self, record: SessionRecord) -> None:
        """Remember that somebody is still there; nobody is sent away because that fails."""
        at_s = self._now()
        if at_s - record.at_s < NOTED_EVERY_S:
            return

        seen = replace(record, at_s=at_s)
        self._records[record.sha256] = seen
        try:
            await self._database.write(lambda connection: put(connection, seen))
        except StoreError as error:
            structlog.get_logger().warning("session.unnoted", error=str(error))

    async def end(self, record: SessionRecord) -> None:
        """End a session.  Raises: StoreError."""
        self._records.pop(record.sha256, None)
        await self._database.write(lambda connection: remove(connection, [record.sha256]))

    def _is_open(self, record: SessionRecord, epoch: str) -> bool:
        at_s = self._now()
        is_fresh = at_s - record.at_s < IDLE_S and at_s - record.begun_at_s < LONGEST_S
        return is_fresh and record.epoch == digest(epoch)

    def _over(self, epoch: str) -> list[str]:
        """Return the sessions that are over, and the longest unseen where there are too many."""
        still = [each for each in self._records.values() if self._is_open(each, epoch)]
        still.sort(key=lambda each: each.at_s, reverse=True)
        kept = {each.sha256 for each in still[: MOST_SESSIONS - 1]}
        return [key for key in self._records if key not in kept]
