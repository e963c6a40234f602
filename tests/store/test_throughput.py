from __future__ import annotations

from collections.abc import Callable

from rules.journey import FileState
from store import outbox
from store.database import Connection
from store.decisions import Decider, Outcome
from store.files import FileRecord
from store.outbox import Errand
from store.throughput import OwedKind, Throughput, owed_kinds, throughput


def test_only_what_was_done_since_then_counts(
    connection: Connection,
    add_file: Callable[..., FileRecord],
    put_examined: Callable[..., FileRecord],
    decide: Callable[..., int],
) -> None:
    put_examined("old.mkv")
    new = add_file("new.mkv", FileState.DONE, at_s=10.0)
    decide(new, at_s=10.0)
    decide(new, Outcome.REJECTED, Decider.PERSON, at_s=11.0)

    assert throughput(connection, since_s=10.0) == Throughput(
        seen=1, examined=0, decided=1, answered=1, done=1
    )
    assert throughput(connection, since_s=0.0) == Throughput(
        seen=2, examined=1, decided=1, answered=1, done=2
    )


def test_what_is_owed_is_told_by_its_kind(connection: Connection) -> None:
    for at_s in (5.0, 6.0):
        outbox.add(connection, Errand.SIDECAR, file_id=int(at_s), payload="{}", at_s=at_s)
    done = outbox.add(connection, Errand.MESSAGE, file_id=None, payload="{}", at_s=1.0)
    connection.execute("UPDATE outbox SET state = 'done' WHERE id = $1", [done])
    connection.execute("UPDATE outbox SET attempts = 2, last_error = 'full' WHERE file_id = 5")

    assert owed_kinds(connection) == [
        OwedKind(
            errand=Errand.SIDECAR,
            count=2,
            failing=1,
            oldest_at_s=5.0,
            next_at_s=5.0,
            last_error="full",
        )
    ]
