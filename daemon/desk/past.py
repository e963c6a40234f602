"""What became of a file so far, read once for everything that is told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.admission import LeftOut
from rules.work import ExternalId
from store import answers, decisions, journal, left_out
from store.answers import Heard
from store.database import Connection
from store.decisions import DecisionRecord, Outcome
from store.files import FileRecord
from store.journal import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Everything decided about a file, heard of its content and done to it, oldest first."""

    decisions: Sequence[DecisionRecord]
    heard: Sequence[Heard]
    """By source."""
    plans: Sequence[Plan]
    """Those that changed anything."""
    left_out: Mapping[int, tuple[LeftOut, ...]]
    """Whom and what each of the plans left out."""

    @property
    def accepted(self) -> DecisionRecord | None:
        """Return the accept that stands, or None."""
        accepts = (each for each in self.decisions if each.outcome is Outcome.ACCEPTED)
        standing = [each for each in accepts if each.undone_at_s is None]
        return standing[-1] if standing else None

    @property
    def identity(self) -> ExternalId | None:
        """Return the candidate that was accepted, or None if none stands accepted."""
        return self.accepted.chosen if self.accepted is not None else None

    @property
    def left_out_of_work(self) -> tuple[LeftOut, ...]:
        """Return what the accept that stands left out."""
        if self.accepted is None:
            return ()

        plans = [each.id for each in self.plans if each.decision_id == self.accepted.id]
        return self.left_out[plans[-1]] if plans else ()


def read_past(connection: Connection, file: FileRecord) -> Past:
    """Return what became of a file so far."""
    plans = journal.plans_of(connection, file.id)
    content_id = file.content_id
    return Past(
        decisions=decisions.of_file(connection, file.id),
        heard=answers.heard(connection, content_id) if content_id is not None else (),
        plans=plans,
        left_out=left_out.of_plans(connection, [plan.id for plan in plans]),
    )
