"""Run the errands that decisions leave: sidecars to write, sidecars to put back.

Each is a row in the outbox, written with the decision itself. What fails for the disk's sake is
tried again by itself, and never undoes the decision. Pictures come before the NFO, which is what
media servers look at; those that cannot be had now keep it waiting for seconds only, and become
an errand of their own, as does a name that cannot be given now. Names come first of all: what is
written beside a file is written at its final place, and put back before the file goes back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from daemon.journey.artwork import Artwork
from daemon.journey.artwork_errands import (
    ALL_DONE,
    PUT_OFF,
    Outcome,
    Retry,
    is_superseded,
    note_attempt,
    owe_rest,
)
from daemon.journey.bell import Bell
from daemon.journey.name_giving import NameGiving
from daemon.journey.sidecars import Sidecars
from rules.announcement import Audience, Occurrence
from rules.errors import ConflictError, DoormanError, LibraryError
from rules.journey import FileState
from rules.schedule import deferred_wait_s
from store import announcing, events, files, outbox, rewriting
from store.database import Connection, Database
from store.files import FileRecord
from store.outbox import Errand, Owed
from store.restore_order import read_order

ERRANDS = (Errand.SIDECAR, Errand.RESTORE)
FIRST_RETRY_S = 30.0
LONGEST_RETRY_S = 3600.0
AT_ONCE = 20
REWRITES_AT_ONCE = 8
"""What is decided meanwhile waits for no more of them."""
NOBODY = Audience()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedWork:
    """One errand, as the stage takes it in hand."""

    owed: Owed

    @property
    def key(self) -> int:
        """Return the file's number: of one file, one errand is run at a time."""
        return self.owed.file_id if self.owed.file_id is not None else -self.owed.id

    @property
    def keys(self) -> frozenset[int]:
        """Return the same for the stage."""
        return frozenset({self.key})


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
    pictures: Artwork | None = None
    """None where nobody fetches pictures: none are wanted, or the daemon does."""
    wants_pictures: bool = False
    names: NameGiving | None = None
    """None where files keep their names."""
    audience: Audience = NOBODY
    """Other programs, which hear of a file when all is written beside it."""
    announce_bell: Bell | None = None
    """Rung when they are to be told."""
    now: Callable[[], float]
    jitter: Callable[[], float]
    log: Log

    async def take(self, in_hand: frozenset[int]) -> list[OwedWork]:
        """Return errands that are due, one a file, in the order they came to be owed."""
        found = await self.database.read(partial(_due, groups=self._groups, now_s=self.now()))
        first_of_file: dict[int, OwedWork] = {}
        for each in found:
            first_of_file.setdefault(each.key, each)
        waiting = [each for each in first_of_file.values() if each.key not in in_hand]
        return waiting[:AT_ONCE] or await self._rewrites(in_hand)

    async def _rewrites(self, in_hand: frozenset[int]) -> list[OwedWork]:
        """Return what a person asked for, of which there may be one for every file."""
        find = partial(
            outbox.due_last,
            errand=Errand.REWRITE,
            now_s=self.now(),
            most=REWRITES_AT_ONCE + len(in_hand),
        )
        found = [OwedWork(owed=each) for each in await self.database.read(find)]
        return [each for each in found if each.key not in in_hand][:REWRITES_AT_ONCE]

    async def next_due_in_s(self) -> float | None:
        """Return how long until the next errand is due."""
        groups = (*self._groups, (Errand.REWRITE,))
        due_at_s = await self.database.read(partial(_next_due_s, groups=groups))
        return None if due_at_s is None else due_at_s - self.now()

    async def work(self, item: OwedWork) -> None:
        """Run one errand; what fails for the disk's sake is tried again."""
        owed = item.owed
        if owed.errand is Errand.RENAME:
            await self._run_rename(owed)
            return

        try:
            outcome = await self._run(owed)
        except (LibraryError, ConflictError) as error:
            await self._note_failure(owed, error)
            return

        is_artwork = owed.errand is Errand.ARTWORK
        finish = note_attempt if is_artwork else partial(_finish, audience=self.audience)
        is_news = await self.database.write(
            partial(finish, owed=owed, outcome=outcome, retry=self._retry, at_s=self.now())
        )
        if self.announce_bell is not None:
            self.announce_bell.ring()
        if is_news:
            self.log.warning("pictures.waiting", number=owed.file_id, reason=outcome.trouble)

    @property
    def _groups(self) -> tuple[tuple[Errand, ...], ...]:
        """Return the errands that wait for each other; pictures keep nothing else waiting."""
        can_fetch = self.pictures is not None or not self.wants_pictures
        always = (ERRANDS, (Errand.RENAME,))
        return (*always, (Errand.ARTWORK,)) if can_fetch else always

    @property
    def _retry(self) -> Retry:
        return Retry(now=self.now, jitter=self.jitter)

    async def _run(self, owed: Owed) -> Outcome:
        """Run an errand; return what is left to do about pictures."""
        if owed.file_id is None:
            return ALL_DONE

        match owed.errand:
            case Errand.RESTORE:
                order = read_order(owed.payload)
                if self.names is not None:
                    await self.names.finish_intended(owed.file_id)
                await self.sidecars.restore(
                    owed.file_id, order.first_plan, is_forced=order.is_forced
                )
                if self.names is not None:
                    await self.names.take_back(owed.file_id, order.first_plan)
                return ALL_DONE
            case Errand.ARTWORK | Errand.REWRITE if await self._is_superseded(owed.file_id):
                return ALL_DONE
            case Errand.ARTWORK:
                return await self._write_pictures(owed.file_id, may_take_long=True)
            case _:
                if self.names is not None and owed.errand is not Errand.REWRITE:
                    await self.names.give(owed.file_id)
                outcome = await self._write_pictures(owed.file_id)
                if self.writes_nfo:
                    await self.sidecars.write(owed.file_id)
                return outcome

    async def _is_superseded(self, file_id: int) -> bool:
        return await self.database.read(partial(is_superseded, file_id=file_id))

    async def _run_rename(self, owed: Owed) -> None:
        """Give a name that could not be given before; what it leads to is written then."""
        if self.names is not None:
            await self.names.run(owed)
        else:
            done = partial(outbox.mark_done, owed_id=owed.id, at_s=self.now())
            await self.database.write(done)
        if self.announce_bell is not None:
            self.announce_bell.ring()

    async def _write_pictures(self, file_id: int, *, may_take_long: bool = False) -> Outcome:
        if self.pictures is not None:
            return await self.pictures.write(file_id, may_take_long=may_take_long)

        return PUT_OFF if self.wants_pictures else ALL_DONE

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


