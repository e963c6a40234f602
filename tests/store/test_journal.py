from pathlib import PurePath

import pytest

from store import journal
from store.database import Connection
from store.journal import Change, ChangeKind, ChangeState, LastWrite

NFO = PurePath("/films/Harbour at Dawn.nfo")
OTHER = PurePath("/films/caf\udce9.nfo")
STANDS = [ChangeState.INTENDED, ChangeState.DONE]
GONE = [ChangeState.UNDONE, ChangeState.DROPPED]


def do(
    connection: Connection,
    plan_id: int,
    sha256: str | None,
    state: ChangeState = ChangeState.DONE,
    *,
    path: PurePath = NFO,
) -> int:
    kind = ChangeKind.REMOVE_SIDECAR if sha256 is None else ChangeKind.WRITE_SIDECAR
    change_id = journal.intend_file(
        connection, plan_id, kind, path, before_bytes=b"", after_sha256=sha256, at_s=1.0
    )
    if state is not ChangeState.INTENDED:
        journal.mark(connection, change_id, state, at_s=2.0)
    return change_id


@pytest.fixture
def plan_id(connection: Connection) -> int:
    return journal.open_plan(connection, 1, None, at_s=1.0)


def test_changes_come_back_in_order_as_they_were_written_down(
    connection: Connection, plan_id: int
) -> None:
    journal.add_done(
        connection, plan_id, ChangeKind.SET_WORK, "work", before="null", after="3", at_s=1.0
    )
    journal.intend_file(
        connection,
        plan_id,
        ChangeKind.WRITE_SIDECAR,
        OTHER,
        before_bytes=bytes(range(256)),
        after_sha256="ab",
        at_s=1.0,
    )

    assert journal.changes(connection, plan_id) == [
        Change(
            id=1,
            plan_id=plan_id,
            kind=ChangeKind.SET_WORK,
            target="work",
            before="null",
            after="3",
            before_bytes=None,
            after_sha256=None,
            state=ChangeState.DONE,
        ),
        Change(
            id=2,
            plan_id=plan_id,
            kind=ChangeKind.WRITE_SIDECAR,
            target="/films/caf\U0010dce9.nfo",
            before=None,
            after=None,
            before_bytes=bytes(range(256)),
            after_sha256="ab",
            state=ChangeState.INTENDED,
        ),
    ]


def test_an_empty_file_before_is_not_no_file_before(connection: Connection, plan_id: int) -> None:
    do(connection, plan_id, "ab")
    journal.intend_file(
        connection,
        plan_id,
        ChangeKind.WRITE_SIDECAR,
        NFO,
        before_bytes=None,
        after_sha256="ab",
        at_s=1.0,
    )

    before = [change.before_bytes for change in journal.changes(connection, plan_id)]
    assert before == [b"", None]


def test_the_newest_standing_plan_of_a_file_is_found(connection: Connection, plan_id: int) -> None:
    newer = journal.open_plan(connection, 1, 5, at_s=1.0)
    journal.open_plan(connection, 2, 6, at_s=1.0)

    assert journal.latest_plan(connection, 1) == newer
    journal.mark_plan_undone(connection, newer, at_s=3.0)
    assert journal.latest_plan(connection, 1) == plan_id
    assert journal.latest_plan(connection, 9) is None
    assert journal.plan_of_decision(connection, 5) == newer
    assert journal.plan_of_decision(connection, 9) is None


def test_the_last_write_is_what_counts(connection: Connection, plan_id: int) -> None:
    assert journal.last_write(connection, NFO) is None
    do(connection, plan_id, "old")
    do(connection, plan_id, "new")
    do(connection, plan_id, "other", path=OTHER)

    assert journal.last_write(connection, NFO) == LastWrite(file_id=1, sha256="new")
    assert journal.last_write(connection, OTHER) == LastWrite(file_id=1, sha256="other")


@pytest.mark.parametrize("state", STANDS)
def test_a_write_that_may_have_happened_counts(
    connection: Connection, plan_id: int, state: ChangeState
) -> None:
    do(connection, plan_id, "old")
    do(connection, plan_id, "new", state)

    assert journal.last_write(connection, NFO) == LastWrite(file_id=1, sha256="new")
    assert journal.sidecars_of(connection, 1) == {NFO: "new"}


@pytest.mark.parametrize("state", GONE)
def test_after_a_write_that_is_gone_the_former_counts_again(
    connection: Connection, plan_id: int, state: ChangeState
) -> None:
    do(connection, plan_id, "old")
    do(connection, plan_id, "new", state)

    assert journal.last_write(connection, NFO) == LastWrite(file_id=1, sha256="old")
    assert journal.sidecars_of(connection, 1) == {NFO: "old"}


@pytest.mark.parametrize("state", STANDS)
def test_a_removed_sidecar_stands_no_more(
    connection: Connection, plan_id: int, state: ChangeState
) -> None:
    do(connection, plan_id, "old")
    do(connection, plan_id, None, state)

    assert journal.last_write(connection, NFO) == LastWrite(file_id=1, sha256=None)
    assert journal.sidecars_of(connection, 1) == {}


def test_a_removal_that_never_happened_leaves_the_sidecar(
    connection: Connection, plan_id: int
) -> None:
    do(connection, plan_id, "old")
    do(connection, plan_id, None, ChangeState.DROPPED)

    assert journal.sidecars_of(connection, 1) == {NFO: "old"}


def test_sidecars_are_those_of_the_file_however_named(connection: Connection, plan_id: int) -> None:
    do(connection, plan_id, "a")
    do(connection, plan_id, "b", path=OTHER)
    do(connection, journal.open_plan(connection, 2, None, at_s=1.0), "c", path=NFO)

    assert journal.sidecars_of(connection, 1) == {NFO: "a", OTHER: "b"}
    assert journal.last_write(connection, NFO) == LastWrite(file_id=2, sha256="c")


def test_what_was_done_to_sidecars_since_a_plan_is_found(
    connection: Connection, plan_id: int
) -> None:
    do(connection, plan_id, "before")
    later = journal.open_plan(connection, 1, 5, at_s=1.0)
    journal.add_done(
        connection, later, ChangeKind.SET_WORK, "work", before="null", after="3", at_s=1.0
    )
    done = do(connection, later, "later")
    begun = do(connection, journal.open_plan(connection, 1, None, at_s=1.0), None, STANDS[0])
    for state in GONE:
        do(connection, later, "gone", state)
    do(connection, journal.open_plan(connection, 2, None, at_s=1.0), "another file's")

    found = journal.file_changes_since(connection, 1, later)

    assert [change.id for change in found] == [done, begun]


def test_what_was_begun_and_not_finished_is_found(connection: Connection, plan_id: int) -> None:
    for state in (*GONE, ChangeState.DONE):
        do(connection, plan_id, "x", state)
    begun = do(connection, plan_id, "y", ChangeState.INTENDED)
    do(connection, journal.open_plan(connection, 2, None, at_s=1.0), "z", ChangeState.INTENDED)

    assert [change.id for change in journal.intended(connection, 1)] == [begun]
