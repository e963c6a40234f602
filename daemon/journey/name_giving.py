"""Give files their names as errands: what stands in the way is told once and tried again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from daemon.journey.artwork_errands import is_superseded
from daemon.journey.renaming import Renamer
from daemon.journey.renaming_errands import note_trouble, owe_name
from rules.errors import ConflictError, LibraryError
from store import outbox
from store.database import Connection
from store.outbox import Errand, Owed


class Log(Protocol):
    """What is needed of a logger."""

    def warning(self, event: str, **facts: object) -> object:
        """Record that a file keeps a name that is not what it should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameGiving:
    """Gives names before anything is written beside files, with everything it needs."""

    renamer: Renamer
    now: Callable[[], float]
    jitter: Callable[[], float]
    log: Log

    async def finish_intended(self, file_id: int) -> None:
        """Finish what was cut off; see `Renamer.finish_intended`."""
        await self.renamer.finish_intended(file_id)

    async def give(self, file_id: int) -> None:
        """Give a file its name; one that cannot be given keeps nothing else from it."""
        trouble = await self._trouble(file_id)
        find = partial(outbox.owed_for, file_id=file_id, errand=Errand.RENAME)
        if trouble is None and not await self.renamer.hand.database.read(find):
            return

        note = partial(
            owe_name, file_id=file_id, trouble=trouble, jitter=self.jitter(), at_s=self.now()
        )
        if await self.renamer.hand.database.write(note):
            self.log.warning("name.kept", number=file_id, reason=trouble)

    async def run(self, owed: Owed) -> None:
        """Try a name again that could not be given, unless other errands of the file do."""
        trouble = None
        if owed.file_id is not None:
            is_done = await self.renamer.hand.database.read(
                partial(is_superseded, file_id=owed.file_id)
            )
            trouble = None if is_done else await self._trouble(owed.file_id)
        note = partial(_note_run, owed=owed, trouble=trouble, jitter=self.jitter(), at_s=self.now())
        if await self.renamer.hand.database.write(note):
            self.log.warning("name.kept", number=owed.file_id, reason=trouble)

    async def take_back(self, file_id: int, first_plan_id: int) -> None:
        """Call a file as it was called before a plan; see `Renamer.take_back`.

        A file that holds another content by now, whose sidecars are taken off from the first plan
        on, was put there by somebody: it stays.
        """
        if first_plan_id > 0:
            await self.renamer.take_back(file_id, first_plan_id)
        note = partial(_owe_nothing, file_id=file_id, at_s=self.now())
        await self.renamer.hand.database.write(note)

    async def _trouble(self, file_id: int) -> str | None:
        """Give a file its name; return why that cannot be now, in words."""
        try:
            await self.renamer.give_name(file_id)
        except (LibraryError, ConflictError) as error:
            return str(error)

        return None


def _note_run(
    connection: Connection, *, owed: Owed, trouble: str | None, jitter: float, at_s: float
) -> bool:
    if trouble is None:
        outbox.mark_done(connection, owed.id, at_s=at_s)
        return False

    return note_trouble(connection, owed=owed, trouble=trouble, jitter=jitter, at_s=at_s)


def _owe_nothing(connection: Connection, *, file_id: int, at_s: float) -> None:
    """Owe a file no name that was taken back, unless it is accepted anew."""
    if not outbox.owed_for(connection, file_id, Errand.SIDECAR):
        outbox.cancel(connection, file_id, Errand.RENAME, at_s=at_s)
