"""What is owed to sources follows from what stands decided, and from nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from rules.candidate import Candidate, Known, RemoteFingerprint
from rules.discretion import Discretion
from rules.fingerprint import Algorithm, Oshash, Phash
from rules.media import VideoFacts
from rules.samework import own_id
from rules.submission import Consent, Recipient, Subject, Terms, Vote
from rules.work import ExternalId, Work
from store import answers, contents, decisions, owing, rejections, sending, submissions
from store.contents import Finding
from store.database import Connection
from store.decisions import Decider, NewDecision, Outcome
from store.files import FileRecord
from store.submissions import SubmissionRecord, SubmissionState

BOX, OTHER = "https://box.example/graphql", "https://other.example/graphql"
OSHASH, PHASH = 0xFEED, int("01" * 32, 2)
MINE = Terms(
    recipients=(Recipient(source="box", endpoint=BOX, consent=Consent.MINE, hears_reports=True),)
)
EXACT = Terms(recipients=(Recipient(source="box", endpoint=BOX, consent=Consent.EXACT),))
NEVER = Terms()
VALID, INVALID, REMOVE = Vote.VALID, Vote.INVALID, Vote.REMOVE
DUE, SENT, DROPPED = SubmissionState.DUE, SubmissionState.SENT, SubmissionState.DROPPED

Row = tuple[Algorithm, Vote, SubmissionState]


def candidate(remote_id: str = "h-1", *, source: str = "box") -> Candidate:
    """Return an offer that holds the file's oshash, but not its phash."""
    exact = RemoteFingerprint(
        algorithm=Algorithm.OSHASH, value=OSHASH, duration_s=600.0, submissions=2
    )
    return Candidate(
        source=source,
        remote_id=remote_id,
        work=Work(title=f"Harbour at Dawn {remote_id}"),
        fingerprints=(exact,),
    )


@dataclass
class Desk:
    """One content, and short ways to decide about its files."""

    connection: Connection
    content_id: int
    add_file: Callable[..., FileRecord]
    terms: Terms = MINE
    now_s: float = 10.0
    files: dict[str, FileRecord] = field(default_factory=dict)

    def file(self, name: str) -> FileRecord:
        if name not in self.files:
            self.files[name] = self.add_file(name, content_id=self.content_id)
        return self.files[name]

    def decide(
        self,
        outcome: Outcome,
        *,
        name: str = "a.mkv",
        rule: str | None = None,
        of: Candidate | None = None,
    ) -> int:
        chosen = own_id(of or candidate())
        decided = NewDecision(
            outcome=outcome,
            decided_by=Decider.RULE if rule else Decider.PERSON,
            rule=rule,
            chosen=chosen,
        )
        file = self.file(name)
        number = decisions.add(self.connection, file, self.content_id, decided, at_s=self.now_s)
        self.settle()
        return number

    def accept(
        self, *, name: str = "a.mkv", rule: str | None = None, of: Candidate | None = None
    ) -> int:
        return self.decide(Outcome.ACCEPTED, name=name, rule=rule, of=of)

    def undo(self, decision_id: int) -> None:
        decisions.mark_undone(self.connection, decision_id, at_s=self.now_s)
        self.settle()

    def settle(self) -> None:
        owing.settle(self.connection, self.content_id, self.terms, at_s=self.now_s)

    def records(self) -> list[SubmissionRecord]:
        return submissions.of_content(self.connection, self.content_id)

    def rows(self) -> list[Row]:
        return [(each.subject.algorithm, each.vote, each.state) for each in self.records()]

    def send(self) -> list[SubmissionRecord]:
        """Let all leave that is due, without knowing yet what came of it."""
        self.now_s += 1
        due = sending.due(self.connection, self.terms, now_s=self.now_s, limit=50)
        return sending.begin(self.connection, due, at_s=self.now_s)

    def take(self) -> None:
        """Let the source take all that is due."""
        for record in self.send():
            sending.mark_taken(self.connection, record, at_s=self.now_s)


