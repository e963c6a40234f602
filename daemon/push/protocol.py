"""What the daemon and its push child say to each other, as JSON over pipes."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Outcome(StrEnum):
    """What became of one message at one target."""

    DELIVERED = "delivered"
    FAILED = "failed"
    """Certainly not delivered; it may be sent again."""
    UNKNOWN = "unknown"
    """Perhaps delivered: sending again at once could deliver it twice."""


class Order(BaseModel):
    """What the child shall do; one, on its standard input."""

    model_config = ConfigDict(frozen=True)

    targets: tuple[str, ...]
    """Addresses with their secrets: this is why they go over a pipe."""
    deadline_s: float
    title: str = ""
    body: str = ""
    """Empty: check the targets, send nothing."""
    link: str | None = None
    kind: str = ""
    picture: str | None = None
    """A file on this machine; for services that take some, and only where it is a small one."""


class Report(BaseModel):
    """One line on the child's standard output."""

    model_config = ConfigDict(frozen=True)

    target: int
    """Its place in the order, from 0."""
    outcome: Outcome | None
    """None: the attempt begins."""
    reason: str | None = None
    """Without secrets."""
