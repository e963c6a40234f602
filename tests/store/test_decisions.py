from collections.abc import Callable

from rules.candidate import Candidate, Failed, Known, NotAsked, Refused, Unknown
from rules.decision import DecisionInput
from rules.fingerprint import Fingerprints, Oshash, Phash
from rules.journey import FileState
from rules.samework import own_id
from rules.work import ExternalId
from store import decisions
from store.database import Connection
from store.decisions import Decider, DecisionRecord, NewDecision, Outcome
from store.files import FileRecord

AddFile = Callable[..., FileRecord]
Decide = Callable[..., int]
CHOSEN = ExternalId(source="first", remote_id="h-1")


def test_a_decision_comes_back_as_it_was_kept(connection: Connection, add_file: AddFile) -> None:
    file = add_file(state=FileState.ANSWERED)
    kept = NewDecision(
        outcome=Outcome.ACCEPTED,
        decided_by=Decider.RULE,
        rule="exact",
        rules_digest="abc",
        reasons=("the oshash agrees", "one work"),
        chosen=CHOSEN,
    )

    number = decisions.add(connection, file, 4, kept, at_s=7.0)

    assert decisions.of_file(connection, file.id) == [
        DecisionRecord(
            id=number,
            file_id=file.id,
            content_id=4,
            outcome=Outcome.ACCEPTED,
            decided_by=Decider.RULE,
            rule="exact",
            reasons=("the oshash agrees", "one work"),
            chosen=CHOSEN,
            state_before=FileState.ANSWERED,
            decided_at_s=7.0,
            undone_at_s=None,
            rules_digest="abc",
        )
    ]


def test_what_was_decided_from_can_be_decided_from_again(
    connection: Connection, add_file: AddFile, offer: Callable[..., Candidate]
) -> None:
    given = DecisionInput(
        fingerprints=Fingerprints(
            oshash=Oshash(2**64 - 1), size_bytes=2**62, duration_s=60.5, phash=Phash(2**63)
        ),
        file_name="caf\U0010dce9.mkv",
        library="films",
        answers=(
            Known(source="first", candidates=(offer(),)),
            Unknown(source="second"),
            Failed(source="third", reason="timed out", retry_after_s=3.5),
            Refused(source="fourth", reason="timed out"),
            NotAsked(source="fifth", reason="timed out"),
        ),
        rejected=frozenset({CHOSEN, ExternalId(source="x", remote_id="y")}),
        linked=frozenset({own_id(offer())}),
    )
    kept = NewDecision(outcome=Outcome.REVIEW, decided_by=Decider.RULE, given=given)
    file = add_file()

    number = decisions.add(connection, file, 4, kept, at_s=7.0)

    assert decisions.given(connection, number) == given


def test_a_persons_decision_has_no_input(
    connection: Connection, add_file: AddFile, decide: Decide
) -> None:
    number = decide(add_file(), Outcome.DISMISSED, Decider.PERSON)

    assert decisions.given(connection, number) is None
    assert decisions.given(connection, 99) is None


def test_the_latest_decision_that_was_not_undone_stands(
    connection: Connection, add_file: AddFile, decide: Decide
) -> None:
    file, other = add_file("one.mkv"), add_file("other.mkv")
    assert decisions.standing(connection, file.id) is None
    first, second = decide(file, Outcome.REVIEW), decide(file, Outcome.ACCEPTED)
    decide(other, Outcome.IGNORED)

    def standing() -> int | None:
        found = decisions.standing(connection, file.id)
        return found.id if found else None

    assert standing() == second
    decisions.mark_undone(connection, second, at_s=9.0)
    assert standing() == first
    assert [each.undone_at_s for each in decisions.of_file(connection, file.id)] == [None, 9.0]


def test_a_file_is_what_was_accepted_last(connection: Connection, add_file: AddFile) -> None:
    file = add_file()
    assert decisions.identity(connection, file.id) is None
    for remote_id in ("a", "b"):
        chosen = ExternalId(source="first", remote_id=remote_id)
        kept = NewDecision(outcome=Outcome.ACCEPTED, decided_by=Decider.RULE, chosen=chosen)
        last = decisions.add(connection, file, 4, kept, at_s=1.0)
    rejected = NewDecision(outcome=Outcome.REJECTED, decided_by=Decider.PERSON, chosen=CHOSEN)
    decisions.add(connection, file, 4, rejected, at_s=2.0)

    assert decisions.identity(connection, file.id) == ExternalId(source="first", remote_id="b")
    decisions.mark_undone(connection, last, at_s=3.0)
    assert decisions.identity(connection, file.id) == ExternalId(source="first", remote_id="a")


def test_decisions_are_counted_by_rule(connection: Connection, add_file: AddFile) -> None:
    file = add_file()
    for rule in ("exact", "near", "exact", None):
        kept = NewDecision(outcome=Outcome.ACCEPTED, decided_by=Decider.RULE, rule=rule)
        decisions.add(connection, file, 4, kept, at_s=1.0)

    assert decisions.counts_by_rule(connection) == {"exact": 2, "near": 1}


def test_what_a_person_took_back_is_remembered_for_the_content(
    connection: Connection, add_file: AddFile
) -> None:
    file = add_file()
    undone = {}
    for content_id, remote_id in ((4, "a"), (4, "b"), (5, "c")):
        chosen = ExternalId(source="first", remote_id=remote_id)
        kept = NewDecision(outcome=Outcome.ACCEPTED, decided_by=Decider.RULE, chosen=chosen)
        undone[remote_id] = decisions.add(connection, file, content_id, kept, at_s=1.0)
    for remote_id in ("a", "c"):
        decisions.mark_undone(connection, undone[remote_id], at_s=2.0)

    assert decisions.taken_back(connection, 4) == {ExternalId(source="first", remote_id="a")}
    assert decisions.taken_back(connection, 6) == frozenset()
