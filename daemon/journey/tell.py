"""Send what people are to be told: the messages in the outbox.

Several that come close together become one; above the hourly cap they wait and go out together.
A target that took a message is not sent it again when another target failed; one that may have
taken it is asked again late and once, because a doubled message is better than a lost one, and
ten are not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Protocol, assert_never

from daemon.push.message import (
    Message,
    digest_of,
    file_failed,
    library_offline,
    library_online,
    review_opened,
    source_refused,
)
from daemon.push.protocol import Outcome
from daemon.push.sender import Delivery, Target, label
from rules.journey import FileState
from rules.schedule import deferred_wait_s
from rules.sidecar import digest
from store import files, news, outbox
from store.database import Connection, Database
from store.news import LIBRARY_IS_BACK, News, NewsKind
from store.outbox import Errand, Owed

MOST_SINGLE = 3
"""More messages than these at a time become a digest."""
LONGEST_GATHER_S = 30.0
HOUR_S = 3600.0
CAP_PAUSE_S = 300.0
FIRST_RETRY_S = 30.0
UNSURE_RETRY_S = 900.0
MOST_ATTEMPTS = 30
"""With waits that double up to an hour this is about a day."""
_STATE_TOLD = MappingProxyType(
    {NewsKind.REVIEW: FileState.REVIEW, NewsKind.FAILED: FileState.FAILED}
)
"""News about a file is news for as long as the file is in that state."""


class Send(Protocol):
    """Who delivers a message."""

    async def send(self, message: Message, targets: Sequence[Target]) -> tuple[Delivery, ...]:
        """Return what became of it at each target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """Messages that are sent together."""

    owed: tuple[Owed, ...]

    @property
    def keys(self) -> frozenset[int]:
        """Return their numbers in the outbox."""
        return frozenset(each.id for each in self.owed)


@dataclass(slots=True, kw_only=True)
class _Letter:
    """One message on its way, and how far it has come."""

    owed: Owed
    message: Message
    reached: set[str]
    """Digests of the targets that have it; with a question mark those that may have it."""
    failures: list[Delivery] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """The stage's work, with everything it needs from outside."""

    database: Database
    sender: Send
    targets: Sequence[Target]
    kinds: Collection[str]
    """What the owner wants to be told of, as `[notify] on` names it."""
    max_per_hour: int
    gather_s: float
    """How long nothing new must have come before a message is sent."""
    now: Callable[[], float]
    jitter: Callable[[], float]

    async def take(self, in_hand: frozenset[int]) -> list[Mail]:
        """Return what is to be sent now, all of it together."""
        owed = await self._due()
        if not owed or in_hand & {each.id for each in owed} or self._gathering_s(owed) > 0:
            return []

        return [Mail(owed=tuple(owed))]

    async def next_due_in_s(self) -> float | None:
        """Return how long until something is to be sent."""
        owed = await self._due()
        if owed:
            return self._gathering_s(owed)

        due_at_s = await self.database.read(partial(outbox.next_due_s, errands=(Errand.MESSAGE,)))
        return None if due_at_s is None else due_at_s - self.now()

    async def work(self, mail: Mail) -> None:
        """Send what still matters, to each target what it has not got yet."""
        letters = await self._letters(mail)
        if not letters:
            return

        sent = partial(outbox.sent_since, since_s=self.now() - HOUR_S)
        if await self.database.read(sent) >= self.max_per_hour:
            await self._postpone(letters)
            return

        for number, target in enumerate(self.targets):
            await self._send_to(number, target, letters)
            await self.database.write(partial(_save_reached, letters=letters))
        await self.database.write(partial(self._settle, letters=letters))

    async def _due(self) -> list[Owed]:
        return await self.database.read(
            partial(outbox.due, errands=(Errand.MESSAGE,), now_s=self.now())
        )

    def _gathering_s(self, owed: Sequence[Owed]) -> float:
        """Return how long these wait for more to come."""
        newest_at_s = max(each.made_at_s for each in owed)
        oldest_at_s = min(each.made_at_s for each in owed)
        quiet_at_s = min(newest_at_s + self.gather_s, oldest_at_s + LONGEST_GATHER_S)
        return quiet_at_s - self.now()

    async def _letters(self, mail: Mail) -> list[_Letter]:
        """Return what still matters in words; close the rest."""
        letters, moot = await self.database.read(partial(self._sort, mail=mail))
        if moot:
            await self.database.write(partial(_close, owed=moot, at_s=self.now()))
        return letters

    def _sort(self, connection: Connection, *, mail: Mail) -> tuple[list[_Letter], list[Owed]]:
        letters: list[_Letter] = []
        moot: list[Owed] = []
        for owed in mail.owed:
            told = news.read(owed.payload)
            is_wanted = self.targets and told.kind in self.kinds
            if is_wanted and _still_matters(connection, owed, told):
                message = put(told, number=owed.file_id)
                letters.append(_Letter(owed=owed, message=message, reached=set(owed.reached)))
            else:
                moot.append(owed)
        return letters, moot

    async def _send_to(self, number: int, target: Target, letters: Sequence[_Letter]) -> None:
        """Send one target what it has not got yet; `number` is its place in the configuration."""
        address = target.get_secret_value()
        name = digest(address.encode())
        waiting = [letter for letter in letters if name not in letter.reached]
        groups = [waiting] if len(waiting) > MOST_SINGLE else [[each] for each in waiting]
        for group in groups:
            message = digest_of([letter.message for letter in group], link=None)
            (delivery,) = await self.sender.send(message, (target,))
            delivery = replace(delivery, target=label(number, address))
            for letter in group:
                _note_delivery(letter, name, delivery)

    async def _postpone(self, letters: Sequence[_Letter]) -> None:
        await self.database.write(
            partial(
                _delay,
                owed=[letter.owed for letter in letters],
                due_at_s=self.now() + CAP_PAUSE_S,
            )
        )

    def _settle(self, connection: Connection, *, letters: Sequence[_Letter]) -> None:
        at_s = self.now()
        for letter in letters:
            owed = letter.owed
            if not letter.failures:
                outbox.mark_done(connection, owed.id, at_s=at_s)
                continue

            error = "; ".join(
                f"{each.target}: {each.reason or each.outcome}" for each in letter.failures
            )
            due_at_s = self._retry_at_s(letter)
            outbox.mark_failed(connection, owed.id, error=error, due_at_s=due_at_s, at_s=at_s)

    def _retry_at_s(self, letter: _Letter) -> float | None:
        """Return when to try again; None gives up."""
        attempts = letter.owed.attempts + 1
        if attempts >= MOST_ATTEMPTS:
            return None

        is_unsure = any(each.outcome is Outcome.UNKNOWN for each in letter.failures)
        wait_s = deferred_wait_s(
            attempts,
            first_s=FIRST_RETRY_S,
            cap_s=HOUR_S,
            retry_after_s=UNSURE_RETRY_S if is_unsure else None,
            jitter=self.jitter(),
        )
        return self.now() + wait_s


