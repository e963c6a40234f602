"""Tell other programs of files: media servers, players, Stash, webhooks.

Each program is told by itself, one batch at a time, so that none waits for another, and nothing
else waits for any. One that is away is told everything later, after ever longer waits; nothing
undoes what was decided.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import anyio

from providers.hearers.base import Hearer, NotYet, Outcome
from providers.hearers.errors import HearerError
from rules.announcement import Announcement
from rules.schedule import deferred_wait_s
from store import announcing
from store.announcing import OwedNews
from store.database import Connection, Database

AT_ONCE = 50
"""Files that one program is told of together."""
FIRST_RETRY_S = 30.0
LONGEST_RETRY_S = 3600.0
GIVE_UP_AFTER_S = 7 * 86_400.0
"""What could not be told for a week is not told any more; a look through its library tells it."""
TELL_WITHIN_S = 300.0
"""How long one batch may take; one that takes longer comes again in smaller ones."""
_TOO_SLOW = f"it took longer than {TELL_WITHIN_S:g} s; it is told again later, of less at once"


class Log(Protocol):
    """What the stage needs of a logger."""

    def info(self, event: str, **facts: object) -> object:
        """Record what a program heard."""

    def warning(self, event: str, **facts: object) -> object:
        """Record that it did not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What one program is told together."""

    hearer: Hearer
    number: int
    """Of the program, from 0."""
    owed: tuple[OwedNews, ...]

    @property
    def keys(self) -> frozenset[int]:
        """Return the program's number: it is told one batch at a time."""
        return frozenset({self.number})


class Announcing:
    """The stage's work, with everything it needs from outside."""

    def __init__(
        self,
        *,
        database: Database,
        hearers: Sequence[Hearer],
        now: Callable[[], float],
        jitter: Callable[[], float],
        log: Log,
        within_s: float = TELL_WITHIN_S,
    ) -> None:
        """Prepare the stage.

        Args:
            database: The store.
            hearers: Whom to tell.
            now: Seconds since the epoch.
            jitter: Draws a number from 0 up to 1.
            log: Where to.
            within_s: How long one batch may take.

        """
        self._database = database
        self._hearers = tuple(hearers)
        self._now = now
        self._jitter = jitter
        self._log = log
        self._within_s = within_s
        self._has_begun = False

    async def take(self, in_hand: frozenset[int]) -> list[News]:
        """Return what each program that is not being told anything is to be told now."""
        await self._forget_others()
        free = {
            number: hearer for number, hearer in enumerate(self._hearers) if number not in in_hand
        }
        found = await self._database.read(partial(_due, hearers=free, now_s=self._now()))
        return [
            News(hearer=free[number], number=number, owed=owed)
            for number, owed in found.items()
            if owed
        ]

    async def next_due_in_s(self) -> float | None:
        """Return how long until a program is to be told something."""
        due_at_s = await self._database.read(announcing.next_due_s)
        return None if due_at_s is None else due_at_s - self._now()

    async def work(self, news: News) -> None:
        """Tell a program, and keep what came of it."""
        pairs = await self._database.read(partial(announcing.announcements, owed=news.owed))
        known = [(owed, each) for owed, each in pairs if each is not None]
        gone = [owed for owed, each in pairs if each is None]
        try:
            outcomes = await self._told(news.hearer, [each for _, each in known])
        except HearerError as error:
            await self._keep_away(news, str(error))
            return

        told = [owed for (owed, _), each in zip(known, outcomes, strict=True) if _is_heard(each)]
        await self._database.write(
            partial(announcing.mark_told, told=[*told, *gone], at_s=self._now())
        )
        for (owed, _), each in zip(known, outcomes, strict=True):
            if isinstance(each, NotYet):
                await self._keep_waiting([owed], each.reason, news.hearer.name)
        if told:
            self._log.info("files.announced", to=news.hearer.name, count=len(told))

    async def _told(self, hearer: Hearer, said: Sequence[Announcement]) -> Sequence[Outcome]:
        """Return what a program made of it.  Raises: HearerError."""
        if not said:
            return []

        with anyio.move_on_after(self._within_s):
            return await hearer.tell(said)

        return [NotYet(reason=_TOO_SLOW) for _ in said]

    async def _keep_away(self, news: News, reason: str) -> None:
        """Let all that a program is owed wait: it can be told nothing now."""
        due_at_s = await self._keep_waiting(news.owed, reason, news.hearer.name)
        hold = partial(announcing.hold_all, hearer=news.hearer.name, due_at_s=due_at_s)
        await self._database.write(hold)

    async def _keep_waiting(self, owed: Sequence[OwedNews], reason: str, name: str) -> float:
        """Note when these are tried again, and give up those that are too old; return when."""
        now_s = self._now()
        due_at_s = now_s + deferred_wait_s(
            max(each.attempts for each in owed) + 1,
            first_s=FIRST_RETRY_S,
            cap_s=LONGEST_RETRY_S,
            retry_after_s=None,
            jitter=self._jitter(),
        )
        old = [each for each in owed if now_s - each.made_at_s > GIVE_UP_AFTER_S]
        young = [each for each in owed if each not in old]
        await self._database.write(
            partial(_wait, old=old, young=young, error=reason, due_at_s=due_at_s, at_s=now_s)
        )
        if any(each.attempts == 0 for each in owed) or old:  # not each time it is tried
            self._log.warning(
                "files.unannounced", to=name, count=len(owed), given_up=len(old), reason=reason
            )
        return due_at_s

    async def _forget_others(self) -> None:
        """Once in its life, owe nothing to programs that are configured no more."""
        if not self._has_begun:
            names = [each.name for each in self._hearers]
            drop = partial(announcing.drop_others, hearers=names, at_s=self._now())
            await self._database.write(drop)
            self._has_begun = True


def _due(
    connection: Connection, *, hearers: Mapping[int, Hearer], now_s: float
) -> dict[int, tuple[OwedNews, ...]]:
    return {
        number: _together(announcing.due(connection, hearer.name, now_s=now_s, limit=AT_ONCE))
        for number, hearer in hearers.items()
    }


def _together(owed: Sequence[OwedNews]) -> tuple[OwedNews, ...]:
    """Return what is told together: after failures less, in the end each alone."""
    attempts = owed[0].attempts if owed else 0
    return tuple(owed[: max(1, AT_ONCE >> min(attempts, AT_ONCE))])


def _wait(
    connection: Connection,
    *,
    old: Sequence[OwedNews],
    young: Sequence[OwedNews],
    error: str,
    due_at_s: float,
    at_s: float,
) -> None:
    announcing.mark_waiting(connection, old, error=error, due_at_s=None, at_s=at_s)
    announcing.mark_waiting(connection, young, error=error, due_at_s=due_at_s, at_s=at_s)


def _is_heard(outcome: Outcome) -> bool:
    return not isinstance(outcome, NotYet)
