"""Try every channel with a message of its own, and say what each target answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import anyio
from pydantic import TypeAdapter

from daemon.push.channels import Channel
from daemon.push.message import Message, trial
from daemon.push.protocol import Outcome
from daemon.push.sender import Delivery, Target, label
from rules.errors import NotFound

_CHANNELS_AT_ONCE = 2
"""Each message is a process of its own that loads all of apprise."""


class Send(Protocol):
    """Who delivers a message."""

    async def send(self, message: Message, targets: Sequence[Target]) -> tuple[Delivery, ...]:
        """Return what became of it at each target."""


class ChannelUnknown(NotFound):
    """No channel is called so."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        """Build the message from the name and those that there are."""
        listed = f"there is {', '.join(known)}" if known else "there is none: add a [[channel]]"
        super().__init__(f"there is no channel {name!r}; {listed}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What one target of a channel said."""

    channel: str
    target: str
    """Its place in the configuration and its service; no secrets."""
    outcome: Outcome
    reason: str | None
    """What is wrong; None when it was delivered."""


TRIED = TypeAdapter(list[Tried])


def chosen(channels: Sequence[Channel], name: str | None) -> list[Channel]:
    """Return the channel that is called so; all when none is named.

    Raises:
        ChannelUnknown: none is.

    """
    found = [each for each in channels if name is None or each.name == name]
    if name is not None and not found:
        raise ChannelUnknown(name, [each.name for each in channels])

    return found


async def try_all(
    channels: Sequence[Channel], sender: Send, *, link: str | None = None
) -> list[Tried]:
    """Send every target of these channels a trial; return what became of each, in order.

    Neither quiet hours nor caps count: a person asked for it, now.
    """
    turns = anyio.CapacityLimiter(_CHANNELS_AT_ONCE)
    found: dict[int, list[Tried]] = {}

    async def try_one(place: int, channel: Channel) -> None:
        async with turns:
            found[place] = await _try(channel, sender, link)

    async with anyio.create_task_group() as tasks:
        for place, channel in enumerate(channels):
            tasks.start_soon(try_one, place, channel)
    return [each for place in range(len(channels)) for each in found[place]]


async def _try(channel: Channel, sender: Send, link: str | None) -> list[Tried]:
    deliveries = await sender.send(_named(trial(link=link), channel.name), channel.targets)
    return [
        Tried(
            channel=channel.name,
            target=label(number, target.get_secret_value()),
            outcome=delivery.outcome,
            reason=delivery.reason,
        )
        for number, (target, delivery) in enumerate(zip(channel.targets, deliveries, strict=True))
    ]


def _named(message: Message, channel: str) -> Message:
    return replace(message, body=f"{message.body} It came through the channel {channel}.")
