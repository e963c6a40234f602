from __future__ import annotations

from dataclasses import replace

from store.database import Connection
from store.sessions import SessionRecord, all_sessions, put, remove

FIRST = SessionRecord(sha256="a" * 64, epoch="e", begun_at_s=1.0, at_s=1.0)
SECOND = replace(FIRST, sha256="b" * 64)


def test_session_is_remembered_until_it_is_removed(connection: Connection) -> None:
    put(connection, FIRST)
    put(connection, SECOND)
    remove(connection, [FIRST.sha256, "c" * 64])

    assert all_sessions(connection) == (SECOND,)


def test_session_that_goes_on_keeps_its_beginning(connection: Connection) -> None:
    put(connection, FIRST)
    put(connection, replace(FIRST, begun_at_s=7.0, at_s=9.0))

    assert all_sessions(connection) == (replace(FIRST, at_s=9.0),)


def test_none_can_be_removed(connection: Connection) -> None:
    put(connection, FIRST)
    remove(connection, [])

    assert all_sessions(connection) == (FIRST,)
