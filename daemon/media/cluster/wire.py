"""What the daemon and doorman on a cluster's worker write to each other: text, no objects of ours.

Dask itself carries the text, and pickles whatever it carries; doorman adds no pickles to that, and
checks every reply like a worker's answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from os import stat_result
from typing import Annotated, Literal, Self

from pydantic import Field, TypeAdapter

from daemon.media.grid import GRID_VERSION
from daemon.version import doorman_version

_GRAINS_NS = (100, 1_000, 1_000_000, 1_000_000_000)
"""How finely network file systems tell the time: SMB, and others down to seconds (sshfs)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What two doormen must have in common, or their hashes may differ."""

    version: str
    grid: str
    decoders: str = ""
    """The version of PyAV, whose wheel brings ffmpeg: builds of it differ in some pictures."""

    @classmethod
    def own(cls) -> Self:
        """Return the edition of this doorman."""
        return cls(version=doorman_version(), grid=GRID_VERSION, decoders=version("av"))

    def __str__(self) -> str:
        """Return it for a message."""
        return f"{self.version} (grid {self.grid}, PyAV {self.decoders or 'unknown'})"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenStamp:
    """What a file looked like; there is no inode, each machine has its own for the same file."""

    size_bytes: int
    mtime_ns: int

    @classmethod
    def of(cls, status: stat_result) -> Self:
        """Return the stamp that a look at a file gave."""
        return cls(size_bytes=status.st_size, mtime_ns=status.st_mtime_ns)

    def is_same(self, other: SeenStamp) -> bool:
        """Tell whether both are of one file: one of them may tell the time more coarsely."""
        if self.size_bytes != other.size_bytes:
            return False

        mine, theirs = self.mtime_ns, other.mtime_ns
        return mine == theirs or any(
            mine // grain == theirs // grain and 0 in (mine % grain, theirs % grain)
            for grain in _GRAINS_NS
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a cluster's worker is asked to do."""

    edition: Edition
    request: str
    """A line of `daemon.media.wire`, with the path as the worker knows it."""
    timeout_s: float
    memory_limit_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The file was examined, or refused by its content or by the disk."""

    kind: Literal["done"] = "done"
    worker: str
    stamp: SeenStamp | None
    """What the worker saw before it opened the file; None when it saw nothing."""
    answer: str
    """A line of `daemon.media.wire`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """The process that examined the file on the cluster's worker had to be given up."""

    kind: Literal["given up"] = "given up"
    worker: str
    is_late: bool
    """Whether it was the deadline; otherwise the process died."""
    exit_status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """The worker has another doorman; nothing was done."""

    kind: Literal["mismatch"] = "mismatch"
    worker: str
    edition: Edition


Reply = Done | GivenUp | Mismatch


@dataclass(frozen=True, slots=True, kw_only=True)
class _Envelope:
    """The part of an order that every version of doorman understands."""

    edition: Edition


class Letters:
    """Writes and reads orders and replies; the checks are prepared on first use."""

    @cached_property
    def _order(self) -> TypeAdapter[Order]:
        return TypeAdapter(Order)

    @cached_property
    def _envelope(self) -> TypeAdapter[_Envelope]:
        return TypeAdapter(_Envelope)

    @cached_property
    def _reply(self) -> TypeAdapter[Reply]:
        return TypeAdapter(Annotated[Reply, Field(discriminator="kind")])

    def order_to_text(self, order: Order) -> str:
        """Return an order as text."""
        return self._order.dump_json(order).decode()

    def edition_of(self, text: str) -> Edition:
        """Return who wrote an order, whatever else it says.

        Raises:
            pydantic.ValidationError: when the text is no order of any doorman.

        """
        return self._envelope.validate_json(text).edition

    def order_from_text(self, text: str) -> Order:
        """Return the order that a doorman of the same edition wrote."""
        return self._order.validate_json(text)

    def reply_to_text(self, reply: Reply) -> str:
        """Return a reply as text."""
        return self._reply.dump_json(reply).decode()

    def reply_from_text(self, text: str) -> Reply:
        """Return the reply that a text is.

        Raises:
            pydantic.ValidationError: when the text is no reply.

        """
        return self._reply.validate_json(text)
