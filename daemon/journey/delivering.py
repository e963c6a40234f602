"""Hand what one channel is told to its targets, and remember what became of it at each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from daemon.journey.telling import Letter
from daemon.push.channels import Channel
from daemon.push.facts import Facts
from daemon.push.illustrating import Cover
from daemon.push.message import Message
from daemon.push.protocol import Outcome
from daemon.push.sender import Delivery, Target, label
from rules.schedule import deferred_wait_s
from rules.sidecar import digest
from store import outbox, post
from store.database import Connection, Database
from store.post import Handed

FIRST_RETRY_S = 30.0
LONGEST_RETRY_S = 3600.0
UNSURE_RETRY_S = 900.0
MOST_ATTEMPTS = 30
"""With waits that double up to an hour this is about a day."""
_CUT_SHORT = "doorman ended before it was known whether it arrived"


class Send(Protocol):
    """Who delivers a message."""

    async def send(self, message: Message, targets: Sequence[Target]) -> tuple[Delivery, ...]:
        """Return what became of it at each target."""


class Word(Protocol):
    """Who puts facts into words."""

    async def message(self, facts: Sequence[Facts], *, waiting: int, link: str | None) -> Message:
        """Return one message for all of these.

        Args:
            facts: Of one piece of news, or of several that become a digest.
            waiting: How many files wait for a person in all.
            link: Where all of them can be answered.

        """


class Illustrate(Protocol):
    """Who makes the picture that goes along."""

    def __call__(
        self, sheet: Path | None, cover: Cover | None
    ) -> AbstractAsyncContextManager[Path | None]:
        """Return where the picture lies while a block runs; None for no picture."""


@asynccontextmanager
async def sheet_alone(
    sheet: Path | None,
    cover: Cover | None,  # noqa: ARG001  # nobody fetches it here
) -> AsyncIterator[Path | None]:
    """Yield the contact sheet as it is."""
    yield sheet


@dataclass(slots=True, kw_only=True)
class _Fate:
    """What became of a letter at the targets that did not have it."""

    letter: Letter
    failures: list[Delivery] = field(default_factory=list)
    has_left: bool = False
    """Whether it arrived somewhere, or may have."""

    def note(self, name: str, delivery: Delivery) -> None:
        """Note what became of it at a target; unsure for the second time, it is let be."""
        reached = self.letter.reached
        reached.discard(f"{name}!")
        is_unsure = delivery.outcome is Outcome.UNKNOWN
        self.has_left |= delivery.outcome is not Outcome.FAILED
        if delivery.outcome is Outcome.DELIVERED or (is_unsure and f"{name}?" in reached):
            reached.discard(f"{name}?")
            reached.add(name)
            return

        self.failures.append(delivery)
        if is_unsure:
            reached.add(f"{name}?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Handing:
    """One mail on its way through a channel."""

    database: Database
    sender: Send
    word: Word
    channel: Channel
    queue: str | None
    """Where all questions can be answered."""
    now: Callable[[], float]
    jitter: Callable[[], float]
    illustrate: Illustrate = sheet_alone

    async def hand(self, letters: Sequence[Letter], *, waiting: int) -> None:
        """Send each target what it has not got yet; commit before and after each what is known."""
        fates = [_Fate(letter=letter) for letter in letters]
        begin = partial(post.begin, channel=self.channel.name, at_s=self.now())
        push_id = await self.database.write(begin)
        for number, target in enumerate(self.channel.targets):
            await self._hand_to(number, target, fates, waiting)
        await self.database.write(partial(self._settle, fates=fates, push_id=push_id))

    async def _hand_to(
        self, number: int, target: Target, fates: Sequence[_Fate], waiting: int
    ) -> None:
        """Send one target what it lacks; `number` is its place in the configuration."""
        address = target.get_secret_value()
        name, shown = digest(address.encode()), label(number, address)
        for fate in fates:
            if f"{name}!" in fate.letter.reached:
                cut_short = Delivery(target=shown, outcome=Outcome.UNKNOWN, reason=_CUT_SHORT)
                fate.note(name, cut_short)
        lacking = [fate for fate in fates if self._lacks(fate, name, shown)]
        if not lacking:
            return

        async with self._message([fate.letter for fate in lacking], waiting) as message:
            await self._remember(lacking, leaving=name)
            (delivery,) = await self.sender.send(message, (target,))
        for fate in lacking:
            fate.note(name, replace(delivery, target=shown))
        await self._remember(lacking)

    def _lacks(self, fate: _Fate, name: str, shown: str) -> bool:
        is_put_off = any(failure.target == shown for failure in fate.failures)
        return name not in fate.letter.reached and not is_put_off

    @asynccontextmanager
    async def _message(self, letters: Sequence[Letter], waiting: int) -> AsyncIterator[Message]:
        """Yield what is to be sent, while its picture lies where it says."""
        message = await self.word.message(
            [letter.facts for letter in letters], waiting=waiting, link=self.queue
        )
        # A picture never costs the message: what failed once is tried without.
        first = letters[0]
        has_picture = len(letters) == 1 and self.channel.has_pictures and not first.owed.attempts
        if not has_picture:
            yield message
            return

        async with self.illustrate(first.picture, first.cover) as picture:
            yield replace(message, picture=picture)

    async def _remember(self, fates: Sequence[_Fate], *, leaving: str | None = None) -> None:
        if leaving is not None:
            for fate in fates:
                fate.letter.reached.add(f"{leaving}!")
        await self.database.write(partial(_save_reached, fates=fates))

    def _settle(self, connection: Connection, *, fates: Sequence[_Fate], push_id: int) -> None:
        has_left = any(fate.has_left for fate in fates)
        post.end(connection, push_id, Handed.SENT if has_left else Handed.FAILED)
        _save_reached(connection, fates=fates)
        at_s = self.now()
        for fate in fates:
            owed_id = fate.letter.owed.id
            if not fate.failures:
                outbox.mark_done(connection, owed_id, at_s=at_s)
                continue

            error = "; ".join(
                f"{each.target}: {each.reason or each.outcome}" for each in fate.failures
            )
            due_at_s = self._retry_at_s(fate)
            outbox.mark_failed(connection, owed_id, error=error, due_at_s=due_at_s, at_s=at_s)

    def _retry_at_s(self, fate: _Fate) -> float | None:
        """Return when to try again; None gives up."""
        attempts = fate.letter.owed.attempts + 1
        if attempts >= MOST_ATTEMPTS:
            return None

        is_unsure = any(each.outcome is Outcome.UNKNOWN for each in fate.failures)
        wait_s = deferred_wait_s(
            attempts,
            first_s=FIRST_RETRY_S,
            cap_s=LONGEST_RETRY_S,
            retry_after_s=UNSURE_RETRY_S if is_unsure else None,
            jitter=self.jitter(),
        )
        return self.now() + wait_s


def _save_reached(connection: Connection, *, fates: Sequence[_Fate]) -> None:
    for fate in fates:
        outbox.note_reached(connection, fate.letter.owed.id, frozenset(fate.letter.reached))
