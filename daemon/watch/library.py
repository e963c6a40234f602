"""The nouns of watching: a library, its state, a hint, and the pace of it all."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath

from rules.listing import RootIdentity
from rules.selection import Selection


class WatchMode(StrEnum):
    """How the owner wants a library to be watched."""

    AUTO = "auto"
    """By events, and on mounts where others may write unseen by regular scans as well."""
    EVENTS = "events"
    POLL = "poll"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedLibrary:
    """A library and how to watch it."""

    name: str
    root: PurePath
    """Absolute."""
    selection: Selection = field(default_factory=Selection)
    mode: WatchMode = WatchMode.AUTO
    poll_every_s: float = 60.0
    """How often to look over all of it where events cannot be relied on."""
    rescan_s: float = 1800.0
    """How often to look over all of it although there are events (`platform.md` §1.4.1)."""
    identity: RootIdentity | None = None
    """What the root was when it was last believed; None when it was never seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Something may have happened; the disk knows what."""

    library: str
    path: PurePath | None
    """A file that came, changed or went; None: look over the whole library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Starting:
    """Nothing is known yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """Changes are noticed as they happen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    """Changes are found by looking over the library regularly, as is right for it."""

    every_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Degraded:
    """Events should work and do not; changes are found by looking over the library."""

    reason: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offline:
    """The library is not there; nothing is known about its files meanwhile."""

    reason: str
    """Ends with what the owner can do."""


LibraryState = Starting | Watching | Polling | Degraded | Offline


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long to wait for what; the defaults are for real disks, tests are quicker."""

    liveness_s: float = 15.0
    """Between looks at the root (`platform.md` §1.4.4: 10 to 30)."""
    root_answer_s: float = 20.0
    """How long the root may take to answer; a spun-down disk takes 10 to 15."""
    set_up_s: float = 300.0
    """How long a watcher may prepare in silence: 20,000 folders took 2.4, shares take longer."""
    silence_s: float = 60.0
    """How long a ready watcher, that speaks every 5, may be silent."""
    first_rescan_s: float = 10.0
    """How long the first look over a library waits for its watcher, or there would be two."""
    rescan_gap_s: float = 5.0
    """Between two looks over the library, however many reasons there are."""
    first_delay_s: float = 1.0
    """Before a watcher that ended is started again; doubles each time."""
    longest_delay_s: float = 300.0
    steady_s: float = 300.0
    """How long a watcher must live for its earlier ends to be forgotten."""
