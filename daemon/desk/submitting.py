"""What the desk tells of fingerprints that sources are told of, and how it has them sent."""

from __future__ import annotations

from functools import partial

from daemon.desk.desk import Desk
from daemon.desk.submission_lines import OPEN, open_submissions
from daemon.desk.submission_views import SubmissionsView
from store import sending


class Submitting:
    """Shows what is owed to sources, and has it sent."""

    def __init__(self, desk: Desk) -> None:
        """Speak of what this desk's store holds."""
        self._desk = desk

    async def submissions(self) -> SubmissionsView:
        """Return what sources are still to be told, or could not be."""
        desk = self._desk
        question = partial(open_submissions, terms=desk.household.terms, now_s=desk.now())
        return await desk.database.read(question)

    async def submit(self) -> SubmissionsView:
        """Have all of it sent now, also what failed before; return how it stands then.

        A running daemon sends it in the background.
        """
        desk = self._desk
        await desk.database.write(partial(sending.renew, states=OPEN, at_s=desk.now()))
        desk.bells.submitting.ring()
        await desk.household.submit_now()
        return await self.submissions()
