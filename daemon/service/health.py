"""Tell the service manager how the daemon is, and be silent when a stage has stopped.

The protocol is sd_notify(3): datagrams to the socket that NOTIFY_SOCKET names.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import anyio

_OURS = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")
_SEND_TIMEOUT_S = 1.0
"""The manager's socket may be full for a moment; the daemon does not wait for it longer."""


class Notifier:
    """Talks to the service manager; says nothing where there is none."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Find the socket: a path, or `@` and an abstract name; anything else is none."""
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self.is_heard = address[:1] in ("/", "@") and len(address) > 1

    def ready(self, status: str) -> None:
        """Say that the daemon has started, or has read its configuration again."""
        self._send("READY=1", _status(status))

    def status(self, status: str) -> None:
        """Say in one line what the daemon does."""
        self._send(_status(status))

    def reloading(self, *, monotonic_us: int) -> None:
        """Say that the configuration is read again; `ready` ends it."""
        self._send("RELOADING=1", f"MONOTONIC_USEC={monotonic_us}")

    def extend_start(self, seconds: float, status: str) -> None:
        """Ask for so much time to start, as a migration of a large store may need, and say why."""
        self._send(f"EXTEND_TIMEOUT_USEC={round(seconds * 1_000_000)}", _status(status))

    def stopping(self, status: str) -> None:
        """Say that the daemon ends in order."""
        self._send("STOPPING=1", _status(status))

    def alive(self) -> None:
        """Feed the watchdog."""
        self._send("WATCHDOG=1")

    def _send(self, *lines: str) -> None:
        """Send one datagram; that nobody listens is no reason to stop working."""
        if not self.is_heard:
            return

        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.settimeout(_SEND_TIMEOUT_S)
                sender.sendto("\n".join(lines).encode("utf-8", "replace"), self._address)
        except OSError:
            return


def _status(text: str) -> str:
    """Return an assignment of one line."""
    return f"STATUS={' '.join(text.split())}"


def watchdog_s(environment: Mapping[str, str], *, process_id: int) -> float | None:
    """Return after how many silent seconds we are killed; None where nobody watches us.

    WATCHDOG_PID names the process that is meant; a child that inherited the rest is not.
    """
    interval = environment.get("WATCHDOG_USEC", "")
    meant = environment.get("WATCHDOG_PID") or str(process_id)
    if not (interval.isascii() and interval.isdigit()) or meant != str(process_id):
        return None

    return int(interval) / 1_000_000 or None


def without_notify(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a child: it must neither report nor be watched in our name."""
    return {name: value for name, value in environment.items() if name not in _OURS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A stage that should have been heard of."""

    stage: str
    silent_s: float
    """Since when it has been overdue."""


class Heartbeats:
    """Knows which stages are at work, and which are silent without a reason.

    A stage is known from its first beat on: whoever starts one beats for it once, so that one
    that dies before it says a word is missed too.
    """

    def __init__(
        self,
        *,
        patience_s: float,
        now_s: Callable[[], float],
        longer_s: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        """Start with no stage known.

        Args:
            patience_s: How long a stage at work may be silent.
            now_s: Monotonic seconds.
            longer_s: The same for stages whose single piece of work may take longer.

        """
        self._patience_s = patience_s
        self._longer_s = longer_s
        self._now_s = now_s
        self._due_s: dict[str, float] = {}

    def beat(self, name: str) -> None:
        """Note that the stage is making progress."""
        self.rest(name, until_s=0)

    def rest(self, name: str, *, until_s: float) -> None:
        """Note that the stage has nothing to do, and will be heard of within `until_s` seconds."""
        patience_s = self._longer_s.get(name, self._patience_s)
        self._due_s[name] = self._now_s() + until_s + patience_s

    def leave(self, name: str) -> None:
        """Forget a stage that ended in order."""
        self._due_s.pop(name, None)

    def stages(self) -> frozenset[str]:
        """Return the stages that are known."""
        return frozenset(self._due_s)

    def stopped(self) -> tuple[Stopped, ...]:
        """Return the stages that are overdue, by name; empty while all is well."""
        now_s = self._now_s()
        return tuple(
            Stopped(stage=name, silent_s=now_s - due_s)
            for name, due_s in sorted(self._due_s.items())
            if now_s > due_s
        )


class Log(Protocol):
    """What feeding needs of a logger."""

    def error(self, event: str, **facts: object) -> object:
        """Record that the daemon cannot do its work."""

    def info(self, event: str, **facts: object) -> object:
        """Record something the owner wants to know."""


async def feed(notifier: Notifier, heartbeats: Heartbeats, *, every_s: float, log: Log) -> None:
    """Feed the watchdog for as long as every stage is heard of; runs until cancelled.

    It runs in the event loop on purpose: a loop that is stuck does not feed.

    Args:
        notifier: Where to.
        heartbeats: What is known of the stages.
        every_s: Half of `watchdog_s`, as sd_watchdog_enabled(3) advises.
        log: Told when a stage stops, and when all are heard of again.

    """
    were_stopped: frozenset[str] = frozenset()
    while True:
        stopped = heartbeats.stopped()
        for one in stopped:
            if one.stage not in were_stopped:
                log.error("stage.stopped", stage=one.stage, silent_s=round(one.silent_s, 1))

        if were_stopped and not stopped:
            log.info("stage.resumed", stages=sorted(were_stopped))

        if not stopped:
            notifier.alive()

        were_stopped = frozenset(one.stage for one in stopped)
        await anyio.sleep(every_s)
