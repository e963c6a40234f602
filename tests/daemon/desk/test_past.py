from daemon.desk.past import Past
from rules.admission import LeftOut, LeftOutReason
from rules.journey import FileState
from rules.plan import Field
from rules.work import ExternalId
from store.decisions import Decider, DecisionRecord, Outcome
from store.journal import Plan

FIRST = ExternalId(source="first", remote_id="a")
OTHER = ExternalId(source="first", remote_id="b")
SINGLE = LeftOut(field=Field.PERFORMERS, name="Mara", reason=LeftOutReason.SINGLE_NAME)


def decision(
    number: int,
    outcome: Outcome,
    chosen: ExternalId | None = None,
    undone_at_s: float | None = None,
) -> DecisionRecord:
    return DecisionRecord(
        id=number,
        file_id=1,
        content_id=1,
        outcome=outcome,
        decided_by=Decider.PERSON,
        rule=None,
        reasons=(),
        chosen=chosen,
        state_before=FileState.REVIEW,
        decided_at_s=float(number),
        undone_at_s=undone_at_s,
    )


def plan(number: int, decision_id: int | None) -> Plan:
    return Plan(
        id=number, decision_id=decision_id, made_at_s=float(number), undone_at_s=None, changes=()
    )


def past(decisions: list[DecisionRecord], plans: list[Plan] | None = None) -> Past:
    return Past(
        decisions=decisions,
        heard=(),
        plans=plans or (),
        left_out={each.id: (SINGLE,) if each.id == 1 else () for each in plans or ()},
    )


def test_a_file_is_what_was_accepted_last_and_stands() -> None:
    told = past(
        [
            decision(1, Outcome.ACCEPTED, FIRST),
            decision(2, Outcome.ACCEPTED, OTHER, undone_at_s=9.0),
            decision(3, Outcome.REJECTED, OTHER),
        ]
    )

    assert told.identity == FIRST
    assert past([decision(1, Outcome.ACCEPTED, FIRST, undone_at_s=2.0)]).identity is None


def test_what_was_left_out_is_told_of_the_accept_that_stands() -> None:
    accepts = [decision(7, Outcome.ACCEPTED, FIRST), decision(8, Outcome.REVIEW)]

    assert past(accepts, [plan(1, 7), plan(2, None)]).left_out_of_work == (SINGLE,)
    assert past(accepts, [plan(1, 6), plan(2, 8)]).left_out_of_work == ()
    assert past(accepts[1:], [plan(1, 7)]).left_out_of_work == ()
