"""Run the errands that decisions leave: sidecars to write, sidecars to put back.

Each is a row in the outbox, written with the decision itself. What fails for the disk's sake is
tried again by itself, and never undoes the decision.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from pydantic import TypeAdapter

from daemon.journey.sidecars import Sidecars
from rules.errors import ConflictError, DoormanError, LibraryError
from rules.journey import FileState
from rules.schedule import deferred_wait_s
from store import events, files, outbox
from store.database import Connection, Database
from store.outbox import Errand, Owed

ERRANDS = (Errand.SIDECAR, Errand.RESTORE)
FIRST_RETRY_S = 30.0
LONGEST_RETRY_S = 3600.0
AT_ONCE = 20
PLAN_NUMBER = TypeAdapter(int)
"""What the payload of a restore errand holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedWork:
    """One errand, as the stage takes it in hand."""

    owed: Owed

    @property
    def keys(self) -> frozenset[int]:
        """Return the errand's number."""
        return frozenset({self.owed.id})


class Log(Protocol):
    """What applying needs of a logger."""

    def warning(self, event: str, **facts: object) -> object:
        """Record that a sidecar cannot be written or put back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Apply:
    """The stage's work, with everything it needs from outside."""

    database: Database
    sidecars: Sidecars
    writes_nfo: bool
    now: Callable[[], float]
    jitter: Callable[[], float]
    log: Log

    async def take(self, in_hand: frozenset[int]) -> list[OwedWork]:
        """Return errands that are due, one a file, in the order they came to be owed."""
        owed = await self.database.read(partial(outbox.due, errands=ERRANDS, now_s=self.now()))
        first_of_file: dict[int | None, Owed] = {}
        for each in owed:
            first_of_file.setdefault(each.file_id, each)
        waiting = [each for each in first_of_file.values() if each.id not in in_hand]
        return [OwedWork(owed=each) for each in waiting[:AT_ONCE]]

    async def next_due_in_s(self) -> float | None:
        """Return how long until the next errand is due."""
        due_at_s = await self.database.read(partial(outbox.next_due_s, errands=ERRANDS))
        return None if due_at_s is None else due_at_s - self.now()

    async def work(self, item: OwedWork) -> None:
        """Run one errand; what fails for the disk's sake is tried again."""
        owed = item.owed
        try:
            await self._run(owed)
        except (LibraryError, ConflictError) as error:
            await self._note_failure(owed, error)
            return

        await self.database.write(partial(_finish, owed=owed, at_s=self.now()))

    async def _run(self, owed: Owed) -> None:
        if owed.file_id is None:
            return

        if owed.errand is Errand.RESTORE:
            await self.sidecars.restore(owed.file_id, PLAN_NUMBER.validate_json(owed.payload))
        elif self.writes_nfo:
            await self.sidecars.write(owed.file_id)

    async def _note_failure(self, owed: Owed, error: DoormanError) -> None:
        wait_s = deferred_wait_s(
            owed.attempts + 1,
            first_s=FIRST_RETRY_S,
            cap_s=LONGEST_RETRY_S,
            retry_after_s=None,
            jitter=self.jitter(),
        )
        await self.database.write(
            partial(
                _fail,
                owed=owed,
                error=str(error),
                due_at_s=self.now() + wait_s,
                at_s=self.now(),
            )
        )
        if str(error) != owed.last_error:  # each reason once, however often it is tried
            self.log.warning("sidecar.failed", number=owed.file_id, reason=str(error))


def _finish(connection: Connection, *, owed: Owed, at_s: float) -> None:
    """Note that an errand was run; a file that is owed no sidecar any more is done."""
    outbox.mark_done(connection, owed.id, at_s=at_s)
    file = files.get(connection, owed.file_id) if owed.file_id is not None else None
    if file is None or file.state is not FileState.ACCEPTED or owed.errand is not Errand.SIDECAR:
        return

    if not outbox.owed_for(connection, file.id, Errand.SIDECAR):
        files.set_state(connection, file, FileState.DONE, at_s=at_s)


def _fail(connection: Connection, *, owed: Owed, error: str, due_at_s: float, at_s: float) -> None:
    outbox.mark_failed(connection, owed.id, error=error, due_at_s=due_at_s, at_s=at_s)
    if owed.file_id is not None and error != owed.last_error:
        events.add(connection, owed.file_id, "sidecar failed", detail=error, at_s=at_s)
