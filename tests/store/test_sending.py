"""Which votes may leave now, under the terms of now, and what their rows say afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rules.discretion import Discretion
from rules.fingerprint import Algorithm
from rules.submission import Claim, Consent, Ground, Recipient, Subject, Terms, Vote
from rules.work import ExternalId
from store import decisions, sending, submissions
from store.database import Connection
from store.decisions import Decider, NewDecision, Outcome
from store.files import FileRecord
from store.submissions import SubmissionRecord, SubmissionState

BOX, OTHER = "https://box.example/graphql", "https://other.example/graphql"
DUE, FAILED, REFUSED = SubmissionState.DUE, SubmissionState.FAILED, SubmissionState.REFUSED
Owe = Callable[..., None]


def terms(
    consent: Consent = Consent.EXACT,
    *,
    reports: bool = True,
    sfw: bool = False,
    endpoints: tuple[str, ...] = (BOX, OTHER),
) -> Terms:
    return Terms(
        recipients=tuple(
            Recipient(source=each, endpoint=each, consent=consent, hears_reports=reports)
            for each in endpoints
        ),
        discretion=Discretion(
            sfw_libraries=frozenset({"films"}) if sfw else frozenset(),
            nsfw_sources=frozenset({BOX}),
        ),
    )


@pytest.fixture
def owe(connection: Connection, add_file: Callable[..., FileRecord]) -> Owe:
    """Return what owes a vote; each is about a hash of its own."""
    file = add_file("a.mkv", content_id=7)
    made: list[int] = []

    def add(
        vote: Vote = Vote.VALID, *, rule: str | None = None, endpoint: str = BOX, at_s: float = 1.0
    ) -> None:
        decision = NewDecision(
            outcome=Outcome.ACCEPTED, decided_by=Decider.RULE if rule else Decider.PERSON, rule=rule
        )
        number = decisions.add(connection, file, 7, decision, at_s=1.0)
        made.append(number)
        ground = Ground(
            decision_id=number,
            file_id=file.id,
            library="films",
            is_accept=vote is not Vote.INVALID,
            rule=rule,
            chosen=ExternalId(source="box", remote_id="h-1"),
        )
        claim = Claim(
            subject=Subject(
                endpoint=endpoint, remote_id="h-1", algorithm=Algorithm.OSHASH, value=len(made)
            ),
            vote=vote,
            duration_s=600,
            reason="you accepted it",
            label="Harbour at Dawn",
        )
        submissions.add(connection, 7, ground, claim, at_s=at_s)

    return add


def due(connection: Connection, told: Terms, *, now_s: float = 5.0) -> list[int]:
    """Return the hashes that may leave."""
    found = sending.due(connection, told, now_s=now_s, limit=50)
    return [each.subject.value for each in found]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (terms(), [1, 2, 3, 4]),
        (terms(Consent.MINE), [1, 3, 4]),
        (terms(Consent.NEVER), [3, 4]),
        (terms(reports=False), [1, 2, 4]),
        (terms(endpoints=(OTHER,)), []),
        (terms(sfw=True), []),
        (Terms(), []),
    ],
    ids=["all", "no rules", "reports alone", "no reports", "gone", "safe for work", "default"],
)
def test_terms_of_now_say_what_may_leave(
    connection: Connection, owe: Owe, told: Terms, expected: list[int]
) -> None:
    owe()
    owe(rule="known or exact")
    owe(Vote.INVALID)
    owe(Vote.REMOVE, rule="known or exact")

    assert due(connection, told) == expected
    assert (sending.next_due_s(connection, told) is None) == (expected == [])
    counted = sending.tally(connection, told)
    assert (counted.due, counted.held) == (len(expected), 4 - len(expected))
    listed = sending.listed(connection, told, states=[DUE], limit=9)
    assert [each.subject.value for each in listed if each.is_open] == expected


def test_one_source_is_told_at_a_time_and_the_oldest_first(
    connection: Connection, owe: Owe
) -> None:
    owe(endpoint=OTHER, at_s=9.0)
    owe()
    owe(endpoint=OTHER)
    owe()

    assert due(connection, terms()) == [2, 4]
    assert due(connection, terms(), now_s=9.0) == [1, 3]
    assert [
        each.subject.value
        for each in sending.due(connection, terms(), now_s=9.0, limit=1, without=[1, 3])
    ] == [2]


def test_what_failed_oftener_goes_behind(connection: Connection, owe: Owe) -> None:
    owe()
    owe()
    (first, _) = sending.due(connection, terms(), now_s=5.0, limit=50)
    sending.begin(connection, [first], at_s=5.0)
    sending.mark(connection, first, DUE, error="HTTP 502", due_at_s=6.0)

    assert due(connection, terms(), now_s=5.0) == [2]
    assert due(connection, terms(), now_s=6.0) == [2, 1]


def test_only_what_is_still_owed_as_it_was_leaves(connection: Connection, owe: Owe) -> None:
    for _ in range(4):
        owe()
    parcel = sending.due(connection, terms(), now_s=5.0, limit=50)
    sending.mark_taken(connection, parcel[3], at_s=4.0)
    (*_, told) = submissions.of_content(connection, 7)
    submissions.withdraw(connection, told, "it was taken back", at_s=5.0)
    submissions.withdraw(connection, parcel[0], "it was taken back", at_s=5.0)
    sending.mark(connection, parcel[1], FAILED, error="no", due_at_s=5.0)

    leaving = sending.begin(connection, parcel, at_s=5.0)

    assert [each.id for each in leaving] == [3]
    by_id = {each.id: each for each in submissions.of_content(connection, 7)}
    assert (by_id[4].vote, by_id[4].state) == (Vote.REMOVE, DUE)
    assert [(by_id[each].attempts, by_id[each].tried_at_s) for each in (1, 2, 3)] == [
        (0, None), (0, None), (1, 5.0),
    ]  # fmt: skip


def test_source_that_refuses_waits_for_a_person_with_all_that_it_is_owed(
    connection: Connection, owe: Owe
) -> None:
    owe()
    owe()
    owe(endpoint=OTHER)

    sending.refuse_all(connection, BOX, error="key refused")

    assert due(connection, terms()) == [3]
    counted = sending.tally(connection, terms())
    assert (counted.refused, counted.last_error) == (2, "key refused")
    assert sending.renew(connection, [REFUSED, FAILED], at_s=5.0) == 2
    assert due(connection, terms()) == [1, 2]
    assert sending.tally(connection, terms()).refused == 0


def test_row_says_what_came_of_it(connection: Connection, owe: Owe) -> None:
    owe()
    owe()
    records = sending.begin(
        connection, sending.due(connection, terms(), now_s=5.0, limit=50), at_s=5.0
    )
    sending.mark_taken(connection, records[0], at_s=6.0)
    sending.mark(connection, records[1], FAILED, error="deleted scene", due_at_s=6.0)

    told, declined = submissions.of_content(connection, 7)
    assert (told.state, told.told, told.sent_at_s, told.error) == (
        SubmissionState.SENT, Vote.VALID, 6.0, None,
    )  # fmt: skip
    assert (declined.state, declined.told, declined.error) == (FAILED, None, "deleted scene")
    counted = sending.tally(connection, terms())
    assert (counted.sent, counted.failed, counted.next_at_s) == (1, 1, None)
    assert sending.paths_of(connection, [told]) == {1: "/films/a.mkv"}


def test_list_is_of_one_content_or_of_all(connection: Connection, owe: Owe) -> None:
    owe()

    def listed(content_id: int | None) -> list[SubmissionRecord]:
        return sending.listed(
            connection, terms(), states=list(SubmissionState), limit=9, content_id=content_id
        )

    assert len(listed(None)) == len(listed(7)) == 1
    assert listed(8) == []
