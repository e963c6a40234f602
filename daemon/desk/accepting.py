"""Make a file what a person says it is: the decision, and all that accepting changes."""

from __future__ import annotations

from collections.abc import Sequence

from rules.candidate import Candidate
from rules.identify_options import SourceOptions
from rules.samework import own_id, with_ids_of_all
from rules.ticks import Ticks
from store import acceptance, decisions
from store.answers import StoredCandidate
from store.changing import Applied
from store.database import Connection
from store.decisions import Decider, NewDecision, Outcome
from store.files import FileRecord


def make_accepted(
    connection: Connection,
    file: FileRecord,
    content_id: int,
    chosen: Candidate,
    *,
    offered: Sequence[StoredCandidate],
    options: SourceOptions,
    ticks: Ticks | None,
    at_s: float,
) -> Applied:
    """Keep a person's decision for `chosen`, and let the file become a copy of its work.

    `offered` is everything that may be chosen: whoever else offers that work tells its ids, too.
    """
    kept = NewDecision(
        outcome=Outcome.ACCEPTED,
        decided_by=Decider.PERSON,
        reasons=("a person accepted it",),
        chosen=own_id(chosen),
    )
    decision_id = decisions.add(connection, file, content_id, kept, at_s=at_s)
    return acceptance.apply_accept(
        connection,
        file,
        decision_id,
        witnessed(chosen, offered),
        options=options.of(chosen.source),
        is_by_person=True,
        ticks=ticks,
        at_s=at_s,
    )


def witnessed(chosen: Candidate, offered: Sequence[StoredCandidate]) -> Candidate:
    """Return `chosen` with the ids that all who offer its work have for it."""
    return with_ids_of_all(chosen, [each.candidate for each in offered])
