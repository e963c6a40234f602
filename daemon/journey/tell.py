"""Send what people are to be told: the messages in the outbox, each channel by itself.

Several that come close together become one; in quiet hours and above the caps they wait and go
out together.  A target that took a message is not sent it again when another target failed; one
that may have taken it is asked again late and once, because a doubled message is better than a
lost one, and ten are not.  So is one to which a message was on its way when doorman ended.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from daemon.journey.delivering import Handing, Send, Word
from daemon.journey.telling import Telling
from daemon.push.channels import Channel, Local
from rules.allowance import DAY_S
from store import actions, news, outbox, post
from store.database import Connection, Database
from store.outbox import Owed
from store.post import Posted

LONGEST_GATHER_S = 30.0
"""News that keeps coming holds back what came first no longer, unless the window is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What one channel is told together."""

    channel: Channel
    posted: tuple[Posted, ...]

    @property
    def keys(self) -> frozenset[int]:
        """Return their numbers in the outbox."""
        return frozenset(each.owed.id for each in self.posted)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """What a channel has, and when it is its turn."""

    now: tuple[Posted, ...] = ()
    later: tuple[Posted, ...] = ()
    later_at_s: float = 0.0


async def _nothing() -> None:
    """Look after nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """The stage's work, with everything it needs from outside."""

    database: Database
    sender: Send
    channels: Sequence[Channel]
    word: Word
    """Puts facts into words."""
    telling: Telling
    now: Callable[[], float]
    local: Local
    jitter: Callable[[], float]
    chores: Callable[[], Awaitable[None]] = field(default=_nothing)
    """Owes people what the time has come for."""
    make_secret: Callable[[], bytes] = field(default=secrets.token_bytes)
    """Returns what nobody can guess, to seal links with; 32 bytes."""

    async def take(self, in_hand: frozenset[int]) -> list[Mail]:
        """Return what is to be sent now, a mail for each channel whose turn it is."""
        await self.chores()
        await self._route()
        waiting = await self.database.read(post.waiting)
        if not waiting:
            return []

        since_s = self.now() - DAY_S
        sent_at_s = await self.database.read(partial(post.sent_at_s, since_s=since_s))
        known = {channel.name: channel for channel in self.channels}
        mails: list[Mail] = []
        for name, posted in _by_channel(waiting).items():
            if name not in known:
                await self._drop([each.owed for each in posted])
            elif not in_hand & {each.owed.id for each in posted}:
                turn = self._turn(known[name], posted, sent_at_s.get(name, []))
                await self._put_off(turn)
                if turn.now:
                    mails.append(Mail(channel=known[name], posted=turn.now))
        return mails

    async def next_due_in_s(self) -> float | None:
        """Return how long until something is to be sent."""
        due_at_s = await self.database.read(post.next_due_s)
        return None if due_at_s is None else due_at_s - self.now()

    async def work(self, mail: Mail) -> None:
        """Send what still matters, to each target what it has not got yet."""
        sort = partial(self.telling.sort, channel=mail.channel.name, posted=mail.posted)
        found = await self.database.read(sort)
        if found.moot:
            await self._drop(found.moot)
        if found.letters:
            handing = Handing(
                database=self.database,
                sender=self.sender,
                word=self.word,
                channel=mail.channel,
                queue=self.telling.links.queue,
                now=self.now,
                jitter=self.jitter,
            )
            await handing.hand(found.letters, waiting=found.waiting)

    async def _route(self) -> None:
        """Give news to the channels that want it."""
        owed = await self.database.read(partial(post.unrouted, now_s=self.now()))
        if owed:
            given = {each.id: self._wanting(each) for each in owed}
            await self.database.write(partial(self._give, given=given))

    def _give(self, connection: Connection, *, given: Mapping[int, Sequence[str]]) -> None:
        if self.telling.links.public_url:
            actions.ensure_secret(connection, self.make_secret)
        post.route(connection, given, at_s=self.now())

    def _wanting(self, owed: Owed) -> list[str]:
        told = news.read(owed.payload)
        return [each.name for each in self.channels if each.wants(told.kind, told.about)]

    def _turn(self, channel: Channel, posted: Sequence[Posted], sent_at_s: list[float]) -> _Turn:
        """Tell what a channel is sent now, and when the rest."""
        now_s = self.now()
        fresh = tuple(each for each in posted if each.owed.attempts == 0)
        again = tuple(each for each in posted if each.owed.attempts and each.owed.due_at_s <= now_s)
        free_at_s = channel.free_at_s(sent_at_s, now_s, self.local)
        if free_at_s > now_s:
            return _Turn(later=(*fresh, *again), later_at_s=free_at_s)

        gathered_at_s = _gathered_at_s(fresh, channel.digest_s)
        if gathered_at_s > now_s:
            return _Turn(now=again, later=fresh, later_at_s=gathered_at_s)

        return _Turn(now=(*fresh, *again))

    async def _put_off(self, turn: _Turn) -> None:
        moved = [each.owed.id for each in turn.later if each.owed.due_at_s != turn.later_at_s]
        if moved:
            await self.database.write(
                partial(post.put_off, owed_ids=moved, due_at_s=turn.later_at_s)
            )

    async def _drop(self, owed: Iterable[Owed]) -> None:
        await self.database.write(partial(_drop_all, owed=tuple(owed), at_s=self.now()))


def _by_channel(waiting: Iterable[Posted]) -> dict[str, list[Posted]]:
    found: dict[str, list[Posted]] = {}
    for each in waiting:
        found.setdefault(each.channel, []).append(each)
    return found


def _gathered_at_s(fresh: Sequence[Posted], window_s: float) -> float:
    """Return until when these wait for more to come."""
    if not fresh:
        return 0.0

    newest_at_s = max(each.owed.made_at_s for each in fresh)
    oldest_at_s = min(each.owed.made_at_s for each in fresh)
    return min(newest_at_s + window_s, oldest_at_s + max(window_s, LONGEST_GATHER_S))


def _drop_all(connection: Connection, *, owed: Sequence[Owed], at_s: float) -> None:
    for each in owed:
        outbox.drop(connection, each.id, at_s=at_s)
