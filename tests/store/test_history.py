"""Pages of the history against a plain look through everything that was put in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.journey import FileState
from store import history
from store.database import Connection
from store.decisions import Decider, Outcome
from store.history import HistorySieve

LIBRARIES = ("films", "series")
NAMES = ("Harbour at Dawn", "Lantern", "Ünder Glass 100%")
RULES = (None, "exact", "near")
UNDOABLE = (Outcome.ACCEPTED, Outcome.REJECTED, Outcome.DISMISSED)

few_examples = settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@dataclass(frozen=True, kw_only=True)
class Past:
    """A decision as it is put into the store; its number follows from the order."""

    file: int
    outcome: Outcome
    decided_by: Decider
    rule: str | None
    at_s: float
    is_undone: bool
    content: int


pasts = st.lists(
    st.builds(
        Past,
        file=st.integers(1, 6),
        outcome=st.sampled_from(Outcome),
        decided_by=st.sampled_from(Decider),
        rule=st.sampled_from(RULES),
        at_s=st.integers(0, 9).map(float),
        is_undone=st.booleans(),
        content=st.integers(1, 2),
    ),
    max_size=25,
)
sieves = st.builds(
    HistorySieve,
    outcome=st.none() | st.sampled_from(Outcome),
    decided_by=st.none() | st.sampled_from(Decider),
    rule=st.sampled_from(RULES),
    is_undone=st.none() | st.booleans(),
    library=st.none() | st.sampled_from(LIBRARIES),
    text=st.sampled_from(("", "LANTERN", "ünder glass 100%", "%", "title a", "nothing")),
    since_s=st.none() | st.integers(0, 9).map(float),
    until_s=st.none() | st.integers(0, 9).map(float),
)


@contextmanager
def put(connection: Connection, made: list[Past]) -> Iterator[None]:
    """Keep these decisions about six files while the block runs."""
    connection.execute("BEGIN")
    try:
        for number in range(1, 7):
            path = f"/{LIBRARIES[number % 2]}/{NAMES[number % 3]} {number}.mkv"
            connection.execute(
                "INSERT INTO file (id, library, path, size_bytes, mtime_ns, inode, state, "
                "content_id, revision, first_seen_at_s, changed_at_s) "
                "VALUES ($1, $2, $3, 1, 1, 1, $4, 1, $1, 1, 1)",
                [number, LIBRARIES[number % 2], path, state_of(number)],
            )
        connection.execute(
            "INSERT INTO candidate (content_id, source, remote_id, offered, position, title, "
            "offered_at_s) VALUES (1, 'first', 'a', '{}', 0, 'Title A', 1)"
        )
        for number, each in enumerate(made, 1):
            connection.execute(
                "INSERT INTO decision (id, file_id, content_id, verdict, decided_by, rule, "
                "reasons, source, remote_id, state_before, decided_at_s, undone_at_s) "
                "VALUES ($1, $2, $3, $4, $5, $6, '[]', 'first', 'a', 'answered', $7, $8)",
                [
                    *(number, each.file, each.content, each.outcome, each.decided_by, each.rule),
                    *(each.at_s, 99.0 if each.is_undone else None),
                ],
            )
        yield
    finally:
        connection.execute("ROLLBACK")


def state_of(number: int) -> FileState:
    return FileState.SEEN if number == 6 else FileState.DONE


def fits(sieve: HistorySieve, past: Past) -> bool:
    name = f"/{LIBRARIES[past.file % 2]}/{NAMES[past.file % 3]} {past.file}.mkv".lower()
    title = "title a" if past.content == 1 else ""
    text = sieve.text.lower()
    return (
        sieve.outcome in {None, past.outcome}
        and sieve.decided_by in {None, past.decided_by}
        and sieve.rule in {None, past.rule}
        and sieve.is_undone in {None, past.is_undone}
        and sieve.library in {None, LIBRARIES[past.file % 2]}
        and (text in name or text in title)
        and (sieve.since_s is None or past.at_s >= sieve.since_s)
        and (sieve.until_s is None or past.at_s < sieve.until_s)
    )


@few_examples
@given(made=pasts, sieve=sieves, size=st.integers(1, 4))
def test_pages_one_after_another_hold_all_that_fits_once(
    connection: Connection, made: list[Past], sieve: HistorySieve, size: int
) -> None:
    expected = [n for n, past in reversed(list(enumerate(made, 1))) if fits(sieve, past)]

    with put(connection, made):
        found: list[int] = []
        before: int | None = None
        while page := history.remembered(connection, sieve, before=before, limit=size):
            found += [each.decision.id for each in page]
            before = found[-1]

    assert found == expected


@few_examples
@given(made=pasts)
def test_undo_takes_back_the_latest_that_stands_for_the_content(
    connection: Connection, made: list[Past]
) -> None:
    expected = {
        past.file: number
        for number, past in enumerate(made, 1)
        if past.outcome in UNDOABLE
        and not past.is_undone
        and past.content == 1
        and state_of(past.file) is not FileState.SEEN
    }

    with put(connection, made):
        found = history.undone_next(
            connection, range(1, 7), outcomes=UNDOABLE, but_in=[FileState.SEEN]
        )

    assert found == frozenset(expected.values())


PAST = Past(
    file=3,
    outcome=Outcome.ACCEPTED,
    decided_by=Decider.RULE,
    rule="exact",
    at_s=5.0,
    is_undone=False,
    content=1,
)


def test_decision_is_told_with_its_file_as_it_is_now(connection: Connection) -> None:
    with put(connection, [PAST]):
        connection.execute("UPDATE file SET missing_since_s = 7 WHERE id = 3")
        found = history.remembered(connection, HistorySieve(), limit=9)[0]

    assert (found.library, found.path.name, found.revision) == (
        "series",
        "Harbour at Dawn 3.mkv",
        3,
    )
    assert (found.is_missing, found.title, found.decision.rule) == (True, "Title A", "exact")


@pytest.mark.parametrize("content", [1, 2])
def test_work_that_its_source_names_no_more_has_no_title(
    connection: Connection, content: int
) -> None:
    with put(connection, [replace(PAST, content=content)]):
        found = history.remembered(connection, HistorySieve(), limit=9)[0]

    assert found.title == ("Title A" if content == 1 else None)


def test_rules_that_ever_decided_are_named_once(connection: Connection) -> None:
    made = [replace(PAST, rule=rule) for rule in ("near", None, "exact", "near")]

    with put(connection, made):
        assert history.rule_names(connection) == ["exact", "near"]


def test_decisions_are_found_by_number(connection: Connection) -> None:
    with put(connection, [PAST, PAST, PAST]):
        found = history.of_numbers(connection, [3, 1, 9])

    assert [each.decision.id for each in found] == [3, 1]
