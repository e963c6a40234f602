"""Ways to people: who is told what, and when the next message may leave."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from daemon.push.sender import Target
from daemon.settings import ChannelSettings, NotifySettings, Settings
from daemon.settings.notify_section import OWN_CHANNEL
from rules.allowance import Allowance
from rules.quiet_hours import QuietHours

Local = Callable[[float], datetime]
"""What a clock on the wall shows at a time in seconds since 1970."""

USUAL_ALLOWANCE = Allowance(per_hour=30, per_day=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way to somebody."""

    name: str
    targets: Sequence[Target]
    on: Collection[str]
    """What is worth a message, as `on` in the configuration names it."""
    tags: frozenset[str] = frozenset()
    """Only what is about one of these; none: everything."""
    quiet: QuietHours | None = None
    allowance: Allowance = USUAL_ALLOWANCE
    digest_s: float = 3.0
    has_pictures: bool = True

    def wants(self, kind: str, about: Collection[str]) -> bool:
        """Tell whether news of this kind, about these libraries and sources, goes here."""
        return kind in self.on and (not self.tags or not self.tags.isdisjoint(about))

    def free_at_s(self, sent_at_s: Sequence[float], now_s: float, local: Local) -> float:
        """Return when the next message may leave: not in quiet hours, not above the caps."""
        free_at_s = self.allowance.free_at_s(sent_at_s, now_s)
        over_at = self.quiet.over_at(local(free_at_s)) if self.quiet else None
        return free_at_s if over_at is None else over_at.timestamp()


def channels_of(settings: Settings) -> tuple[Channel, ...]:
    """Return every channel of the settings; [notify] is one where it has targets."""
    notify = settings.notify
    own = (_channel(OWN_CHANNEL, notify),) if notify.targets else ()
    return (*own, *(_channel(each.name, each, each.tags) for each in settings.channels))


def _channel(
    name: str, said: NotifySettings | ChannelSettings, tags: Collection[str] = ()
) -> Channel:
    return Channel(
        name=name,
        targets=said.targets,
        on=frozenset(said.on),
        tags=frozenset(tags),
        quiet=QuietHours.parse(said.quiet_hours) if said.quiet_hours else None,
        allowance=Allowance(per_hour=said.max_per_hour, per_day=said.max_per_day),
        digest_s=said.digest_s,
        has_pictures=said.picture,
    )
