"""What the daemon and the child that fills in templates say to each other, as JSON over pipes."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Sheet(BaseModel):
    """One template to be filled in, with everything that it can speak of."""

    model_config = ConfigDict(frozen=True)

    name: str
    """The template's file."""
    text: str
    values: dict[str, object]


class FillOrder(BaseModel):
    """What the child shall do; one, on its standard input."""

    model_config = ConfigDict(frozen=True)

    sheets: tuple[Sheet, ...]
    longest: int
    """Characters that one may become; what is more is cut off."""
    processor_s: int
    """Seconds of a processor that all may take."""


class Filled(BaseModel):
    """What became of one template."""

    model_config = ConfigDict(frozen=True)

    text: str | None = None
    """None: it could not be filled in."""
    problem: str | None = None
    line: int | None = None
    """Where the problem is, from 1; None where that is not known."""


class FillReport(BaseModel):
    """What became of all, in the order of the order."""

    model_config = ConfigDict(frozen=True)

    filled: tuple[Filled, ...]