@pytest.fixture
def desk(connection: Connection, add_file: Callable[..., FileRecord]) -> Desk:
    content = contents.ensure(connection, Oshash(OSHASH), 1000)
    finding = Finding(
        facts=VideoFacts(container="matroska", duration_s=600.9),
        phash=Phash(PHASH),
        phash_missing=None,
        grid="5x5",
    )
    contents.save_finding(connection, content, finding, at_s=1.0)
    offered = (candidate(), candidate("h-2"))
    answers.save(connection, content.id, [Known(source="box", candidates=offered)], at_s=1.0)
    return Desk(connection=connection, content_id=content.id, add_file=add_file)


BOTH = [(Algorithm.OSHASH, VALID, DUE), (Algorithm.PHASH, VALID, DUE)]


def test_accept_owes_one_row_for_each_hash_however_often_it_is_settled(desk: Desk) -> None:
    number = desk.accept()
    desk.settle()

    assert desk.rows() == BOTH
    first = desk.records()[0]
    assert first.subject == Subject(
        endpoint=BOX, remote_id="h-1", algorithm=Algorithm.OSHASH, value=OSHASH
    )
    assert (first.decision_id, first.duration_s, first.label, first.attempts) == (
        number, 600, '"Harbour at Dawn h-1"', 0,
    )  # fmt: skip


def test_nothing_is_owed_by_default(desk: Desk) -> None:
    desk.terms = NEVER
    desk.undo(desk.accept())
    desk.accept(rule="known or exact")

    assert desk.rows() == []


def test_rule_adds_the_phash_alone(desk: Desk) -> None:
    desk.accept(rule="known or exact")
    assert desk.rows() == []

    desk.terms = EXACT
    desk.settle()
    assert desk.rows() == [(Algorithm.PHASH, VALID, DUE)]


def test_phash_that_was_found_impossible_since_is_not_sent(desk: Desk) -> None:
    content = contents.get(desk.connection, desk.content_id)
    assert content is not None
    none = Finding(
        facts=VideoFacts(container="matroska", duration_s=600.9),
        phash=None,
        phash_missing="too plain",
        grid="5x5",
    )
    contents.save_finding(desk.connection, content, none, at_s=2.0)

    desk.accept()

    assert desk.rows() == BOTH[:1]


def test_what_never_left_is_forgotten_when_it_is_taken_back(desk: Desk) -> None:
    desk.undo(desk.accept())

    assert desk.rows() == [(algorithm, REMOVE, DROPPED) for algorithm, _, _ in BOTH]
    assert desk.send() == []


def test_what_was_taken_is_taken_back(desk: Desk) -> None:
    number = desk.accept()
    desk.take()
    assert [each[1:] for each in desk.rows()] == [(VALID, SENT)] * 2

    desk.undo(number)
    assert [each[1:] for each in desk.rows()] == [(REMOVE, DUE)] * 2

    desk.take()
    assert [(each.told, each.state) for each in desk.records()] == [(REMOVE, SENT)] * 2
    desk.settle()
    assert desk.send() == []


def test_what_may_have_arrived_is_taken_back_too(desk: Desk) -> None:
    number = desk.accept()
    desk.send()

    desk.undo(number)

    assert [each[1:] for each in desk.rows()] == [(REMOVE, DUE)] * 2


def test_answer_to_what_is_taken_back_meanwhile_does_not_end_that(desk: Desk) -> None:
    number = desk.accept()
    under_way = desk.send()
    desk.undo(number)

    for record in under_way:
        sending.mark_taken(desk.connection, record, at_s=desk.now_s)

    assert [(each.told, each.vote, each.state) for each in desk.records()] == [
        (VALID, REMOVE, DUE)
    ] * 2


@pytest.mark.parametrize("state", [SubmissionState.FAILED, SubmissionState.DUE])
def test_failure_of_what_is_taken_back_meanwhile_is_not_that_of_what_follows(
    desk: Desk, state: SubmissionState
) -> None:
    number = desk.accept()
    under_way = desk.send()
    desk.undo(number)

    for record in under_way:
        sending.mark(desk.connection, record, state, error="no", due_at_s=99.0)

    assert [(each.state, each.error) for each in desk.records()] == [(DUE, None)] * 2


def test_what_the_source_declined_need_not_be_taken_back(desk: Desk) -> None:
    number = desk.accept()
    for record in desk.send():
        failed = SubmissionState.FAILED
        sending.mark(desk.connection, record, failed, error="no such scene", due_at_s=desk.now_s)

    desk.undo(number)

    assert [each[1:] for each in desk.rows()] == [(REMOVE, DROPPED)] * 2


