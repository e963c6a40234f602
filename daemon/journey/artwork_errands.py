"""What writing a file's pictures leaves to be done, and when that is tried again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rules.schedule import deferred_wait_s
from store import events, outbox
from store.database import Connection
from store.outbox import Errand, Owed

FIRST_RETRY_S = 60.0
LONGEST_DISK_RETRY_S = 3600.0
LONGEST_FETCH_RETRY_S = 6 * 3600.0
MOST_FETCH_TRIES = 32
"""About a week: a picture that nobody served for so long is given up, a full disk never is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is still to be done about a file's pictures."""

    disk_trouble: str | None = None
    """Why the disk kept one from being written; tried again until it lets us."""
    lacking: str | None = None
    """Why one could not be fetched; tried again for a while."""
    is_put_off: bool = False
    """Nothing was tried: nobody here can fetch."""

    @property
    def trouble(self) -> str | None:
        """Return what to tell a person, None when all went well."""
        return self.disk_trouble or self.lacking

    @property
    def is_done(self) -> bool:
        """Tell whether nothing is left to do."""
        return self.trouble is None and not self.is_put_off


ALL_DONE = Outcome()
PUT_OFF = Outcome(is_put_off=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """When, and how often, pictures are tried again."""

    now: Callable[[], float]
    jitter: Callable[[], float]

    def due_at_s(self, outcome: Outcome, attempt: int) -> float | None:
        """Return when the next attempt is due, None to give up; `attempt` counts from 1."""
        is_disk = outcome.disk_trouble is not None
        if not is_disk and attempt >= MOST_FETCH_TRIES:
            return None

        wait_s = deferred_wait_s(
            attempt,
            first_s=FIRST_RETRY_S,
            cap_s=LONGEST_DISK_RETRY_S if is_disk else LONGEST_FETCH_RETRY_S,
            retry_after_s=None,
            jitter=self.jitter(),
        )
        return self.now() + wait_s


def is_superseded(connection: Connection, *, file_id: int) -> bool:
    """Tell whether what is owed to the file besides does, or undoes, its pictures anyway."""
    return any(
        outbox.owed_for(connection, file_id, errand) for errand in (Errand.SIDECAR, Errand.RESTORE)
    )


def owe_rest(
    connection: Connection, *, file_id: int, outcome: Outcome, retry: Retry, at_s: float
) -> bool:
    """Owe what is left to do, or nothing more; return whether that is news to a person."""
    if outcome.is_done:
        outbox.cancel(connection, file_id, Errand.ARTWORK, at_s=at_s)
        return False

    owed = outbox.owed_for(connection, file_id, Errand.ARTWORK)
    if owed or outcome.trouble is None:
        if not owed:
            outbox.add(connection, Errand.ARTWORK, file_id=file_id, payload="{}", at_s=at_s)
        return False

    number = outbox.add(connection, Errand.ARTWORK, file_id=file_id, payload="{}", at_s=at_s)
    due_at_s = retry.due_at_s(outcome, 1)
    outbox.mark_failed(connection, number, error=outcome.trouble, due_at_s=due_at_s, at_s=at_s)
    events.add(connection, file_id, "pictures waiting", detail=outcome.trouble, at_s=at_s)
    return True


def note_attempt(
    connection: Connection, *, owed: Owed, outcome: Outcome, retry: Retry, at_s: float
) -> bool:
    """Note what came of an errand for pictures; return whether its trouble is a new one."""
    trouble = outcome.trouble
    if trouble is None:
        outbox.mark_done(connection, owed.id, at_s=at_s)
        return False

    due_at_s = retry.due_at_s(outcome, owed.attempts + 1)
    outbox.mark_failed(connection, owed.id, error=trouble, due_at_s=due_at_s, at_s=at_s)
    is_new = trouble != owed.last_error
    if owed.file_id is not None and (is_new or due_at_s is None):
        event = "pictures waiting" if due_at_s is not None else "pictures given up"
        events.add(connection, owed.file_id, event, detail=trouble, at_s=at_s)
    return is_new
