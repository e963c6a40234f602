from __future__ import annotations

import os
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import BinaryIO

import anyio
import duckdb
import pytest

from daemon.outward.backup import check_free, make_backup, restore
from daemon.outward.errors import (
    BackupDamaged,
    CopyDamaged,
    SourceMissing,
    StoreInUse,
    TargetTaken,
    TargetUnwritable,
)
from store import chores, news, post
from store.database import open_database
from store.errors import StoreTooNew
from store.news import News, NewsKind
from tests.stores import put_store

MEMORY = 256 * 2**20


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def store(tmp_path: Path, empty_store: Path) -> Path:
    return put_store(empty_store, tmp_path / "state" / "doorman.duckdb")


@pytest.fixture
def backup(tmp_path: Path, empty_store: Path) -> Path:
    """Return a backup that knows a chore."""
    path = put_store(empty_store, tmp_path / "backup.duckdb")
    with duckdb.connect(path) as connection:
        chores.note_done(connection, "kept", at_s=7.0)
    return path


def done_at_s(path: Path, name: str) -> float | None:
    """Return when a store says that something was done."""
    with closing(open_database(path, memory_limit_bytes=MEMORY, now_s=1.0)) as opened:
        return anyio.run(opened.read, partial(chores.done_at_s, name=name))


async def test_a_backup_is_private_and_whole(tmp_path: Path, backup: Path) -> None:
    content = backup.read_bytes()  # noqa: ASYNC240  # nobody waits

    async def fetch(file: BinaryIO) -> None:
        file.write(content)

    contents = await make_backup(fetch, tmp_path / "new.duckdb")

    assert contents.rows_of("chore") == 1
    assert (tmp_path / "new.duckdb").read_bytes() == content
    assert (tmp_path / "new.duckdb").stat().st_mode & 0o777 == 0o600


async def test_a_backup_that_came_torn_gets_no_name(tmp_path: Path, backup: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    content = backup.read_bytes()  # noqa: ASYNC240  # nobody waits

    async def fetch(file: BinaryIO) -> None:
        file.write(content[: len(content) // 2])

    with pytest.raises(CopyDamaged, match="make it again"):
        await make_backup(fetch, folder / "new.duckdb")

    assert list(folder.iterdir()) == []


async def test_no_backup_replaces_anything(tmp_path: Path, backup: Path) -> None:
    target = tmp_path / "taken"
    target.write_bytes(b"mine")
    content = backup.read_bytes()  # noqa: ASYNC240  # nobody waits

    async def fetch(file: BinaryIO) -> None:
        file.write(content)

    with pytest.raises(TargetTaken):
        check_free(target)
    with pytest.raises(TargetTaken):
        await make_backup(fetch, target)

    assert target.read_bytes() == b"mine"


async def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    async def fetch(_: BinaryIO) -> None:
        raise AssertionError

    with pytest.raises(TargetUnwritable, match="nowhere"):
        await make_backup(fetch, tmp_path / "nowhere" / "new.duckdb")


def test_restoring_keeps_the_former_store(store: Path, backup: Path) -> None:
    restored = restore(backup, store, stamp="now", at_s=1.0)

    assert restored.contents.rows_of("chore") == 1
    assert restored.former == store.with_name("doorman.duckdb.before-restore-now")
    assert done_at_s(store, "kept") == 7.0
    assert restored.former is not None
    assert done_at_s(restored.former, "kept") is None
    assert backup.exists()


def test_what_was_owed_to_people_then_is_not_sent_now(store: Path, backup: Path) -> None:
    store.unlink()
    with duckdb.connect(backup) as connection:
        told = News(kind=NewsKind.SOURCE, subject="first", detail="it refuses our key")
        news.add(connection, told, file_id=None, at_s=7.0)

    restored = restore(backup, store, stamp="now", at_s=9.0)

    assert restored.rewound.withheld == 1
    with closing(open_database(store, memory_limit_bytes=MEMORY, now_s=9.0)) as opened:
        assert anyio.run(opened.read, partial(post.unrouted, now_s=99.0)) == []
    with duckdb.connect(backup) as connection:
        assert len(post.unrouted(connection, now_s=99.0)) == 1


def test_a_log_goes_aside_with_its_store(store: Path, backup: Path) -> None:
    store.with_name("doorman.duckdb.wal").write_bytes(b"log")

    restored = restore(backup, store, stamp="now", at_s=1.0)

    assert restored.former is not None
    assert restored.former.with_name(f"{restored.former.name}.wal").read_bytes() == b"log"
    assert not store.with_name("doorman.duckdb.wal").exists()


def test_what_was_cut_off_between_the_two_can_be_done_again(store: Path, backup: Path) -> None:
    store.unlink()
    store.with_name("doorman.duckdb.wal").write_bytes(b"log")

    restore(backup, store, stamp="now", at_s=1.0)

    assert done_at_s(store, "kept") == 7.0


def test_two_restores_keep_both_former_stores(store: Path, backup: Path) -> None:
    first = restore(backup, store, stamp="now", at_s=1.0).former
    second = restore(backup, store, stamp="now", at_s=1.0).former

    assert first is not None
    assert second is not None
    assert first != second
    assert first.exists()
    assert second.exists()


def test_restoring_where_no_store_was_makes_one(tmp_path: Path, backup: Path) -> None:
    restored = restore(backup, tmp_path / "fresh" / "doorman.duckdb", stamp="now", at_s=1.0)

    assert restored.former is None
    assert done_at_s(tmp_path / "fresh" / "doorman.duckdb", "kept") == 7.0


def test_a_store_in_use_is_left_alone(store: Path, backup: Path) -> None:
    before = store.read_bytes()

    with (
        closing(open_database(store, memory_limit_bytes=MEMORY, now_s=1.0)),
        pytest.raises(StoreInUse, match=str(os.getpid())),
    ):
        restore(backup, store, stamp="now", at_s=1.0)

    assert len(list(store.parent.glob("*before-restore*"))) == 0
    assert store.stat().st_size >= len(before)


def test_nothing_is_touched_where_the_backup_is_no_good(store: Path, backup: Path) -> None:
    with duckdb.connect(backup) as newer:
        newer.execute("INSERT INTO schema_version VALUES (99, 1)")
    before = store.read_bytes()

    with pytest.raises(StoreTooNew, match=f"^{backup} "):
        restore(backup, store, stamp="now", at_s=1.0)
    with pytest.raises(SourceMissing):
        restore(backup.with_name("gone"), store, stamp="now", at_s=1.0)
    os.mkfifo(backup.with_name("pipe"))
    with pytest.raises(SourceMissing, match="no plain file"):
        restore(backup.with_name("pipe"), store, stamp="now", at_s=1.0)
    backup.write_bytes(b"junk" * 5000)
    with pytest.raises(BackupDamaged, match=rf"^{backup} .*name another backup") as caught:
        restore(backup, store, stamp="now", at_s=1.0)
    assert ".doorman-" not in str(caught.value)

    assert store.read_bytes() == before
    assert sorted(path.name for path in store.parent.iterdir()) == [
        "doorman.duckdb",
        "doorman.duckdb.lock",
    ]
