"""The part of the API that is about telling sources of fingerprints."""

from __future__ import annotations

from daemon.desk.desk import Desk
from daemon.desk.submission_views import SUBMISSIONS, SubmissionsView
from daemon.desk.submitting import Submitting
from daemon.web.bodies import NoBody
from daemon.web.operations import Operation, changing, reading
from daemon.web.queries import NoQuery


def submitting_operations(desk: Desk) -> list[Operation]:
    """Return the operations: one that shows, and one that sends."""
    submitting = Submitting(desk)

    async def show(_: NoQuery) -> SubmissionsView:
        return await submitting.submissions()

    async def send(_: NoBody) -> SubmissionsView:
        return await submitting.submit()

    return [
        reading(
            "/submissions",
            "List what sources are still to be told of fingerprints.",
            NoQuery,
            SUBMISSIONS,
            show,
        ),
        changing("/submit", "Tell sources of fingerprints now.", NoBody, SUBMISSIONS, send),
    ]
