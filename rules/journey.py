"""The states of a file on its way in, and which may follow which."""

from __future__ import annotations

from enum import StrEnum


class FileState(StrEnum):
    """Where a file is on its journey; every one of them is kept in the store."""

    SEEN = "seen"
    """Noticed; perhaps still being written."""
    SETTLED = "settled"
    """At rest; waits for its fingerprints."""
    READY = "ready"
    """Fingerprinted; waits to be asked about."""
    ANSWERED = "answered"
    """Every source was asked; waits for the decision."""
    ACCEPTED = "accepted"
    """A work was chosen; its sidecars are still to be written."""
    DONE = "done"
    """Accepted and everything written."""
    REVIEW = "review"
    """A person is asked."""
    NO_MATCH = "no match"
    """Every source answered and none knows it; asked again on a schedule."""
    DEFERRED = "deferred"
    """A source failed; asked again soon, and no attempt is used up."""
    IGNORED = "ignored"
    """A rule said to leave it alone."""
    DISMISSED = "dismissed"
    """A person said to leave it alone."""
    FAILED = "failed"
    """It could not be examined; tried again a few times, then waits for a person."""


WAITING = frozenset({FileState.NO_MATCH, FileState.DEFERRED, FileState.FAILED})
"""States that a due time leads out of."""

DECIDED = frozenset(
    {
        FileState.ACCEPTED,
        FileState.DONE,
        FileState.REVIEW,
        FileState.NO_MATCH,
        FileState.IGNORED,
        FileState.DISMISSED,
    }
)
"""States that hold a decision about the content, to be kept when only the stamp changed."""

IN_PROGRESS = frozenset(
    {
        FileState.SEEN,
        FileState.SETTLED,
        FileState.READY,
        FileState.ANSWERED,
        FileState.ACCEPTED,
    }
)
"""States that doorman itself leads out of, now."""

UNEXAMINED = frozenset({FileState.SEEN, FileState.SETTLED, FileState.FAILED})
"""States in which it is open whether the content is the same as before."""

UNDECIDED = frozenset(
    {
        FileState.READY,
        FileState.ANSWERED,
        FileState.REVIEW,
        FileState.NO_MATCH,
        FileState.DEFERRED,
    }
)
"""States in which another fingerprint of the content makes another question."""