def put(told: News, *, number: int | None) -> Message:
    """Return a piece of news in words."""
    name = PurePosixPath(told.subject).name
    match told.kind:
        case NewsKind.REVIEW:
            return review_opened(
                number or 0,
                name,
                best=told.candidate,
                candidates=told.candidates,
                reasons=told.detail.split("\n"),
                link=told.link,
            )
        case NewsKind.FAILED:
            reason = told.detail.replace(repr(told.subject), "it")  # the title names it
            return file_failed(name, reason, link=told.link)
        case NewsKind.SOURCE:
            return source_refused(told.subject, told.detail, link=told.link)
        case NewsKind.LIBRARY if told.detail == LIBRARY_IS_BACK:
            return library_online(told.subject, link=told.link)
        case NewsKind.LIBRARY:
            return library_offline(told.subject, told.detail, link=told.link)
        case _:
            assert_never(told.kind)


def _still_matters(connection: Connection, owed: Owed, told: News) -> bool:
    """Tell whether a file still is what a message would say of it."""
    if told.kind not in _STATE_TOLD or owed.file_id is None:
        return True

    file = files.get(connection, owed.file_id)
    return file is not None and file.state is _STATE_TOLD[told.kind]


def _note_delivery(letter: _Letter, name: str, delivery: Delivery) -> None:
    """Note what became of a letter at a target; unsure for the second time, it is let be."""
    is_unsure = delivery.outcome is Outcome.UNKNOWN
    may_have = f"{name}?"
    if delivery.outcome is Outcome.DELIVERED or (is_unsure and may_have in letter.reached):
        letter.reached.add(name)
        return

    letter.failures.append(delivery)
    if is_unsure:
        letter.reached.add(may_have)


def _save_reached(connection: Connection, *, letters: Sequence[_Letter]) -> None:
    for letter in letters:
        outbox.note_reached(connection, letter.owed.id, frozenset(letter.reached))


def _close(connection: Connection, *, owed: Sequence[Owed], at_s: float) -> None:
    for each in owed:
        outbox.drop(connection, each.id, at_s=at_s)


def _delay(connection: Connection, *, owed: Sequence[Owed], due_at_s: float) -> None:
    for each in owed:
        outbox.postpone(connection, each.id, due_at_s=due_at_s)