def test_change_of_mind_before_anything_left_sends_nothing(desk: Desk) -> None:
    number = desk.accept()
    desk.take()
    desk.undo(number)
    desk.accept()

    assert [each[1:] for each in desk.rows()] == [(VALID, SENT)] * 2


def test_change_of_mind_while_it_is_taken_back_says_it_again(desk: Desk) -> None:
    number = desk.accept()
    desk.take()
    desk.undo(number)
    desk.send()
    desk.accept()

    assert [each[1:] for each in desk.rows()] == [(VALID, DUE)] * 2


def test_copy_of_the_content_keeps_what_was_said(desk: Desk) -> None:
    first = desk.accept(name="a.mkv")
    desk.take()
    second = desk.accept(name="b.mkv")
    assert [each[1:] for each in desk.rows()] == [(VALID, SENT)] * 2

    desk.undo(first)
    assert [(each.vote, each.decision_id) for each in desk.records()] == [(VALID, second)] * 2

    desk.undo(second)
    assert [each[1:] for each in desk.rows()] == [(REMOVE, DUE)] * 2


def test_another_work_takes_the_place_of_the_first(desk: Desk) -> None:
    number = desk.accept()
    desk.take()
    desk.undo(number)
    desk.accept(of=candidate("h-2"))

    votes = {(each.subject.remote_id, each.vote, each.state) for each in desk.records()}
    assert votes == {("h-1", REMOVE, DUE), ("h-2", VALID, DUE)}


def test_of_two_accepts_of_one_file_the_later_counts_alone(desk: Desk) -> None:
    desk.accept()
    desk.accept(of=candidate("h-2"))

    votes = {(each.subject.remote_id, each.vote) for each in desk.records()}
    assert votes == {("h-1", REMOVE), ("h-2", VALID)}


def test_reject_reports_what_is_there_and_lifting_it_takes_that_back(desk: Desk) -> None:
    number = desk.decide(Outcome.REJECTED)
    assert desk.rows() == [(Algorithm.OSHASH, INVALID, DUE)]

    desk.take()
    desk.undo(number)
    assert desk.rows() == [(Algorithm.OSHASH, REMOVE, DUE)]


def test_reject_of_a_work_is_told_each_source_that_tells_of_it(desk: Desk) -> None:
    recipients = [
        Recipient(source=source, endpoint=endpoint, consent=Consent.MINE, hears_reports=True)
        for source, endpoint in (("box", BOX), ("other", OTHER))
    ]
    desk.terms = Terms(recipients=tuple(recipients))
    witness = candidate("o-1", source="other")
    told = [Known(source="other", candidates=(witness,))]
    answers.save(desk.connection, desk.content_id, told, at_s=1.0)
    number = desk.decide(Outcome.REJECTED)
    names = (own_id(candidate()), own_id(witness))
    rejections.keep(desk.connection, desk.content_id, number, names, at_s=desk.now_s)

    desk.settle()

    reported = {(each.subject.endpoint, each.subject.remote_id) for each in desk.records()}
    assert reported == {(BOX, "h-1"), (OTHER, "o-1")}
    assert {each.vote for each in desk.records()} == {INVALID}
    desk.undo(number)
    assert {each.state for each in desk.records()} == {DROPPED}


def test_reject_of_what_was_accepted_turns_the_word(desk: Desk) -> None:
    number = desk.accept()
    desk.take()
    decisions.mark_undone(desk.connection, number, at_s=desk.now_s)
    desk.decide(Outcome.REJECTED)

    assert desk.rows() == [(Algorithm.OSHASH, INVALID, DUE), (Algorithm.PHASH, REMOVE, DUE)]


def test_silence_that_is_ordered_later_takes_nothing_back_and_forgets_nothing(desk: Desk) -> None:
    number = desk.accept()
    desk.take()
    desk.terms = NEVER
    desk.settle()
    assert [each[1:] for each in desk.rows()] == [(VALID, SENT)] * 2

    desk.undo(number)
    assert [each[1:] for each in desk.rows()] == [(REMOVE, DUE)] * 2
    assert desk.send() == []


