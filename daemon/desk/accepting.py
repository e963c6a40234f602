"""Make a file what a person says it is: the decision, and all that accepting changes."""

from __future__ import annotations

from daemon.desk.choosing import Offered
from rules.candidate import Candidate
from rules.identify_options import SourceOptions
from rules.samework import own_id, with_ids_of_all
from rules.ticks import Ticks
from store import acceptance, decisions
from store.changing import Applied
from store.database import Connection
from store.decisions import Decider, NewDecision, Outcome
from store.files import FileRecord


def make_accepted(
    connection: Connection,
    file: FileRecord,
    content_id: int,
    chosen: Offered,
    *,
    options: SourceOptions,
    ticks: Ticks | None,
    at_s: float,
) -> Applied:
    """Keep a person's decision for `chosen`, and let the file become a copy of its work."""
    told = chosen.best.candidate
    kept = NewDecision(
        outcome=Outcome.ACCEPTED,
        decided_by=Decider.PERSON,
        reasons=("a person accepted it",),
        chosen=own_id(told),
    )
    decision_id = decisions.add(connection, file, content_id, kept, at_s=at_s)
    return acceptance.apply_accept(
        connection,
        file,
        decision_id,
        witnessed(chosen),
        options=options.of(told.source),
        is_by_person=True,
        ticks=ticks,
        at_s=at_s,
    )


def witnessed(chosen: Offered) -> Candidate:
    """Return what counts first of `chosen`, with the ids that all who tell of its work have."""
    return with_ids_of_all(chosen.best.candidate, chosen.candidates)
