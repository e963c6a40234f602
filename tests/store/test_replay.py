from __future__ import annotations

from collections.abc import Callable

import pytest

from rules.decision import DecisionInput
from rules.fingerprint import Fingerprints, Oshash
from store import contents, decisions, files, replay, rule_records
from store.database import Connection
from store.decisions import Decider, NewDecision, Outcome
from store.files import FileRecord
from store.replay import Page

AddFile = Callable[..., FileRecord]
GIVEN = DecisionInput(
    fingerprints=Fingerprints(oshash=Oshash(7), size_bytes=9, duration_s=600.0, phash=None),
    file_name="dawn.mkv",
    library="films",
    answers=(),
)


def decided(
    connection: Connection,
    file: FileRecord,
    content_id: int,
    *,
    rule: str | None = "mine",
    at_s: float = 1.0,
) -> int:
    kept = NewDecision(
        outcome=Outcome.REVIEW,
        decided_by=Decider.RULE if rule else Decider.PERSON,
        rule=rule,
        reasons=("because",),
        given=GIVEN if rule else None,
    )
    return decisions.add(connection, file, content_id, kept, at_s=at_s)


@pytest.fixture
def put(connection: Connection, add_file: AddFile) -> Callable[[], FileRecord]:
    """Add one more file with a content of its own."""
    count = 0

    def put() -> FileRecord:
        nonlocal count
        count += 1
        file = add_file(f"dawn-{count}.mkv")
        content = contents.ensure(connection, Oshash(count), 9)
        files.set_content(connection, file.id, content.id)
        found = files.get(connection, file.id)
        assert found is not None
        return found

    return put


def all_pages(connection: Connection, *, limit: int, library: str | None = None) -> list[Page]:
    pages: list[Page] = []
    after: int | None = 0
    while after is not None:
        pages.append(replay.latest_decisions(connection, after=after, library=library, limit=limit))
        after = pages[-1].next_after
    return pages


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
def test_each_file_comes_once_with_its_latest_decision(
    connection: Connection, put: Callable[[], FileRecord], limit: int
) -> None:
    one, two, three = put(), put(), put()
    for file, rule in ((one, "old"), (two, "b"), (three, "c"), (one, "a")):
        assert file.content_id is not None
        decided(connection, file, file.content_id, rule=rule)

    found = [each for page in all_pages(connection, limit=limit) for each in page.decisions]

    assert [(each.file_id, each.rule) for each in found] == [
        (two.id, "b"),
        (three.id, "c"),
        (one.id, "a"),
    ]
    assert all(replay.read_given(each.given or "") == GIVEN for each in found)


def test_decisions_about_another_content_or_library_are_left_out(
    connection: Connection, put: Callable[[], FileRecord]
) -> None:
    changed, here = put(), put()
    assert here.content_id is not None
    decided(connection, changed, 99)
    decided(connection, here, here.content_id)

    (page,) = all_pages(connection, limit=10)
    (elsewhere,) = all_pages(connection, limit=10, library="series")

    assert [each.file_id for each in page.decisions] == [here.id]
    assert elsewhere == Page(decisions=(), next_after=None)


def test_a_persons_word_and_what_was_undone_are_told(
    connection: Connection, put: Callable[[], FileRecord]
) -> None:
    persons, undone = put(), put()
    assert persons.content_id is not None
    assert undone.content_id is not None
    decided(connection, persons, persons.content_id, rule=None)
    number = decided(connection, undone, undone.content_id)
    decisions.mark_undone(connection, number, at_s=2.0)

    (page,) = all_pages(connection, limit=10)

    assert [(each.decided_by, each.is_undone, each.given is None) for each in page.decisions] == [
        (Decider.PERSON, False, True),
        (Decider.RULE, True, False),
    ]


def test_what_cannot_be_read_any_more_is_told_as_such() -> None:
    assert replay.read_given('{"fingerprints": 7}') is None


def test_rules_are_counted_with_when_they_last_decided(
    connection: Connection, put: Callable[[], FileRecord]
) -> None:
    file = put()
    for at_s in (1.0, 50.0, 60.0):
        decided(connection, file, 1, rule="mine", at_s=at_s)
    decided(connection, file, 1, rule=None, at_s=70.0)

    (record,) = rule_records.by_rule(connection, lately_since_s=50.0)

    assert (record.rule, record.fired, record.fired_lately, record.last_at_s) == ("mine", 3, 2, 60)
