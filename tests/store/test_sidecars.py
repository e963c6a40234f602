from __future__ import annotations

from pathlib import PurePath

import pytest

from rules.sidecar import digest
from rules.sidecar_says import SidecarSays, WrittenId
from store import journal, sidecars
from store.database import Connection
from store.journal import ChangeKind, ChangeState
from store.sidecars import SidecarRecord

SAID = SidecarRecord(
    path=PurePath("/films/Harbour at Dawn.nfo"),
    size_bytes=9,
    mtime_ns=1_700_000_000_123_456_789,
    sha256=digest(b"theirs"),
    says=SidecarSays(
        title="Harbour at Dawn", ids=(WrittenId(kind="alpha", text="1"),), tags=("Sea",)
    ),
)
UNREADABLE = SidecarRecord(
    path=PurePath("/films/\udcff.nfo"), size_bytes=9, mtime_ns=1, trouble="it is a link"
)


def test_what_lies_beside_a_file_is_kept_whole(connection: Connection) -> None:
    sidecars.save(connection, {1: SAID, 2: UNREADABLE, 3: None}, at_s=1.0)

    assert sidecars.of_files(connection, [1, 2, 3]) == {1: SAID, 2: UNREADABLE}
    assert sidecars.of_file(connection, 1) == SAID
    assert sidecars.of_file(connection, 3) is None


def test_what_lies_there_now_takes_the_place_of_what_lay_there(connection: Connection) -> None:
    sidecars.save(connection, {1: SAID, 2: SAID}, at_s=1.0)

    sidecars.save(connection, {1: UNREADABLE, 2: None}, at_s=2.0)

    assert sidecars.of_files(connection, [1, 2]) == {1: UNREADABLE}


def test_all_can_be_forgotten(connection: Connection) -> None:
    sidecars.save(connection, {1: SAID, 2: SAID}, at_s=1.0)

    sidecars.forget_all(connection)

    assert sidecars.of_files(connection, [1, 2]) == {}


@pytest.mark.parametrize("state", ChangeState)
def test_what_doorman_wrote_once_is_known_by_its_bytes(
    connection: Connection, state: ChangeState
) -> None:
    plan_id = journal.open_plan(connection, 1, None, at_s=1.0)
    change_id = journal.intend_file(
        connection,
        plan_id,
        ChangeKind.WRITE_SIDECAR,
        SAID.path,
        before_bytes=None,
        after_sha256=digest(b"ours"),
        at_s=1.0,
    )
    journal.mark(connection, change_id, state, at_s=1.0)

    asked = [digest(b"ours"), digest(b"theirs")]

    assert sidecars.written_by_us(connection, asked) == {digest(b"ours")}
    assert sidecars.written_by_us(connection, []) == frozenset()


@pytest.mark.parametrize(
    ("says", "is_own", "speaks"),
    [(SidecarSays(), False, True), (SidecarSays(), True, False), (None, False, False)],
)
def test_only_somebody_elses_speaks(
    says: SidecarSays | None, *, is_own: bool, speaks: bool
) -> None:
    record = SidecarRecord(
        path=SAID.path, size_bytes=1, mtime_ns=1, sha256="", says=says, is_own=is_own
    )

    assert record.speaks is speaks
