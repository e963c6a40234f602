"""What a store that is put back from a backup does not do again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from rules.announcement import Occurrence
from rules.work import ExternalId
from store import announcing, news, outbox, post
from store.database import Connection
from store.errors import StoreUnreadable
from store.news import News, NewsKind
from store.outbox import Errand
from store.restore_order import RestoreOrder, order_payload, read_order
from store.rewinding import Rewound, rewind
from store.rows import many
from tests.stores import put_store

Change = Callable[[Connection], object]


def review(question: str) -> News:
    """Return the news of a question."""
    return News(
        kind=NewsKind.REVIEW,
        subject=f"/films/{question}.mkv",
        detail="two works fit",
        best=ExternalId(source="first", remote_id="w1"),
        question=question,
    )


def owe(*questions: str) -> Change:
    """Return what owes the news of questions, of which the first has number 1."""

    def change(connection: Connection) -> None:
        for number, question in enumerate(questions, start=1):
            news.add(connection, review(question), file_id=number, at_s=100.0 + number)

    return change


def route_all(connection: Connection) -> None:
    """Give all news to the channel "phone"."""
    owed = post.unrouted(connection, now_s=1000.0)
    post.route(connection, {each.id: ["phone"] for each in owed}, at_s=110.0)


def send_all(connection: Connection) -> None:
    """Send what waits for the channel "phone"."""
    for each in post.taken(connection, "phone", with_fresh=True, now_s=1000.0):
        outbox.mark_done(connection, each.id, at_s=120.0)


class Ground:
    """A backup, and the store that it is to replace."""

    def __init__(self, folder: Path, empty_store: Path) -> None:
        self.copy = put_store(empty_store, folder / "copy.duckdb")
        self.former = folder / "former.duckdb"

    def happen(self, *before: Change, since: tuple[Change, ...] = ()) -> None:
        """Let things happen before the backup was made, and since."""
        for path, changes in ((self.copy, before), (self.former, since)):
            if path == self.former:
                put_store(self.copy, self.former)
            with duckdb.connect(path) as connection:
                for change in changes:
                    change(connection)

    def sendable(self) -> list[str]:
        """Return what the copy would still send, to whichever channel, and to none yet."""
        with duckdb.connect(self.copy) as connection:
            rows = many(
                connection,
                "SELECT payload->>'question' FROM outbox "
                "WHERE state = 'due' AND kind = 'message' ORDER BY id",
            )
        return [str(row[0]) for row in rows]

    def asked(self, *questions: str) -> frozenset[str]:
        """Return which of these questions the copy knows that people were asked."""
        with duckdb.connect(self.copy) as connection:
            return post.asked_before(connection, "phone", questions)


@pytest.fixture
def ground(tmp_path: Path, empty_store: Path) -> Ground:
    return Ground(tmp_path, empty_store)


def test_what_was_sent_since_is_not_sent_again(ground: Ground) -> None:
    ground.happen(owe("one", "two"), route_all, since=(send_all,))

    rewound = rewind(ground.copy, ground.former, at_s=500.0)

    assert rewound == Rewound(withheld=2, waiting=0, has_seen_former=True)
    assert ground.sendable() == []
    assert ground.asked("one", "two", "three") == {"one", "two"}


def test_what_still_waits_is_sent(ground: Ground) -> None:
    """As in quiet hours: the backup is of the night, and so is the restore."""
    ground.happen(owe("one"), route_all)

    rewound = rewind(ground.copy, ground.former, at_s=500.0)

    assert rewound == Rewound(withheld=0, waiting=1, has_seen_former=True)
    assert ground.sendable() == ["one"]


def test_what_a_channel_was_given_since_is_sent_as_far_as_it_still_waits(ground: Ground) -> None:
    def send_first(connection: Connection) -> None:
        first = post.taken(connection, "phone", with_fresh=True, now_s=1000.0)[0]
        outbox.mark_done(connection, first.id, at_s=120.0)

    ground.happen(owe("one", "two"), since=(route_all, send_first))

    rewound = rewind(ground.copy, ground.former, at_s=500.0)

    assert rewound == Rewound(withheld=1, waiting=1, has_seen_former=True)
    assert ground.sendable() == ["two"]
    assert ground.asked("one", "two") == {"one"}


def test_what_was_asked_since_is_not_asked_when_it_comes_up_again(ground: Ground) -> None:
    ground.happen(since=(owe("later"), route_all, send_all))

    rewind(ground.copy, ground.former, at_s=500.0)

    assert ground.asked("later") == {"later"}


@pytest.mark.parametrize("left", [b"junk" * 5000, None], ids=["damaged", "missing"])
def test_nothing_is_sent_where_nobody_knows_what_was(ground: Ground, left: bytes | None) -> None:
    ground.happen(owe("one", "two"), route_all)
    ground.former.unlink()
    if left is not None:
        ground.former.write_bytes(left)

    rewound = rewind(ground.copy, ground.former, at_s=500.0)

    assert rewound == Rewound(withheld=2, waiting=0, has_seen_former=False)
    assert ground.sendable() == []
    assert ground.asked("one", "two") == frozenset()


def test_a_message_that_the_former_store_never_had_is_not_sent(ground: Ground) -> None:
    """The backup is of another store: numbers are alike, and nothing else."""
    ground.happen(owe("one"))
    with duckdb.connect(ground.former) as other:
        other.execute("UPDATE outbox SET made_at_s = 7.0")

    assert rewind(ground.copy, ground.former, at_s=500.0).withheld == 1
    assert ground.sendable() == []


def test_sidecars_stay_owed_and_no_undo_is_forced(ground: Ground) -> None:
    forced = order_payload(RestoreOrder(first_plan=3, is_forced=True))

    def owe_errands(connection: Connection) -> None:
        outbox.add(connection, Errand.SIDECAR, file_id=1, payload="{}", at_s=1.0)
        outbox.add(connection, Errand.RESTORE, file_id=2, payload=forced, at_s=1.0)

    ground.happen(owe_errands)

    rewind(ground.copy, ground.former, at_s=500.0)

    with duckdb.connect(ground.copy) as connection:
        assert len(outbox.owed_for(connection, 1, Errand.SIDECAR)) == 1
        (undo,) = outbox.owed_for(connection, 2, Errand.RESTORE)
    assert read_order(undo.payload) == RestoreOrder(first_plan=3)


def test_other_programs_hear_again_only_of_what_they_have_not_heard(ground: Ground) -> None:
    def announce(connection: Connection) -> None:
        for number in (1, 2):
            announcing.owe(connection, number, Occurrence.ACCEPTED, ["box"], at_s=1.0)

    def tell_first(connection: Connection) -> None:
        told = announcing.due(connection, "box", now_s=99.0, limit=1)
        announcing.mark_told(connection, told, at_s=99.0)

    ground.happen(announce, since=(tell_first,))

    rewind(ground.copy, ground.former, at_s=500.0)

    with duckdb.connect(ground.copy) as connection:
        due = announcing.due(connection, "box", now_s=999.0, limit=9)
    assert [each.file_id for each in due] == [2]


def test_a_copy_that_is_no_store_is_told(tmp_path: Path) -> None:
    path = tmp_path / "copy.duckdb"
    path.write_bytes(b"junk" * 5000)

    with pytest.raises(StoreUnreadable):
        rewind(path, None, at_s=1.0)
