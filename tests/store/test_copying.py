from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import duckdb
import pytest

from store import chores
from store.copying import CopyDiffers, contents_of, copy_whole
from store.database import Connection, Database, open_database
from store.errors import StoreTooNew, StoreUnreadable
from store.schema import MIGRATIONS
from store.workshop import bench
from tests.stores import put_store

NEWEST = MIGRATIONS[-1].version


def copy_and_read(connection: Connection, *, folder: Path) -> tuple[object, object]:
    target = folder / "copy.duckdb"
    return copy_whole(connection, target), contents_of(target)


async def test_a_copy_holds_all_that_the_store_holds(database: Database) -> None:
    await database.write(partial(chores.note_done, name="summary", at_s=1.0))

    with bench(database.workshop) as folder:
        held, copied = await database.copy_out(partial(copy_and_read, folder=folder))
        found = contents_of(folder / "copy.duckdb")

    assert held == copied
    assert found.version == NEWEST
    assert found.rows_of("chore") == 1
    assert found.rows_of("no such table") == 0
    assert found.rows > 1


async def test_the_store_goes_on_while_it_is_copied(
    store_path: Path, empty_store: Path, open_store: Callable[[], Database]
) -> None:
    with closing(
        open_database(put_store(empty_store, store_path), memory_limit_bytes=256 * 2**20, now_s=1.0)
    ) as database:
        with bench(database.workshop) as folder:
            await database.copy_out(partial(copy_and_read, folder=folder))
        await database.write(partial(chores.note_done, name="after", at_s=2.0))

    reopened = open_store()

    assert await reopened.read(partial(chores.done_at_s, name="after")) == 2.0


def test_a_copy_that_differs_is_told_by_the_tables_that_do() -> None:
    assert "file, work" in str(CopyDiffers(["file", "work"]))


def test_other_files_are_no_backups(tmp_path: Path) -> None:
    (tmp_path / "junk").write_bytes(b"junk" * 5000)
    with pytest.raises(StoreUnreadable):
        contents_of(tmp_path / "junk")

    with duckdb.connect(tmp_path / "other.duckdb") as other:
        other.execute("CREATE TABLE t (n INTEGER)")
    with pytest.raises(StoreUnreadable, match="no store of doorman's"):
        contents_of(tmp_path / "other.duckdb")


@pytest.mark.parametrize("spoil", ["DELETE FROM schema_version", "DROP TABLE decision"])
def test_a_store_that_lacks_what_every_store_has_is_no_backup(
    tmp_path: Path, empty_store: Path, spoil: str
) -> None:
    copy = tmp_path / "spoilt.duckdb"
    copy.write_bytes(empty_store.read_bytes())
    with duckdb.connect(copy) as spoilt:
        spoilt.execute(spoil)

    with pytest.raises(StoreUnreadable, match="no store of doorman's"):
        contents_of(copy)


def test_a_backup_of_a_newer_doorman_is_refused(tmp_path: Path, empty_store: Path) -> None:
    copy = tmp_path / "newer.duckdb"
    copy.write_bytes(empty_store.read_bytes())
    with duckdb.connect(copy) as newer:
        newer.execute("INSERT INTO schema_version VALUES (99, 1)")

    with pytest.raises(StoreTooNew):
        contents_of(copy)