def _due(
    connection: Connection, *, groups: tuple[tuple[Errand, ...], ...], now_s: float
) -> list[OwedWork]:
    found = [outbox.due(connection, errands, now_s=now_s) for errands in groups]
    return [OwedWork(owed=each) for owed in found for each in owed]


def _next_due_s(connection: Connection, *, groups: tuple[tuple[Errand, ...], ...]) -> float | None:
    times_s = [outbox.next_due_s(connection, errands) for errands in groups]
    return min((each for each in times_s if each is not None), default=None)


def _finish(
    connection: Connection,
    *,
    owed: Owed,
    outcome: Outcome,
    retry: Retry,
    audience: Audience,
    at_s: float,
) -> bool:
    """Note that an errand was run; a file that is owed no sidecar any more is done.

    Other programs are owed the news.

    Returns whether a person is to be told of its pictures.
    """
    outbox.mark_done(connection, owed.id, at_s=at_s)
    file = files.get(connection, owed.file_id) if owed.file_id is not None else None
    if file is None:
        return False

    if _has_news(connection, owed):
        _owe_audience(connection, file, owed.errand, audience, at_s=at_s)
    is_rewrite = owed.errand is Errand.REWRITE
    if owed.errand is Errand.RESTORE or (is_rewrite and is_superseded(connection, file_id=file.id)):
        return False

    is_news = owe_rest(connection, file_id=file.id, outcome=outcome, retry=retry, at_s=at_s)
    is_owed = outbox.owed_for(connection, file.id, Errand.SIDECAR)
    if file.state is FileState.ACCEPTED and not is_owed:
        files.set_state(connection, file, FileState.DONE, at_s=at_s)
    return is_news


def _has_news(connection: Connection, owed: Owed) -> bool:
    """Tell whether anything is otherwise now: a rewrite may find all as it should be."""
    if owed.errand is not Errand.REWRITE or owed.file_id is None:
        return True

    return rewriting.has_written(connection, owed.file_id, since_s=owed.made_at_s)


def _owe_audience(
    connection: Connection, file: FileRecord, errand: Errand, audience: Audience, *, at_s: float
) -> None:
    """Owe other programs what the errand was about; it is done beside the file."""
    is_undone = errand is Errand.RESTORE or file.work_id is None
    occurrence = Occurrence.UNDONE if is_undone else Occurrence.ACCEPTED
    hearers = audience.of(file.library, occurrence)
    announcing.owe(connection, file.id, occurrence, hearers, at_s=at_s)


def _fail(connection: Connection, *, owed: Owed, error: str, due_at_s: float, at_s: float) -> None:
    outbox.mark_failed(connection, owed.id, error=error, due_at_s=due_at_s, at_s=at_s)
    if owed.file_id is not None and error != owed.last_error:
        events.add(connection, owed.file_id, "sidecar failed", detail=error, at_s=at_s)
