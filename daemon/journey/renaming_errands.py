"""What giving a file its name leaves to be done: one line, tried again on its own."""

from __future__ import annotations

from rules.schedule import deferred_wait_s
from store import events, outbox
from store.database import Connection
from store.outbox import Errand, Owed

FIRST_RETRY_S = 60.0
LONGEST_RETRY_S = 24 * 3600.0
"""A name that is taken, or a field that is lacking, stays so until somebody acts."""
_EVENT = "name kept"


def wait_s(attempt: int, *, jitter: float) -> float:
    """Return how long until a name is tried again; `attempt` counts from 1."""
    return deferred_wait_s(
        attempt,
        first_s=FIRST_RETRY_S,
        cap_s=LONGEST_RETRY_S,
        retry_after_s=None,
        jitter=jitter,
    )


def owe_name(
    connection: Connection, *, file_id: int, trouble: str | None, jitter: float, at_s: float
) -> bool:
    """Owe the file its name, or nothing where there was no trouble; return whether it is news."""
    owed = outbox.owed_for(connection, file_id, Errand.RENAME)
    if trouble is None:
        outbox.cancel(connection, file_id, Errand.RENAME, at_s=at_s)
        return False

    if owed:
        return note_trouble(connection, owed=owed[-1], trouble=trouble, jitter=jitter, at_s=at_s)

    number = outbox.add(connection, Errand.RENAME, file_id=file_id, payload="{}", at_s=at_s)
    due_at_s = at_s + wait_s(1, jitter=jitter)
    outbox.mark_failed(connection, number, error=trouble, due_at_s=due_at_s, at_s=at_s)
    events.add(connection, file_id, _EVENT, detail=trouble, at_s=at_s)
    return True


def note_trouble(
    connection: Connection, *, owed: Owed, trouble: str, jitter: float, at_s: float
) -> bool:
    """Note that a name could not be given again; return whether the reason is a new one."""
    due_at_s = at_s + wait_s(owed.attempts + 1, jitter=jitter)
    outbox.mark_failed(connection, owed.id, error=trouble, due_at_s=due_at_s, at_s=at_s)
    is_news = trouble != owed.last_error
    if is_news and owed.file_id is not None:
        events.add(connection, owed.file_id, _EVENT, detail=trouble, at_s=at_s)
    return is_news
