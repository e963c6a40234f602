"""What is counted in the store against a plain count of what was put in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.journey import FileState
from rules.span import Span
from store import statistics
from store.database import Connection
from store.decisions import Decider, Outcome

SPAN = Span(begin_s=100.0, step_s=10, steps=3)
TIMES = st.integers(80, 150).map(float)
few_examples = settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
events = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.sampled_from([*FileState, "missing", "back", "moved"]),
        TIMES,
    ),
    max_size=40,
)


@contextmanager
def trial(connection: Connection) -> Iterator[None]:
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def step_of(at_s: float) -> int:
    return min(max(int((at_s - SPAN.begin_s) // SPAN.step_s), -1), SPAN.steps - 1)


def add_event(connection: Connection, file_id: int, event: str, at_s: float) -> None:
    connection.execute(
        "INSERT INTO event (file_id, event, at_s) VALUES ($1, $2, $3)", [file_id, event, at_s]
    )


@few_examples
@given(made=events)
def test_files_flow_from_state_to_state(
    connection: Connection, made: list[tuple[int, str, float]]
) -> None:
    expected = Counter[tuple[int, str, str | None]]()
    now: dict[int, str] = {}
    for file_id, event, at_s in made:
        before = now.get(file_id)
        if event in set(FileState) and event != before:
            expected[step_of(at_s), event, before] += 1
            now[file_id] = event

    with trial(connection):
        for file_id, event, at_s in made:
            add_event(connection, file_id, event, at_s)
        found = statistics.flows(connection, SPAN)

    assert {(each.step, each.state, each.before): each.files for each in found} == expected


@few_examples
@given(
    made=st.lists(
        st.tuples(
            st.sampled_from(Outcome),
            st.sampled_from(Decider),
            st.sampled_from([None, "exact"]),
            TIMES,
        ),
        max_size=20,
    )
)
def test_decisions_are_counted_by_step_outcome_and_decider(
    connection: Connection, made: list[tuple[Outcome, Decider, str | None, float]]
) -> None:
    expected = Counter(
        (step_of(at_s), outcome, decider, rule)
        for outcome, decider, rule, at_s in made
        if at_s >= SPAN.begin_s
    )

    with trial(connection):
        for outcome, decider, rule, at_s in made:
            connection.execute(
                "INSERT INTO decision (file_id, content_id, verdict, decided_by, rule, reasons, "
                "state_before, decided_at_s) VALUES (1, 1, $1, $2, $3, '[]', 'answered', $4)",
                [outcome, decider, rule, at_s],
            )
        found = statistics.decided(connection, SPAN)

    assert {
        (each.step, each.outcome, each.decided_by, each.rule): each.decisions for each in found
    } == expected


@few_examples
@given(
    offered=st.lists(st.none() | st.integers(0, 40), min_size=1, max_size=12),
    judged=st.lists(st.tuples(st.integers(0, 11), st.booleans(), st.booleans()), max_size=20),
)
def test_distances_are_of_what_stands_each_content_once(
    connection: Connection,
    offered: list[int | None],
    judged: list[tuple[int, bool, bool]],
) -> None:
    standing = {
        (content % len(offered), is_accepted)
        for content, is_accepted, is_undone in judged
        if not is_undone
    }
    expected = Counter(
        (is_accepted, None if (bits := offered[content]) is None else min(bits, 16))
        for content, is_accepted in standing
    )

    with trial(connection):
        for content, bits in enumerate(offered):
            number = "null" if bits is None else bits
            connection.execute(
                "INSERT INTO candidate (content_id, source, remote_id, offered, evidence, "
                "position, offered_at_s) VALUES ($1, 'first', 'a', '{}', $2, 0, 1)",
                [content, f'{{"phash_distance_bits": {number}}}'],
            )
        for content, is_accepted, is_undone in judged:
            judge(connection, content % len(offered), is_accepted=is_accepted, is_undone=is_undone)
        found = statistics.distances(connection)

    assert {(each.is_accepted, each.bits): each.candidates for each in found} == expected


def judge(connection: Connection, content: int, *, is_accepted: bool, is_undone: bool) -> None:
    if is_accepted:
        connection.execute(
            "INSERT INTO decision (file_id, content_id, verdict, decided_by, reasons, source, "
            "remote_id, state_before, decided_at_s, undone_at_s) "
            "VALUES (1, $1, 'accepted', 'rule', '[]', 'first', 'a', 'answered', 1, $2)",
            [content, 2.0 if is_undone else None],
        )
    elif not is_undone:  # a rejection that is undone is there no more
        connection.execute(
            "INSERT INTO rejection VALUES ($1, 'first', 'a', 1) ON CONFLICT DO NOTHING", [content]
        )


@few_examples
@given(
    made=st.lists(
        st.tuples(
            st.sampled_from(["first", "second"]),
            st.sampled_from(["known", "unknown", "failed", "refused", "not asked"]),
            TIMES,
        ),
        max_size=20,
    )
)
def test_answers_are_counted_by_source_and_outcome(
    connection: Connection, made: list[tuple[str, str, float]]
) -> None:
    expected = Counter((source, outcome) for source, outcome, at_s in made if at_s >= 100)

    with trial(connection):
        for source, outcome, at_s in made:
            connection.execute(
                "INSERT INTO answer (content_id, source, outcome, asked_at_s) "
                "VALUES (1, $1, $2, $3)",
                [source, outcome, at_s],
            )
        found = statistics.answered(connection, since_s=100.0)

    assert {(each.source, each.outcome): each.answers for each in found} == expected


@few_examples
@given(
    made=st.lists(st.tuples(st.integers(0, 50), TIMES, st.booleans()), max_size=12),
)
def test_waits_are_counted_from_the_first_look_to_the_first_end(
    connection: Connection, made: list[tuple[int, float, bool]]
) -> None:
    bounds_s = (5.0, 20.0, 40.0)
    expected = Counter(
        (is_asked, sum(bound_s <= took_s for bound_s in bounds_s))
        for took_s, done_s, is_asked in made
        if done_s >= 100
    )

    with trial(connection):
        for file_id, (took_s, done_s, is_asked) in enumerate(made, 1):
            connection.execute(
                "INSERT INTO file (id, library, path, size_bytes, mtime_ns, inode, state, "
                "first_seen_at_s, changed_at_s) VALUES ($1, 'films', '/x', 1, 1, 1, 'done', $2, 1)",
                [file_id, done_s - took_s],
            )
            add_event(connection, file_id, "done", done_s)
            add_event(connection, file_id, "done", done_s + 1000)
            if is_asked:
                judge(connection, 1, is_accepted=True, is_undone=False)
                connection.execute(
                    "UPDATE decision SET file_id = $1, decided_by = 'person' "
                    "WHERE id = (SELECT max(id) FROM decision)",
                    [file_id],
                )
        found = statistics.waits(connection, since_s=100.0, bounds_s=bounds_s)

    assert {(each.is_persons, each.bounds_passed): each.files for each in found} == expected


def test_first_event_is_when_the_first_file_was_seen(connection: Connection) -> None:
    assert statistics.first_event_at_s(connection) is None
    add_event(connection, 1, "seen", 7.0)
    add_event(connection, 1, "settled", 9.0)

    assert statistics.first_event_at_s(connection) == 7.0