def test_source_that_is_kept_from_a_library_lends_it_no_id(desk: Desk) -> None:
    joined = candidate("o-9", source="other")
    linked = Candidate(
        source="adult",
        remote_id="n-1",
        work=Work(title="x", ids=(own_id(joined), ExternalId(source="box", remote_id="h-9"))),
    )
    offers = [
        Known(source="other", candidates=(joined,)),
        Known(source="adult", candidates=(linked,)),
    ]
    answers.save(desk.connection, desk.content_id, offers, at_s=2.0)
    discretion = Discretion(sfw_libraries=frozenset({"films"}), nsfw_sources=frozenset({"adult"}))
    desk.terms = Terms(recipients=MINE.recipients)
    desk.accept(of=joined)
    assert {each.subject.remote_id for each in desk.records()} == {"h-9"}

    desk.terms = Terms(recipients=MINE.recipients, discretion=discretion)
    desk.accept(of=joined, name="b.mkv")
    assert {each.decision_id for each in desk.records()} == {1}


def test_candidate_that_is_not_remembered_leads_to_nothing(desk: Desk) -> None:
    desk.accept(of=candidate("h-77"))

    assert desk.rows() == []


def test_accepts_of_rules_are_settled_together(desk: Desk) -> None:
    file = desk.file("a.mkv")
    desk.terms = NEVER
    desk.accept(rule="known or exact")

    owing.settle_all(desk.connection, [file], NEVER, at_s=1.0)
    assert desk.rows() == []

    unexamined = desk.add_file("unexamined.mkv")
    owing.settle_all(desk.connection, [file, unexamined], EXACT, at_s=1.0)
    assert desk.rows() == [(Algorithm.PHASH, VALID, DUE)]


def measured_anew(desk: Desk, phash: int) -> None:
    content = contents.get(desk.connection, desk.content_id)
    assert content is not None
    other = Finding(
        facts=VideoFacts(container="matroska", duration_s=600.9),
        phash=Phash(phash),
        phash_missing=None,
        grid="5x5",
    )
    contents.save_finding(desk.connection, content, other, at_s=2.0)
    desk.settle()


def test_hash_that_is_another_after_examining_again_takes_the_place_of_the_first(
    desk: Desk,
) -> None:
    desk.accept()
    desk.take()
    measured_anew(desk, PHASH << 1)

    votes = {(each.subject.value, each.vote, each.state) for each in desk.records()}
    assert votes == {
        (OSHASH, VALID, SENT), (PHASH, REMOVE, DUE), (PHASH << 1, VALID, DUE),
    }  # fmt: skip


def test_hash_that_is_another_is_taken_back_even_where_nothing_new_may_be_said(
    desk: Desk,
) -> None:
    desk.accept()
    desk.take()
    desk.terms = NEVER
    measured_anew(desk, PHASH << 1)

    votes = {(each.subject.value, each.vote, each.state) for each in desk.records()}
    assert votes == {(OSHASH, VALID, SENT), (PHASH, REMOVE, DUE)}


def test_what_another_content_says_too_stays_until_both_take_it_back(desk: Desk) -> None:
    first = desk.accept()
    twin = _twin(desk)
    second = twin.accept(name="twin.mkv")
    twin.take()

    desk.undo(first)
    assert desk.rows()[1] == (Algorithm.PHASH, REMOVE, DROPPED)
    assert twin.rows()[1] == (Algorithm.PHASH, VALID, SENT)
    desk.take()

    twin.undo(second)
    assert twin.rows()[1] == (Algorithm.PHASH, REMOVE, DUE)


def _twin(desk: Desk) -> Desk:
    """Return a desk over another content with the same phash, as an encode of it has."""
    content = contents.ensure(desk.connection, Oshash(0xBEEF), 2000)
    finding = Finding(
        facts=VideoFacts(container="matroska", duration_s=600.5),
        phash=Phash(PHASH),
        phash_missing=None,
        grid="5x5",
    )
    contents.save_finding(desk.connection, content, finding, at_s=1.0)
    offered = [Known(source="box", candidates=(candidate(),))]
    answers.save(desk.connection, content.id, offered, at_s=1.0)
    return Desk(connection=desk.connection, content_id=content.id, add_file=desk.add_file)
