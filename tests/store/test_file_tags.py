from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.journey import FileState
from rules.work import Tag
from store import acceptance, entities, file_tags, journal
from store.contents import Content
from store.database import Connection
from store.decisions import Outcome
from store.files import FileRecord
from store.journal import ChangeKind


def worn(connection: Connection, content_id: int) -> list[str]:
    return [tag.name for tag in file_tags.of_content(connection, content_id)]


def test_a_file_wears_what_was_put_on_in_its_order(
    connection: Connection, content: Content
) -> None:
    for at_s, name in enumerate(("Several matches", "Look closely"), 1):
        assert file_tags.put_on(connection, content.id, name, at_s=at_s) is not None

    assert worn(connection, content.id) == ["Several matches", "Look closely"]
    assert worn(connection, content.id + 1) == []


def test_trap_13_putting_a_tag_on_takes_no_other_off(
    connection: Connection, content: Content
) -> None:
    file_tags.put_on(connection, content.id, "Mine", at_s=1.0)

    file_tags.put_on(connection, content.id, "Several matches", at_s=2.0)

    assert worn(connection, content.id) == ["Mine", "Several matches"]


def test_putting_it_on_twice_is_putting_it_on_once(
    connection: Connection, content: Content
) -> None:
    first = file_tags.put_on(connection, content.id, "Several matches", at_s=1.0)

    again = file_tags.put_on(connection, content.id, "SEVERAL  MATCHES", at_s=2.0)

    assert first is not None
    assert again is None
    assert worn(connection, content.id) == ["Several matches"]


@pytest.mark.parametrize(("is_for_good", "after"), [(False, ["Several matches"]), (True, [])])
def test_what_a_person_took_off_is_not_put_on_again(
    connection: Connection,
    content: Content,
    is_for_good: bool,  # noqa: FBT001  # a column of the table
    after: list[str],
) -> None:
    tag_id = file_tags.put_on(connection, content.id, "Several matches", at_s=1.0)
    assert tag_id is not None
    if is_for_good:
        file_tags.take_off_all(connection, content.id, at_s=2.0)
    else:
        file_tags.take_off(connection, content.id, tag_id, at_s=2.0)
    assert worn(connection, content.id) == []

    file_tags.put_on(connection, content.id, "Several matches", at_s=3.0)

    assert worn(connection, content.id) == after


def test_a_name_that_several_tags_may_bear_is_the_first_of_them(
    connection: Connection, content: Content
) -> None:
    first = entities.create_tag(connection, Tag(name="Dawn", aliases=("Several",)), at_s=1.0)
    entities.create_tag(connection, Tag(name="Dusk", aliases=("Several",)), at_s=1.0)

    assert file_tags.put_on(connection, content.id, "Several", at_s=1.0) == first


def test_tagging_a_question_is_written_down_once(
    connection: Connection,
    add_file: Callable[..., FileRecord],
    decide: Callable[..., int],
    content: Content,
) -> None:
    file = add_file(state=FileState.REVIEW, content_id=content.id)
    for at_s in (1.0, 2.0):
        decision_id = decide(file, Outcome.REVIEW)
        acceptance.tag(connection, file, decision_id, ["Several matches"], at_s=at_s)

    (plan,) = journal.plans_of(connection, file.id)
    assert [(each.kind, each.target) for each in plan.changes] == [
        (ChangeKind.PUT_ON_TAG, "Several matches"),
        (ChangeKind.CREATE, "tag Several matches"),
    ]


def test_a_file_without_content_wears_nothing(
    connection: Connection, add_file: Callable[..., FileRecord]
) -> None:
    file = add_file(state=FileState.SETTLED)

    acceptance.tag(connection, file, 1, ["Several matches"], at_s=1.0)

    assert journal.latest_plan(connection, file.id) is None


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.sampled_from(["Mine", "Yours", "Several matches"]), max_size=6))
def test_what_is_worn_only_grows(
    connection: Connection, content: Content, names: list[str]
) -> None:
    connection.execute("BEGIN TRANSACTION")
    try:
        for at_s, name in enumerate(names):
            before = worn(connection, content.id)
            file_tags.put_on(connection, content.id, name, at_s=at_s)
            assert worn(connection, content.id)[: len(before)] == before
        assert worn(connection, content.id) == list(dict.fromkeys(names))
    finally:
        connection.execute("ROLLBACK")
