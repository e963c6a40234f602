"""The part of the API that is about the queue: what waits, and what was answered last."""

from __future__ import annotations

from daemon.desk.desk import Desk
from daemon.desk.queue import Queue
from daemon.desk.queue_views import LAST_ANSWER, QUEUE_PAGE, LastAnswer, QueuePage
from daemon.desk.views import ANSWERED, Answered
from daemon.web.bodies import RetractRequest
from daemon.web.errors import CONFLICT
from daemon.web.operations import Operation, changing, reading
from daemon.web.queries import FileQuery, QueueQuery
from store.waiting import Sieve


def waiting_operations(desk: Desk) -> list[Operation]:
    """Return the operations."""
    queue = Queue(desk)

    async def page(asked: QueueQuery) -> QueuePage:
        sieve = Sieve(
            tray=asked.tray,
            library=asked.library,
            source=asked.source,
            cause=asked.cause,
            text=asked.text.strip(),
        )
        return await queue.page(sieve, after=asked.after, limit=asked.limit)

    async def last(asked: FileQuery) -> LastAnswer | None:
        return await queue.last_answer(asked.file)

    async def retract(asked: RetractRequest) -> Answered:
        return await queue.retract(asked.file, asked.decision)

    return [
        reading(
            "/queue",
            "List what waits, the newest first, with counts.",
            QueueQuery,
            QUEUE_PAGE,
            page,
        ),
        reading(
            "/answer",
            "Tell what a person said last about a file, while that can be taken back.",
            FileQuery,
            LAST_ANSWER,
            last,
        ),
        changing(
            "/retract",
            "Take back just this answer of a person, and nothing that came since.",
            RetractRequest,
            ANSWERED,
            retract,
            errors=frozenset({CONFLICT}),
        ),
    ]
