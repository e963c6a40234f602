"""What the API answers when something could not be done."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why it could not be done."""

    message: str
    """In words, with what can be done about it."""
    exit_code: int
    """What a command line ends with: 1 failed, 2 asked wrongly, 78 configuration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorAnswer:
    """It could not be done, and nothing was."""

    error: Refusal


ERROR = TypeAdapter(ErrorAnswer)
