"""Send what people are to be told: the messages in the outbox, each channel by itself.

Several that come close together become one; in quiet hours and above the caps they wait and go
out together.  A target that took a message is not sent it again when another target failed; one
that may have taken it is asked again late and once, because a doubled message is better than a
lost one, and ten are not.  So is one to which a message was on its way when doorman ended.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from daemon.journey.delivering import Handing, Illustrate, Send, Word, sheet_alone
from daemon.journey.telling import Telling
from daemon.push.channels import Channel, Local
from rules.allowance import DAY_S
from store import actions, news, outbox, post
from store.database import Connection, Database
from store.outbox import Owed
from store.post import Box

LONGEST_GATHER_S = 30.0
"""News that keeps coming holds back what came first no longer, unless the window is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What one channel is told together."""

    channel: Channel
    owed: tuple[Owed, ...]

    @property
    def keys(self) -> frozenset[int]:
        """Return their numbers in the outbox."""
        return frozenset(each.id for each in self.owed)


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
    illustrate: Illustrate = field(default=sheet_alone)
    chores: Callable[[], Awaitable[None]] = field(default=_nothing)
    """Owes people what the time has come for."""
    make_secret: Callable[[], bytes] = field(default=secrets.token_bytes)
    """Returns what nobody can guess, to seal links with; 32 bytes."""

    async def take(self, in_hand: frozenset[int]) -> list[Mail]:
        """Return what is to be sent now, a mail for each channel whose turn it is."""
        await self.chores()
        await self._route()
        now_s = self.now()
        boxes = await self.database.read(partial(post.boxes, in_hand=in_hand, now_s=now_s))
        idle = [box for box in boxes if not box.is_in_hand]
        if not idle:
            return []

        since_s = now_s - DAY_S
        sent_at_s = await self.database.read(partial(post.sent_at_s, since_s=since_s))
        known = {channel.name: channel for channel in self.channels}
        mails: list[Mail] = []
        for box in idle:
            if box.channel not in known:
                drop = partial(post.drop_all, channel=box.channel, at_s=now_s)
                await self.database.write(drop)
            else:
                sent = sent_at_s.get(box.channel, [])
                mails += await self._mails(known[box.channel], box, sent, now_s)
        return mails

    async def next_due_in_s(self) -> float | None:
        """Return how long until something is to be sent."""
        due_at_s = await self.database.read(post.next_due_s)
        return None if due_at_s is None else due_at_s - self.now()

    async def work(self, mail: Mail) -> None:
        """Send what still matters, to each target what it has not got yet."""
        sort = partial(self.telling.sort, channel=mail.channel.name, owed=mail.owed)
        found = await self.database.read(sort)
        if found.moot:
            drop = partial(_drop_all, owed=found.moot, at_s=self.now())
            await self.database.write(drop)
        if found.letters:
            handing = Handing(
                database=self.database,
                sender=self.sender,
                word=self.word,
                channel=mail.channel,
                queue=self.telling.links.queue,
                now=self.now,
                jitter=self.jitter,
                illustrate=self.illustrate,
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

    async def _mails(
        self, channel: Channel, box: Box, sent_at_s: Sequence[float], now_s: float
    ) -> list[Mail]:
        """Return what a channel is sent now, one mail or none; put off what is not."""
        free_at_s = channel.free_at_s(sent_at_s, now_s, self.local)
        if free_at_s > now_s:
            if box.is_due:
                await self._put_off(channel, free_at_s, is_fresh_only=False, now_s=now_s)
            return []

        gathered_at_s = _gathered_at_s(box, channel.digest_s)
        is_gathered = gathered_at_s <= now_s
        if not is_gathered and box.is_due:
            await self._put_off(channel, gathered_at_s, is_fresh_only=True, now_s=now_s)
        if not is_gathered and not box.again:
            return []

        taken = partial(post.taken, channel=channel.name, with_fresh=is_gathered, now_s=now_s)
        owed = await self.database.read(taken)
        return [Mail(channel=channel, owed=tuple(owed))] if owed else []

    async def _put_off(
        self, channel: Channel, due_at_s: float, *, is_fresh_only: bool, now_s: float
    ) -> None:
        put_off = partial(
            post.put_off,
            channel=channel.name,
            due_at_s=due_at_s,
            is_fresh_only=is_fresh_only,
            now_s=now_s,
        )
        await self.database.write(put_off)


def _gathered_at_s(box: Box, window_s: float) -> float:
    """Return until when what has not been tried waits for more to come."""
    if box.oldest_at_s is None or box.newest_at_s is None:
        return 0.0

    return min(box.newest_at_s + window_s, box.oldest_at_s + max(window_s, LONGEST_GATHER_S))


def _drop_all(connection: Connection, *, owed: Sequence[Owed], at_s: float) -> None:
    for each in owed:
        outbox.drop(connection, each.id, at_s=at_s)
