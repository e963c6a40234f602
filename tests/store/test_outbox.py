from collections.abc import Callable

import pytest

from store import outbox
from store.database import Connection
from store.outbox import Errand, OutboxState, Owed

ALL = tuple(Errand)


@pytest.fixture
def owe(connection: Connection) -> Callable[..., int]:
    """Return what owes an errand and returns its number."""

    def add(errand: Errand = Errand.SIDECAR, file_id: int | None = 1, *, at_s: float = 1.0) -> int:
        return outbox.add(connection, errand, file_id=file_id, payload="{}", at_s=at_s)

    return add


def due(
    connection: Connection, errands: tuple[Errand, ...] = ALL, *, now_s: float = 10.0
) -> list[int]:
    return [owed.id for owed in outbox.due(connection, errands, now_s=now_s)]


def test_what_is_owed_comes_back_as_it_was_put(connection: Connection) -> None:
    number = outbox.add(connection, Errand.RESTORE, file_id=4, payload="17", at_s=2.0)

    assert outbox.due(connection, ALL, now_s=2.0) == [
        Owed(
            id=number,
            errand=Errand.RESTORE,
            file_id=4,
            payload="17",
            attempts=0,
            due_at_s=2.0,
            made_at_s=2.0,
            last_error=None,
            reached=frozenset(),
        )
    ]


def test_errands_are_due_in_the_order_they_came_to_be_owed(
    connection: Connection, owe: Callable[..., int]
) -> None:
    first, second, third = owe(at_s=9.0), owe(Errand.RESTORE, at_s=3.0), owe(file_id=2, at_s=1.0)

    assert due(connection) == [first, second, third]
    assert due(connection, (Errand.RESTORE,)) == [second]
    assert due(connection, ()) == []


def test_an_errand_is_not_due_before_its_time(
    connection: Connection, owe: Callable[..., int]
) -> None:
    number = owe(at_s=5.0)

    assert due(connection, now_s=4.9) == []
    assert outbox.next_due_s(connection, ALL) == 5.0
    assert due(connection, now_s=5.0) == [number]


def test_an_errand_waits_for_an_earlier_one_of_its_file(
    connection: Connection, owe: Callable[..., int]
) -> None:
    restore, sidecar, other = owe(Errand.RESTORE), owe(), owe(file_id=2)
    outbox.mark_failed(connection, restore, error="disk is full", due_at_s=50.0, at_s=2.0)

    assert due(connection) == [other]
    assert due(connection, now_s=50.0) == [restore, sidecar, other]
    outbox.mark_done(connection, other, at_s=3.0)
    assert outbox.next_due_s(connection, ALL) == 50.0
    outbox.mark_done(connection, restore, at_s=51.0)
    assert due(connection) == [sidecar]


def test_errands_of_other_kinds_are_not_waited_for(
    connection: Connection, owe: Callable[..., int]
) -> None:
    message, sidecar = owe(Errand.MESSAGE), owe()
    outbox.mark_failed(connection, message, error="cut off", due_at_s=50.0, at_s=2.0)

    assert due(connection, (Errand.SIDECAR, Errand.RESTORE)) == [sidecar]
    assert outbox.next_due_s(connection, (Errand.SIDECAR,)) == 1.0


def test_errands_without_a_file_wait_for_nobody(
    connection: Connection, owe: Callable[..., int]
) -> None:
    first, second = owe(Errand.MESSAGE, None), owe(Errand.MESSAGE, None)
    outbox.mark_failed(connection, first, error="cut off", due_at_s=50.0, at_s=2.0)

    assert due(connection) == [second]


def test_a_failed_errand_is_tried_again_at_its_time(
    connection: Connection, owe: Callable[..., int]
) -> None:
    number = owe()
    for attempt in (1, 2):
        outbox.mark_failed(connection, number, error=f"b\udcffd {attempt}", due_at_s=20.0, at_s=2.0)

    (owed,) = outbox.due(connection, ALL, now_s=20.0)
    assert (owed.attempts, owed.last_error, owed.due_at_s) == (2, "b\U0010dcffd 2", 20.0)
    assert owed.made_at_s == 1.0


def test_an_errand_that_is_given_up_is_owed_no_more(
    connection: Connection, owe: Callable[..., int]
) -> None:
    number = owe()

    outbox.mark_failed(connection, number, error="no such service", due_at_s=None, at_s=2.0)

    assert due(connection, now_s=1e9) == []
    assert outbox.next_due_s(connection, ALL) is None
    row = connection.execute("SELECT state, last_error, done_at_s FROM outbox").fetchone()
    assert row == ("given up", "no such service", 2.0)


def test_an_errand_that_is_done_is_owed_no_more(
    connection: Connection, owe: Callable[..., int]
) -> None:
    outbox.mark_done(connection, owe(), at_s=3.0)

    assert due(connection, now_s=1e9) == []


def test_only_the_cancelled_kind_of_one_file_is_owed_no_more(
    connection: Connection, owe: Callable[..., int]
) -> None:
    owe()
    kept = [owe(Errand.RESTORE), owe(file_id=2), owe(file_id=None)]

    outbox.cancel(connection, 1, Errand.SIDECAR, at_s=3.0)

    assert due(connection) == kept


def test_an_errand_that_was_cancelled_while_it_ran_does_not_come_back(
    connection: Connection, owe: Callable[..., int]
) -> None:
    number = owe()
    outbox.cancel(connection, 1, Errand.SIDECAR, at_s=2.0)

    outbox.mark_failed(connection, number, error="timed out", due_at_s=9.0, at_s=3.0)

    assert due(connection, now_s=1e9) == []


def test_dropping_what_is_done_leaves_it_done(
    connection: Connection, owe: Callable[..., int]
) -> None:
    sent, unsent = owe(Errand.MESSAGE, None), owe(Errand.MESSAGE, None)
    outbox.mark_done(connection, sent, at_s=3.0)

    for number in (sent, unsent):
        outbox.drop(connection, number, at_s=4.0)

    assert due(connection) == []
    rows = connection.execute("SELECT state FROM outbox ORDER BY id").fetchall()
    assert rows == [("done",), ("cancelled",)]


def test_reached_targets_are_remembered(connection: Connection, owe: Callable[..., int]) -> None:
    number = owe(Errand.MESSAGE)

    outbox.note_reached(connection, number, frozenset({"a", "b"}))

    assert outbox.due(connection, ALL, now_s=9.0)[0].reached == {"a", "b"}


def test_what_is_owed_for_a_file_is_found_before_its_time(
    connection: Connection, owe: Callable[..., int]
) -> None:
    number = owe(at_s=99.0)
    outbox.mark_done(connection, owe(), at_s=2.0)
    owe(Errand.RESTORE)
    owe(file_id=2)

    assert [owed.id for owed in outbox.owed_for(connection, 1, Errand.SIDECAR)] == [number]


def test_the_outbox_tells_how_it_stands(connection: Connection, owe: Callable[..., int]) -> None:
    assert outbox.state(connection) == OutboxState(due=0, oldest_at_s=None, last_error=None)
    failed = owe(at_s=2.0)
    owe(at_s=3.0)
    outbox.mark_failed(connection, failed, error="timed out", due_at_s=50.0, at_s=4.0)
    outbox.mark_done(connection, owe(at_s=1.0), at_s=4.0)

    assert outbox.state(connection) == OutboxState(due=2, oldest_at_s=2.0, last_error="timed out")


def test_at_most_200_are_handed_out_at_once(
    connection: Connection, owe: Callable[..., int]
) -> None:
    numbers = [owe(file_id=position) for position in range(203)]

    assert due(connection) == numbers[:200]
