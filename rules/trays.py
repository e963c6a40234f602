"""Whom a file waits for, as a person looks at it: the trays on the desk."""

from __future__ import annotations

from enum import StrEnum


class Tray(StrEnum):
    """Files that wait for the same thing."""

    OPEN = "open"
    """A person: a question is open, or the file could not be examined and is not tried again."""
    NO_MATCH = "no match"
    """The time at which the sources are asked again."""
    DEFERRED = "deferred"
    """A source that failed, or the next try at examining."""
    IGNORED = "ignored"
    """Nothing: a rule said to leave it alone."""
    DISMISSED = "dismissed"
    """Nothing: a person said to leave it alone."""
