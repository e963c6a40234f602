from __future__ import annotations

from collections.abc import Callable

from store import decisions
from store.database import Connection
from store.decisions import Decider, NewDecision, Outcome
from store.files import FileRecord
from store.metering import DecisionCount, decision_counts


def test_decisions_are_counted_by_rule_who_and_outcome(
    connection: Connection,
    put_examined: Callable[..., FileRecord],
    decide: Callable[..., int],
) -> None:
    file = put_examined("old.mkv")
    by_rule = NewDecision(outcome=Outcome.ACCEPTED, decided_by=Decider.RULE, rule="exact")
    for at_s in (1.0, 2.0):
        decisions.add(connection, file, file.content_id or 0, by_rule, at_s=at_s)
    decide(file, Outcome.REJECTED, Decider.PERSON, at_s=3.0)

    assert decision_counts(connection) == [
        DecisionCount(rule="exact", decided_by=Decider.RULE, outcome=Outcome.ACCEPTED, decisions=2),
        DecisionCount(rule=None, decided_by=Decider.PERSON, outcome=Outcome.REJECTED, decisions=1),
    ]
